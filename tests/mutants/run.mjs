// run.mjs [WORD...]: takes checks out of the core, one at a time, and sees that the tests which
// core/mls/VALIDATION.md names for the rule fail. With words, only mutants in whose rule, file or
// tests one of them occurs. Works on a copy of the sources, in build/mutants. Each line ends with
// what the test found instead of the refusal that it expects: "OK" where the message was accepted.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copySources } from "./copy.mjs";
import { readMutants, staleness } from "./mutant.mjs";
import { compile, configure, failureOf, nameOf, programOf, run, source } from "./program.mjs";

/** @import { Mutant } from "./mutant.mjs" */

let passed = 0;
let failed = 0;

/** @param {string} label @param {string} [problem] */
function report(label, problem) {
  if (problem === undefined) {
    console.log(`ok      ${label}`);
    passed++;
  } else {
    console.log(`FAILED: ${label}\n        ${problem}`);
    failed++;
  }
}

/** @param {Mutant[]} list @returns {string[]} */
const programsOf = (list) => [...new Set(list.flatMap(({ tests }) => tests.map(programOf)))];

/** @param {Mutant} mutant @returns {string[]} how each of its tests fails; throws if one does not */
function kill(mutant) {
  const programs = programsOf([mutant]);
  const problem = compile(programs);
  if (problem !== undefined) throw new Error(`it does not compile.\n${problem}`);
  const outputs = new Map(programs.map((program) => [program, run(program)]));
  return mutant.tests.map((test) => {
    const why = failureOf(outputs.get(programOf(test)) ?? "", test);
    if (why === undefined) throw new Error(`it survives ${test}.`);
    if (why.endsWith('!= "OK"')) throw new Error(`${test} fails for what is valid: ${why}`);
    return `${test}: ${why}`;
  });
}

/** @param {Mutant} mutant */
function tryMutant(mutant) {
  const label = `${mutant.section}: ${mutant.rule} (${mutant.file})`;
  const stale = staleness(mutant);
  if (stale !== undefined) return report(label, stale);
  const file = join(source, mutant.file);
  const original = readFileSync(file, "utf8");
  writeFileSync(
    file,
    original.replace(mutant.check, () => mutant.becomes),
  );
  try {
    const failures = kill(mutant);
    report(`${label} - ${failures.join("; ")}`);
  } catch (error) {
    report(label, `Without \`${mutant.check}\`, ${/** @type {Error} */ (error).message}`);
  } finally {
    writeFileSync(file, original);
  }
}

/** Before anything is taken out, the tests pass. @param {Mutant[]} list */
function tryUnchanged(list) {
  const problem = compile(programsOf(list));
  if (problem !== undefined)
    return report("the unchanged core", `It does not compile.\n${problem}`);
  for (const program of programsOf(list)) {
    const output = run(program);
    const tests = list.flatMap((mutant) => mutant.tests);
    const missing = tests.filter(
      (test) => programOf(test) === program && !output.includes(`[       OK ] ${nameOf(test)}\n`),
    );
    report(
      `unchanged: ${program}`,
      missing.length > 0 ? `These do not pass: ${missing.join(", ")}.\n${output}` : undefined,
    );
  }
}

const words = process.argv.slice(2);
const chosen = readMutants().filter(
  ({ rule, file, tests }) =>
    words.length === 0 || words.some((word) => [rule, file, ...tests].join(" ").includes(word)),
);
if (chosen.length === 0) {
  report("mutants", `None has one of these words in it: ${words.join(" ")}`);
} else {
  copySources(source);
  configure();
  tryUnchanged(chosen);
  if (failed === 0) chosen.forEach(tryMutant);
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
