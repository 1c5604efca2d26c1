// The module's loader as a page has it: without comments, minified by esbuild like any bundle.
// (Its own file because the build of the module does without Node packages.)
import { transformSync } from "esbuild";
import { loader } from "./sizes.mjs";

export function minifiedLoader() {
  const files = loader().map((text) => transformSync(text, { minify: true, format: "esm" }).code);
  return Buffer.from(files.join(""));
}
