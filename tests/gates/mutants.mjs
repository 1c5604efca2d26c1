// Every mutant's text is in its file, once, and VALIDATION.md names the tests that it gives: changes of
// the core leave none behind. Whether the tests fail is for `tests/run mutants`.
import { readMutants, staleness } from "../mutants/mutant.mjs";

const mutants = readMutants();
for (const mutant of mutants) {
  const problem = staleness(mutant);
  if (!problem) continue;
  console.error(`${mutant.section}, ${mutant.rule} (${mutant.file}): ${problem}`);
  process.exitCode = 1;
}
if (mutants.length < 50) {
  console.error(`Only ${mutants.length} mutants were found.`);
  process.exitCode = 1;
}
