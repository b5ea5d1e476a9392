//! `orgsync export`: configuration that plans to no change, in the style of a person, and never over a file.

use super::harness::{Run, World, invitation, member, run, seed};
use serde_json::{Value, json};
use std::path::Path;

fn example(args: &[&str]) -> Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    run(root, &[args, &["--sandbox", "examples/acme/sandbox.json"]].concat(), &[])
}

#[test]
fn the_examples_organization_is_written_as_a_person_would() {
    let run = example(&["export"]);
    assert_eq!(run.status, 0);
    insta::assert_snapshot!("export", without_day(&run.stdout));
    insta::assert_snapshot!("export_tasks", run.stderr);
}

#[test]
fn what_the_export_could_not_know_is_warned_about_until_it_is_corrected() {
    let folder = tempfile::TempDir::new().unwrap();
    let out = format!("{}/", folder.path().display());
    let known = ["--name", "Acme", "--purchased", "vibe=50,mistral_code=18"];
    assert_eq!(example(&[&["export", "--out", &out][..], &known].concat()).status, 0);
    let main = std::fs::read_to_string(folder.path().join("orgsync.yaml")).unwrap();
    assert!(main.contains("  name: Acme\n") && main.contains("  le_chat: { purchased: 50 }\n"), "{main}");
    let validate = |args: &[&str]| run(folder.path(), &[&["validate"], args].concat(), &[]);
    let warned = validate(&[]);
    let lines = warned
        .stdout
        .matches("warning[unfinished]: `orgsync export` could not know 3 values: invited")
        .count();
    assert_eq!((warned.status, lines), (0, 1), "{}", warned.shown());
    let members = std::fs::read_to_string(folder.path().join("members.yaml")).unwrap();
    let corrected: Vec<_> = members.lines().map(|line| line.split("    # TODO(").next().unwrap()).collect();
    assert_eq!(validate(&["--strict"]).status, 3);
    std::fs::write(folder.path().join("members.yaml"), corrected.join("\n")).unwrap();
    let strict = validate(&["--strict"]);
    assert_eq!(strict.status, 0, "{}", strict.shown());
}

/// The files are for everybody who works with them, as the user's other files are, and for a container.
#[cfg(unix)]
#[test]
fn exported_files_can_be_read_like_any_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("orgsync.yaml");
    assert_eq!(example(&["export", "--out", out.to_str().unwrap()]).status, 0);
    std::fs::write(folder.path().join("other"), "").unwrap();
    let mode = |name: &str| folder.path().join(name).metadata().unwrap().permissions().mode();
    assert_eq!(mode("orgsync.yaml"), mode("other"));
}

#[test]
fn what_was_exported_plans_to_nothing_as_a_file_and_as_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    for out in [format!("{folder}/one.yaml"), format!("{folder}/many/")] {
        assert_eq!(example(&["export", "--out", &out]).status, 0);
        let plan = example(&["plan", "--detailed-exitcode", "--config", &out]);
        assert_eq!(plan.status, 0, "{}{}", plan.stdout, plan.stderr);
    }
    let mut files: Vec<_> =
        std::fs::read_dir(format!("{folder}/many")).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    let names = ["groups.yaml", "members.yaml", "orgsync.schema.json", "orgsync.yaml", "workspaces.yaml"];
    assert_eq!(files, names);
    let schema = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/orgsync.schema.json"));
    let schema = jsonschema::draft7::new(&serde_json::from_slice(&schema.unwrap()).unwrap()).unwrap();
    for file in
        ["one.yaml", "many/groups.yaml", "many/members.yaml", "many/orgsync.yaml", "many/workspaces.yaml"]
    {
        let text = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert!(schema.is_valid(&value), "{file}: {:?}", schema.validate(&value));
    }
}

#[test]
fn the_example_is_exported_as_it_was_applied() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let server = super::harness::Server::start(&["--seed", "examples/acme/sandbox.json"]);
    let orgsync = |args: &[&str]| run(root, args, &server.env());
    let folder = tempfile::tempdir().unwrap();
    let out = format!("{}/", folder.path().to_str().unwrap());
    for _ in 0..2 {
        let apply = orgsync(&["apply", "--yes", "--config", "examples/acme"]);
        assert_eq!(apply.status, 0, "{}{}", apply.stdout, apply.stderr);
        server.accept_all();
    }
    let writes = server.writes();
    assert_eq!(orgsync(&["export", "--out", &out]).status, 0);
    let plan = orgsync(&["plan", "--detailed-exitcode", "--config", &out]);
    assert_eq!(plan.status, 0, "{}{}", plan.stdout, plan.stderr);
    assert_eq!(server.writes(), writes, "neither changes anything");
}

/// One of everything that an export has something to say about.
fn small() -> Value {
    const CUSTOM: &str = "5b0c1de0-3b1f-4d0e-9d4e-0a6f3c2b1a00";
    let id = |number: u32| format!("00000000-0000-4000-8000-{number:012}");
    let mut people: Vec<Value> = ["ada", "bob", "cat", "dan", "eve", "fay"]
        .iter()
        .zip(1..)
        .map(|(name, number)| {
            let roles: &[&str] = if *name == "ada" { &["A"] } else { &["M"] };
            member(number, &format!("{name}@acme.example"), roles, &["CHAT"])
        })
        .collect();
    people.push(member(7, "gus@acme.example", &["M", CUSTOM], &[]));
    let mut nameless = member(8, "", &["M"], &[]);
    nameless["name"] = json!("Meeting room");
    people.push(nameless);
    let invited = [
        invitation(11, "hal@acme.example", &["M"], false),
        invitation(12, "ian@acme.example", &["M"], true),
        invitation(13, "joy@acme.example", &["M"], false),
        invitation(14, "joy@acme.example", &["A"], false),
    ];
    let (dev, user, admin, contributor) = (
        "578584f1-4319-4c88-9948-38a5184483b6",
        "48436751-ee56-44bd-8a2d-712233977821",
        "731eb2be-a74f-4070-b797-35bf7009e553",
        "b23cd6e0-91cd-4a8a-9869-b30366bf3966",
    );
    let mut seed = seed(&people, &invited);
    let workspace = |number: u32, name: &str, description: &str, icon: &str| {
        json!({"uuid": id(number), "name": name, "description": description, "icon": icon,
            "is_default": number == 20})
    };
    seed["workspaces"] = json!([
        workspace(20, "Default", "", ""),
        workspace(21, "Research", "Models: and papers", "🔬"),
        workspace(22, "Support", "", ""),
        workspace(23, "", "", ""),
    ]);
    let group = |number: u32, name: &str, members: &[u32], given: Value| {
        let mut group = json!({"uuid": id(number), "name": name, "description": null,
            "members": members.iter().map(|number| id(*number)).collect::<Vec<_>>()});
        group.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        group
    };
    let assigned =
        |workspace: u32, role: &str| json!([{"workspace_uuid": id(workspace), "roles": [{"uuid": role}]}]);
    seed["groups"] = json!([
        group(30, "All", &[1, 2, 3, 4, 5], json!({"description": "Everybody"})),
        group(
            31,
            "Interns",
            &[6, 8],
            json!({"organization_role": "M", "parent_group_ids": [id(30)],
            "workspaces": assigned(21, user)})
        ),
        group(32, "Auditors", &[2], json!({"organization_role": CUSTOM, "workspaces": assigned(23, dev)})),
        group(33, "Directory", &[1], json!({"externally_managed": true, "organization_role": "A"})),
        group(34, "", &[], json!({})),
        group(35, "Nested", &[], json!({"parent_group_ids": [id(34)]})),
    ]);
    let role = json!({"uuid": CUSTOM, "name": "auditor", "description": "", "is_custom_role": true});
    seed["roles"] = json!({"workspace_roles": [role], "organization_roles": [role]});
    seed["sandbox"] = json!({"workspace_members": {
        id(20): {id(1): [admin, contributor], id(2): [contributor]},
        id(21): {id(1): [admin], id(2): [dev], id(3): [dev], id(4): [dev, contributor], id(5): [user],
            id(6): [dev, user], id(7): [CUSTOM, user], id(8): [user]},
        id(22): {id(1): [admin]},
    }});
    seed
}

/// An export without the day on which it was made.
fn without_day(text: &str) -> String {
    let day = text.lines().find(|line| line.contains("as it was on")).unwrap();
    text.replace(day, "# The organization as it was on [day].")
}

#[test]
fn a_small_organization_is_written_whole() {
    let world = World::new("");
    world.write("seed.json", &small().to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert_eq!(run.status, 0);
    insta::assert_snapshot!("export_small", without_day(&run.stdout));
    world.write("one.yaml", &run.stdout);

    assert_eq!(world.run(&["export", "--sandbox", "seed.json", "--out", "many/"]).status, 0);
    let file = |name: &str| std::fs::read_to_string(world.path().join("many").join(name)).unwrap();
    let files = ["orgsync.yaml", "members.yaml", "workspaces.yaml", "groups.yaml"]
        .map(|name| format!("==> {name}\n{}", file(name)));
    insta::assert_snapshot!("export_small_directory", without_day(&files.join("\n")));

    for config in ["one.yaml", "many"] {
        let args = ["plan", "--detailed-exitcode", "--sandbox", "seed.json", "--config", config];
        let plan = world.run(&args);
        assert_eq!(plan.status, 0, "{}{}", plan.stdout, plan.stderr);
    }
}

#[test]
fn an_organization_without_groups_is_exported_without_them() {
    let world = World::new("");
    let mut seed = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    seed["groups"] = Value::Null;
    world.write("seed.json", &seed.to_string());
    assert_eq!(world.run(&["export", "--sandbox", "seed.json", "--out", "out/"]).status, 0);
    assert!(!world.path().join("out/groups.yaml").exists());
    let main = std::fs::read_to_string(world.path().join("out/orgsync.yaml")).unwrap();
    assert!(main.contains("\n# No groups: the Admin API refuses to list them"), "{main}");
    let plan = world.run(&["plan", "--detailed-exitcode", "--sandbox", "seed.json", "--config", "out"]);
    assert_eq!(plan.status, 0, "{}", plan.stderr);
}

#[test]
fn nothing_is_written_where_a_file_is_there() {
    let world = World::new("version: 1\n");
    world.write("seed.json", &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]).to_string());
    // Before anything is read: there is no such seed.
    let run = world.run(&["export", "--sandbox", "no-seed.json", "--out", "."]);
    assert_eq!(run.status, 1);
    insta::assert_snapshot!(run.stderr, @r"
    error: `./orgsync.yaml` already exists
      help: name another file, or remove this one first: orgsync overwrites nothing
    ");
    assert!(!world.path().join("members.yaml").exists());
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_nothing_else() {
    let world = World::new("");
    world.write("seed.json", &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]).to_string());
    let shown = |args: &[&str]| {
        let run = world.run(&[args, &["--sandbox", "seed.json"]].concat());
        format!("[{}] orgsync {}\n{}", run.status, args.join(" "), run.stderr)
    };
    let calls = [
        shown(&["export", "--out", ""]),
        shown(&["export", "--out", "seed.json/one.yaml"]),
        shown(&["snapshot", "--out", ""]),
        shown(&["snapshot", "--out", "missing/snapshot.json"]),
    ];
    insta::assert_snapshot!("export_places", calls.join("\n"));
    assert!(shown(&["export", "--out", "new/one.yaml"]).starts_with("[0]"), "folders are made");
}

#[test]
fn what_is_written_is_said_with_what_to_do_next() {
    let world = World::new("");
    world.write("seed.json", &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]).to_string());
    let said =
        ["one.yaml", "new/"].map(|out| world.run(&["export", "--sandbox", "seed.json", "--out", out]).stderr);
    insta::assert_snapshot!(said.join("\n"), @"
    Written: one.yaml.
    To correct (1):
      one.yaml:8: write the name; output shows it
    `orgsync plan --config one.yaml` has nothing to do.

    Written: new/orgsync.schema.json, new/members.yaml, new/workspaces.yaml, new/orgsync.yaml.
    To correct (1):
      new/orgsync.yaml:8: write the name; output shows it
    `orgsync plan --config new/` has nothing to do.
    ");
}

#[test]
fn hostile_names_are_left_out_and_reach_no_terminal() {
    let name = "\u{1b}]0;x\u{7}: {a}, \"b\" # \u{202e}\r\n- no";
    let mut ada = member(1, "ada@acme.example", &["A"], &[]);
    ada["name"] = serde_json::json!(name);
    let world = World::new("");
    world.write("seed.json", &seed(&[ada], &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert!(
        !run.stdout.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{}",
        run.stdout
    );
    let read: serde_yaml::Value = serde_yaml::from_str(&run.stdout).unwrap();
    assert_eq!(read["members"]["ada@acme.example"]["name"].as_str(), None);
    let why = "# without the name, which has a line break, or a character that can't be seen";
    assert!(run.stdout.contains(why), "{}", run.stdout);
}

#[test]
fn being_an_admin_is_never_the_default() {
    let world = World::new("");
    let admins = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["A"], &[])];
    world.write("seed.json", &seed(&admins, &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert!(run.stdout.contains("defaults:\n  roles: [member]\n"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("{ roles: [admin] }").count(), 2, "{}", run.stdout);
}

#[test]
fn what_cannot_be_declared_is_said() {
    let mut nameless = member(2, "x", &["A"], &["CHAT"]);
    nameless["email"] = serde_json::Value::Null;
    nameless["name"] = serde_json::json!("Meeting\nroom\u{ffff}");
    let world = World::new("");
    world.write("seed.json", &seed(&[nameless, member(3, "bob@acme.example", &["M"], &[])], &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("supports:\n#   Meeting\\nroom\\u{ffff}\n\nworkspaces:"), "{}", run.stdout);
    assert!(run.stderr.contains("\nwarning: the files declare no admin"), "{}", run.stderr);

    let twins = [member(1, "ada@acme.example", &["A"], &[]), member(2, "Ada@acme.example", &["M"], &[])];
    world.write("seed.json", &seed(&twins, &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (3, ""));
    insta::assert_snapshot!("export_twins", run.stderr);
}
