/** Blurs of pictures, as OpenCV computes them: mirrored at their edges. */
import { Picture } from './picture.js';

/**
 * `cv2.GaussianBlur(picture, (0, 0), deviation)` of floats.
 *
 * @param {Picture} picture
 * @param {number} deviation in pixels
 * @returns {Picture} float32
 */
export function gaussianBlur(picture, deviation) {
  const radius = Math.round(deviation * 8 + 1) >> 1;
  const weights = Array.from({ length: 2 * radius + 1 }, (_, number) => (
    Math.exp(-((number - radius) ** 2) / (2 * deviation ** 2))));
  const sum = weights.reduce((total, weight) => total + weight);
  return separable(picture, weights.map(
    (weight) => Math.fround(weight / sum)), radius);
}

/**
 * `cv2.boxFilter(picture, -1, (side, side))` of floats.
 *
 * @param {Picture} picture
 * @param {number} side in pixels
 * @returns {Picture} float32
 */
export function boxFilter(picture, side) {
  return separable(picture, new Array(side).fill(1 / side), side >> 1);
}

/**
 * @param {Picture} picture
 * @param {number[]} weights
 * @param {number} before how many of them lie before a pixel
 */
function separable({ height, width, channels, values }, weights, before) {
  const rows = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  const line = width * channels;
  for (let column = 0; column < width; column += 1) {
    const sources = weights.map((_, number) => (
      mirrored(column + number - before, width) * channels));
    for (let row = 0; row < height; row += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const start = row * line + channel;
        let sum = 0;
        for (let i = 0; i < weights.length; i += 1) {
          sum += weights[i] * values[start + sources[i]];
        }
        rows[start + column * channels] = sum;
      }
    }
  }
  for (let row = 0; row < height; row += 1) {
    const sources = weights.map((_, number) => (
      mirrored(row + number - before, height) * line));
    for (let i = 0; i < line; i += 1) {
      let sum = 0;
      for (let j = 0; j < weights.length; j += 1) {
        sum += weights[j] * rows[sources[j] + i];
      }
      result[row * line + i] = sum;
    }
  }
  return new Picture(height, width, channels, result);
}

/**
 * A position inside, by mirrors at the first and the last pixel.
 *
 * @param {number} position
 * @param {number} length
 */
export function mirrored(position, length) {
  const period = Math.max(2 * (length - 1), 1);
  const inside = ((position % period) + period) % period;
  return Math.min(inside, period - inside);
}
