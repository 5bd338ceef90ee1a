/** Connected parts of a mask. */
import { Picture } from './picture.js';

/**
 * Number the connected parts (8 neighbours) from 1 on, in the order of their
 * first pixels; 0 is what is in none.
 *
 * @param {Picture} mask bytes, not 0 = inside
 * @returns {{ labels: Int32Array, count: number }} how many numbers there
 *   are, that of nothing included
 */
export function connectedComponents({ height, width, values }) {
  const labels = new Int32Array(height * width);
  const waiting = new Int32Array(height * width);
  let count = 1;
  for (let place = 0; place < labels.length; place += 1) {
    if (!values[place] || labels[place]) continue;
    labels[place] = count;
    waiting[0] = place;
    let length = 1;
    while (length) {
      length -= 1;
      const centre = waiting[length];
      const row = Math.floor(centre / width);
      const column = centre - row * width;
      const left = Math.max(column - 1, 0);
      const right = Math.min(column + 1, width - 1);
      const bottom = Math.min(row + 1, height - 1);
      for (let y = Math.max(row - 1, 0); y <= bottom; y += 1) {
        for (let near = y * width + left; near <= y * width + right;
          near += 1) {
          if (values[near] && !labels[near]) {
            labels[near] = count;
            waiting[length] = near;
            length += 1;
          }
        }
      }
    }
    count += 1;
  }
  return { labels, count };
}
