/** What was seen in a picture, as `Look` of hcl_mmagic/apis/networks.py. */
import { Picture } from './picture.js';

/**
 * What was seen in a picture, and what a closer look takes from it: maps, one
 * channel after the other, of the padded picture at 1/2, 1/4, ... of its size.
 *
 * @typedef {object} Look
 * @property {Picture} probability of 'corrupted', float32
 * @property {FeatureMap[]} features
 */

/**
 * @typedef {object} FeatureMap
 * @property {number} channels
 * @property {number} height
 * @property {number} width
 * @property {Float32Array} values
 */

/**
 * What was seen in a part of a picture.
 *
 * @param {Look} look
 * @param {[number, number]} rows
 * @param {[number, number]} columns
 * @param {number} divisor
 * @returns {Look}
 */
export function partOfLook({ probability, features }, rows, columns, divisor) {
  const step = divisor >> 1;
  const top = rows[0];
  const bottom = Math.ceil(rows[1] / step) * step;
  const left = columns[0];
  const right = Math.ceil(columns[1] / step) * step;
  return {
    probability: probability.part(rows, columns),
    features: features.map((map, index) => partOfMap(
      map, [top >> (index + 1), bottom >> (index + 1)],
      [left >> (index + 1), right >> (index + 1)])),
  };
}

/**
 * @param {FeatureMap} map
 * @param {[number, number]} rows
 * @param {[number, number]} columns
 * @returns {FeatureMap}
 */
function partOfMap({ channels, height, width, values }, rows, columns) {
  const stacked = new Picture(channels * height, width, 1, values);
  const size = (rows[1] - rows[0]) * (columns[1] - columns[0]);
  const part = new Float32Array(channels * size);
  for (let channel = 0; channel < channels; channel += 1) {
    const start = channel * height;
    part.set(stacked.part([start + rows[0], start + rows[1]], columns).values,
      channel * size);
  }
  return {
    channels,
    height: rows[1] - rows[0],
    width: columns[1] - columns[0],
    values: part,
  };
}
