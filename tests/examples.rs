//! What people copy: the examples and the schemas say what the program does.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are not tests to clippy")]

mod shared_file;

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

/// What the README's first command gives to the program.
const FIRST: [&str; 5] = ["plan", "--config", "examples/acme", "--sandbox", "examples/acme/sandbox.json"];

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

#[test]
fn the_readmes_first_command_needs_nothing_and_shows_the_plan_with_the_seats() {
    let output = orgsync(FIRST);
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::assert_snapshot!("plan_of_the_example", text(&output.stdout));
}

#[test]
fn the_example_can_be_applied() {
    let output = orgsync(["apply", "--yes"].iter().chain(&FIRST[1..]));
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_example_holds_every_kind_of_change() {
    let output = orgsync(FIRST.iter().chain(&["--format", "json"]));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kinds: Vec<_> = plan["summary"]["by_kind"].as_object().unwrap().keys().collect();
    // `member.create` is for organizations that don't invite; the others are not for an example that people copy.
    let left_out =
        ["member.create", "api_key.delete", "group.delete", "workspace.members.remove", "workspace.archive"];
    let all = orgsync::plan::Kind::ALL.iter().map(|kind| kind.name());
    let expected: BTreeSet<_> = all.filter(|kind| !left_out.contains(kind)).collect();
    assert_eq!(kinds.into_iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn every_key_of_the_file_format_stands_in_the_example() {
    let (mut known, mut used) = (BTreeSet::new(), BTreeSet::new());
    known_keys(&schema(), &mut known);
    example_files().iter().for_each(|file| used_keys(&yaml(file), &mut used));
    // They delete keys for good, which is not for an example that people copy. A comment names them.
    used.extend(["revoke", "unused_for"].map(str::to_owned));
    let missing: Vec<_> = known.difference(&used).collect();
    assert!(missing.is_empty(), "examples/acme doesn't show {missing:?}");
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

/// The vendor's schemas, which list one value of an enum twice: JSON Schema forbids that.
fn vendor_schemas() -> Option<Value> {
    fn distinct(value: &mut Value) {
        if let Some(words) = value.get_mut("enum").and_then(Value::as_array_mut) {
            let mut seen = Vec::new();
            words.retain(|word| !seen.contains(word) && (seen.push(word.clone()), true).1);
        }
        match value {
            Value::Object(map) => map.values_mut().for_each(distinct),
            Value::Array(list) => list.iter_mut().for_each(distinct),
            _ => {}
        }
    }
    let path = shared_file::shared_file("ORGSYNC_OPENAPI", "admin-api/openapi.yaml")?;
    let mut document: Value = serde_yaml::from_str(&fs_err::read_to_string(path).unwrap()).unwrap();
    distinct(&mut document["components"]);
    Some(document["components"].take())
}

/// The roles of a member, without those that the seed lists as custom: the vendor's document knows custom roles, but its
/// schema of a member allows none.
fn without_custom_roles(mut seed: Value) -> Value {
    let roles = seed["roles"]["organization_roles"].as_array().unwrap();
    let custom: Vec<Value> = roles.iter().filter(|role| role["is_custom_role"] == true).cloned().collect();
    assert!(!custom.is_empty(), "the example shows a custom role");
    for member in seed["members"].as_array_mut().unwrap() {
        let is_custom = |role: &Value| custom.iter().any(|custom| custom["uuid"] == *role);
        member["raw_roles"].as_array_mut().unwrap().retain(|role| !is_custom(role));
    }
    seed
}

#[test]
fn the_seed_of_the_example_fits_the_schemas_of_the_vendor() {
    let Some(components) = vendor_schemas() else { return };
    let seed = without_custom_roles(serde_json::from_str(&read("examples/acme/sandbox.json")).unwrap());
    for (schema, place) in [
        ("AdminOrganizationMemberOUT", "/members"),
        ("AdminUserOUT", "/members"),
        ("OrganizationInviteOUT", "/invitations"),
        ("RoleOut", "/roles/organization_roles"),
        ("RoleOut", "/roles/workspace_roles"),
        ("WorkspaceOUT", "/workspaces"),
        ("AdminUserGroupOut", "/groups"),
        ("GroupWorkspaceAssignmentOut", "/groups/0/workspaces"),
        ("APIKeyExtendedOUT", "/api_keys"),
    ] {
        let whole = serde_json::json!({
            "$ref": format!("#/components/schemas/{schema}"), "components": components });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let validator = options.should_validate_formats(true).build(&whole).unwrap();
        let objects = seed.pointer(place).unwrap().as_array().unwrap();
        assert!(!objects.is_empty(), "{place}");
        for object in objects {
            let faults: Vec<_> = validator
                .iter_errors(object)
                .map(|fault| format!("{}: {fault}", fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{schema} {place}: {faults:#?}\n{object:#}");
        }
    }
}

#[test]
fn the_schemas_in_the_repository_are_those_that_the_program_prints() {
    for (document, file) in [
        ("config", "orgsync"),
        ("plan", "plan"),
        ("members", "members"),
        ("seats", "seats"),
        ("explanation", "explanation"),
        ("report", "report"),
        ("events", "events"),
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
