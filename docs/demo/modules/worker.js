/** Works beside the page, which so stays awake: a file comes, what was made
 * of it goes back, see `Message`. */
import { detect, restore } from './inferencer.js';
import { Networks } from './networks.js';
import { readPhotograph } from './photograph.js';
import { sumOf } from './picture.js';
import { encodePng } from './png.js';
import { PhotographError } from './problems.js';

/**
 * @typedef {object} Request
 * @property {Blob} [file] none: that of the request before
 * @property {boolean} restoreUncertain
 *
 * @typedef {object} Result
 * @property {import('./verdict.js').Verdict} verdict
 * @property {number} width
 * @property {number} height
 * @property {number} changed share of the pixels
 * @property {Blob} restored a PNG file
 * @property {Blob} mask a PNG file, white = changed
 * @property {number} seconds of the networks and what belongs to them
 *
 * @typedef {{ step: string } | { problem: string } | { result: Result }}
 *   Message
 */

/** @type {Promise<Networks> | undefined} */
let networks;
/** @type {{ photograph: import('./photograph.js').Photograph,
 *   detection: import('./inferencer.js').Detection } | undefined} */
let latest;

/** @param {Message} message */
function tell(message) {
  globalThis.postMessage(message);
}

/** @param {Request} request */
async function work({ file, restoreUncertain }) {
  tell({ step: 'Reading the weights' });
  networks ??= Networks.load(new URL('../weights/', import.meta.url));
  const model = await networks;
  const started = performance.now();
  if (file) {
    latest = undefined;
    const photograph = await readPhotograph(file);
    tell({ step: 'Looking for damage' });
    const detection = await detect(model, photograph.pixels);
    latest = { photograph, detection };
  }
  const { photograph: { pixels, header }, detection } = latest;
  tell({ step: 'Repairing' });
  const { restored, mask } = await restore(
    model, pixels, detection, restoreUncertain);
  const seconds = (performance.now() - started) / 1000;
  const white = mask.with(mask.values.map((value) => 255 * value));
  tell({
    result: {
      verdict: detection.verdict,
      width: pixels.width,
      height: pixels.height,
      changed: sumOf(mask.values) / mask.values.length,
      restored: await encodePng(restored, header),
      mask: await encodePng(white),
      seconds,
    },
  });
}

/** @param {unknown} error */
function inWords(error) {
  if (error instanceof PhotographError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  // The heap of WebAssembly is full: the runtime may only give a number.
  if (/alloc|memory|^\d+$/i.test(text)) {
    return 'The browser has not enough memory for this photograph: close '
      + 'other pages, make it smaller, or use hcl-restore.';
  }
  return `Something went wrong: ${text}`;
}

globalThis.addEventListener('message', async ({ data }) => {
  try {
    await work(data);
  } catch (error) {
    // What failed for another reason than its photograph would fail again.
    if (!(error instanceof PhotographError)) networks = undefined;
    tell({ problem: inWords(error) });
  }
});
tell({ step: '' });
