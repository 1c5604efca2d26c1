// The figures as Markdown: benchmarks/results/latest.md.
import { compared } from "./compare.mjs";
import { LIBRARIES, NAMES, OWN } from "./libraries.mjs";
import { ROWS } from "./rows.js";
import { exponentOf, SCALE_ROWS } from "./scale.mjs";
import { slopeOf } from "./soak.mjs";

/** @typedef {import("./results.mjs").Results} Results */

const PLACES = /** @type {const} */ ({ chromium: "Chromium", node: "Node" });

/** Three digits, and commas from 1,000 on. @param {number | undefined} value */
export function shown(value) {
  if (value === undefined) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

/** @param {string[]} heads @param {string[][]} lines the first column is text, the others are numbers */
function table(heads, lines) {
  const rule = heads.map((_, i) => (i === 0 ? "---" : "--:"));
  return [heads, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {Results} results @param {string} suite @param {"chromium" | "node"} place */
function placeTable({ suites }, suite, place) {
  const figures = suites[suite]?.[place];
  if (!figures) return [];
  const native = suites[suite]?.native ?? {};
  const titles = NAMES.map((name) => LIBRARIES[name].title);
  const lines = ROWS.filter(({ id }) => figures[id]).map((row) => {
    const by = figures[row.id];
    const best = compared(row, by);
    return [
      `${row.title} (${row.unit})`,
      ...NAMES.map((name) => shown(by[name])),
      best ? `**${shown(best.ratio)} ×**` : "–",
      shown(native[row.id]?.[OWN]),
    ];
  });
  return [
    `## ${PLACES[place]}, suite ${suite}`,
    table(["", ...titles, "÷ best peer", "waxseal native"], lines),
  ];
}

/** @param {Results} results @param {string} suite */
function ceilingTable({ ceilings }, suite) {
  const places = Object.entries(ceilings[suite] ?? {});
  const operations = Object.keys(places[0]?.[1] ?? {});
  if (operations.length === 0) return [];
  const heads = places.flatMap(([place]) => [`${place} (ms)`, "ceiling", "÷"]);
  const lines = operations.map((operation) => [
    operation,
    ...places.flatMap(([, by]) => {
      const one = by[operation];
      return one
        ? [
            shown(one.operation),
            shown(one.ceiling),
            `**${(one.operation / one.ceiling).toFixed(2)}**`,
          ]
        : ["–", "–", "–"];
    }),
  ]);
  return [`## Operation ÷ ceiling, suite ${suite}`, table(["", ...heads], lines)];
}

/** @param {Results} results */
function sizeTable({ sizes }) {
  const lines = Object.entries(sizes).map(([name, { raw, gzip, brotli }]) => [
    LIBRARIES[name]?.title ?? `waxseal, ${name}`,
    ...[raw, gzip, brotli].map((octets) => octets.toLocaleString("en")),
  ]);
  if (lines.length === 0) return [];
  return ["## Sizes (octets)", table(["", "raw", "gzip", "brotli"], lines)];
}

/** @param {Results} results */
function scaleTables({ scale }) {
  return Object.entries(scale).flatMap(([place, points]) => {
    const sizes = Object.keys(points);
    const lines = Object.entries(SCALE_ROWS).map(([row, title]) => [
      title,
      ...sizes.map((size) => shown(points[size][row])),
      shown(exponentOf(points, row)),
    ]);
    const heads = sizes.map((size) => Number(size).toLocaleString("en"));
    return [`## Members, ${place}`, table(["", ...heads, "exponent"], lines)];
  });
}

/** @param {Results} results */
function soakTable({ soak }) {
  const lines = Object.entries(soak).map(([place, one]) => [
    `${place}, ${one.messages.toLocaleString("en")} messages`,
    shown(one.samples.at(0)?.memory),
    shown(one.samples.at(-1)?.memory),
    shown(slopeOf(one, "memory").slope),
    shown(slopeOf(one, "resident").slope),
  ]);
  if (lines.length === 0) return [];
  const heads = ["memory, first", "last", "slope (octets a message)", "slope of resident"];
  return ["## Soak", table(["", ...heads], lines)];
}

/** @param {Results} results */
function partsTable({ parts }) {
  const lines = Object.entries(parts).map(([part, { at, effort, commit, machine }]) => {
    const { processor, processors, node, chromium, emscripten, gcc, loadAtStart } = machine;
    const versions = `Node ${node}, Chromium ${chromium}, gcc ${gcc}, Emscripten ${emscripten}`;
    return `- ${part}: ${at} UTC, ${effort}, commit ${commit}; ${processor}, ${processors} processors, load ${loadAtStart} at the start; ${versions}`;
  });
  return ["## When and where", lines.join("\n")];
}

/** @param {Results} results */
export function markdown(results) {
  const suites = Object.keys(results.suites);
  return `${[
    "# Benchmarks",
    "Medians. Node and native: CPU time, but for the cold start; Chromium: elapsed time. A ratio above 1: waxseal is ahead.",
    ...suites.flatMap((suite) => [
      ...placeTable(results, suite, "chromium"),
      ...placeTable(results, suite, "node"),
    ]),
    ...Object.keys(results.ceilings).flatMap((suite) => ceilingTable(results, suite)),
    ...sizeTable(results),
    ...scaleTables(results),
    ...soakTable(results),
    ...partsTable(results),
  ].join("\n\n")}\n`;
}
