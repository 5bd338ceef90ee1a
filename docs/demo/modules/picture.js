/**
 * Values of a picture, row after row, the channels of a pixel together.
 * Masks (1 = corrupted, 0 = intact) and maps are pictures of one channel.
 *
 * @typedef {Uint8Array | Int32Array | Float32Array | Float64Array} Values
 */

/** A picture. What makes another one copies; nothing else shares values. */
export class Picture {
  /**
   * @param {number} height rows
   * @param {number} width pixels of a row
   * @param {number} channels values of a pixel
   * @param {Values} values all of them, `height * width * channels`
   */
  constructor(height, width, channels, values) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.values = values;
  }

  /**
   * Another one of this size and kind.
   *
   * @param {Values} values
   * @param {number} [channels]
   */
  with(values, channels = this.channels) {
    return new Picture(this.height, this.width, channels, values);
  }

  /** @returns {Picture} */
  copy() {
    return this.with(this.values.slice());
  }

  /**
   * A part, from each start up to and without its stop.
   *
   * @param {[number, number]} rows
   * @param {[number, number]} columns
   */
  part([top, bottom], [left, right]) {
    const { width, channels, values } = this;
    const length = (right - left) * channels;
    // @ts-ignore: the same kind of array
    const part = new values.constructor((bottom - top) * length);
    for (let row = top; row < bottom; row += 1) {
      const start = (row * width + left) * channels;
      part.set(values.subarray(start, start + length), (row - top) * length);
    }
    return new Picture(bottom - top, right - left, channels, part);
  }

  /** Whether a value of a part is not 0.
   *
   * @param {[number, number]} rows
   * @param {[number, number]} columns
   */
  hasAny([top, bottom] = [0, this.height], [left, right] = [0, this.width]) {
    for (let row = top; row < bottom; row += 1) {
      const start = row * this.width;
      for (let place = start + left; place < start + right; place += 1) {
        if (this.values[place]) return true;
      }
    }
    return false;
  }
}

/**
 * To the nearest whole number, halves to the even one, as NumPy rounds.
 *
 * @param {number} value
 */
export function roundToEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 ? floor + 1 : floor;
}

/**
 * The largest value; -Infinity of none.
 *
 * @param {Values} values
 */
export function largest(values) {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** @param {Values} values */
export function sumOf(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
