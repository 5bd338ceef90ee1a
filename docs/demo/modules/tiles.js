/** Working on a large picture in tiles, without seams, as
 * hcl_mmagic/apis/tiles.py does. */

/** @typedef {[number, number]} Range from a start up to and without a stop */

/**
 * How a picture is cut.
 *
 * @typedef {object} TileSize
 * @property {number} side pixels that the networks see at once
 * @property {number} context of these, on each side, beyond the border
 */

/**
 * One axis of a tile, in pixels of the picture.
 *
 * @typedef {object} Span
 * @property {Range} seen what the networks see
 * @property {Range} used where their result counts, inside of it
 * @property {Float32Array} weights how much it counts there
 * @property {Range} core between the borders to its neighbours
 */

/**
 * All of an axis of so many pixels.
 *
 * @param {number} length
 * @returns {Span}
 */
export function wholeSpan(length) {
  return {
    seen: [0, length],
    used: [0, length],
    weights: new Float32Array(length).fill(1),
    core: [0, length],
  };
}

/**
 * Cut one axis of a picture, of so many pixels.
 *
 * @param {TileSize} tileSize
 * @param {number} length
 * @returns {Span[]}
 */
export function spansOf({ side, context }, length) {
  if (length <= side) return [wholeSpan(length)];
  const borders = [0];
  for (let border = side - context; border < length - context;
    border += side - 2 * context) borders.push(border);
  return borders.map((start, number) => (
    spanOf(context, start, borders[number + 1] ?? length, length)));
}

/**
 * Cut one axis of a part of a picture at twice its size, `length` pixels in
 * all, where `coarser` is the part's span.
 *
 * @param {TileSize} tileSize
 * @param {Span} coarser
 * @param {number} length
 * @returns {Span[]}
 */
export function finerSpans({ side, context }, coarser, length) {
  const step = side - 2 * context;
  const stop = 2 * coarser.core[1];
  const spans = [];
  for (let start = 2 * coarser.core[0]; start < stop; start += step) {
    spans.push(spanOf(context, start, Math.min(start + step, stop), length));
  }
  return spans;
}

/**
 * @param {number} context
 * @param {number} start
 * @param {number} stop
 * @param {number} length
 * @returns {Span}
 */
function spanOf(context, start, stop, length) {
  const reach = Math.floor(context / 4);
  const first = start ? start - reach : 0;
  const last = Math.min(stop + reach, length);
  const weights = Float32Array.from({ length: last - first }, (_, number) => {
    const place = first + number + 0.5;
    const rise = start ? Math.min((place - first) / (2 * reach), 1) : 1;
    const fall = stop < length
      ? Math.min((stop + reach - place) / (2 * reach), 1) : 1;
    return Math.fround(rise) * Math.fround(fall);
  });
  return {
    seen: [Math.max(start - context, 0), Math.min(stop + context, length)],
    used: [first, last],
    weights,
    core: [start, stop],
  };
}
