/**
 * The packages that the page imports by name. Browsers load their files as they are, by way of an
 * import map; nothing else of node_modules is served.
 */
import { fileURLToPath } from "node:url";

/** Package, the file its plain name stands for, and the folder with everything it loads. */
const PACKAGES = [
  { name: "waxseal", entry: "src/index.js", folders: ["src", "dist"] },
  { name: "lit", entry: "index.js" },
  { name: "lit-element", entry: "index.js" },
  { name: "lit-html", entry: "lit-html.js" },
  { name: "@lit/reactive-element", entry: "reactive-element.js" },
  { name: "dompurify", entry: "dist/purify.es.mjs", folders: ["dist"] },
  { name: "idb", entry: "build/index.js", folders: ["build"] },
  { name: "eventsource-parser", entry: "dist/index.js", folders: ["dist"] },
];

/** Text of the import map in the page. */
export const importMap = JSON.stringify({
  imports: Object.fromEntries(
    PACKAGES.flatMap(({ name, entry }) => [
      [name, `/vendor/${name}/${entry}`],
      [`${name}/`, `/vendor/${name}/`],
    ]),
  ),
});

/** Folders that are served: address, and where the files are. */
export const vendorFolders = PACKAGES.flatMap(({ name, folders = [""] }) =>
  folders.map((folder) => ({
    path: `/vendor/${name}/${folder === "" ? "" : `${folder}/`}`,
    directory: fileURLToPath(new URL(`../node_modules/${name}/${folder}`, import.meta.url)),
  })),
);
