/** Pictures at other sizes, as OpenCV computes them. */
import { Picture, roundToEven } from './picture.js';

/**
 * What one pixel of the result takes from pixels of the source, along one
 * axis: `share[i]` of pixel `first + i`.
 *
 * @typedef {{ first: number, shares: number[] }} Taken
 */

/**
 * `cv2.resize(..., interpolation=cv2.INTER_AREA)`: each pixel is the mean of
 * what it covers.
 *
 * @param {Picture} picture bytes, or floats
 * @param {number} height
 * @param {number} width
 * @param {number} [scale] source by result, where it is not that of the sizes
 */
export function resizeArea(picture, height, width, scale) {
  const down = scale ?? picture.height / height;
  const across = scale ?? picture.width / width;
  const isSmaller = down >= 1 && across >= 1;
  if (down === 2 && across === 2) return halve(picture, height, width);
  const take = isSmaller ? coveredBy : enlargedBy;
  return resample(picture, take(picture.height, height, down),
    take(picture.width, width, across));
}

/**
 * `cv2.resize(..., interpolation=cv2.INTER_LINEAR)`.
 *
 * @param {Picture} picture bytes, or floats
 * @param {number} height
 * @param {number} width
 */
export function resizeLinear(picture, height, width) {
  const rows = between(picture.height, height);
  const columns = between(picture.width, width);
  if (picture.values instanceof Uint8Array) {
    return resampleBytes(picture, rows, columns);
  }
  return resample(picture, rows, columns);
}

/**
 * Means of 2x2 pixels; halves of bytes are rounded up.
 *
 * @param {Picture} picture
 * @param {number} height
 * @param {number} width
 */
function halve({ width: sourceWidth, channels, values }, height, width) {
  const isBytes = values instanceof Uint8Array;
  // @ts-ignore: the same kind of array
  const result = new values.constructor(height * width * channels);
  const below = sourceWidth * channels;
  let place = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const start = (2 * row * sourceWidth + 2 * column) * channels;
      for (let at = start; at < start + channels; at += 1) {
        const sum = values[at] + values[at + channels] + values[at + below]
          + values[at + below + channels];
        result[place] = isBytes ? (sum + 2) >> 2 : sum / 4;
        place += 1;
      }
    }
  }
  return new Picture(height, width, channels, result);
}

/**
 * @param {Picture} picture
 * @param {Taken[]} rows
 * @param {Taken[]} columns
 */
function resample({ width, channels, values }, rows, columns) {
  const isBytes = values instanceof Uint8Array;
  const length = columns.length * channels;
  // @ts-ignore: the same kind of array
  const result = new values.constructor(rows.length * length);
  const Sums = values instanceof Float64Array ? Float64Array : Float32Array;
  /** @type {Map<number, Float32Array | Float64Array>} */
  const known = new Map();
  rows.forEach(({ first, shares }, row) => {
    for (const old of known.keys()) if (old < first) known.delete(old);
    const sum = new Sums(length);
    shares.forEach((share, number) => {
      const source = first + number;
      if (!known.has(source)) {
        const start = source * width * channels;
        const line = values.subarray(start, start + width * channels);
        known.set(source, resampleRow(line, channels, columns,
          new Sums(length)));
      }
      const line = known.get(source);
      for (let i = 0; i < length; i += 1) sum[i] += share * line[i];
    });
    for (let i = 0; i < length; i += 1) {
      result[row * length + i] = isBytes
        ? Math.min(Math.max(roundToEven(sum[i]), 0), 255) : sum[i];
    }
  });
  return new Picture(rows.length, columns.length, channels, result);
}

/**
 * @template {Float32Array | Float64Array} Row
 * @param {import('./picture.js').Values} line
 * @param {number} channels
 * @param {Taken[]} columns
 * @param {Row} result
 */
function resampleRow(line, channels, columns, result) {
  columns.forEach(({ first, shares }, column) => {
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      for (let i = 0; i < shares.length; i += 1) {
        sum += shares[i] * line[(first + i) * channels + channel];
      }
      result[column * channels + channel] = sum;
    }
  });
  return result;
}

/**
 * OpenCV's whole numbers: shares in 2048ths, and sums cut to 16 bits.
 *
 * @param {Picture} picture
 * @param {Taken[]} rows
 * @param {Taken[]} columns
 */
function resampleBytes({ width, channels, values }, rows, columns) {
  const length = columns.length * channels;
  const result = new Uint8Array(rows.length * length);
  /** @param {Taken} taken */
  const inWhole = ({ first, shares }) => ({
    first, shares: shares.map((share) => roundToEven(share * 2048)),
  });
  const wholeColumns = columns.map(inWhole);
  /** @type {Map<number, Float64Array>} */
  const known = new Map();
  rows.map(inWhole).forEach(({ first, shares }, row) => {
    for (const old of known.keys()) if (old < first) known.delete(old);
    const lines = shares.map((_, number) => {
      const source = first + number;
      if (!known.has(source)) {
        const start = source * width * channels;
        known.set(source, resampleRow(
          values.subarray(start, start + width * channels), channels,
          wholeColumns, new Float64Array(length)));
      }
      return known.get(source);
    });
    for (let i = 0; i < length; i += 1) {
      let sum = 2;
      lines.forEach((line, number) => {
        sum += (shares[number] * (line[i] >> 4)) >> 16;
      });
      result[row * length + i] = sum >> 2;
    }
  });
  return new Picture(rows.length, columns.length, channels, result);
}

/**
 * @param {number} length of the source
 * @param {number} count of the result
 * @param {number} scale
 * @returns {Taken[]}
 */
function coveredBy(length, count, scale) {
  return Array.from({ length: count }, (_, number) => {
    const start = number * scale;
    const stop = start + scale;
    const cell = Math.min(scale, length - start);
    const last = Math.min(Math.floor(stop), length - 1);
    const next = Math.min(Math.ceil(start), last);
    const shares = [];
    let first = next;
    if (next - start > 1e-3) {
      first = next - 1;
      shares.push(Math.fround((next - start) / cell));
    }
    for (let i = next; i < last; i += 1) shares.push(Math.fround(1 / cell));
    if (stop - last > 1e-3) {
      shares.push(Math.fround(
        Math.min(Math.min(stop - last, 1), cell) / cell));
    }
    return { first, shares };
  });
}

/**
 * @param {number} length of the source
 * @param {number} count of the result
 * @returns {Taken[]}
 */
function between(length, count) {
  const scale = length / count;
  return Array.from({ length: count }, (_, number) => (
    pair(Math.fround((number + 0.5) * scale - 0.5), length)));
}

/**
 * What OpenCV makes of areas where pixels become more.
 *
 * @param {number} length of the source
 * @param {number} count of the result
 * @param {number} scale
 * @returns {Taken[]}
 */
function enlargedBy(length, count, scale) {
  return Array.from({ length: count }, (_, number) => {
    const first = Math.floor(number * scale);
    const beyond = Math.fround(number + 1 - (first + 1) / scale);
    const share = beyond <= 0 ? 0 : beyond - Math.floor(beyond);
    return pair(first + share, length);
  });
}

/**
 * @param {number} position
 * @param {number} length
 * @returns {Taken}
 */
function pair(position, length) {
  const first = Math.floor(position);
  if (first < 0) return { first: 0, shares: [1] };
  if (first >= length - 1) return { first: length - 1, shares: [1] };
  const share = Math.fround(position - first);
  return { first, shares: [Math.fround(1 - share), share] };
}
