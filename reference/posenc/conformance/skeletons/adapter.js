// An adapter for `posenc check "cmd:node FILE"`: JSON Lines on standard input and output. Runs with plain node.
//
// The place to work in is marked. A tensor is {dtype, shape, data}: dtype f64, f32, bf16, i64 or bool, data its
// numbers one after the other, the last axis first. What is printed on standard output is taken for an answer; use
// console.error to say something.
"use strict";

// ---- yours from here ----------------------------------------------------------------------------------------------

const IMPLEMENTATION = { name: "my library", version: "0", language: "javascript" };
const CONVENTIONS = []; // the ones you follow, such as "rope/halves": posenc show rope lists them
const DTYPES = ["float64"]; // in which you are asked

// One function for each operation: arrays by name, parameters by name, the convention that is asked about.
// `posenc show rope.rotate` says what they are called. Return the outputs by name; throw to refuse.
const OPERATIONS = {
  // "rope.rotate": ({ x, positions }, { base, rotary_dim }, convention) => ({ y: { ...x, data: x.data.map(turn) } }),
};

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
