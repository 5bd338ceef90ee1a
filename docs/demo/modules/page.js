/** What a person sees and does. */

/** @typedef {import('./worker.js').Result} Result */

const VERDICTS = {
  clean: 'Nothing seems to be damaged',
  uncertain: 'This may be damaged',
  damaged: 'Damage was found',
  'not looked at': 'Not judged',
};
const NEEDED = ['WebAssembly', 'Worker', 'OffscreenCanvas',
  'createImageBitmap', 'CompressionStream'];

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);
/** @type {Worker} */
let worker;
/** @type {File | undefined} */
let file;

function start() {
  const missing = NEEDED.filter((name) => !(name in globalThis));
  if (missing.length) {
    say(`This browser has no ${missing.join(', no ')}: use a newer one.`, true);
    return;
  }
  // A worker of a blob obeys the page's Content-Security-Policy; one of a
  // file would only obey its own.
  const script = `import ${JSON.stringify(
    new URL('worker.js', import.meta.url).href)};`;
  worker = new Worker(URL.createObjectURL(
    new Blob([script], { type: 'text/javascript' })), { type: 'module' });
  worker.addEventListener('message', ({ data }) => hear(data));
  worker.addEventListener('error', () => say(
    'The page is not complete: build it as docs/browser.md says.', true));
  find('#photograph').addEventListener('change', () => (
    choose(find('#photograph').files[0])));
  find('#uncertain').addEventListener('change', () => send());
  for (const name of ['dragenter', 'dragover', 'drop']) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
  document.addEventListener('drop', (event) => {
    if (!find('#photograph').disabled) choose(event.dataTransfer.files[0]);
  });
}

/** @param {File | undefined} chosen */
function choose(chosen) {
  if (!chosen) return;
  file = chosen;
  find('#uncertain').checked = false;
  find('#results').hidden = true;
  show('#before', file);
  send(file);
}

/** @param {File} [photograph] none: that of before */
function send(photograph) {
  setBusy(true);
  worker.postMessage({
    file: photograph, restoreUncertain: find('#uncertain').checked,
  });
}

/** @param {any} message of the worker */
function hear({ step, problem, result }) {
  if (step !== undefined) {
    if (step) say(`${step} …`);
    else setBusy(false);
    return;
  }
  if (problem) say(problem, true);
  else showResult(result);
  setBusy(false);
}

/** @param {Result} result */
function showResult({ verdict, width, height, changed, restored, mask,
  seconds }) {
  const probability = verdict.probability === null ? '' : (
    ` (probability of damage ${Math.round(100 * verdict.probability)}%)`);
  const reason = verdict.reason && `: ${verdict.reason}`;
  say(`${VERDICTS[verdict.label]}${probability}${reason}. ${width} × `
    + `${height} pixels, ${(100 * changed).toFixed(1)}% of them repaired, `
    + `${seconds.toFixed(1)} s.`);
  const stem = file.name.replace(/\.[^.]*$/, '');
  show('#mask', mask, '#download-mask', `${stem}_mask.png`);
  show('#after', restored, '#download', `${stem}_restored.png`);
  find('#download').hidden = !changed;
  find('#uncertain-choice').hidden = !verdict.regions.some(
    ({ label }) => label === 'uncertain');
  find('#results').hidden = false;
}

/**
 * Show a picture, and let it be saved.
 *
 * @param {string} selector
 * @param {Blob} content
 * @param {string} [link]
 * @param {string} [name]
 */
function show(selector, content, link, name) {
  const image = find(selector);
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(content);
  if (link) Object.assign(find(link), { href: image.src, download: name });
}

/** @param {boolean} isBusy */
function setBusy(isBusy) {
  for (const selector of ['#photograph', '#uncertain']) {
    find(selector).disabled = isBusy;
  }
  document.body.classList.toggle('busy', isBusy);
}

/**
 * @param {string} text
 * @param {boolean} [isProblem]
 */
function say(text, isProblem = false) {
  find('#status').textContent = text;
  find('#status').classList.toggle('problem', isProblem);
}

start();
