/** Distances of pixels from the nearest one that is 0, as OpenCV measures. */
import { Picture } from './picture.js';

// Steps and their lengths: beside, diagonal, and as a knight jumps.
/** @type {[number, number, number][]} */
const STEPS_3 = [[-1, -1, 1.3693], [-1, 0, 0.955], [-1, 1, 1.3693],
  [0, -1, 0.955]];
/** @type {[number, number, number][]} */
const STEPS_5 = [[-2, -1, 2.1969], [-2, 1, 2.1969], [-1, -2, 2.1969],
  [-1, -1, 1.4], [-1, 0, 1], [-1, 1, 1.4], [-1, 2, 2.1969], [0, -1, 1]];
const ONE = 2 ** 16;
// Of what is far from everything.
const FAR = 2 ** 29;

/** `cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_3)`.
 *
 * @param {Picture} mask bytes
 * @returns {Picture} float32
 */
export function distancesInSteps3(mask) {
  return distancesInSteps(mask, STEPS_3);
}

/** `cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5)`.
 *
 * @param {Picture} mask bytes
 * @returns {Picture} float32
 */
export function distancesInSteps5(mask) {
  return distancesInSteps(mask, STEPS_5);
}

/**
 * @param {Picture} mask
 * @param {[number, number, number][]} steps
 */
function distancesInSteps(mask, steps) {
  const { height, width } = mask;
  const border = 2;
  const line = width + 2 * border;
  const far = new Int32Array(line * (height + 2 * border)).fill(FAR);
  const moves = steps.map(([down, across, length]) => (
    { offset: down * line + across, length: Math.round(length * ONE) }));
  for (const direction of [1, -1]) {
    for (let i = 0; i < height * width; i += 1) {
      const number = direction > 0 ? i : height * width - 1 - i;
      const row = Math.floor(number / width);
      const place = (row + border) * line + border + number - row * width;
      if (mask.values[number] === 0) {
        far[place] = 0;
        continue;
      }
      let least = far[place];
      for (const { offset, length } of moves) {
        const other = far[place + direction * offset] + length;
        if (other < least) least = other;
      }
      far[place] = least;
    }
  }
  const result = new Float32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      result[row * width + column] =
        far[(row + border) * line + border + column] / ONE;
    }
  }
  return mask.with(result);
}

/**
 * The exact distance of each pixel from the nearest one that is **not** 0, as
 * far as it is not above a reach; Infinity beyond.
 *
 * @param {Picture} mask bytes
 * @param {number} reach in whole pixels
 * @returns {Picture} float32
 */
export function distancesUpTo(mask, reach) {
  const { height, width, values } = mask;
  const beyond = reach + 1;
  const upright = new Int32Array(height * width).fill(beyond);
  for (const direction of [1, -1]) {
    for (let i = 0; i < height * width; i += 1) {
      const place = direction > 0 ? i : height * width - 1 - i;
      const before = place - direction * width;
      if (values[place]) upright[place] = 0;
      else if (before >= 0 && before < height * width) {
        upright[place] = Math.min(upright[place], upright[before] + 1);
      }
    }
  }
  const result = new Float32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    const start = row * width;
    for (let column = 0; column < width; column += 1) {
      let least = Infinity;
      const last = Math.min(column + reach, width - 1);
      for (let other = Math.max(column - reach, 0); other <= last; other += 1) {
        const down = upright[start + other];
        const square = down * down + (other - column) * (other - column);
        if (down < beyond && square < least) least = square;
      }
      result[start + column] = Math.sqrt(least);
    }
  }
  return mask.with(result);
}
