// Asks the YAML language server what an editor asks, about files whose schema is ours, and prints its answers:
// questions.mjs SERVER PROGRAM. Exits with 1 where an answer is wrong whatever is recorded.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "./client.mjs";

const [server, program] = process.argv.slice(2);
const folder = pathToFileURL(resolve("schemas")).href;
const schema = `${folder}/orgsync.schema.json`;
const page = readFileSync("docs/src/editors.md", "utf8").matchAll(/^```json\n(\{.*?\n\})\n```$/gms);
const settings = [...page].map(([, block]) => JSON.parse(block));

// Codes of faults that a schema can't tell, and why. Where the server tells some all the same, that is recorded.
const PARTS = "it is between one part of the files and another";
const READING = "it is about reading files";
const TEXT = "it is in the text, before there is a shape";
const BEYOND = {
  alias_bomb: TEXT,
  declared_and_removed: PARTS,
  duplicate_key: "the server tells keys that are the same letter for letter, and not those of two files",
  duplicate_member: "as with keys; letter case does not matter to orgsync",
  file_unreadable: READING,
  foreign_domain: PARTS,
  group_cycle: PARTS,
  include_without_file: READING,
  min_admins: PARTS,
  multiple_documents: "a schema is for each document",
  name_needed: PARTS,
  no_admin: PARTS,
  not_in_include: "a schema does not know which file includes which",
  not_utf8: TEXT,
  previously_taken: PARTS,
  protected: PARTS,
  reserve_above_purchased: PARTS,
  seat_budget: PARTS,
  unbudgeted_product: PARTS,
  undeclared_group: PARTS,
  undeclared_member: PARTS,
  undeclared_workspace: PARTS,
  workspace_limit: PARTS,
};

// Faults of other codes that are not told, by file and line, and why.
const SPELLING = "two spellings of one thing are two things to a schema";
const KEYS_ARE_TEXT = "to the server all keys are text";
const UNTOLD = {
  "duplicate_key-teams.yaml:5": SPELLING,
  "duplicate_value-groups.yaml:12": SPELLING,
  "duplicate_value.yaml:5": SPELLING,
  "duplicate_value.yaml:7": SPELLING,
  "duplicate_value.yaml:8": SPELLING,
  "invalid_value-names.yaml:15": PARTS,
  "invalid_value-recursive_alias.yaml:2": TEXT,
  "invalid_value.yaml:9": PARTS,
  "unsupported_version-absent.yaml:3": "see below",
  "wrong_type-key.yaml:1": KEYS_ARE_TEXT,
  "wrong_type-key.yaml:3": KEYS_ARE_TEXT,
  "wrong_type-key.yaml:5": KEYS_ARE_TEXT,
  "wrong_type-merge.yaml:3": "a schema sees what is merged, not how",
  "wrong_type-workspaces.yaml:11": KEYS_ARE_TEXT,
  "yaml_syntax-open_quote.yaml:2": "see below",
};

// What is told elsewhere than where `validate` tells it, by file and line, and why.
const BOMB = "orgsync does not read on where so much is repeated";
const ELSEWHERE = {
  "alias_bomb.yaml:2": BOMB,
  "alias_bomb.yaml:3": BOMB,
  "alias_bomb.yaml:4": BOMB,
  "alias_bomb.yaml:5": BOMB,
  "alias_bomb.yaml:6": BOMB,
  "alias_bomb.yaml:7": BOMB,
  "not_utf8.yaml:3": "orgsync does not read on where it can't",
  "unsupported_version-absent.yaml:1": "a key that is missing is told where the file begins",
  "yaml_syntax-anchor.yaml:3": "the anchor, as well as the alias that misspells it",
  "yaml_syntax-open_quote.yaml:4": "where the quote is missing, not where it opens",
};

let wrong = 0;
function fail(message) {
  console.error(`editor: ${message}`);
  wrong = 1;
}

/** A text with a `‸` where the cursor is: the text without it, and the place. */
function cursor(marked) {
  const before = marked.slice(0, marked.indexOf("‸")).split("\n");
  return {
    text: marked.replace("‸", ""),
    position: { line: before.length - 1, character: before.at(-1).length },
  };
}

/** What a snippet writes when nothing is filled in. */
function expand(snippet) {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$\{\d+\|([^,|]*)[^}]*\}|\$\{?\d+\}?/g, (_, word, choice) =>
    (word ?? choice ?? "").replace(/\\(.)/g, "$1"),
  );
}

/** The text after a completion is taken, as editors do it: further lines are indented as the first one is. */
function take(text, item) {
  const lines = text.split("\n");
  const { start, end } = item.textEdit.range;
  const indent = /^\s*/.exec(lines[start.line])[0];
  const written = expand(item.textEdit.newText).replace(/\n/g, `\n${indent}`);
  const before = [...lines.slice(0, start.line), lines[start.line].slice(0, start.character)].join("\n");
  const after = [lines[end.line].slice(end.character), ...lines.slice(end.line + 1)].join("\n");
  return before + written + after;
}

const indented = (text) => text.trimEnd().replace(/^/gm, "    ").replace(/ +$/gm, "");
const shown = (documentation) => (documentation?.value ?? documentation ?? "").trim();

const client = new Client(server, folder, {
  yaml: {
    validate: true,
    hover: true,
    hoverSchemaSource: false,
    completion: true,
    // The second way to name a schema; the first is the first line of a file. The book says how.
    schemas: {
      ...settings.find((block) => "yaml.schemas" in block)["yaml.schemas"],
      [schema]: ["tests/faults/**/*.yaml"],
    },
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  },
});
await client.start();

let documents = 0;
/** A document with the schema that the settings name, or that its first line does. */
function document(text, way = "settings") {
  const modeline = way === "modeline" ? `# yaml-language-server: $schema=${schema}\n` : "";
  const name = way === "modeline" ? "people.yaml" : "orgsync.yaml";
  const uri = `file:///editor/${(documents += 1)}/${name}`;
  client.open(uri, modeline + text);
  return { textDocument: { uri }, lines: modeline ? 1 : 0 };
}

async function at(request, marked, way) {
  const { text, position } = cursor(marked);
  const { textDocument, lines } = document(text, way);
  const place = { line: position.line + lines, character: position.character };
  return client.request(`textDocument/${request}`, { textDocument, position: place });
}

const completions = async (marked, way) =>
  (await at("completion", marked, way)).items.sort((one, other) => (one.label < other.label ? -1 : 1));

const MEMBER = "members:\n  ada@acme.example: { roles: [admin] }\n";
const KEYS = {
  "an empty file": "‸",
  "the top level": `version: 1\n${MEMBER}‸`,
  organization: "version: 1\norganization:\n  ‸",
  seats: "version: 1\nseats:\n  ‸",
  "the seats of a product": "version: 1\nseats:\n  le_chat:\n    ‸",
  policy: "version: 1\npolicy:\n  ‸",
  unmanaged: "version: 1\npolicy:\n  unmanaged:\n    ‸",
  defaults: "version: 1\ndefaults:\n  ‸",
  members: "members:\n  ‸",
  "a member": "members:\n  ada@acme.example:\n    ‸",
  "a member on one line": "members:\n  ada@acme.example: { roles: [admin], e‸ }",
  teams: `${MEMBER}teams:\n  ‸`,
  "a team": `${MEMBER}teams:\n  research:\n    ‸`,
  workspaces: `${MEMBER}workspaces:\n  ‸`,
  "a workspace": `${MEMBER}workspaces:\n  Research:\n    ‸`,
  "members of a workspace": `${MEMBER}workspaces:\n  Research:\n    members:\n      ‸`,
  groups: `${MEMBER}groups:\n  ‸`,
  "a group": `${MEMBER}groups:\n  Interns:\n    ‸`,
};
const VALUES = {
  version: "version: ‸",
  "roles of a member": "members:\n  ada@acme.example:\n    roles: [‸]",
  "roles of a member, one a line": "members:\n  ada@acme.example:\n    roles:\n      - ‸",
  "seats of a member": "members:\n  ada@acme.example:\n    seats: [‸]",
  external: "members:\n  ada@acme.example:\n    external: ‸",
  "default roles": "version: 1\ndefaults:\n  roles: [‸]",
  "roles of a team": "teams:\n  research:\n    roles: [‸]",
  "seats of a team": "teams:\n  research:\n    seats: [‸]",
  "roles of a team in a workspace": "teams:\n  research:\n    workspaces:\n      Research: [‸]",
  "roles in a workspace": "workspaces:\n  Research:\n    members:\n      ada@acme.example: [‸]",
  "the organization role of a group": "groups:\n  Interns:\n    organization_role: ‸",
  onboarding: "version: 1\npolicy:\n  onboarding: ‸",
  unmanaged: "version: 1\npolicy:\n  unmanaged: ‸",
  "unmanaged members of groups": "version: 1\npolicy:\n  unmanaged:\n    group_members: ‸",
  expired_invitations: "version: 1\npolicy:\n  expired_invitations: ‸",
  max_removals: "version: 1\npolicy:\n  max_removals: ‸",
  invitation_language: "version: 1\npolicy:\n  invitation_language: ‸",
};
for (const [kind, cases] of Object.entries({ Keys: KEYS, Values: VALUES })) {
  for (const [name, marked] of Object.entries(cases)) {
    console.log(`# ${kind} offered: ${name}\n`);
    const items = await completions(marked);
    for (const item of items) {
      console.log(`${item.label}: ${JSON.stringify(item.textEdit.newText)}`);
      if (shown(item.documentation)) console.log(indented(shown(item.documentation)));
    }
    console.log();
    const same = JSON.stringify(items.map(({ label }) => label));
    const others = await completions(marked, "modeline");
    if (same !== JSON.stringify(others.map(({ label }) => label))) fail(`${name}: settings and modeline differ`);
  }
}

const BASE = "version: 1\nseats:\n  le_chat: { purchased: 9 }\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
const SNIPPETS = {
  "smallest file": "‸",
  "main file": "‸",
  "new member": `${BASE}  ‸\n`,
  "new guest": `${BASE}  ‸\n`,
  "new team": `${BASE}  alan@acme.example:\nteams:\n  ‸\n`,
  "new workspace": `${BASE}workspaces:\n  ‸\n`,
  "new group": `${BASE}  alan@acme.example:\ngroups:\n  ‸\n`,
};
for (const [label, marked] of Object.entries(SNIPPETS)) {
  console.log(`# Snippet: ${label}\n`);
  const item = (await completions(marked)).find((item) => item.label === label);
  if (!item) {
    fail(`${label} is not offered`);
    continue;
  }
  const text = take(cursor(marked).text, item);
  console.log(`${indented(text.replace(BASE, ""))}\n`);
  const run = spawnSync(program, ["validate", "-"], { input: text, encoding: "utf8" });
  if (run.status !== 0) fail(`${label} writes what is not valid:\n${text}\n${run.stdout}${run.stderr}`);
}

const HOVERS = [
  "ver‸sion: 1",
  "version: 1\nsea‸ts: { le_chat: { purchased: 9 } }",
  "version: 1\nseats: { le_‸chat: { purchased: 9 } }",
  "version: 1\nseats: { le_chat: { purch‸ased: 9 } }",
  "version: 1\npolicy: { onb‸oarding: sso }",
  "version: 1\npolicy: { onboarding: s‸so }",
  "version: 1\npolicy: { unman‸aged: report }",
  "version: 1\npolicy: { unmanaged: { gro‸ups: remove } }",
  "version: 1\npolicy: { max_rem‸ovals: 10% }",
  "mem‸bers: { ada@acme.example: { roles: [admin] } }",
  "members: { ada@‸acme.example: { roles: [admin] } }",
  "members: { ada@acme.example: { ro‸les: [admin] } }",
  "members: { ada@acme.example: { roles: [ad‸min] } }",
  "members: { ada@acme.example: { exp‸ires: 2026-12-31 } }",
  "teams: { rese‸arch: { members: [] } }",
  "workspaces: { Research: { members: { ada@acme.example: [d‸ev] } } }",
  "groups: { Interns: { organ‸ization_role: member } }",
];
for (const marked of HOVERS) {
  console.log(`# Hover: ${marked.replace("version: 1\n", "")}\n`);
  const hover = await at("hover", marked);
  console.log(`${indented(hover?.contents.value ?? "")}\n`);
  if (!hover?.contents.value.includes("####")) fail(`no description: ${marked}`);
}

/** The faults that the program finds in a file, each with its code and its lines. */
function faultsOf(path, file) {
  const run = spawnSync(program, ["validate", "--format", "json", "--today", "2026-11-24", "--config", path], {
    encoding: "utf8",
  });
  const lines = (places) => places.filter((place) => place.file === file).map(({ line }) => line);
  const faults = JSON.parse(run.stdout).diagnostics.map(({ code, places }) => ({ code, lines: lines(places) }));
  return faults.filter(({ lines }) => lines.length > 0);
}

const faulty = [];
for (const name of readdirSync("tests/faults").sort()) {
  const path = join("tests/faults", name);
  const file = name.endsWith(".yaml") ? path : join(path, "orgsync.yaml");
  const text = statSync(file).isFile() ? readFileSync(file) : Buffer.of();
  faulty.push({ name, path, file, uri: pathToFileURL(resolve(file)).href, text: text.toString() });
}
for (const { uri, text } of faulty) client.open(uri, text);
const told = await client.diagnostics(faulty.map(({ uri }) => uri));
console.log("# Faults\n");
for (const [index, { name, path, file }] of faulty.entries()) {
  console.log(name);
  const messages = told[index].map(({ range: { start }, message }) => ({ line: start.line + 1, start, message }));
  messages.sort((one, other) => one.line - other.line || one.start.character - other.start.character);
  const faults = faultsOf(path, file);
  for (const { line, start, message } of messages) {
    console.log(`    ${line}:${start.character + 1} ${message}`);
    const right = faults.some(({ lines }) => lines.includes(line));
    const place = `${name}:${line}`;
    if (!right && !(place in ELSEWHERE)) fail(`${place} is not where a fault is: ${message}`);
    if (right && place in ELSEWHERE) fail(`${place} is where a fault is, and stands in the list of those elsewhere`);
  }
  for (const { code, lines } of faults) {
    if (code in BEYOND) continue;
    const seen = messages.some(({ line }) => lines.includes(line));
    const place = `${name}:${lines[0]}`;
    if (!seen && !(place in UNTOLD)) fail(`${place}: ${code} is not told, and stands in no list with a reason`);
    if (seen && place in UNTOLD) fail(`${place}: ${code} is told, and stands in the list of those that are not`);
  }
}
console.log();

const examples = readdirSync("examples", { recursive: true }).sort().map((file) => join("examples", file));
const fine = [...examples.filter((file) => file.endsWith(".yaml")), "tests/tools/editor/valid.yaml"];
for (const file of fine) client.open(pathToFileURL(resolve(file)).href, readFileSync(file, "utf8"));
const found = await client.diagnostics(fine.map((file) => pathToFileURL(resolve(file)).href));
console.log("# Files without faults\n");
for (const [index, file] of fine.entries()) {
  console.log(file);
  for (const { range, message } of found[index]) fail(`${file}:${range.start.line + 1}: ${message}`);
}

// The patterns by which VS Code takes faults out of what the program prints.
const [first, second] = settings.find((block) => block.tasks).tasks[0].problemMatcher.pattern;
const { stdout } = spawnSync(program, ["validate", "--config", "tests/faults/unknown_key.yaml"], { encoding: "utf8" });
const lines = stdout.split("\n");
const starts = lines.flatMap((line, index) => (new RegExp(first.regexp).test(line) ? [lines[index + 1]] : []));
const matched = starts.map((line) => new RegExp(second.regexp).exec(line)?.slice(1).join(":"));
console.log(`\n# Problems of the task\n\n${matched.join("\n")}`);
await client.stop();
process.exit(wrong);
