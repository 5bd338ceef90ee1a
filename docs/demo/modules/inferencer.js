/** A damaged photograph in, a restored photograph out, as
 * hcl_mmagic/apis/inferencer.py does without options. */
import { lookAtEveryScale } from './detection.js';
import { continueGrain } from './grain.js';
import { composite, findMask, fittingWeights } from './mask_editing.js';
import { planMemory } from './memory.js';
import { PhotographRepair } from './photograph_repair.js';
import { Picture } from './picture.js';
import { whyNotJudged } from './unjudged.js';
import { judge } from './verdict.js';

/**
 * What was found in a photograph.
 *
 * @typedef {object} Detection
 * @property {Picture} confidence probability of 'corrupted', float32
 * @property {Uint8Array} certainty of the region that a pixel belongs to
 * @property {import('./verdict.js').Verdict} verdict
 */

/**
 * What was made of it.
 *
 * @typedef {object} Restoration
 * @property {Picture} restored bytes; outside of the mask those that came
 * @property {Picture} mask 1 = changed, 0 = untouched
 */

/**
 * @param {import('./networks.js').Networks} networks
 * @param {Picture} pixels bytes, RGB or grey
 * @returns {Promise<Detection>}
 */
export async function detect(networks, pixels) {
  const plan = planFor(networks, pixels);
  const confidence = await lookAtEveryScale(networks, pixels, plan);
  const reason = whyNotJudged(pixels);
  if (reason !== null) {
    return {
      confidence,
      certainty: new Uint8Array(confidence.values.length),
      verdict: {
        label: 'not looked at', probability: null, regions: [], reason,
      },
    };
  }
  return { confidence, ...judge(networks.about.calibration, confidence) };
}

/**
 * @param {import('./networks.js').Networks} networks
 * @param {Picture} pixels bytes, RGB or grey
 * @param {Detection} detection of `detect`
 * @param {boolean} restoreUncertain
 * @returns {Promise<Restoration>}
 */
export async function restore(networks, pixels, detection, restoreUncertain) {
  const weights = fittingWeights(findMask(
    detection.confidence, detection.certainty, restoreUncertain));
  const mask = weights.with(
    Uint8Array.from(weights.values, (weight) => Number(weight > 0)));
  if (!mask.hasAny()) return { restored: pixels, mask };
  const repair = new PhotographRepair(
    (picture, region) => networks.repair(picture, region),
    planFor(networks, pixels).tileSize,
    Math.floor(networks.about.crop_size / 4));
  const filled = await repair.run(pixels, mask);
  continueGrain(filled, pixels, mask);
  return { restored: composite(pixels, filled, weights), mask };
}

/**
 * @param {import('./networks.js').Networks} networks
 * @param {Picture} pixels
 */
function planFor({ about }, { height, width }) {
  return planMemory(about.demand, height * width);
}
