// Calls functions of docs/demo/modules for tests/page_modules.py: reads
// [module, function, arguments] as JSON, writes the result as JSON.
import { readFileSync } from 'node:fs';

const [folder] = process.argv.slice(2);
const { Picture } = await import(`${folder}/picture.js`);
const kinds = {
  uint8: Uint8Array, int32: Int32Array, float32: Float32Array,
  float64: Float64Array,
};

function decode(value) {
  if (!value || value.kind === undefined) return value;
  const bytes = Uint8Array.from(Buffer.from(value.bytes, 'base64'));
  const values = new kinds[value.kind](bytes.buffer);
  if (value.isPlain) return values;
  const [height, width, channels = 1] = value.shape;
  return new Picture(height, width, channels, values);
}

function encode(value) {
  if (value instanceof Picture) {
    return encodeArray(value.values, [value.height, value.width,
      value.channels]);
  }
  if (ArrayBuffer.isView(value)) return encodeArray(value, [value.length]);
  if (Array.isArray(value)) return value.map(encode);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(
      ([key, item]) => [key, encode(item)]));
  }
  return value;
}

function encodeArray(values, shape) {
  const kind = Object.keys(kinds).find((name) => values instanceof kinds[name]);
  const bytes = Buffer.from(
    values.buffer, values.byteOffset, values.byteLength).toString('base64');
  return { kind, shape, bytes };
}

const [name, call, args] = JSON.parse(readFileSync(0, 'utf8'));
const module = await import(`${folder}/${name}.js`);
const decoded = args.map(decode);
let result = { ...module };
let problem;
try {
  if (call) result = await module[call](...decoded);
} catch (error) {
  if (error.constructor.name !== 'PhotographError') throw error;
  problem = error.message;
}
// What was changed in place comes back, too.
process.stdout.write(JSON.stringify({
  result: encode(result), args: decoded.map(encode), problem,
}));
