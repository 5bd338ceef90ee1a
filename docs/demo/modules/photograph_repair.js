/** Repairing the damage of a photograph of any size, as
 * hcl_mmagic/apis/photograph_repair.py does. */
import { distancesInSteps5 } from './distances.js';
import { largest, Picture, roundToEven } from './picture.js';
import { resizeArea, resizeLinear } from './resizing.js';
import { spansOf } from './tiles.js';

/**
 * @typedef {(picture: Picture, mask: Picture) => Promise<Picture>} Repair
 */

/** Repairs photographs of any size with networks for small ones. */
export class PhotographRepair {
  /**
   * @param {Repair} repair
   * @param {import('./tiles.js').TileSize} tileSize what they see at once
   * @param {number} reach pixels of damage that they can fill from its edge
   */
  constructor(repair, tileSize, reach) {
    this.repair = repair;
    this.tileSize = tileSize;
    this.reach = reach;
  }

  /**
   * A copy with other values where the mask is 1.
   *
   * @param {Picture} pixels bytes
   * @param {Picture} mask bytes
   * @returns {Promise<Picture>}
   */
  async run(pixels, mask) {
    const depth = distancesInSteps5(mask).values;
    const filled = pixels.copy();
    if (largest(depth) <= this.reach
      || Math.min(mask.height, mask.width) < 2) {
      await this.fillRim(filled, pixels, mask, null);
      return filled;
    }
    // The deep part first, from a smaller picture; then the rim, for which
    // the deep part is as good as intact.
    const { values: enlarged } = await this.enlargedRepair(pixels, mask);
    const { channels } = pixels;
    filled.values.forEach((_, i) => {
      if (mask.values[Math.floor(i / channels)]) filled.values[i] = enlarged[i];
    });
    const rim = mask.with(Uint8Array.from(mask.values, (value, place) => (
      value & Number(depth[place] <= this.reach))));
    await this.fillRim(filled, filled.copy(), rim, depth);
    return filled;
  }

  /**
   * The repair of the photograph at half its size, enlarged.
   *
   * @param {Picture} pixels
   * @param {Picture} mask
   */
  async enlargedRepair(pixels, mask) {
    const rows = Math.ceil(mask.height / 2);
    const columns = Math.ceil(mask.width / 2);
    // Only intact pixels count, so that no damage is averaged into them.
    const share = resizeArea(mask.with(
      Float64Array.from(mask.values, (value) => 1 - value)), rows, columns);
    const repaired = await this.run(
      resizeArea(pixels, rows, columns),
      share.with(Uint8Array.from(share.values, (value) => Number(value < 1))));
    return resizeLinear(repaired, mask.height, mask.width);
  }

  /**
   * Fill the masked pixels, tile by tile, in place; towards the deep part,
   * where there is one, fade into what is there already.
   *
   * @param {Picture} filled
   * @param {Picture} pixels
   * @param {Picture} mask
   * @param {import('./picture.js').Values | null} depth
   */
  async fillRim(filled, pixels, mask, depth) {
    const values = await this.blendedTiles(pixels, mask);
    const { channels } = pixels;
    mask.values.forEach((masked, place) => {
      if (!masked) return;
      const share = depth ? Math.min(
        2 - 2 * Math.min(depth[place], this.reach) / this.reach, 1) : 1;
      for (let i = place * channels; i < (place + 1) * channels; i += 1) {
        filled.values[i] = roundToEven(Math.fround(
          values[i] * share + filled.values[i] * (1 - share)));
      }
    });
  }

  /**
   * What the networks make of the tiles that the mask touches, faded into
   * each other.
   *
   * @param {Picture} pixels
   * @param {Picture} mask
   */
  async blendedTiles(pixels, mask) {
    const { width, channels } = pixels;
    const sums = new Float32Array(pixels.values.length);
    for (const row of spansOf(this.tileSize, mask.height)) {
      for (const column of spansOf(this.tileSize, width)) {
        if (!mask.hasAny(row.used, column.used)) continue;
        const tile = await this.repair(pixels.part(row.seen, column.seen),
          mask.part(row.seen, column.seen));
        row.weights.forEach((rowWeight, number) => {
          const y = row.used[0] + number;
          const from = (y - row.seen[0]) * tile.width + column.used[0]
            - column.seen[0];
          const to = y * width + column.used[0];
          for (let i = 0; i < column.weights.length * channels; i += 1) {
            const weight = column.weights[Math.floor(i / channels)] * rowWeight;
            sums[to * channels + i] += weight
              * tile.values[from * channels + i];
          }
        });
      }
    }
    return sums;
  }
}
