//! `--format sarif` and `--format gitlab`: documents that other programs show on the lines of the files.

use super::harness::{Run, World, run};
use super::markdown::{REFUSED, full, hostile, org};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SARIF: &str = include_str!("../schemas/sarif.schema.json");
const CODE_QUALITY: &str = include_str!("../schemas/code-quality.schema.json");

const FAULTY: &str = "version: 1
include: [teams/*.yaml]
members:
  ada@acme.example: { roles: [admin], seat: [] }
  bob@acme.example: { roles: [] }
";

/// A configuration with faults in two files, and one that concerns both.
fn faulty() -> World {
    let world = World::new(FAULTY);
    std::fs::create_dir(world.path().join("teams")).unwrap();
    world.write("teams/a.yaml", "members:\n  bob@acme.example:\n");
    world
}

/// The document, which fits its schema.
fn document(schema: &str, run: &Run) -> Value {
    let schema = serde_json::from_str(schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let document = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.shown()));
    let faults: Vec<_> =
        schema.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    document
}

/// The document, of which each result has its rule, each rule has a result, and each fingerprint is another.
fn sarif(run: &Run) -> Value {
    let document = document(SARIF, run);
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let named = |result: &Value| {
        let number = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[number]["id"], result["ruleId"]);
        number
    };
    assert_eq!(results(&document).iter().map(named).collect::<BTreeSet<_>>(), (0..rules.len()).collect());
    assert_eq!(fingerprints(&document).len(), results(&document).len());
    document
}

fn results(document: &Value) -> &[Value] {
    document["runs"][0]["results"].as_array().unwrap()
}

fn fingerprints(document: &Value) -> BTreeSet<String> {
    let hash = |result: &Value| {
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        format!("{} {hash}", result["ruleId"].as_str().unwrap())
    };
    results(document).iter().map(hash).collect()
}

/// Level, rule, file, line and text of each result.
fn lines(document: &Value) -> String {
    let line = |result: &Value| {
        let at = &result["locations"][0]["physicalLocation"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {} {}:{} {}",
            text(&result["level"]),
            text(&result["ruleId"]),
            text(&at["artifactLocation"]["uri"]),
            at["region"]["startLine"],
            text(&result["message"]["text"]).replace('\n', " / ")
        )
    };
    results(document).iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The notifications of the run.
fn notes(document: &Value) -> Vec<&str> {
    let notes = document["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    notes.iter().map(|note| note["message"]["text"].as_str().unwrap()).collect()
}

#[test]
fn each_fault_is_a_result_with_its_rule_and_its_other_places() {
    let run = faulty().run(&["validate", "--format", "sarif"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    let mut shown = sarif(&run);
    let driver = &mut shown["runs"][0]["tool"]["driver"];
    driver["semanticVersion"] = json!("…");
    for rule in driver["rules"].as_array_mut().unwrap() {
        let help = rule["help"]["markdown"].as_str().unwrap().to_owned();
        assert!(help.contains("## What to do\n") && !help.contains("]("), "{help}");
        rule["help"] = json!("…");
    }
    insta::assert_snapshot!("validation_sarif", serde_json::to_string_pretty(&shown).unwrap());
}

#[test]
fn each_fault_is_an_entry_of_a_code_quality_report() {
    let run = faulty().run(&["validate", "--format", "gitlab"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    document(CODE_QUALITY, &run);
    insta::assert_snapshot!("validation_gitlab", run.stdout);
}

#[test]
fn valid_files_have_no_results() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    let run = world.run(&["validate", "--format", "sarif"]);
    assert_eq!((run.status, run.stderr.as_str(), results(&sarif(&run))), (0, "", &[][..]));
    let run = world.run(&["validate", "--format", "gitlab"]);
    assert_eq!((run.status, run.stderr.as_str(), run.stdout.as_str()), (0, "", "[]\n"));
}

#[test]
fn warnings_are_less_than_faults_unless_they_count_as_such() {
    let world = World::new(
        "version: 1\norganization: { name: Acme } # TODO(orgsync): the name\nmembers:\n  ada@acme.example: { roles: [admin] }\n",
    );
    for (args, status, level, severity) in
        [(&["validate"][..], 0, "warning", "minor"), (&["validate", "--strict"], 3, "error", "major")]
    {
        let run = world.run(&[args, &["--format", "sarif"]].concat());
        assert_eq!((run.status, &sarif(&run)["runs"][0]["results"][0]["level"]), (status, &json!(level)));
        let run = world.run(&[args, &["--format", "gitlab"]].concat());
        assert_eq!((run.status, &document(CODE_QUALITY, &run)[0]["severity"]), (status, &json!(severity)));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_result_on_it() {
    for args in [&["validate", "--format", "sarif"][..], &["plan", "--format", "sarif"]] {
        let run = faulty().run(&[args, &["--config", "absent.yaml"]].concat());
        assert_eq!(run.status, 3);
        assert!(lines(&sarif(&run)).starts_with("error file_unreadable absent.yaml:1 "), "{}", run.stdout);
    }
}

#[test]
fn a_plan_has_its_refusals_and_what_a_reviewer_must_not_miss() {
    let run = World::new(REFUSED).plan(&full(), &["--format", "sarif"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    let document = sarif(&run);
    insta::assert_snapshot!("plan_sarif", lines(&document));
    assert!(notes(&document)[0].starts_with("Refused"), "{:?}", notes(&document));
}

#[test]
fn what_a_plan_leaves_alone_is_a_warning_and_drift_a_note() {
    let files = |more: &str| {
        format!(
            "version: 1\npolicy: {{ max_removals: 100% }}\nmembers:\n  ada@acme.example: {{ roles: [admin] }}\n{more}\
             removed: [p4@acme.example]\n"
        )
    };
    let world = World::new(&files(""));
    world.write("before.yaml", &files("  p3@acme.example:\n"));
    let mut live = org(5);
    live["members"][1]["raw_roles"] = json!(["A"]);
    let run = world.plan(&live, &["--base", "before.yaml", "--format", "sarif"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    insta::assert_snapshot!("plan_sarif_left_alone", lines(&sarif(&run)));
}

#[test]
fn faults_of_the_files_are_results_of_a_plan_and_text_for_the_log() {
    let world = faulty();
    let plan = world.run(&["plan", "--format", "sarif"]);
    assert_eq!(plan.status, 3);
    sarif(&plan);
    assert_eq!(plan.stdout, world.run(&["validate", "--format", "sarif"]).stdout);
    assert_eq!(plan.stderr, world.run(&["validate"]).stdout);
}

#[test]
fn a_finding_stays_the_same_while_lines_and_numbers_around_it_change() {
    let config = |before: &str, people: &str| {
        format!(
            "version: 1\n{before}seats: {{ le_chat: {{ purchased: 1 }} }}\ndefaults: {{ seats: [le_chat] }}\nmembers:\n  \
             ada@acme.example:\n    roles: [admin]\n    seat: []\n  bob@acme.example:\n    seat: []\n{people}"
        )
    };
    let validate = |before: &str, people: &str| {
        sarif(&World::new(&config(before, people)).run(&["validate", "--format", "sarif"]))
    };
    let first = validate("", "");
    assert_eq!(results(&first).len(), 3, "the budget, and one key twice: {}", lines(&first));
    let later = validate("# One line.\n# Another one.\n", "  cyd@acme.example:\n");
    assert_ne!(lines(&first), lines(&later));
    assert!(fingerprints(&first).is_subset(&fingerprints(&later)), "{}\n{}", lines(&first), lines(&later));
}

#[cfg(unix)]
#[test]
fn files_are_named_by_their_path_in_the_repository() {
    let world = World::new("");
    std::fs::create_dir(world.path().join("acme")).unwrap();
    world.write("acme/orgsync.yaml", "version: 1\ninclude: ['../a b%:ü.yaml']\n");
    world.write("a b%:ü.yaml", "members: { ada: }\n");
    std::os::unix::fs::symlink(world.path(), world.path().join("link")).unwrap();
    let root = world.path().join("link");
    let validate =
        |env: &[(&str, &str)], format| run(&root.join("acme"), &["validate", "--format", format], env);
    let path = |env: &[(&str, &str)]| {
        let at = &sarif(&validate(env, "sarif"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        at["artifactLocation"].clone()
    };
    let inside = json!({ "uri": "a%20b%25%3A%C3%BC.yaml", "uriBaseId": "%SRCROOT%" });
    let named = root.to_str().unwrap();
    for variable in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
        assert_eq!(path(&[(variable, named)]), inside);
    }
    assert_eq!(path(&[]), json!({ "uri": "../a%20b%25%3A%C3%BC.yaml" }), "the repository is not known");
    let report = document(CODE_QUALITY, &validate(&[("CI_PROJECT_DIR", named)], "gitlab"));
    assert_eq!(report[0]["location"]["path"], "a b%:ü.yaml");
    // A worktree has a file of that name.
    world.write(".git", "gitdir: elsewhere");
    assert_eq!(path(&[]), inside);
    let outside = world.path().join("acme/orgsync.yaml");
    world.write("acme/orgsync.yaml", "version: 1\nmembers: { ada: }\n");
    let args = ["validate", "--format", "sarif", "--config", outside.to_str().unwrap()];
    let elsewhere = tempfile::tempdir().unwrap();
    let run = run(elsewhere.path(), &args, &[("CI_PROJECT_DIR", elsewhere.path().to_str().unwrap())]);
    assert!(lines(&sarif(&run)).starts_with("error invalid_email file:///"), "{}", run.stdout);
}

#[test]
fn names_that_want_to_be_noticed_do_nothing() {
    let (config, live) = hostile();
    let run = World::new(config).plan(&live, &["--format", "sarif"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let document = sarif(&run);
    let shown = lines(&document);
    insta::assert_snapshot!("plan_sarif_hostile", shown);
    for part in ["](", "<img", "</", "<script", "#1", " @", "\u{1b}", "\u{202e}", "##["] {
        assert!(!shown.contains(part), "{part:?} in {shown}");
    }
}

#[test]
fn a_number_in_braces_is_no_argument() {
    let world = World::new("version: 1\nmembers:\n  ada@acme.example: { '{0} {x} {': 1 }\n");
    let run = world.run(&["validate", "--format", "sarif"]);
    assert!(lines(&sarif(&run)).contains("the key `{{0}} {x} {` does not exist here"), "{}", run.stdout);
}

#[test]
fn of_very_many_faults_all_are_counted_and_the_first_are_listed() {
    let people: String = (0..4321).map(|n| format!("  p{n}@acme.example: {{ seat: [] }}\n")).collect();
    let world = World::new(&format!("version: 1\nmembers:\n{people}"));
    let said = "Of 4,322 faults, only the first 1,000 are listed.";
    let document = sarif(&world.run(&["validate", "--format", "sarif"]));
    assert_eq!((results(&document).len(), notes(&document)), (1000, vec![said]));
    let report = self::document(CODE_QUALITY, &world.run(&["validate", "--format", "gitlab"]));
    let report = report.as_array().unwrap();
    assert_eq!(
        (report.len(), &report[1000]["severity"], &report[1000]["description"]),
        (1001, &json!("info"), &json!(said))
    );
}
