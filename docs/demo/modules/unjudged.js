/** Pictures of which nobody can say whether they are damaged photographs, as
 * hcl_mmagic/photographs/unjudged.py finds them. */
import { holdsSquare } from './morphology.js';
import { largest, Picture, roundToEven, sumOf } from './picture.js';
import { resizeArea } from './resizing.js';

export const SMALLEST_SIDE = 64;
export const PAPER_SHARE = 0.7;
export const INK_SHARE = 0.01;
export const PAPER_RANGE = 16;
export const PAPER_LEVEL = 150;
export const MOST_COLOUR = 24;
export const PAGE_SIDE = 256;

/**
 * Why a picture is no photograph that can be judged; null if it can be.
 *
 * @param {Picture} picture bytes
 * @returns {string | null}
 */
export function whyNotJudged(picture) {
  const { height, width } = picture;
  if (Math.min(height, width) < SMALLEST_SIDE) {
    return `${width} x ${height} pixels are too few to judge, at least `
      + `${SMALLEST_SIDE} on either side are needed`;
  }
  if (hasTwoValues(picture)) {
    return 'it has but two values, black and white: no photograph';
  }
  if (isPage(picture)) {
    return 'it looks like a page of print or a drawing: no photograph';
  }
  return null;
}

/** @param {Picture} picture */
function hasTwoValues({ values }) {
  const most = largest(values);
  const least = -largest(Int32Array.from(values, (value) => -value));
  return values.every((value) => value === least || value === most);
}

/**
 * Whether nearly all is paper of one bright colour, and what is not is thin.
 *
 * @param {Picture} picture
 */
function isPage(picture) {
  const scale = PAGE_SIDE / Math.min(picture.height, picture.width);
  const { channels, values, ...size } = resizeArea(
    picture, roundToEven(picture.height * scale),
    roundToEven(picture.width * scale), 1 / scale);
  const count = size.height * size.width;
  const grey = new Float64Array(count);
  const spread = new Uint8Array(count);
  const histogram = new Array(256).fill(0);
  for (let place = 0; place < count; place += 1) {
    const pixel = values.subarray(place * channels, (place + 1) * channels);
    grey[place] = sumOf(pixel) / channels;
    spread[place] = Math.max(...pixel) - Math.min(...pixel);
    histogram[Math.floor(grey[place])] += 1;
  }
  const paper = histogram.indexOf(Math.max(...histogram));
  let onPaper = 0;
  let colour = 0;
  let inked = 0;
  const ink = new Uint8Array(count);
  grey.forEach((value, place) => {
    if (Math.abs(value - paper) <= PAPER_RANGE) {
      onPaper += 1;
      colour += spread[place];
    }
    ink[place] = Number(value < paper - 2 * PAPER_RANGE);
    inked += ink[place];
  });
  if (paper < PAPER_LEVEL || onPaper / count < PAPER_SHARE
    || colour / onPaper > MOST_COLOUR) return false;
  // Anything thicker than a letter is a picture on the page.
  return inked / count > INK_SHARE && !holdsSquare(
    new Picture(size.height, size.width, 1, ink), Math.floor(PAGE_SIDE / 10));
}
