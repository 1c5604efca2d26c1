// What a WebAssembly module is made of: the functions and data segments, and where their octets lie.
// Format: https://webassembly.github.io/spec/core/binary/modules.html

const IMPORTS = 2;
const CODE = 10;
const DATA = 11;
const CUSTOM = 0;
const FUNCTION_NAMES = 1;
const I32_CONST = 0x41;

/** @typedef {{ start: number, end: number }} Range  of octets in the file */
/** @typedef {Range & { name: string }} Func */
/** @typedef {Range & { address: number }} Segment  its octets, and where in memory they go */

class Reader {
  at = 0;

  /** @param {Buffer} octets */
  constructor(octets) {
    this.octets = octets;
  }

  byte() {
    return /** @type {number} */ (this.octets[this.at++]);
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.byte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  }

  text() {
    const len = this.number();
    this.at += len;
    return this.octets.toString("utf8", this.at - len, this.at);
  }
}

/**
 * @param {Buffer} octets  of a module that imports functions only and has active data segments only
 * @returns {{ functions: Func[], segments: Segment[], names: Range | undefined }} names: the section
 *   with the names of functions
 */
export function wasmParts(octets) {
  const reader = new Reader(octets);
  /** @type {Func[]} */
  const functions = [];
  /** @type {Segment[]} */
  const segments = [];
  /** @type {Map<number, string>} */
  const nameOf = new Map();
  /** @type {Range | undefined} */
  let names;
  let numImports = 0;
  for (reader.at = 8; reader.at < octets.length; ) {
    const start = reader.at;
    const id = reader.byte();
    const end = reader.number() + reader.at;
    if (id === IMPORTS) numImports = reader.number();
    else if (id === CODE) functions.push(...readFunctions(reader));
    else if (id === DATA) segments.push(...readSegments(reader));
    else if (id === CUSTOM && reader.text() === "name") {
      names = { start, end };
      readNames(reader, end, nameOf);
    }
    reader.at = end;
  }
  functions.forEach((f, i) => {
    f.name = nameOf.get(numImports + i) ?? "";
  });
  return { functions, segments, names };
}

/** @param {Reader} reader */
function readFunctions(reader) {
  return Array.from({ length: reader.number() }, () => {
    const start = reader.at;
    reader.at = reader.number() + reader.at;
    return { name: "", start, end: reader.at };
  });
}

/** @param {Reader} reader */
function readSegments(reader) {
  return Array.from({ length: reader.number() }, () => {
    if (reader.number() !== 0 || reader.byte() !== I32_CONST) throw new Error("a passive segment");
    const address = reader.number();
    reader.byte(); // end of the expression
    const len = reader.number();
    reader.at += len;
    return { address, start: reader.at - len, end: reader.at };
  });
}

/** @param {Reader} reader @param {number} end @param {Map<number, string>} nameOf */
function readNames(reader, end, nameOf) {
  while (reader.at < end) {
    const kind = reader.byte();
    const next = reader.number() + reader.at;
    if (kind === FUNCTION_NAMES) {
      for (let left = reader.number(); left > 0; left--) nameOf.set(reader.number(), reader.text());
    }
    reader.at = next;
  }
}
