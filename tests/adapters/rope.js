// An adapter for `posenc check "cmd:node FILE"`: JSON Lines on standard input and output. Runs with plain node.
//
// The place to work in is marked. A tensor is {dtype, shape, data}: dtype f64, f32, bf16, i64 or bool, data its
// numbers one after the other, the last axis first. What is printed on standard output is taken for an answer; use
// console.error to say something.
"use strict";

// ---- yours from here ----------------------------------------------------------------------------------------------
// Rotary position embedding. `node rope.js` follows whichever convention it is asked about; `node rope.js interleaved`
// declares halves and turns interleaved pairs; `node rope.js stale` keeps the angles of the first call of each length.

const BUG = process.argv[2];
const IMPLEMENTATION = { name: "rope example", version: "1", language: "javascript" };
const CONVENTIONS = BUG === "interleaved" ? ["rope/halves"] : ["rope/interleaved", "rope/halves"];
const DTYPES = ["float64"];
const kept = new Map();

function angles(positions, pairs, base) {
  const turn = (position) => Array.from({ length: pairs }, (_, i) => position * Math.pow(base, -i / pairs));
  if (BUG !== "stale") return positions.data.map(turn);
  if (!kept.has(positions.data.length)) kept.set(positions.data.length, positions.data.map(turn));
  return kept.get(positions.data.length);
}

function rotate({ x, positions }, { base, rotary_dim }, convention) {
  const width = x.shape.at(-1);
  const tokens = x.shape.at(-2);
  const turned = rotary_dim ?? width;
  if (turned % 2 || turned < 2 || turned > width) throw new RangeError(`rotary_dim is ${turned}`);
  if (!(base > 1)) throw new RangeError(`base is ${base}, needs more than 1`);
  if (positions.shape.at(-1) !== tokens) throw new RangeError(`${positions.shape.at(-1)} positions, ${tokens} tokens`);
  if (![...x.data, ...positions.data].every(Number.isFinite)) throw new RangeError("needs finite numbers");
  const pairs = turned / 2;
  const halves = convention === "rope/halves" && BUG !== "interleaved";
  const table = angles(positions, pairs, base);
  const rowsOfBatch = positions.shape.length === 2 ? x.data.length / width / positions.shape[0] : Infinity;
  const data = x.data.slice();
  for (let row = 0; row < x.data.length / width; row++) {
    const batch = Math.floor(row / rowsOfBatch) * tokens;
    for (let i = 0; i < pairs; i++) {
      const first = row * width + (halves ? i : 2 * i);
      const second = first + (halves ? pairs : 1);
      const angle = table[batch + (row % tokens)][i];
      data[first] = x.data[first] * Math.cos(angle) - x.data[second] * Math.sin(angle);
      data[second] = x.data[first] * Math.sin(angle) + x.data[second] * Math.cos(angle);
    }
  }
  return { y: { dtype: x.dtype, shape: x.shape, data } };
}

const OPERATIONS = { "rope.rotate": rotate };
// ---- to here ------------------------------------------------------------------------------------------------------

const PROFILE = { operations: Object.keys(OPERATIONS), conventions: CONVENTIONS, dtypes: DTYPES };
const SIZES = { f64: 8, f32: 4, bf16: 2, i64: 8, bool: 1 };

function number(view, at, dtype) {
  if (dtype === "f64") return view.getFloat64(at, true);
  if (dtype === "f32") return view.getFloat32(at, true);
  if (dtype === "i64") return Number(view.getBigInt64(at, true));
  if (dtype === "bool") return view.getUint8(at) !== 0;
  const wide = new DataView(new ArrayBuffer(4)); // bf16 is the upper half of a float32
  wide.setUint16(2, view.getUint16(at, true), true);
  return wide.getFloat32(0, true);
}

function put(view, at, dtype, value) {
  if (dtype === "f64") return view.setFloat64(at, value, true);
  if (dtype === "f32") return view.setFloat32(at, value, true);
  if (dtype === "i64") return view.setBigInt64(at, BigInt(value), true);
  if (dtype === "bool") return view.setUint8(at, value ? 1 : 0);
  const wide = new DataView(new ArrayBuffer(4));
  wide.setFloat32(0, value, true);
  const word = wide.getUint32(0, true);
  const nearest = Number.isNaN(value) ? word >>> 16 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  return view.setUint16(at, nearest, true);
}

function size(dtype) {
  if (!(dtype in SIZES)) throw new Error(`dtype is ${dtype}, needs one of ${Object.keys(SIZES).join(", ")}`);
  return SIZES[dtype];
}

function decode({ dtype, shape, bits }) {
  const bytes = Buffer.from(bits, "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = Array.from({ length: bytes.length / size(dtype) }, (_, i) => number(view, i * size(dtype), dtype));
  return { dtype, shape, data };
}

function encode({ dtype, shape, data }) {
  const count = shape.reduce((product, one) => product * one, 1);
  if (data.length !== count) throw new Error(`${data.length} numbers, needs ${count} for shape ${shape}`);
  const bytes = Buffer.alloc(count * size(dtype));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  data.forEach((value, i) => put(view, i * size(dtype), dtype, value));
  return { dtype, shape, bits: bytes.toString("hex") };
}

function each(tensors, change) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}

function plain(value) {
  return { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity }[value] ?? value;
}

function answer(message) {
  if (message.cmd === "hello") return { protocol: 1, impl: IMPLEMENTATION, profile: PROFILE };
  if (message.cmd === "echo") return { out: each(each(message.in, decode), encode) };
  const operation = OPERATIONS[message.op];
  if (operation === undefined) return { unsupported: `${message.op} is not implemented` };
  return { out: each(operation(each(message.in, decode), each(message.params, plain), message.convention), encode) };
}

function reply(line) {
  const message = JSON.parse(line);
  if (message.cmd === "bye") process.exit(0);
  let said;
  try {
    said = answer(message);
  } catch (error) {
    said = { error: { kind: "raised", message: String(error) } };
  }
  process.stdout.write(JSON.stringify({ seq: message.seq, ...said }) + "\n");
}

let waiting = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => {
  const lines = (waiting + piece).split("\n");
  waiting = lines.pop();
  lines.forEach(reply);
});
