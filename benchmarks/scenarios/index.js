/** The scenarios by name. */
import { blank } from "./blank.js";
import { ceilings } from "./ceilings.js";
import { pair } from "./pair.js";
import { scale } from "./scale.js";
import { soak } from "./soak.js";
import { warm } from "./warm.js";

/** @type {Record<string, import("./scenario.js").Scenario>} */
export const SCENARIOS = {
  ceilings,
  pair,
  scale,
  soak,
  warm,
  blank100: blank(100),
  blank1000: blank(1000),
};
