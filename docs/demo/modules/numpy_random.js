/** The random numbers of NumPy's `default_rng`: PCG64, seeded with a number. */

const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * `numpy.random.default_rng(seed).integers(bound, size=count)`.
 *
 * @param {number} seed from 0 to 2 ** 32 - 1
 * @param {number} bound a power of two up to 2 ** 16
 * @param {number} count
 * @returns {number[]}
 */
export function drawIntegers(seed, bound, count) {
  const random = new NumpyRandom(seed);
  return Array.from({ length: count }, () => (
    Math.floor(random.nextHalf() * bound / 2 ** 32)));
}

class NumpyRandom {
  /** @param {number} seed */
  constructor(seed) {
    const words = seedSequence(seed);
    const state = (words[0] << 64n) | words[1];
    this.increment = ((((words[2] << 64n) | words[3]) << 1n) | 1n) & MASK_128;
    this.state = 0n;
    this.step();
    this.state = (this.state + state) & MASK_128;
    this.step();
    /** @type {number | undefined} */
    this.upperHalf = undefined;
  }

  step() {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK_128;
  }

  /** 32 bits: the lower half of a number first, then the upper one. */
  nextHalf() {
    if (this.upperHalf !== undefined) {
      const half = this.upperHalf;
      this.upperHalf = undefined;
      return half;
    }
    this.step();
    const mixed = ((this.state >> 64n) ^ this.state) & MASK_64;
    const turn = this.state >> 122n;
    const turned = ((mixed >> turn) | (mixed << ((64n - turn) & 63n)))
      & MASK_64;
    this.upperHalf = Number(turned >> 32n);
    return Number(turned & 0xffffffffn);
  }
}

/**
 * Four numbers of 64 bits, of NumPy's `SeedSequence`.
 *
 * @param {number} seed
 * @returns {bigint[]}
 */
function seedSequence(seed) {
  let constant = 0x43b0d7e5;
  /** @param {number} value @param {number} multiplier */
  const hash = (value, multiplier) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, multiplier) >>> 0;
    const product = Math.imul(mixed, constant) >>> 0;
    return (product ^ (product >>> 16)) >>> 0;
  };
  const pool = [seed, 0, 0, 0].map((word) => hash(word, 0x931e8875));
  for (let source = 0; source < 4; source += 1) {
    for (let target = 0; target < 4; target += 1) {
      if (source !== target) {
        const value = (Math.imul(pool[target], 0xca01f9dd)
          - Math.imul(hash(pool[source], 0x931e8875), 0x4973f715)) >>> 0;
        pool[target] = (value ^ (value >>> 16)) >>> 0;
      }
    }
  }
  constant = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, number) => (
    BigInt(hash(pool[number % 4], 0x58f38ded))));
  return [0, 2, 4, 6].map((low) => words[low] | (words[low + 1] << 32n));
}
