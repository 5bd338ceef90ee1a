/** Finding the damage of a photograph at every scale, as
 * hcl_mmagic/apis/detection.py does. */
import { partOfLook } from './look.js';
import { bordersByEllipse } from './morphology.js';
import { Picture } from './picture.js';
import { resizeArea, resizeLinear } from './resizing.js';
import { finerSpans, wholeSpan } from './tiles.js';

/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('./networks.js').Networks} Networks */
/** @typedef {import('./tiles.js').Span} Span */
/** @typedef {import('./tiles.js').Range} Range */
/** @typedef {import('./tiles.js').TileSize} TileSize */

export const UNCERTAIN_RANGE = [0.1, 0.9];
export const BORDER_REACH = 4;
export const SURVEY_PIXELS = 1_600_000;

/**
 * Part of a picture that was looked at.
 *
 * @typedef {object} Part
 * @property {Span} rows
 * @property {Span} columns
 * @property {Look} look
 */

/**
 * Probability of 'corrupted' of each pixel, float32.
 *
 * @param {Networks} networks
 * @param {Picture} picture bytes
 * @param {import('./memory.js').MemoryPlan} plan
 * @returns {Promise<Picture>}
 */
export async function lookAtEveryScale(networks, picture, plan) {
  const { height, width } = picture;
  const { divisor } = networks.about.demand;
  let level = countHalvings(networks, height, width, plan.maxPixels);
  const pyramid = pyramidOf(picture, level);
  let look = await networks.look(pyramid[level]);
  const seenWhole = Math.min(plan.maxPixels, SURVEY_PIXELS);
  while (level && paddedPixels(divisor, pyramid[level - 1].height,
    pyramid[level - 1].width) <= seenWhole) {
    level -= 1;
    look = await networks.look(pyramid[level], wholeOf(look, divisor));
  }
  const probability = await lookCloser(
    networks, pyramid.slice(0, level), look, plan.tileSize);
  return probability.part([0, height], [0, width]);
}

/**
 * @param {Networks} networks
 * @param {number} height
 * @param {number} width
 * @param {number} maxPixels
 */
export function countHalvings({ about }, height, width, maxPixels) {
  const { divisor } = about.demand;
  for (let halvings = 0; ; halvings += 1) {
    const rows = Math.ceil(height / 2 ** halvings);
    const columns = Math.ceil(width / 2 ** halvings);
    const isSmall = Math.min(rows, columns)
      <= about.short_side * Math.SQRT2;
    const fits = paddedPixels(divisor, rows, columns) <= maxPixels
      || Math.max(rows, columns) <= divisor;
    if (isSmall && fits) return halvings;
  }
}

/**
 * From a look at the whole to the probability at full size; the pyramid has
 * the larger pictures, the largest first.
 *
 * @param {Networks} networks
 * @param {Picture[]} pyramid
 * @param {Look} look
 * @param {TileSize} tileSize
 */
async function lookCloser(networks, pyramid, look, tileSize) {
  let { probability } = look;
  /** @type {Part[]} */
  let parts = [{
    rows: wholeSpan(probability.height),
    columns: wholeSpan(probability.width),
    look,
  }];
  for (const picture of [...pyramid].reverse()) {
    const { height, width } = picture;
    probability = resizeLinear(probability, height, width);
    const wanted = height * width <= SURVEY_PIXELS
      ? probability.with(new Uint8Array(height * width).fill(1))
      : uncertainPixels(probability);
    const isLast = picture === pyramid[0];
    const closer = [];
    for (const part of parts) {
      for await (const seen of looksAtTiles(
        networks, picture, wanted, part, tileSize)) {
        // What a closer look takes along is most of what a look holds.
        if (isLast) seen.look.features = [];
        closer.push(seen);
      }
    }
    parts = closer;
    overrule(probability, parts);
  }
  return probability;
}

/**
 * Closer looks at those tiles of a part, at twice its size, in which something
 * is wanted.
 *
 * @param {Networks} networks
 * @param {Picture} picture
 * @param {Picture} wanted
 * @param {Part} parent
 * @param {TileSize} tileSize
 * @returns {AsyncGenerator<Part>}
 */
async function* looksAtTiles(networks, picture, wanted, parent, tileSize) {
  const { divisor } = networks.about.demand;
  for (const rows of finerSpans(tileSize, parent.rows, wanted.height)) {
    for (const columns of finerSpans(tileSize, parent.columns, wanted.width)) {
      if (wanted.hasAny(rows.used, columns.used)) {
        const known = partOfLook(parent.look, halved(rows, parent.rows),
          halved(columns, parent.columns), divisor);
        const look = await networks.look(
          picture.part(rows.seen, columns.seen), known);
        yield { rows, columns, look };
      }
    }
  }
}

/**
 * Replace the probabilities of the parts, in place; neighbours fade into each
 * other, and into what is there already.
 *
 * @param {Picture} probability
 * @param {Part[]} parts
 */
function overrule(probability, parts) {
  const coarser = probability.values.slice();
  const { width, values } = probability;
  for (const { rows, columns, look } of parts) {
    const seenWidth = look.probability.width;
    rows.weights.forEach((rowWeight, rowNumber) => {
      const row = rows.used[0] + rowNumber;
      const from = (row - rows.seen[0]) * seenWidth + columns.used[0]
        - columns.seen[0];
      const to = row * width + columns.used[0];
      columns.weights.forEach((columnWeight, i) => {
        const change = Math.fround(
          look.probability.values[from + i] - coarser[to + i]);
        values[to + i] += change * Math.fround(rowWeight * columnWeight);
      });
    });
  }
  values.forEach((value, place) => {
    values[place] = Math.min(Math.max(value, 0), 1);
  });
}

/**
 * 1 where a closer look can change something: in doubt, and near borders.
 *
 * @param {Picture} probability
 */
export function uncertainPixels(probability) {
  const [low, high] = UNCERTAIN_RANGE.map(Math.fround);
  const mask = probability.with(
    Uint8Array.from(probability.values, (value) => Number(value > 0.5)));
  const border = bordersByEllipse(mask, 2 * BORDER_REACH + 1);
  probability.values.forEach((value, place) => {
    if (value > low && value < high) border.values[place] = 1;
  });
  return border;
}

/**
 * The picture, repeated at its edges so that it can be halved, and what that
 * gives.
 *
 * @param {Picture} picture
 * @param {number} halvings
 */
function pyramidOf(picture, halvings) {
  const pictures = [repeatEdges(picture, 2 ** halvings)];
  for (let i = 0; i < halvings; i += 1) {
    const { height, width } = pictures[i];
    pictures.push(resizeArea(pictures[i], height / 2, width / 2));
  }
  return pictures;
}

/**
 * @param {Picture} picture
 * @param {number} divisor
 */
function repeatEdges({ height, width, channels, values }, divisor) {
  const rows = Math.ceil(height / divisor) * divisor;
  const columns = Math.ceil(width / divisor) * divisor;
  const result = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row += 1) {
    const start = Math.min(row, height - 1) * width;
    for (let column = 0; column < columns; column += 1) {
      const from = (start + Math.min(column, width - 1)) * channels;
      const to = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        result[to + channel] = values[from + channel];
      }
    }
  }
  return new Picture(rows, columns, channels, result);
}

/**
 * @param {number} divisor
 * @param {number} height
 * @param {number} width
 */
function paddedPixels(divisor, height, width) {
  return Math.ceil(height / divisor) * Math.ceil(width / divisor)
    * divisor ** 2;
}

/**
 * @param {Look} look
 * @param {number} divisor
 */
function wholeOf(look, divisor) {
  const { height, width } = look.probability;
  return partOfLook(look, [0, height], [0, width], divisor);
}

/**
 * What a tile sees, in pixels of the part that it is of.
 *
 * @param {Span} finer
 * @param {Span} parent
 * @returns {Range}
 */
function halved(finer, parent) {
  const start = parent.seen[0];
  return [Math.floor(finer.seen[0] / 2) - start,
    Math.ceil(finer.seen[1] / 2) - start];
}
