//! Text of other people, end to end: whatever it holds, no output and no file of any command passes on what a terminal
//! would obey or hide, or what a CI would take for a command. [`hostile_resources`](super::hostile_resources) shows how it
//! looks in plans.
//!
//! There is no output in Markdown or HTML; a name with marks of either is a text here as any other.

use super::harness::{KEY, Run, Server, World, group, inside, member, run, seed, with, workspaces};
use super::proxy::{Bend, Proxy};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What somebody could be called who means harm.
const NAMES: [&str; 8] = [
    "own\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]8;;http://evil.example\u{1b}\\ed",
    "own\r\n::error::ed",
    "::error file=own,line=1::ed",
    "\u{a0}::set-output name=own::ed",
    "own ##[error]ed ##vso[task.setvariable variable=a]b",
    "own\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{9b}31med",
    "<img src=x onerror=own()> @everyone **own** [own](http://evil.example) ```\n# own",
    "own\u{2028}::warning::\u{85}::stop-commands::x\u{e0041}",
];

/// What a terminal would obey or hide, in words of this test's own.
fn is_raw(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn assert_harmless(what: &str, text: &str) {
    assert_eq!(text.chars().find(|c| is_raw(*c)), None, "{what}: {text:?}");
    for line in text.lines() {
        // Diagnostics begin lines with `:::`, which names no command.
        let name = line.trim_start().strip_prefix("::");
        assert!(name.is_none_or(|name| name.starts_with(':')), "{what}: a command begins: {line:?}");
        for mark in ["##[", "##vso[", "##teamcity["] {
            assert!(!line.contains(mark), "{what}: {line:?}");
        }
    }
}

fn assert_run(what: &str, run: &Run) {
    assert_harmless(&format!("{what}, stdout"), &run.stdout);
    assert_harmless(&format!("{what}, stderr"), &run.stderr);
}

/// An organization in which everything that can have a name has this one.
fn live(name: &str) -> Value {
    let called = |member: Value| with(member, json!({ "name": name }));
    let ada = called(member(1, "ada@acme.example", &["A"], &["CHAT"]));
    let bob =
        inside(called(member(2, "bob@acme.example", &["M"], &["CHAT"])), &[(101, &["workspace_admin"])]);
    let mut resources = workspaces(&[name, "Research"]);
    for at in [1, 2] {
        (resources[at]["description"], resources[at]["icon"]) = (json!(name), json!(name.chars().next()));
    }
    let parent = with(group(202, name, &[2]), json!({ "description": name }));
    let interns = with(
        group(201, "Interns", &[1, 2]),
        json!({ "description": name, "parent_group_ids": [parent["uuid"]],
            "workspaces": [super::harness::gives(101, "user")] }),
    );
    let custom = json!({ "uuid": super::harness::uuid(900), "name": name, "description": name, "is_custom_role": true });
    let roles = json!({ "workspace_roles": [], "organization_roles": [custom] });
    let cyd = called(member(3, "cyd@acme.example", &[&super::harness::uuid(900)], &[]));
    with(
        seed(&[ada, bob, cyd], &[]),
        json!({ "workspaces": resources, "groups": [interns, parent], "roles": roles }),
    )
}

/// [`live`] with somebody who has no address and is called by that name.
fn snapshot(name: &str) -> String {
    let mut live = live(name);
    let nameless = with(member(4, "x", &["M"], &["CHAT"]), json!({ "email": null, "name": name }));
    let odd = member(5, name, &["M"], &["CHAT"]);
    live["members"].as_array_mut().unwrap().extend([nameless, odd]);
    live.to_string()
}

const CONFIG: &str = r#"
version: 1
seats: { le_chat: { purchased: 9 } }
policy: { max_removals: 100%, unmanaged: { members: report, groups: report } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  cyd@acme.example:
  new@acme.example:
workspaces:
  Research: { description: "" }
groups:
  Interns: { description: "", parents: [], members: [ada@acme.example], workspaces: {} }
"#;

/// Everything that reads an organization.
const COMMANDS: [&[&str]; 16] = [
    &["plan"],
    &["plan", "--verbose"],
    &["plan", "--format", "json"],
    &["plan", "--format", "sarif"],
    &["seats"],
    &["seats", "--format", "json"],
    &["members"],
    &["members", "--format", "json"],
    &["members", "--format", "csv"],
    &["explain", "ada@acme.example"],
    &["explain", "bob@acme.example"],
    &["explain", "cyd@acme.example", "--format", "json"],
    &["export"],
    &["plan", "--out", "plan.json"],
    &["export", "--out", "exported.yaml"],
    &["export", "--out", "exported/"],
];

fn assert_files(world: &World) {
    for name in ["plan.json", "exported.yaml", "journal", "snapshot.json"] {
        if let Ok(text) = std::fs::read_to_string(world.path().join(name)) {
            assert_harmless(name, &text);
        }
    }
    for entry in std::fs::read_dir(world.path().join("exported")).into_iter().flatten() {
        assert_harmless("exported/", &std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
}

#[test]
fn names_of_the_organization_pass_nowhere_raw() {
    for name in NAMES {
        let world = World::new(CONFIG);
        world.write("live.json", &snapshot(name));
        let mut shown = 0;
        for args in COMMANDS {
            let run = world.run(&[args, &["--live", "live.json"]].concat());
            assert_eq!(run.status, 0, "{name:?} {args:?}: {}", run.shown());
            assert_run(&format!("{name:?} {args:?}"), &run);
            shown += usize::from(run.stdout.contains("own"));
        }
        assert!(shown > 5, "{name:?} is shown {shown} times");
        assert_files(&world);
    }
}

#[test]
fn names_pass_nowhere_raw_where_an_apply_meets_them() {
    for name in NAMES {
        let (world, server) = (World::new(CONFIG), Server::seeded(&live(name), &[]));
        let config = CONFIG.replace("groups: report", "groups: remove");
        world.write("orgsync.yaml", &config);
        for args in [
            &["snapshot"][..],
            &["snapshot", "--out", "snapshot.json"],
            &["plan", "--out", "plan.json"],
            &["apply", "--yes", "plan.json", "--journal", "journal", "--verbose"],
            &["apply", "--yes", "--format", "json"],
        ] {
            let run = world.run_on(&server, args);
            assert_eq!(run.status, 0, "{name:?} {args:?}: {}", run.shown());
            assert_run(&format!("{name:?} {args:?}"), &run);
        }
        assert_files(&world);
    }
}

#[test]
fn a_saved_plan_that_has_gone_stale_shows_names_harmless() {
    for name in NAMES {
        let (world, server) = (World::new(CONFIG), Server::seeded(&live("Lab"), &[]));
        assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
        let research = format!("/workspaces/{}", super::harness::uuid(102));
        server.call("PATCH", &research, &json!({ "description": name }));
        let run = world.run_on(&server, &["apply", "--yes", "plan.json"]);
        assert_eq!(run.status, 3, "{}", run.shown());
        assert!(run.stderr.contains("own"), "{}", run.stderr);
        assert_run(name, &run);
    }
}

#[test]
fn bodies_of_errors_pass_nowhere_raw() {
    let server = Server::seeded(&live("Lab"), &[]);
    let bends: [Bend; 4] = [
        |_, path, _| {
            path.ends_with("/users").then(|| (StatusCode::FORBIDDEN, json!({ "message": NAMES.concat() })))
        },
        |method, _, _| (method != "GET").then(|| (StatusCode::BAD_REQUEST, json!({ "detail": NAMES[2] }))),
        |method, _, _| {
            let fault = |name: &&str| json!({ "loc": ["body", name], "msg": name, "type": name });
            let faults: Vec<_> = NAMES.iter().map(fault).collect();
            (method != "GET").then(|| (StatusCode::UNPROCESSABLE_ENTITY, json!({ "detail": faults })))
        },
        |_, path, _| {
            path.ends_with("/roles").then(|| (StatusCode::OK, json!({ "organization_roles": NAMES[1] })))
        },
    ];
    for bend in bends {
        for format in ["text", "json"] {
            let world = World::new(CONFIG);
            let args = ["apply", "--yes", "--format", format, "--journal", "journal"];
            let run = Proxy::before(&server, bend).run(&world, &args);
            assert_eq!(run.status, 1, "{}", run.shown());
            assert!(run.shown().contains("own"), "{}", run.shown());
            assert_run(format, &run);
            assert_files(&world);
        }
    }
}

#[test]
fn names_of_files_pass_nowhere_raw() {
    let server = Server::seeded(&live("Lab"), &[]);
    for name in NAMES.map(|name| name.replace('/', "_")) {
        let name = name.as_str();
        let world = World::new(CONFIG);
        world.write("live.json", &snapshot("Lab"));
        world.write(name, "{ \"format_version\": 3");
        let missing = format!("{name}-missing");
        let config = CONFIG.replace("version: 1", &format!("version: 1\ninclude: [{}]", json!(missing)));
        world.write(&format!("{name}.yaml"), &config);
        let (yaml, inside) = (format!("{name}.yaml"), format!("{name}-missing/x"));
        let word = format!("--{name}");
        for args in [
            &["validate", "--config", name][..],
            &["validate", "--config", &yaml],
            &["validate", "--config", &yaml, "--format", "gitlab"],
            &["validate", "--config", &yaml, "--format", "sarif"],
            &["validate", "--config", &missing],
            &["plan", "--config", name, "--live", "live.json"],
            &["plan", "--live", name],
            &["plan", "--live", &missing],
            &["plan", "--sandbox", name],
            &["plan", "--sandbox", &missing],
            &["plan", "--live", "live.json", "--out", name],
            &["plan", "--live", "live.json", "--out", &inside],
            &["plan", "--api-key-file", name],
            &["plan", "--api-key-file", &missing],
            &["plan", name],
            &["plan", &word],
            &["plan", "--format", name],
            &[name],
            &["apply", "--yes", "--", name],
            &["apply", "--yes", &missing],
            &["apply", "--yes", "--journal", &inside],
            &["apply", "--yes", "--journal", "."],
            &["export", "--live", "live.json", "--out", name],
            &["explain", name],
            &["snapshot", "--out", &inside],
            &["sandbox", "--seed", name],
            &["sandbox", "--seed", &missing],
            &["sandbox", "--faults", name],
            &["sandbox", "--state", &yaml],
            &["sandbox", "--listen", name],
            &["sandbox", "--purchased", name],
            &["man", "--out", &yaml],
        ] {
            let run = run(world.path(), args, &server.env());
            assert_run(&format!("{args:?}"), &run);
        }
    }
}

/// What the files of a configuration hold is shown where it is at fault.
#[test]
fn files_of_a_configuration_pass_nowhere_raw() {
    for name in NAMES {
        let quoted = json!(name);
        for config in [
            format!("{quoted}: 1\n"),
            format!("members: {{ {quoted}: {{ roles: [{quoted}] }} }}\n"),
            format!("version: 1\n{name}: [\n"),
            format!("members:\n  a: {{ {name}\n"),
            format!(
                "include: [{quoted}]\nworkspaces: {{ {quoted}: {{ members: [{quoted}], icon: {quoted} }} }}\n"
            ),
            format!(
                "organization: {{ name: {quoted} }}\nmembers: {{ ada@acme.example: {{ roles: [admin] }} }}\nworkspaces: {{ {quoted}: {{}} }}\ngroups: {{ {quoted}: {{ description: {quoted} }} }}\n"
            ),
        ] {
            let world = World::new(&config);
            world.write("live.json", &snapshot("Lab"));
            for args in [
                &["validate"][..],
                &["validate", "--format", "gitlab"],
                &["validate", "--format", "sarif"],
                &["plan", "--live", "live.json"],
                &["plan", "--live", "live.json", "--verbose"],
            ] {
                assert_run(&format!("{config:?}"), &world.run(args));
            }
        }
    }
}

/// Journals and locks are files that others may have written.
#[test]
fn a_journal_of_somebody_else_passes_nowhere_raw() {
    let server = Server::seeded(&live("Lab"), &[]);
    for name in NAMES {
        let world = World::new(CONFIG);
        let begin = json!({
            "event": "begin", "at": "2026-01-01T00:00:00Z", "format_version": "1.0", "organization": name,
            "orgsync_version": "0", "plan": name,
        });
        let version = with(begin.clone(), json!({ "format_version": name }));
        for journal in [
            format!("{begin}\n"),
            format!("{version}\n"),
            format!("{name}\n"),
            format!("{{\"event\": {}}}\n", json!(name)),
        ] {
            world.write("journal", &journal);
            let run = world.run_on(&server, &["apply", "--yes", "--journal", "journal"]);
            assert_eq!(run.status, 1, "{}", run.shown());
            assert!(!run.shown().contains(KEY));
            assert_run(name, &run);
        }
    }
}
