/**
 * The rows of the table: what is measured, in which unit, and by which scenario.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {"/s" | "ms"} unit of "/s", more is better; of "ms", less
 * @property {string} scenario of scenarios/index.js, or "cold"
 */

/** @param {string} scenario @param {"/s" | "ms"} unit @param {[string, string][]} rows @returns {Row[]} */
const rowsOf = (scenario, unit, rows) => rows.map(([id, title]) => ({ id, title, unit, scenario }));

/** @param {number} size @returns {[string, string][]} */
const blankRows = (size) => {
  const members = size.toLocaleString("en");
  return [
    [`add_all_${size}_blank`, `${members} members: add all in one commit`],
    [`join_${size}_blank`, `${members} members: join`],
    [`update_${size}_blank`, `${members} members, blank tree: update`],
    [`process_update_${size}_blank`, `${members} members, blank tree: process the update`],
    [`protect_${size}_blank`, `${members} members: protect 100 B`],
    [`unprotect_${size}_blank`, `${members} members: unprotect 100 B`],
    [`remove_${size}_blank`, `${members} members: remove one`],
    [`process_remove_${size}_blank`, `${members} members: process the removal`],
  ];
};

export const ROWS = [
  ...rowsOf("cold", "ms", [["cold", "Cold start to the first KeyPackage"]]),
  ...rowsOf("pair", "/s", [["key_package", "KeyPackages"]]),
  ...rowsOf("pair", "ms", [
    ["begin", "2 members: create, add and join"],
    ["create", "– create"],
    ["add", "– add"],
    ["join", "– join"],
  ]),
  ...rowsOf("pair", "/s", [
    ["protect_100", "Protect 100 B"],
    ["unprotect_100", "Unprotect 100 B"],
    ["protect_1000", "Protect 1 kB"],
    ["unprotect_1000", "Unprotect 1 kB"],
    ["protect_65536", "Protect 64 KiB"],
    ["unprotect_65536", "Unprotect 64 KiB"],
  ]),
  ...rowsOf("pair", "ms", [
    ["update_2", "2 members: update"],
    ["process_2", "2 members: process the update"],
  ]),
  ...rowsOf("warm", "ms", [
    ["join_100_warm", "100 members, warm tree: join"],
    ["update_100_warm", "100 members, warm tree: update"],
    ["process_100_warm", "100 members, warm tree: process the update"],
  ]),
  ...rowsOf("blank100", "ms", blankRows(100)),
  ...rowsOf("blank1000", "ms", blankRows(1000)),
];

/** @param {string} id @returns {Row} */
export function rowNamed(id) {
  const row = ROWS.find((one) => one.id === id);
  if (!row) throw new Error(`There is no row "${id}".`);
  return row;
}

/**
 * How many times as good one figure is as another: above 1, ours is ahead.
 * @param {Row} row
 * @param {number} ours
 * @param {number} theirs
 */
export const ratio = ({ unit }, ours, theirs) => (unit === "/s" ? ours / theirs : theirs / ours);
