/** Growing and shrinking masks, as OpenCV does. */
import { Picture, roundToEven } from './picture.js';

/**
 * `cv2.dilate` with an ellipse of a number of pixels across, an odd one.
 *
 * @param {Picture} mask bytes, 0 or 1
 * @param {number} across
 */
export function dilateByEllipse(mask, across) {
  const { height, width } = mask;
  const radius = across >> 1;
  const nearest = distancesInRows(mask);
  const result = new Uint8Array(height * width);
  for (let down = -radius; down <= radius; down += 1) {
    const reach = roundToEven(
      Math.sqrt((radius * radius - down * down) * (radius
        ? 1 / (radius * radius) : 0)) * radius);
    const top = Math.max(0, -down);
    const bottom = Math.min(height, height - down);
    for (let row = top; row < bottom; row += 1) {
      const from = (row + down) * width;
      const to = row * width;
      for (let column = 0; column < width; column += 1) {
        if (nearest[from + column] <= reach) result[to + column] = 1;
      }
    }
  }
  return mask.with(result);
}

/**
 * `cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, ...)`: both sides of borders.
 *
 * @param {Picture} mask bytes, 0 or 1
 * @param {number} across of an ellipse
 */
export function bordersByEllipse(mask, across) {
  const outside = dilateByEllipse(mask, across).values;
  const inside = dilateByEllipse(
    mask.with(Uint8Array.from(mask.values, (value) => 1 - value)),
    across).values;
  return mask.with(outside.map((value, place) => value & inside[place]));
}

/**
 * Whether a square of a number of pixels fits into a mask somewhere; beyond
 * the edges of the picture it may be anything.
 *
 * @param {Picture} mask bytes, 0 or 1
 * @param {number} side
 */
export function holdsSquare({ height, width, values }, side) {
  const above = side >> 1;
  const below = side - 1 - above;
  const line = width + 1;
  const sums = new Float64Array((height + 1) * line);
  for (let row = 0; row < height; row += 1) {
    let sum = 0;
    for (let column = 0; column < width; column += 1) {
      sum += values[row * width + column];
      sums[(row + 1) * line + column + 1] =
        sums[row * line + column + 1] + sum;
    }
  }
  for (let row = 0; row < height; row += 1) {
    const top = Math.max(row - above, 0);
    const bottom = Math.min(row + below + 1, height);
    for (let column = 0; column < width; column += 1) {
      const left = Math.max(column - above, 0);
      const right = Math.min(column + below + 1, width);
      const sum = sums[bottom * line + right] - sums[top * line + right]
        - sums[bottom * line + left] + sums[top * line + left];
      if (sum === (bottom - top) * (right - left)) return true;
    }
  }
  return false;
}

/**
 * How far the nearest pixel of a mask is in the same row.
 *
 * @param {Picture} mask
 */
function distancesInRows({ height, width, values }) {
  const far = 2 ** 30;
  const result = new Int32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    const start = row * width;
    let distance = far;
    for (let column = 0; column < width; column += 1) {
      distance = values[start + column] ? 0 : distance + 1;
      result[start + column] = distance;
    }
    distance = far;
    for (let column = width - 1; column >= 0; column -= 1) {
      distance = values[start + column] ? 0 : distance + 1;
      result[start + column] = Math.min(result[start + column], distance);
    }
  }
  return result;
}
