/** Regions of a map of confidences, and what is measured of them, as
 * hcl_mmagic/apis/regions.py does. */
import { connectedComponents } from './connected_components.js';
import { distancesInSteps3 } from './distances.js';
import { dilateByEllipse } from './morphology.js';
import { Picture, sumOf } from './picture.js';

/**
 * Pixels that are damaged together, or not.
 *
 * @typedef {object} Region
 * @property {[number, number, number, number]} box x, y, width, height
 * @property {number} area pixels of a confidence above one half
 * @property {Record<string, number>} features
 */

export const CANDIDATE = 0.3;
export const GAP = 0.012;
export const LEAST_SHARE = 1e-6;

/**
 * @param {Picture} confidence float32 in [0, 1]
 * @returns {{ labels: Int32Array, regions: Region[] }} number of the region
 *   of each pixel, from 1 on, 0 for none; and the regions in that order
 */
export function findRegions(confidence) {
  const { height, width, values } = confidence;
  const least = Math.fround(CANDIDATE);
  const candidate = confidence.with(
    Uint8Array.from(values, (value) => Number(value >= least)));
  const gap = Math.max(Math.floor(GAP * Math.min(height, width)), 1);
  const { labels, count } = connectedComponents(
    dilateByEllipse(candidate, gap | 1));
  const area = new Array(count).fill(0);
  labels.forEach((label, place) => {
    if (!candidate.values[place]) labels[place] = 0;
    else if (values[place] > 0.5) area[label] += 1;
  });
  // A region without a pixel above one half is none.
  let kept = 0;
  const renumbered = area.map((pixels, label) => {
    if (!label || !pixels) return 0;
    kept += 1;
    return kept;
  });
  labels.forEach((label, place) => { labels[place] = renumbered[label]; });
  return {
    labels,
    regions: measure(confidence, labels, area.filter(
      (_, label) => renumbered[label])),
  };
}

/**
 * @param {Picture} confidence
 * @param {Int32Array} labels
 * @param {number[]} areas
 * @returns {Region[]}
 */
function measure(confidence, labels, areas) {
  const { height, width, values } = confidence;
  const total = height * width;
  const depth = distancesInSteps3(confidence.with(
    Uint8Array.from(labels, (label) => Number(label > 0)))).values;
  const places = areas.map(() => /** @type {number[]} */ ([]));
  labels.forEach((label, place) => {
    if (label) places[label - 1].push(place);
  });
  const [low, high] = [Math.fround(0.2), Math.fround(0.8)];
  let doubtful = 0;
  for (const value of values) if (value > low && value < high) doubtful += 1;
  const allAreas = areas.reduce((sum, area) => sum + area, 0);
  return places.map((region, number) => {
    const sorted = Float32Array.from(region, (place) => values[place]).sort();
    const thickness = region.reduce(
      (most, place) => Math.max(most, depth[place]), 0);
    const count = region.length;
    return {
      box: boxOf(region, width),
      area: areas[number],
      features: {
        log_area: logShare(areas[number] / total),
        mean: sumOf(sorted) / count,
        peak: sorted[Math.floor(0.9 * (count - 1))],
        sure_share: shareOf(sorted, (value) => value > Math.fround(0.9)),
        unsure_share: shareOf(sorted, (value) => value < Math.fround(0.7)),
        log_thickness: logShare(thickness / Math.min(height, width)),
        log_rest: logShare((allAreas - areas[number]) / total),
        log_doubt: logShare(doubtful / total),
      },
    };
  });
}

/**
 * @param {number[]} region places of its pixels
 * @param {number} width
 * @returns {[number, number, number, number]}
 */
function boxOf(region, width) {
  let [left, right, top, bottom] = [Infinity, 0, Infinity, 0];
  for (const place of region) {
    const row = Math.floor(place / width);
    const column = place - row * width;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  return [left, top, right - left + 1, bottom - top + 1];
}

/**
 * @param {Float32Array} values
 * @param {(value: number) => boolean} isChosen
 */
function shareOf(values, isChosen) {
  return values.filter(isChosen).length / values.length;
}

/** @param {number} share */
function logShare(share) {
  return Math.log10(Math.max(share, LEAST_SHARE));
}
