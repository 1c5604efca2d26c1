// Writes the table and the charts beside latest.json.
import { writeFile } from "node:fs/promises";
import { growthChart, ratioChart } from "./charts.mjs";
import { RESULTS } from "./results.mjs";
import { markdown } from "./table.mjs";

const RATIOS = /** @type {const} */ ([
  ["chromium", "Chromium"],
  ["node", "Node"],
]);

/** @param {import("./results.mjs").Results} results @returns {Promise<string>} the table */
export async function draw(results) {
  const text = markdown(results);
  await writeFile(`${RESULTS}latest.md`, text);
  for (const [place, title] of RATIOS) {
    const figures = results.suites[1]?.[place];
    if (!figures) continue;
    const chart = ratioChart(figures, `${title}, suite 1: how many times as fast as the best peer`);
    await writeFile(`${RESULTS}${place}.svg`, chart);
  }
  for (const [place, points] of Object.entries(results.scale)) {
    const chart = growthChart(points, `waxseal, ${place}: time by number of members`);
    await writeFile(`${RESULTS}scale-${place}.svg`, chart);
  }
  return text;
}
