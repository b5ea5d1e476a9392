//! What people read first: the README, the example and the schema say what the program does.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

mod markdown;

use markdown::blocks;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs_err::read_to_string(root().join(path.as_ref())).unwrap()
}

/// Runs the program as somebody would who has set nothing.
fn orgsync<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.args(arguments).current_dir(root()).env_clear().output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn readme_blocks(language: &str) -> Vec<String> {
    let blocks = blocks(&read("README.md"));
    blocks.into_iter().filter(|block| block.language == language).map(|block| block.text).collect()
}

/// The lines of the README's first fenced block.
fn first_commands() -> Vec<String> {
    blocks(&read("README.md"))[0].text.lines().map(str::to_owned).collect()
}

/// What the README's first command gives to the program.
fn first_arguments() -> Vec<String> {
    let command = first_commands().remove(0);
    let (_, arguments) = command.split_once(" -- ").unwrap();
    arguments.split_whitespace().map(str::to_owned).collect()
}

/// The arguments of each command line of the README that begins with the program's name.
fn readme_calls() -> Vec<Vec<String>> {
    let blocks = readme_blocks("sh");
    let lines =
        blocks.iter().flat_map(|block| block.lines()).filter_map(|line| line.strip_prefix("orgsync "));
    let words =
        |line: &str| line.split_whitespace().take_while(|word| *word != ">").map(str::to_owned).collect();
    lines.map(words).collect()
}

fn example(command: &str) -> Output {
    let mut arguments = first_arguments();
    arguments[0] = command.to_owned();
    if command == "apply" {
        arguments.push("--yes".to_owned());
    }
    orgsync(arguments)
}

/// The configuration files of the example.
fn example_files() -> Vec<PathBuf> {
    let pattern = root().join("examples/acme/**/*.yaml");
    let files: Vec<_> = glob::glob(pattern.to_str().unwrap()).unwrap().map(Result::unwrap).collect();
    assert!(files.len() > 1, "the example has included files");
    files
}

/// A file as YAML's own rules read it, merge keys resolved.
fn yaml(path: &Path) -> Value {
    let mut value: serde_yaml::Value = serde_yaml::from_str(&read(path)).unwrap();
    value.apply_merge().unwrap();
    serde_json::to_value(value).unwrap()
}

fn schema() -> Value {
    serde_json::from_slice(&orgsync(["schema"]).stdout).unwrap()
}

/// The keys that a schema knows, but for second names of others.
fn known_keys(schema: &Value, keys: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let alias = |property: &Value| {
            property["description"].as_str().is_some_and(|text| text.starts_with("Another name of "))
        };
        let own = properties.iter().filter(|(_, property)| **property != false && !alias(property));
        keys.extend(own.map(|(key, _)| key.clone()));
    }
    match schema {
        Value::Object(map) => map.values().for_each(|part| known_keys(part, keys)),
        Value::Array(list) => list.iter().for_each(|part| known_keys(part, keys)),
        _ => {}
    }
}

fn used_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            keys.extend(map.keys().cloned());
            map.values().for_each(|part| used_keys(part, keys));
        }
        Value::Array(list) => list.iter().for_each(|part| used_keys(part, keys)),
        _ => {}
    }
}

/// The long options in a text.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    words
        .filter(|word| word.starts_with("--") && word.len() > 3 && *word != "--help" && *word != "--version")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_readme_begins_with_one_command_to_run_and_one_to_test() {
    let commands = first_commands();
    let starts: Vec<_> =
        commands.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(starts, ["cargo run", "cargo test"]);
}

#[test]
fn the_readmes_first_command_needs_nothing_and_shows_the_plan_with_the_seats() {
    let output = orgsync(first_arguments());
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::assert_snapshot!("plan_of_the_example", text(&output.stdout));
}

#[test]
fn the_example_can_be_applied() {
    let output = example("apply");
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_example_holds_every_kind_of_change() {
    let mut arguments = first_arguments();
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let plan: Value = serde_json::from_slice(&orgsync(arguments).stdout).unwrap();
    let kinds: Vec<_> = plan["summary"]["by_kind"].as_object().unwrap().keys().collect();
    // `member.create` is for organizations that don't invite; the others are not for an example that people copy.
    let left_out = ["member.create", "group.delete", "workspace.members.remove", "workspace.archive"];
    let all = orgsync::plan::Kind::ALL.iter().map(|kind| kind.name());
    let expected: BTreeSet<_> = all.filter(|kind| !left_out.contains(kind)).collect();
    assert_eq!(kinds.into_iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn the_output_that_the_readme_shows_first_is_the_programs() {
    let (shown, real) = (readme_blocks("text").remove(0), example("plan"));
    let real = text(&real.stdout);
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(real.lines().any(|given| given == line), "the plan has no line {line:?}");
    }
}

#[test]
fn the_report_that_the_readme_shows_is_the_programs() {
    let blocks = readme_blocks("text");
    let shown = blocks.iter().find(|block| block.starts_with("done ")).unwrap();
    let real = example("apply");
    assert!(text(&real.stdout).ends_with(shown.as_str()), "{}", text(&real.stdout));
}

#[test]
fn the_explanation_that_the_readme_shows_is_the_programs() {
    let blocks = readme_blocks("text");
    let shown = blocks.iter().find(|block| block.starts_with("karen@")).unwrap();
    let mut arguments = first_arguments();
    arguments.splice(..1, ["explain".to_owned(), "karen@acme.example".to_owned()]);
    let real = orgsync(arguments);
    assert_eq!(text(&real.stdout).trim_end(), shown.trim_end());
}

#[test]
fn whole_configurations_in_the_readme_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    let blocks = readme_blocks("yaml");
    let whole: Vec<_> = blocks.iter().filter(|block| block.starts_with("version: 1")).collect();
    assert!(!whole.is_empty(), "the README shows a whole configuration");
    for block in whole {
        let file = folder.path().join("orgsync.yaml");
        fs_err::write(&file, block).unwrap();
        let output = orgsync(["validate", "--config", file.to_str().unwrap()]);
        assert!(output.status.success(), "{block}\n{}", text(&output.stdout));
    }
}

#[test]
fn json_in_the_readme_can_be_read_and_schemas_go_by_the_name_of_the_main_file() {
    let blocks: Vec<Value> =
        readme_blocks("json").iter().map(|block| serde_json::from_str(block).unwrap()).collect();
    let entry = blocks.iter().find(|block| block.get("fileMatch").is_some()).unwrap();
    assert_eq!(entry["fileMatch"], serde_json::json!(["orgsync.yaml"]));
    let url = entry["url"].as_str().unwrap();
    assert!(root().join(url.split_once("/main/").unwrap().1).is_file(), "{url}");
}

#[test]
fn command_lines_in_the_readme_are_understood() {
    let calls = readme_calls();
    assert!(calls.len() > 5, "the README shows commands");
    for call in calls {
        // Help comes only after what stands before it has been understood.
        let output = orgsync(call.iter().map(String::as_str).chain(["--help"]));
        assert!(output.status.success(), "orgsync {}\n{}", call.join(" "), text(&output.stderr));
    }
}

#[test]
fn the_readme_names_every_option_and_no_other() {
    let readme = read("README.md");
    let others = |line: &&str| line.contains("cargo ") || line.starts_with("git ") || line.starts_with("gh ");
    let own: Vec<_> = readme.lines().filter(|line| !others(line)).collect();
    let commands =
        ["validate", "plan", "apply", "export", "seats", "explain", "snapshot", "sandbox", "schema", "man"];
    let help = commands.map(|command| text(&orgsync([command, "--help"]).stdout).to_owned());
    assert_eq!(options(&own.join("\n")), options(&help.join("\n")));
}

#[test]
fn the_readmes_commands_are_the_programs() {
    let help = orgsync(["--help"]);
    let listed = text(&help.stdout).lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let programs: BTreeSet<_> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    let readme = read("README.md");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `orgsync "));
    let mut shown: BTreeSet<_> = rows.filter_map(|row| row.split('`').next()).collect();
    shown.insert("help");
    assert_eq!(shown, programs);
}

#[test]
fn every_key_of_the_file_format_stands_in_the_example() {
    let (mut known, mut used) = (BTreeSet::new(), BTreeSet::new());
    known_keys(&schema(), &mut known);
    example_files().iter().for_each(|file| used_keys(&yaml(file), &mut used));
    let missing: Vec<_> = known.difference(&used).collect();
    assert!(missing.is_empty(), "examples/acme doesn't show {missing:?}");
}

#[test]
fn every_key_of_the_file_format_stands_in_the_readme() {
    let mut known = BTreeSet::new();
    known_keys(&schema(), &mut known);
    let shown = readme_blocks("yaml").join("\n");
    // `include` is shown in a comment: its files are not there.
    let words: BTreeSet<_> =
        shown.split(|c: char| !(c.is_ascii_lowercase() || c == '_' || c == ':')).collect();
    let missing: Vec<_> = known.iter().filter(|key| !words.contains(format!("{key}:").as_str())).collect();
    assert!(missing.is_empty(), "the README doesn't show {missing:?}");
}

#[test]
fn every_file_of_the_example_fits_the_schema() {
    let schema =
        jsonschema::draft7::new(&serde_json::from_str(&read("schemas/orgsync.schema.json")).unwrap())
            .unwrap();
    for file in example_files() {
        let value = yaml(&file);
        let faults: Vec<_> =
            schema.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", file.display());
    }
}

#[test]
fn every_file_of_the_example_names_the_schema_that_is_there() {
    let schema = fs_err::canonicalize(root().join("schemas/orgsync.schema.json")).unwrap();
    for file in example_files() {
        let content = read(&file);
        let named = content.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=");
        let named = file.parent().unwrap().join(named.unwrap());
        assert_eq!(fs_err::canonicalize(named).unwrap(), schema, "{}", file.display());
    }
}

#[test]
fn the_schemas_in_the_repository_are_those_that_the_program_prints() {
    for (document, file) in [
        ("config", "orgsync"),
        ("plan", "plan"),
        ("report", "report"),
        ("snapshot", "snapshot"),
        ("validation", "validation"),
    ] {
        let printed = orgsync(["schema", document]);
        assert!(
            text(&printed.stdout) == read(format!("schemas/{file}.schema.json")),
            "run: cargo run --quiet -- schema {document} > schemas/{file}.schema.json"
        );
    }
}

#[test]
fn the_smallest_example_is_valid_and_plans_for_whoever_is_there() {
    let run = orgsync(["validate", "--config", "examples/minimal.yaml"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let plan =
        orgsync(["plan", "--config", "examples/minimal.yaml", "--sandbox", "examples/acme/sandbox.json"]);
    assert!(plan.status.success(), "{}{}", text(&plan.stdout), text(&plan.stderr));
}
