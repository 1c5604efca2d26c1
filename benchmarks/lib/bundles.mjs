// Every library as its users would ship it: bundled and minified by esbuild, what it loads on demand
// in chunks of their own. The same files run in Node and in the browser.
import { build } from "esbuild";
import { BUILD, LIBRARIES, NAMES, ROOT } from "./libraries.mjs";

/** @type {import("esbuild").BuildOptions} */
const OPTIONS = {
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  platform: "browser",
  target: "es2022",
  metafile: true,
  logLevel: "error",
  external: ["node:*"],
  absWorkingDir: ROOT,
};

/** @param {string} name */
export const bundleOf = (name) => `${BUILD}bundles/${name}/index.js`;

/** Makes a bundle for each library, and one of the scenarios for the page. */
export async function makeBundles() {
  /** @type {Record<string, import("esbuild").Metafile>} */
  const metafiles = {};
  for (const name of NAMES) {
    const entry = `benchmarks/libraries/${LIBRARIES[name].adapter}.js`;
    const { metafile } = await build({
      ...OPTIONS,
      entryPoints: { index: entry },
      outdir: `${BUILD}bundles/${name}`,
    });
    if (metafile) metafiles[name] = metafile;
  }
  // What waxseal's module needs around it, by itself: see sizes.mjs.
  await build({
    ...OPTIONS,
    entryPoints: { index: "js/src/wasm/init.js" },
    outdir: `${BUILD}bundles/glue`,
  });
  await build({
    ...OPTIONS,
    entryPoints: { page: "benchmarks/lib/page.js" },
    outdir: `${BUILD}bundles/page`,
  });
  return metafiles;
}
