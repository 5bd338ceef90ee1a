/** What the head of a picture file says. */
import { PhotographError } from './problems.js';

/**
 * @typedef {object} FileHeader
 * @property {number} width as stored, perhaps not upright
 * @property {number} height
 * @property {1 | 3} channels grey or RGB
 * @property {Uint8Array<ArrayBuffer> | null} profile an ICC profile
 * @property {PngChunk[]} pngChunks what else a PNG file says of its colours
 *
 * @typedef {{ name: string, data: Uint8Array<ArrayBuffer> }} PngChunk
 */

const COLOUR_CHUNKS = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP'];
const ICC_MARK = 'ICC_PROFILE\0';

/**
 * Read it of a JPEG, PNG or WebP file; a PhotographError if it is another
 * one, cut off, or holds what a page cannot give back.
 *
 * @param {Uint8Array<ArrayBuffer>} content
 * @returns {FileHeader}
 */
export function readHeader(content) {
  const view = new DataView(
    content.buffer, content.byteOffset, content.byteLength);
  try {
    if (textAt(content, 0, 4) === '\x89PNG') return readPng(content, view);
    if (textAt(content, 0, 2) === '\xff\xd8') return readJpeg(content, view);
    if (textAt(content, 0, 4) === 'RIFF'
      && textAt(content, 8, 4) === 'WEBP') return readWebp(content, view);
  } catch (error) {
    if (error instanceof RangeError) throw cutOff();
    throw error;
  }
  throw new PhotographError('This is no JPEG, PNG or WebP picture. Save it as '
    + 'one of these, or use hcl-restore, which reads more.');
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {DataView} view
 * @returns {FileHeader}
 */
function readPng(content, view) {
  /** @type {PngChunk[]} */
  const chunks = [];
  for (let place = 8; ;) {
    const length = view.getUint32(place);
    const name = textAt(content, place + 4, 4);
    if (name === 'IEND') break;
    const stop = place + 12 + length;
    if (stop > content.length) throw cutOff();
    chunks.push({ name, data: content.subarray(place + 8, stop - 4) });
    place = stop;
  }
  if (chunks.some(({ name }) => name === 'acTL')) {
    throw new PhotographError(
      'This PNG file is animated: save one picture of it.');
  }
  const [bits, colours] = [view.getUint8(24), view.getUint8(25)];
  if (bits === 16) {
    throw new PhotographError('This file has 16 bits per value, of which a '
      + 'browser keeps 8. Use hcl-restore, which keeps them all.');
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    channels: colours === 0 || colours === 4 ? 1 : 3,
    profile: null,
    pngChunks: chunks.filter(({ name }) => COLOUR_CHUNKS.includes(name)),
  };
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {DataView} view
 * @returns {FileHeader}
 */
function readJpeg(content, view) {
  let frame = null;
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const profile = [];
  let place = 2;
  while (view.getUint16(place) !== 0xffda) {
    const marker = view.getUint16(place);
    if (marker < 0xff00) throw cutOff();
    if (marker === 0xffff) { // of padding
      place += 1;
      continue;
    }
    const length = view.getUint16(place + 2);
    if (marker >= 0xffc0 && marker <= 0xffcf
      && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      frame = {
        bits: view.getUint8(place + 4),
        height: view.getUint16(place + 5),
        width: view.getUint16(place + 7),
        components: view.getUint8(place + 9),
      };
    } else if (marker === 0xffe2
      && textAt(content, place + 4, ICC_MARK.length) === ICC_MARK) {
      profile[view.getUint8(place + 16)] = content.subarray(
        place + 18, place + 2 + length);
    }
    place += 2 + length;
  }
  if (!frame || !hasEnd(content, place)) throw cutOff();
  if (frame.components === 4 || frame.bits !== 8) {
    throw new PhotographError('This JPEG file is made for printing (CMYK) or '
      + 'has more than 8 bits, which a browser changes. Use hcl-restore.');
  }
  const parts = profile.filter((part) => part);
  return {
    width: frame.width,
    height: frame.height,
    channels: frame.components === 1 ? 1 : 3,
    profile: parts.length ? joined(parts) : null,
    pngChunks: [],
  };
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {DataView} view
 * @returns {FileHeader}
 */
function readWebp(content, view) {
  if (view.getUint32(4, true) + 8 > content.length) throw cutOff();
  const kind = textAt(content, 12, 4);
  let [width, height] = [0, 0];
  let profile = null;
  if (kind === 'VP8X') {
    if (view.getUint8(20) & 2) {
      throw new PhotographError(
        'This WebP file is animated: save one picture of it.');
    }
    width = (view.getUint32(24, true) & 0xffffff) + 1;
    height = (view.getUint32(26, true) >>> 8) + 1;
    if (textAt(content, 30, 4) === 'ICCP') {
      profile = content.slice(38, 38 + view.getUint32(34, true));
    }
  } else if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    width = (bits & 0x3fff) + 1;
    height = ((bits >>> 14) & 0x3fff) + 1;
  } else {
    width = view.getUint16(26, true) & 0x3fff;
    height = view.getUint16(28, true) & 0x3fff;
  }
  return { width, height, channels: 3, profile, pngChunks: [] };
}

/**
 * Whether an end marker follows the scan of a JPEG file.
 *
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {number} scan
 */
function hasEnd(content, scan) {
  for (let place = content.length - 2; place > scan; place -= 1) {
    if (content[place] === 0xff && content[place + 1] === 0xd9) return true;
  }
  return false;
}

/** @param {Uint8Array<ArrayBuffer>[]} parts */
function joined(parts) {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {number} start
 * @param {number} length
 */
function textAt(content, start, length) {
  return String.fromCharCode(...content.subarray(start, start + length));
}

function cutOff() {
  return new PhotographError(
    'This file is damaged or cut off: get another copy of it.');
}
