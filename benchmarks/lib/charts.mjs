// Charts of the figures as SVG: bars of ratios, and growth with the number of members. Readable on light
// and on dark ground.
import { compared } from "./compare.mjs";
import { ROWS } from "./rows.js";
import { shown } from "./table.mjs";

const STYLE = `<style>text{font:12px sans-serif;fill:#24292f}.axis{stroke:#8c959f}.bar{fill:#1f7a4d}.behind{fill:#c2571a}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#3fb97a}.behind{fill:#f0883e}}</style>`;

/** @param {number} width @param {number} height @param {string} title @param {string[]} parts */
const svg = (width, height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${title}</title>
${[STYLE, `<text x="8" y="20">${title}</text>`, ...parts].join("\n")}
</svg>
`;

/**
 * The ratio to the best peer of each row, on a logarithmic scale whose line is 1.
 * @param {import("./rounds.mjs").Figures} figures
 * @param {string} title
 */
export function ratioChart(figures, title) {
  const [left, line, perTen] = [300, 360, 140];
  const height = (/** @type {number} */ i) => 40 + 18 * i;
  const rows = ROWS.flatMap((row) => {
    const one = compared(row, figures[row.id]);
    return one ? [{ ...one, title: row.title }] : [];
  });
  const bars = rows.map(({ ratio, title: name, peer }, i) => {
    const length = Math.max(-line + left, Math.log10(ratio) * perTen);
    const [x, kind] = length < 0 ? [line + length, "behind"] : [line, "bar"];
    const end = line + Math.max(0, length) + 6;
    return `<text x="${left - 8}" y="${height(i) + 11}" text-anchor="end">${name}</text>
<rect class="${kind}" x="${x.toFixed(1)}" y="${height(i)}" width="${Math.abs(length).toFixed(1)}" height="13"/>
<text x="${end.toFixed(1)}" y="${height(i) + 11}">${shown(ratio)} × ${peer}</text>`;
  });
  const bottom = height(rows.length);
  const axis = `<line class="axis" x1="${line}" x2="${line}" y1="34" y2="${bottom}"/>`;
  return svg(900, bottom + 10, title, [axis, ...bars]);
}

const GROWING = ["create_and_add", "join", "update", "process", "remove", "protect", "unprotect"];

/**
 * Milliseconds by members, both logarithmic.
 * @param {Record<string, import("./results.mjs").ScalePoint>} points
 * @param {string} title
 */
export function growthChart(points, title) {
  const sizes = Object.keys(points).map(Number);
  const values = sizes.flatMap((size) => GROWING.map((row) => points[size][row] ?? 0));
  const lowest = Math.floor(Math.log10(Math.min(...values.filter((value) => value > 0))));
  const highest = Math.ceil(Math.log10(Math.max(...values)));
  const widest = Math.max(1, Math.log10(Math.max(...sizes)));
  const x = (/** @type {number} */ size) => 70 + (Math.log10(size) / widest) * 520;
  const y = (/** @type {number} */ power) => 400 - ((power - lowest) / (highest - lowest)) * 360;
  const decades = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  const grid = decades.map(
    (power) => `<line class="axis" x1="70" x2="590" y1="${y(power)}" y2="${y(power)}" opacity=".3"/>
<text x="62" y="${y(power) + 4}" text-anchor="end">${10 ** power} ms</text>`,
  );
  const marks = sizes.map(
    (size) =>
      `<text x="${x(size).toFixed(1)}" y="418" text-anchor="middle">${size.toLocaleString("en")}</text>`,
  );
  const lines = GROWING.map((row, i) => {
    const hue = Math.round((i * 360) / GROWING.length);
    const at = sizes.filter((size) => points[size][row] > 0);
    const path = at.map((size) => [x(size), y(Math.log10(points[size][row]))]);
    const end = path.at(-1) ?? [0, 0];
    const drawn = path.map((point) => point.map((n) => n.toFixed(1)).join(",")).join(" ");
    return `<polyline fill="none" stroke="hsl(${hue} 60% 48%)" stroke-width="2" points="${drawn}"/>
<text x="600" y="${(end[1] + 4).toFixed(1)}">${row.replaceAll("_", " ")}</text>`;
  });
  return svg(740, 430, title, [...grid, ...marks, ...lines]);
}
