/** From a map of confidences to the pixels that are changed, as
 * hcl_mmagic/apis/mask_editing.py does without options. */
import { connectedComponents } from './connected_components.js';
import { distancesInSteps3, distancesUpTo } from './distances.js';
import { Picture, roundToEven } from './picture.js';
import { SURE, UNSURE } from './verdict.js';

export const GROWTH_SHARE = 1 / 8;
export const MOST_GROWTH = 2;
export const GROWTH_SIDE = 512;
export const LEAST_DILATE = 0.5;
export const LEAST_FEATHER = 1;

/**
 * Cut a map of confidences into a mask.
 *
 * @param {Picture} confidence
 * @param {Uint8Array} certainty
 * @param {boolean} restoreUncertain whether regions that may be damaged are
 *   repaired, too
 */
export function findMask(confidence, certainty, restoreUncertain) {
  const least = restoreUncertain ? UNSURE : SURE;
  return confidence.with(Uint8Array.from(confidence.values, (value, place) => (
    Number(value > 0.5 && certainty[place] >= least))));
}

/**
 * How much of each pixel comes from the restoration: 255 = all of it, 0 =
 * untouched. Every connected part grows as befits its thickness.
 *
 * @param {Picture} mask
 * @returns {Picture} bytes
 */
export function fittingWeights(mask) {
  const weights = new Uint8Array(mask.values.length);
  const side = Math.min(mask.height, mask.width);
  const most = MOST_GROWTH * Math.max(side / GROWTH_SIDE, 0.5);
  for (const { part, growth } of partsByGrowth(mask)) {
    const grown = growPart(part, Math.min(LEAST_DILATE + growth, most),
      Math.min(LEAST_FEATHER + growth, most));
    grown.forEach((weight, place) => {
      if (weight > weights[place]) weights[place] = weight;
    });
  }
  return mask.with(weights);
}

/**
 * Connected parts that grow alike, together, and by how many pixels.
 *
 * @param {Picture} mask
 */
function partsByGrowth(mask) {
  const depth = distancesInSteps3(mask).values;
  const { labels, count } = connectedComponents(mask);
  const deepest = new Float32Array(count);
  labels.forEach((label, place) => {
    if (label && depth[place] > deepest[label]) deepest[label] = depth[place];
  });
  // In steps: few of them, however many parts there are.
  const steps = Array.from(deepest, (most, label) => (
    label ? Math.ceil(Math.fround(2 * Math.log2(Math.max(most, 1)))) : -1));
  const different = [...new Set(steps.slice(1))].sort((a, b) => a - b);
  return different.map((step) => ({
    part: mask.with(
      Uint8Array.from(labels, (label) => Number(steps[label] === step))),
    growth: 2 * 2 ** (step / 2) * GROWTH_SHARE,
  }));
}

/**
 * @param {Picture} part
 * @param {number} dilate
 * @param {number} feather
 */
function growPart(part, dilate, feather) {
  const distance = distancesUpTo(part, Math.ceil(dilate + feather)).values;
  const reach = Math.fround(dilate + feather);
  const slope = Math.fround(-255 / feather);
  return Uint8Array.from(distance, (value) => {
    if (value > reach) return 0;
    const weight = Math.fround(Math.fround(value - reach) * slope);
    return roundToEven(Math.min(Math.max(weight, 0), 255));
  });
}

/**
 * The masked pixels from the repair and all others as they are.
 *
 * @param {Picture} pixels bytes
 * @param {Picture} filled likewise
 * @param {Picture} weights of `fittingWeights`
 */
export function composite(pixels, filled, weights) {
  const result = pixels.copy();
  const { channels } = pixels;
  weights.values.forEach((weight, place) => {
    if (!weight) return;
    const share = Math.fround(weight / 255);
    const rest = Math.fround(1 - share);
    for (let i = place * channels; i < (place + 1) * channels; i += 1) {
      result.values[i] = weight === 255 ? filled.values[i] : roundToEven(
        Math.fround(Math.fround(filled.values[i] * share)
          + Math.fround(pixels.values[i] * rest)));
    }
  });
  return result;
}
