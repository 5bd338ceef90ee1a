/** A photograph from a file, with the values that the file holds. */
import { readHeader } from './file_header.js';
import { Picture } from './picture.js';
import { PhotographError } from './problems.js';

// The networks take up to two gigabytes of a browser's four for it.
export const MOST_PIXELS = 4_000_000;

/**
 * @typedef {object} Photograph
 * @property {Picture} pixels bytes, RGB or grey, upright
 * @property {import('./file_header.js').FileHeader} header
 */

/**
 * Read a JPEG, PNG or WebP file; colour profiles are not applied, a rotation
 * is. A PhotographError if it cannot be used.
 *
 * @param {Blob} file
 * @returns {Promise<Photograph>}
 */
export async function readPhotograph(file) {
  const header = readHeader(new Uint8Array(await file.arrayBuffer()));
  const { width, height } = header;
  if (width * height > MOST_PIXELS) {
    throw new PhotographError(`This photograph has ${width} × ${height} `
      + `pixels. A browser has room for ${MOST_PIXELS / 1e6} million: make it `
      + 'smaller, or use hcl-restore, which takes any size.');
  }
  // What is upright may have other sides than what is stored.
  const image = await decode(file);
  const { data } = image;
  const { channels } = header;
  const values = new Uint8Array(image.width * image.height * channels);
  for (let place = 0; place < image.width * image.height; place += 1) {
    if (data[4 * place + 3] !== 255) {
      throw new PhotographError('This picture is transparent in places, which '
        + 'a browser changes. Use hcl-restore, which keeps that.');
    }
    for (let channel = 0; channel < channels; channel += 1) {
      values[place * channels + channel] = data[4 * place + channel];
    }
  }
  return {
    pixels: new Picture(image.height, image.width, channels, values), header,
  };
}

/** @param {Blob} file */
async function decode(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, {
      colorSpaceConversion: 'none',
      imageOrientation: 'from-image',
      premultiplyAlpha: 'none',
    });
  } catch {
    throw new PhotographError(
      'This file is damaged, or no picture: get another copy of it.');
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext(
    '2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
