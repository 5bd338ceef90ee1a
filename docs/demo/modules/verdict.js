/** Whether regions of a photograph are damaged, and so the photograph, as
 * hcl_mmagic/apis/verdict.py judges. */
import { Picture } from './picture.js';
import { findRegions } from './regions.js';

export const SURE = 2;
export const UNSURE = 1;

/**
 * A logistic regression on what was measured of a region.
 *
 * @typedef {object} Calibration
 * @property {string[]} feature_names
 * @property {number[]} means
 * @property {number[]} scales
 * @property {number[]} weights of the features and, if there are more, of
 *   the products of two, row by row
 * @property {number} bias
 * @property {number} clean_below
 * @property {number} damaged_above
 */

/** @typedef {'clean' | 'uncertain' | 'damaged' | 'not looked at'} Label */

/**
 * @typedef {object} Verdict
 * @property {Label} label
 * @property {number | null} probability that it is damaged; null where nobody
 *   estimated it
 * @property {JudgedRegion[]} regions the surest first
 * @property {string} reason why it was not looked at, in words
 */

/**
 * @typedef {object} JudgedRegion
 * @property {[number, number, number, number]} box x, y, width, height
 * @property {number} area
 * @property {number} probability that it is damage
 * @property {Label} label
 */

/**
 * The verdict by the regions, and where the photograph is damaged (SURE) or
 * may be (UNSURE). Without a calibration nobody has said that anything is not.
 *
 * @param {Calibration | null} calibration
 * @param {Picture} confidence
 * @returns {{ verdict: Verdict, certainty: Uint8Array }}
 */
export function judge(calibration, confidence) {
  if (!calibration) {
    return {
      verdict: {
        label: 'uncertain', probability: null, regions: [], reason: '',
      },
      certainty: new Uint8Array(confidence.values.length).fill(SURE),
    };
  }
  const { labels, regions } = findRegions(confidence);
  const judged = regions.map(({ box, area, features }) => {
    const probability = probabilityOf(calibration, features);
    return { box, area, probability, label: labelOf(calibration, probability) };
  });
  const levels = [0, ...judged.map(({ label }) => (
    { damaged: SURE, uncertain: UNSURE, clean: 0 }[label]))];
  return {
    verdict: verdictOf(judged),
    certainty: Uint8Array.from(labels, (label) => levels[label]),
  };
}

/**
 * @param {Calibration} calibration
 * @param {Record<string, number>} features
 */
function probabilityOf(calibration, features) {
  const { weights } = calibration;
  const terms = calibration.feature_names.map((name, number) => {
    if (!(name in features)) {
      throw new Error(`The weights want the feature ${name}, which this page `
        + 'does not measure: build the page again.');
    }
    return (features[name] - calibration.means[number])
      / calibration.scales[number];
  });
  const count = terms.length;
  for (let row = 0; row < count && weights.length > count; row += 1) {
    for (let column = row; column < count; column += 1) {
      terms.push(terms[row] * terms[column]);
    }
  }
  const logOdds = terms.reduce((sum, term, number) => (
    sum + weights[number] * term), calibration.bias);
  return 0.5 + 0.5 * Math.tanh(0.5 * logOdds);
}

/**
 * @param {Calibration} calibration
 * @param {number} probability
 * @returns {'clean' | 'uncertain' | 'damaged'}
 */
function labelOf({ clean_below: low, damaged_above: high }, probability) {
  if (probability < low) return 'clean';
  return probability > high ? 'damaged' : 'uncertain';
}

/**
 * @param {JudgedRegion[]} regions
 * @returns {Verdict}
 */
function verdictOf(regions) {
  const surestFirst = [...regions].sort(
    (one, other) => other.probability - one.probability);
  const [surest] = surestFirst;
  return {
    label: surest ? surest.label : 'clean',
    probability: surest ? surest.probability : 0,
    regions: surestFirst,
    reason: '',
  };
}
