// ./benchmarks/run --check: the stored figures against targets.json. What was not measured fails, too.
import { readFileSync } from "node:fs";
import { compared } from "./compare.mjs";
import { ROWS, rowNamed } from "./rows.js";
import { slopeOf } from "./soak.mjs";

/** @typedef {import("./results.mjs").Results} Results */
/** @typedef {{ name: string, figure: number | undefined, target: string, met: boolean }} Finding */
/**
 * @typedef {object} Targets
 * @property {{ place: "node" | "chromium", row: string, least: number }[]} ratios of suite 1, to the best peer
 * @property {{ places: ("node" | "chromium")[], suites: number[], least: number, except: string[] }[]} every
 *   all rows that are measured there
 * @property {{ place: import("./results.mjs").Place, operations: string[], most: number }[]} ceilings
 *   operation ÷ ceiling
 * @property {{ build: string, gzip: number }[]} sizes octets at most
 * @property {{ place: "native" | "wasm", row: string, of: number, to: number, most: number }[]} scale
 * @property {{ place: "native" | "wasm", messages: number }[]} soak flat over so many
 */

const FILE = new URL("../targets.json", import.meta.url);

/** @param {string} name @param {number | undefined} figure @param {number} limit @returns {Finding} */
const atLeast = (name, figure, limit) => ({
  name,
  figure,
  target: `≥ ${limit}`,
  met: figure !== undefined && figure >= limit,
});

/** @param {string} name @param {number | undefined} figure @param {number} limit @returns {Finding} */
const atMost = (name, figure, limit) => ({
  name,
  figure,
  target: `≤ ${limit}`,
  met: figure !== undefined && figure <= limit,
});

/** @param {Results} results @param {number} suite @param {"node" | "chromium"} place @param {string} row */
const ratioAt = ({ suites }, suite, place, row) =>
  compared(rowNamed(row), suites[suite]?.[place]?.[row])?.ratio;

/** @param {Results} results @param {Targets["every"][number]} target @returns {Finding[]} */
function everyRow(results, { places, suites, least, except }) {
  return places.flatMap((place) =>
    suites.flatMap((suite) => {
      const rows = ROWS.filter(({ id }) => !except.includes(id)).filter(
        ({ id }) => suite === 1 || !id.includes("_1000_blank"),
      );
      return rows.map(({ id }) =>
        atLeast(`${place}, suite ${suite}: ${id}`, ratioAt(results, suite, place, id), least),
      );
    }),
  );
}

/** Flat: the slope is less than two of its standard errors, or adds less than an octet in a hundred
 * messages. @param {Results} results @param {Targets["soak"][number]} target @returns {Finding} */
function flat({ soak }, { place, messages }) {
  const name = `soak, ${place}: octets a message`;
  const target = `0 within noise, over ${messages} messages`;
  const one = soak[place];
  if (!one || one.messages < messages) return { name, figure: undefined, target, met: false };
  const { slope, error } = slopeOf(one, "memory");
  return { name, figure: slope, target, met: slope <= Math.max(0.01, 2 * error) };
}

/** @param {Results} results @param {Targets} targets @returns {Finding[]} */
export function heldAgainst(results, targets) {
  const { ratios, every, ceilings, sizes, scale, soak } = targets;
  return [
    ...ratios.map(({ place, row, least }) =>
      atLeast(`${place}: ${row}`, ratioAt(results, 1, place, row), least),
    ),
    ...every.flatMap((target) => everyRow(results, target)),
    ...ceilings.flatMap(({ place, operations, most }) =>
      operations.map((operation) => {
        const one = results.ceilings[1]?.[place]?.[operation];
        const name = `${place}: ${operation} ÷ ceiling`;
        return atMost(name, one && one.operation / one.ceiling, most);
      }),
    ),
    ...sizes.map(({ build, gzip }) => atMost(`gzip of ${build}`, results.sizes[build]?.gzip, gzip)),
    ...scale.map(({ place, row, of, to, most }) => {
      const points = results.scale[place];
      const [large, small] = [points?.[of]?.[row], points?.[to]?.[row]];
      const figure = large !== undefined && small ? large / small : undefined;
      return atMost(`${place}: ${row} at ${of} members ÷ at ${to}`, figure, most);
    }),
    ...soak.map((target) => flat(results, target)),
  ];
}

/** Prints what is not reached. @param {Results} results @returns {boolean} whether all is */
export function checkTargets(results) {
  const findings = heldAgainst(results, JSON.parse(readFileSync(FILE, "utf8")));
  const missed = findings.filter(({ met }) => !met);
  for (const { name, figure, target } of missed) {
    const found = figure === undefined ? "not measured" : Number(figure.toPrecision(3));
    console.log(`NOT REACHED  ${name}: ${found}, target ${target}`);
  }
  console.log(`${findings.length - missed.length} of ${findings.length} targets reached`);
  return missed.length === 0;
}
