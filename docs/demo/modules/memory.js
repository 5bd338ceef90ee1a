/** How much of a photograph the networks may see at once: the same plan as
 * hcl_mmagic/apis/memory.py makes without options. */

/**
 * What networks take.
 *
 * @typedef {object} NetworkDemand
 * @property {number} resident_bytes
 * @property {number} pixel_bytes
 * @property {number} divisor sides of their tiles are multiples of this
 * @property {number} largest_tile
 */

/**
 * What the networks may see at once.
 *
 * @typedef {object} MemoryPlan
 * @property {number} maxPixels of a picture that they see whole
 * @property {import('./tiles.js').TileSize} tileSize
 */

export const MAX_MEMORY = 3e9;
export const LIBRARY_BYTES = 7e8;
export const PICTURE_FACTOR = 16;
export const MAP_BYTES = 16;
export const CONTEXT = 64;

/**
 * @param {NetworkDemand} demand
 * @param {number} pixels of the photograph
 * @returns {MemoryPlan}
 */
export function planMemory(demand, pixels) {
  const { divisor } = demand;
  const taken = LIBRARY_BYTES + demand.resident_bytes
    + pixels * (PICTURE_FACTOR + MAP_BYTES);
  const maxPixels = Math.floor((MAX_MEMORY - taken) / demand.pixel_bytes);
  const context = Math.ceil(CONTEXT / divisor) * divisor;
  const largest = Math.min(Math.floor(Math.sqrt(maxPixels)),
    Math.max(demand.largest_tile, 4 * divisor));
  const side = Math.floor(largest / divisor) * divisor;
  const tileSize = side <= 2 * context
    ? { side: 3 * divisor, context: divisor } : { side, context };
  return { maxPixels, tileSize };
}
