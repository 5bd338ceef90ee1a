/** Grain: the noise of a photograph goes on in what was repaired, as
 * hcl_mmagic/apis/grain.py draws it. */
import { boxFilter, gaussianBlur } from './filters.js';
import { drawIntegers } from './numpy_random.js';
import { Picture, roundToEven, sumOf } from './picture.js';

export const SIDE = 16;
export const STEP = SIDE / 2;
export const BAND = 8 * SIDE;
export const SMOOTHING = 2;
export const MARGIN = 8;
export const MOST_BLOCKS = 4096;
export const UNCLIPPED = [8, 247];
export const QUIET_SHARE = 0.1;
export const MOST_VARIANCE = 2;
export const MOST_RELIEF = 0.5;
export const FEWEST_BLOCKS = 8;
export const NEAREST = 8;
export const NOISE_RANGE = [0.5, 20];

/**
 * A block of noise, and what lies below it.
 *
 * @typedef {object} Block
 * @property {Float32Array} noise SIDE x SIDE pixels
 * @property {number} brightness mean value where it is from
 * @property {number} relief deviation of what the blur leaves
 * @property {number} variance
 */

/**
 * Blocks of noise, darkest first, and the variance of all.
 *
 * @typedef {object} Grain
 * @property {Block[]} blocks
 * @property {number} variance
 */

/**
 * Let the noise of a photograph go on in its repair, in place.
 *
 * @param {Picture} filled the repaired photograph, bytes
 * @param {Picture} pixels the photograph before
 * @param {Picture} mask
 */
export function continueGrain(filled, pixels, mask) {
  const grain = findGrain(pixels, mask);
  if (!grain) return;
  const { height, width } = mask;
  const { channels, values } = filled;
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(top + BAND, height);
    if (!mask.hasAny([top, bottom], [0, width])) continue;
    const noise = noiseOfBand(grain, filled, mask, top);
    const share = missingShare(grain, filled, mask, [top, bottom]);
    for (let place = 0; place < (bottom - top) * width; place += 1) {
      if (!mask.values[top * width + place]) continue;
      for (let channel = 0; channel < channels; channel += 1) {
        const from = place * channels + channel;
        const to = top * width * channels + from;
        const value = Math.fround(values[to]
          + Math.fround(noise[from] * share[place]));
        values[to] = roundToEven(Math.min(Math.max(value, 0), 255));
      }
    }
  }
}

/**
 * The noise of the flat, intact places of a photograph; null if there is none
 * to be seen, or no such place.
 *
 * @param {Picture} pixels
 * @param {Picture} mask
 * @returns {Grain | null}
 */
export function findGrain(pixels, mask) {
  const blocks = intactBlocks(pixels, mask).filter(({ brightness }) => (
    brightness > UNCLIPPED[0] && brightness < UNCLIPPED[1]));
  if (!blocks.length) return null;
  const variances = blocks.map(({ variance }) => variance);
  const limit = MOST_VARIANCE * quantile(variances, QUIET_SHARE);
  const flat = blocks.filter(({ variance, relief }) => variance <= limit
    && relief < Math.max(MOST_RELIEF * Math.sqrt(variance), 1));
  if (flat.length < FEWEST_BLOCKS) return null;
  flat.sort((one, other) => one.brightness - other.brightness);
  const variance = quantile(flat.map((block) => block.variance), 0.5);
  const deviation = Math.sqrt(variance);
  if (deviation < NOISE_RANGE[0] || deviation > NOISE_RANGE[1]) return null;
  const rise = Array.from({ length: SIDE }, (_, number) => (
    Math.sin(Math.PI * (number + 0.5) / SIDE)));
  const { channels } = pixels;
  for (const { noise } of flat) {
    noise.forEach((value, i) => {
      const place = Math.floor(i / channels);
      noise[i] = value * Math.fround(
        rise[Math.floor(place / SIDE)] * rise[place % SIDE]);
    });
  }
  return { blocks: flat, variance };
}

/**
 * Blocks all over the picture where nothing near is masked.
 *
 * @param {Picture} pixels
 * @param {Picture} mask
 * @returns {Block[]}
 */
function intactBlocks(pixels, mask) {
  const { height, width } = mask;
  const step = Math.max(
    SIDE, Math.floor(Math.sqrt(height * width / MOST_BLOCKS)));
  const blocks = [];
  for (let top = 0; top <= height - SIDE; top += step) {
    for (let left = 0; left <= width - SIDE; left += step) {
      /** @type {[number, number]} */
      const rows = [Math.max(top - MARGIN, 0),
        Math.min(top + SIDE + MARGIN, height)];
      /** @type {[number, number]} */
      const columns = [Math.max(left - MARGIN, 0),
        Math.min(left + SIDE + MARGIN, width)];
      if (!mask.hasAny(rows, columns)) {
        blocks.push(blockOf(pixels.part(rows, columns), top - rows[0],
          left - columns[0]));
      }
    }
  }
  return blocks;
}

/**
 * @param {Picture} around a block, with what its blur sees
 * @param {number} top where in it the block begins
 * @param {number} left
 * @returns {Block}
 */
function blockOf(around, top, left) {
  const { smooth, detail } = withoutNoise(around);
  /** @param {Picture} picture */
  const centre = (picture) => /** @type {Float32Array} */ (picture.part(
    [top, top + SIDE], [left, left + SIDE]).values);
  const level = centre(smooth);
  const noise = centre(detail);
  const { channels } = around;
  let relief = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    relief += Math.sqrt(varianceOf(
      level.filter((_, i) => i % channels === channel))) / channels;
  }
  return {
    noise,
    relief,
    brightness: Math.fround(meanOf(level)),
    variance: varianceOf(noise),
  };
}

/**
 * A picture blurred, and what the blur has taken away.
 *
 * @param {Picture} pixels
 */
function withoutNoise(pixels) {
  const smooth = gaussianBlur(pixels, SMOOTHING);
  const detail = pixels.with(Float32Array.from(
    pixels.values, (value, i) => value - smooth.values[i]));
  return { smooth, detail };
}

/**
 * Noise of the rows of a band where the mask is, drawn by the place of a
 * block.
 *
 * @param {Grain} grain
 * @param {Picture} filled
 * @param {Picture} mask
 * @param {number} top
 */
function noiseOfBand(grain, filled, mask, top) {
  const { height, width, channels } = filled;
  const noise = new Float32Array(BAND * width * channels);
  for (let row = top - STEP; row < Math.min(top + BAND, height);
    row += STEP) {
    const draws = drawIntegers(
      row + STEP, NEAREST * 4, Math.floor(width / STEP) + 2);
    /** @type {[number, number]} */
    const rows = [Math.max(row, 0), Math.min(row + SIDE, height)];
    draws.forEach((draw, column) => {
      const left = (column - 1) * STEP;
      /** @type {[number, number]} */
      const columns = [Math.max(left, 0), Math.min(left + SIDE, width)];
      if (!mask.hasAny(rows, columns)) return;
      const level = meanOf(filled.part(rows, columns).values);
      addBlock(noise, chooseBlock(grain, level, draw), draw, row - top, left,
        width, channels);
    });
  }
  return noise;
}

/**
 * @param {Grain} grain
 * @param {number} level
 * @param {number} draw
 */
function chooseBlock({ blocks }, level, draw) {
  const brighter = blocks.findIndex(({ brightness }) => (
    brightness >= level));
  const place = (brighter < 0 ? blocks.length : brighter) - NEAREST / 2;
  const number = Math.max(place + Math.floor(draw / 4), 0);
  return blocks[Math.min(number, blocks.length - 1)];
}

/**
 * Add a block, turned over as was drawn, as far as it lies in the band.
 *
 * @param {Float32Array} noise of the band
 * @param {Block} block
 * @param {number} draw
 * @param {number} top
 * @param {number} left
 * @param {number} width
 * @param {number} channels
 */
function addBlock(noise, block, draw, top, left, width, channels) {
  const isUpsideDown = draw % 2 === 1;
  const isReversed = Math.floor(draw / 2) % 2 === 1;
  for (let y = Math.max(-top, 0); y < SIDE && top + y < BAND; y += 1) {
    const sourceRow = isUpsideDown ? SIDE - 1 - y : y;
    for (let x = Math.max(-left, 0); x < SIDE && left + x < width; x += 1) {
      const sourceColumn = isReversed ? SIDE - 1 - x : x;
      const from = (sourceRow * SIDE + sourceColumn) * channels;
      const to = ((top + y) * width + left + x) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        noise[to + channel] += block.noise[from + channel];
      }
    }
  }
}

/**
 * Factor of the noise that brings the repair's own up to the grain's, of each
 * pixel of some rows.
 *
 * @param {Grain} grain
 * @param {Picture} filled
 * @param {Picture} mask
 * @param {[number, number]} rows
 */
function missingShare(grain, filled, mask, [top, bottom]) {
  const { height, width, channels } = filled;
  const first = Math.max(top - SIDE, 0);
  /** @type {[number, number]} */
  const seen = [first, Math.min(bottom + SIDE, height)];
  const { detail } = withoutNoise(filled.part(seen, [0, width]));
  const inside = mask.part(seen, [0, width]);
  const energy = inside.with(Float32Array.from(inside.values,
    (masked, place) => {
      if (!masked) return 0;
      let sum = 0;
      for (let i = place * channels; i < (place + 1) * channels; i += 1) {
        sum += detail.values[i] ** 2;
      }
      return sum / channels;
    }));
  const energies = boxFilter(energy, SIDE).values;
  const weights = boxFilter(inside, SIDE).values;
  const start = (top - first) * width;
  return Float32Array.from({ length: (bottom - top) * width }, (_, place) => {
    const share = 1 - energies[start + place]
      / Math.max(weights[start + place], 1e-6) / grain.variance;
    return Math.sqrt(Math.min(Math.max(share, 0), 1));
  });
}

/** @param {import('./picture.js').Values} values */
function meanOf(values) {
  return sumOf(values) / values.length;
}

/** @param {import('./picture.js').Values} values */
function varianceOf(values) {
  const mean = meanOf(values);
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return sum / values.length;
}

/**
 * As `numpy.quantile`.
 *
 * @param {number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
