/** Writing PNG files: every value as it is, and what was said of colours. */
import { Picture } from './picture.js';

/** @typedef {import('./file_header.js').PngChunk} PngChunk */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHECKSUMS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/**
 * @param {Picture} picture bytes, grey or RGB
 * @param {import('./file_header.js').FileHeader} [header] of the file whose
 *   colours it has
 * @returns {Promise<Blob>}
 */
export async function encodePng(picture, header) {
  const { height, width, channels } = picture;
  const size = new Uint8Array(13);
  const view = new DataView(size.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  size.set([8, channels === 3 ? 2 : 0], 8);
  const chunks = [{ name: 'IHDR', data: size }];
  if (header) chunks.push(...header.pngChunks);
  if (header && header.profile) {
    const name = new TextEncoder().encode('ICC profile\0\0');
    const profile = await deflate(header.profile);
    chunks.push({ name: 'iCCP', data: new Uint8Array([...name, ...profile]) });
  }
  chunks.push({ name: 'IDAT', data: await deflate(filtered(picture)) },
    { name: 'IEND', data: new Uint8Array() });
  return new Blob([new Uint8Array(SIGNATURE), ...chunks.map(encodeChunk)],
    { type: 'image/png' });
}

/**
 * Each row as what differs from the row above, with the number of that filter
 * in front.
 *
 * @param {Picture} picture
 */
function filtered({ height, width, channels, values }) {
  const length = width * channels;
  const rows = new Uint8Array(height * (length + 1));
  for (let row = 0; row < height; row += 1) {
    const start = row * (length + 1);
    rows[start] = 2;
    for (let i = 0; i < length; i += 1) {
      const place = row * length + i;
      const above = row ? values[place - length] : 0;
      rows[start + 1 + i] = values[place] - above;
    }
  }
  return rows;
}

/** @param {PngChunk} chunk */
function encodeChunk({ name, data }) {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(name), 4);
  chunk.set(data, 8);
  let sum = 0xffffffff;
  for (const byte of chunk.subarray(4, -4)) {
    sum = CHECKSUMS[(sum ^ byte) & 255] ^ (sum >>> 8);
  }
  view.setUint32(data.length + 8, ~sum >>> 0);
  return chunk;
}

/**
 * @param {Uint8Array<ArrayBuffer>} data
 */
async function deflate(data) {
  const stream = new Blob([data]).stream().pipeThrough(
    new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
