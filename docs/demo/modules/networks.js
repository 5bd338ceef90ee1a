/** The networks, in ONNX Runtime Web: what hcl_mmagic/apis/onnx_networks.py
 * is to the command. docs/light.md has the inputs and outputs of the graphs. */
// @ts-ignore: tools/build_demo.py puts it there
import * as ort from '../runtime/ort.wasm.min.mjs';
import { pushPull } from './classical.js';
import { mirrored } from './filters.js';
import { Picture } from './picture.js';

/**
 * What a file of weights says of itself.
 *
 * @typedef {object} About
 * @property {string} name
 * @property {number} short_side
 * @property {number} crop_size
 * @property {number} look_divisor
 * @property {number} repair_divisor
 * @property {number[]} feature_channels
 * @property {import('./memory.js').NetworkDemand} demand
 * @property {import('./verdict.js').Calibration | null} calibration
 */

/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('onnxruntime-web').InferenceSession} InferenceSession */
/** @typedef {import('onnxruntime-web').Tensor} Tensor */

/** A model that finds damage and repairs it. */
export class Networks {
  /**
   * @param {About} about
   * @param {InferenceSession} lookGraph
   * @param {InferenceSession} repairGraph
   */
  constructor(about, lookGraph, repairGraph) {
    this.about = about;
    this.lookGraph = lookGraph;
    this.repairGraph = repairGraph;
  }

  /**
   * Load the weights beside the page.
   *
   * @param {URL} folder
   */
  static async load(folder) {
    ort.env.wasm.wasmPaths = new URL('../runtime/', import.meta.url).href;
    // Without the two headers of docs/browser.md there are no more.
    ort.env.wasm.numThreads = globalThis.crossOriginIsolated
      ? Math.min(navigator.hardwareConcurrency, 8) : 1;
    const [about, look, repair] = await Promise.all(
      ['about.json', 'look.onnx', 'repair.onnx'].map(
        (name) => fetchFile(new URL(name, folder))));
    const options = { executionProviders: ['wasm'], enableCpuMemArena: false };
    return new Networks(
      JSON.parse(new TextDecoder().decode(about)),
      await ort.InferenceSession.create(look, options),
      await ort.InferenceSession.create(repair, options));
  }

  /**
   * Find the damage of a picture, closer with the look at the same picture at
   * half its size.
   *
   * @param {Picture} picture bytes
   * @param {Look} [coarser]
   * @returns {Promise<Look>}
   */
  async look(picture, coarser) {
    const { look_divisor: divisor, feature_channels: channels } = this.about;
    const seen = pad(networkValues(picture), divisor);
    /** @type {Record<string, Tensor>} */
    const inputs = {
      picture: asInput(seen),
      known: new ort.Tensor('float32', [coarser ? 1 : 0], [1]),
    };
    channels.forEach((count, stage) => {
      const height = seen.height >> (stage + 2);
      const width = seen.width >> (stage + 2);
      inputs[`coarser_${stage}`] = new ort.Tensor(
        'float32', coarser ? coarser.features[stage].values
          : new Float32Array(count * height * width),
        [1, count, height, width]);
    });
    const outputs = await this.lookGraph.run(inputs);
    const probability = new Picture(
      seen.height, seen.width, 1, valuesOf(outputs.probability));
    return {
      probability: probability.part([0, picture.height], [0, picture.width]),
      features: channels.map((count, stage) => {
        const output = outputs[`features_${stage}`];
        return {
          channels: count,
          height: output.dims[2],
          width: output.dims[3],
          values: valuesOf(output),
        };
      }),
    };
  }

  /**
   * The picture as the networks repair it, float32 in [0, 255], not rounded.
   *
   * @param {Picture} picture bytes
   * @param {Picture} mask
   * @returns {Promise<Picture>}
   */
  async repair(picture, mask) {
    const divisor = this.about.repair_divisor;
    const corrupted = pad(networkValues(picture), divisor);
    const region = pad(mask.with(Float32Array.from(mask.values)), divisor);
    const { image } = await this.repairGraph.run({
      corrupted: asInput(corrupted),
      filled: asInput(pushPull(corrupted, region)),
      mask: asInput(region),
    });
    const values = valuesOf(image);
    if (!values.every(Number.isFinite)) {
      throw new Error('The weights are broken: they give values that are not '
        + 'numbers. Build the page again.');
    }
    return photographValues(values, corrupted.height, corrupted.width, picture);
  }
}

/** @param {URL} url */
async function fetchFile(url) {
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`${url.pathname} is not there (${answer.status}): build `
      + 'the page as docs/browser.md says.');
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * RGB or grey bytes as RGB in [-1, 1], float32.
 *
 * @param {Picture} picture
 */
function networkValues(picture) {
  const { height, width, channels, values } = picture;
  const result = new Float32Array(height * width * 3);
  for (let place = 0; place < height * width; place += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = values[place * channels + (channels === 1 ? 0 : channel)];
      result[3 * place + channel] = Math.fround(value / 127.5) - 1;
    }
  }
  return picture.with(result, 3);
}

/**
 * One channel after the other in [-1, 1] as values of a photograph like
 * another one: in [0, 255], grey the mean of the three.
 *
 * @param {Float32Array} values
 * @param {number} height
 * @param {number} width
 * @param {Picture} like
 */
function photographValues(values, height, width, like) {
  const size = height * width;
  const { channels } = like;
  const result = new Float32Array(like.height * like.width * channels);
  for (let row = 0; row < like.height; row += 1) {
    for (let column = 0; column < like.width; column += 1) {
      const from = row * width + column;
      const pixel = [0, 1, 2].map((channel) => {
        const value = values[channel * size + from];
        return Math.fround((Math.min(Math.max(value, -1), 1) + 1) * 127.5);
      });
      const to = (row * like.width + column) * channels;
      if (channels === 3) result.set(pixel, to);
      else result[to] = (pixel[0] + pixel[1] + pixel[2]) / 3;
    }
  }
  return like.with(result);
}

/**
 * Mirrored below and to the right, until both sides are multiples of a number
 * of pixels.
 *
 * @param {Picture} picture float32
 * @param {number} divisor
 */
function pad({ height, width, channels, values }, divisor) {
  const rows = Math.ceil(height / divisor) * divisor;
  const columns = Math.ceil(width / divisor) * divisor;
  const result = new Float32Array(rows * columns * channels);
  for (let row = 0; row < rows; row += 1) {
    const start = mirrored(row, height) * width;
    for (let column = 0; column < columns; column += 1) {
      const from = (start + mirrored(column, width)) * channels;
      const to = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        result[to + channel] = values[from + channel];
      }
    }
  }
  return new Picture(rows, columns, channels, result);
}

/**
 * One channel after the other.
 *
 * @param {Picture} picture float32
 */
function asInput({ height, width, channels, values }) {
  const size = height * width;
  const planes = new Float32Array(channels * size);
  for (let place = 0; place < size; place += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      planes[channel * size + place] = values[place * channels + channel];
    }
  }
  return new ort.Tensor('float32', planes, [1, channels, height, width]);
}

/** @param {Tensor} tensor */
function valuesOf(tensor) {
  return /** @type {Float32Array} */ (tensor.data);
}
