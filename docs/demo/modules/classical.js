/** Filling damage from its surroundings, as `push_pull` of
 * hcl_mmagic/apis/classical.py. */
import { Picture } from './picture.js';
import { resizeLinear } from './resizing.js';

/**
 * @param {Picture} picture float32
 * @param {Picture} mask 1 = corrupted, 0 = intact
 * @returns {Picture} float32
 */
export function pushPull(picture, mask) {
  // Colours are kept multiplied by how far they are known.
  let known = mask.with(Float32Array.from(mask.values, (value) => 1 - value));
  const { channels } = picture;
  let color = picture.with(picture.values.map(
    (value, place) => value * known.values[Math.floor(place / channels)]));
  const levels = [{ color, known }];
  while (Math.max(known.height, known.width) > 1) {
    color = sumOfChildren(color);
    known = sumOfChildren(known);
    known.values.forEach((value, place) => {
      const scale = Math.min(value, 1) / Math.max(value, 1e-8);
      known.values[place] = value * scale;
      for (let i = place * channels; i < (place + 1) * channels; i += 1) {
        color.values[i] *= scale;
      }
    });
    levels.push({ color, known });
  }
  const top = levels.pop();
  let filled = top.color.with(top.color.values.map((value) => (
    value / Math.max(top.known.values[0], 1e-8))));
  while (levels.length) {
    ({ color, known } = levels.pop());
    filled = resizeLinear(filled, known.height, known.width);
    for (let i = 0; i < filled.values.length; i += 1) {
      const unknown = 1 - known.values[Math.floor(i / channels)];
      filled.values[i] = filled.values[i] * unknown + color.values[i];
    }
  }
  return filled;
}

/**
 * Of 2x2 pixels each; fewer where a side is odd.
 *
 * @param {Picture} level
 */
function sumOfChildren({ height, width, channels, values }) {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const sums = new Float32Array(rows * columns * channels);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const from = (row * width + column) * channels;
      const to = ((row >> 1) * columns + (column >> 1)) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        sums[to + channel] += values[from + channel];
      }
    }
  }
  return new Picture(rows, columns, channels, sums);
}
