//! `orgsync plan --out` and `orgsync apply PLAN.json`: exactly what was reviewed, or nothing.

use super::harness::{Run, Server, World, gives, group, inside, invitation, member, seed, with, workspaces};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
seats: { le_chat: { purchased: 4 } }
policy: { max_removals: 100% }
defaults: { seats: [le_chat] }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [admin] }
  cyd@acme.example: { seats: [] }
  eve@acme.example:
  fay@acme.example:
workspaces:
  Research: { members: { bob@acme.example: [dev] } }
groups:
  Interns: { members: [cyd@acme.example], workspaces: { Research: [user] } }
removed: [dan@acme.example]
";

fn start() -> Value {
    seed(
        &[
            member(1, "ada@acme.example", &["A"], &["CHAT"]),
            member(2, "bob@acme.example", &["M"], &["CHAT"]),
            member(3, "cyd@acme.example", &["M"], &["CHAT"]),
            member(4, "dan@acme.example", &["M"], &[]),
        ],
        &[],
    )
}

/// A saved plan, and the organization that it was made for.
fn saved() -> (World, Server) {
    let (world, server) = (World::new(CONFIG), Server::seeded(&start(), &["--purchased", "le_chat=4"]));
    let run = world.run_on(&server, &["plan", "--out", "plan.json"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    (world, server)
}

const APPLY: [&str; 3] = ["apply", "--yes", "plan.json"];

/// Changes the saved plan.
fn edit(world: &World, change: impl FnOnce(&mut Value)) {
    let path = world.path().join("plan.json");
    let mut plan: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut plan);
    std::fs::write(path, serde_json::to_vec(&plan).unwrap()).unwrap();
}

#[test]
fn a_saved_plan_is_carried_out_and_a_second_time_found_done() {
    let (world, server) = saved();
    let first = world.run_on(&server, &APPLY);
    assert_eq!(first.status, 0, "{}{}", first.stdout, first.stderr);
    let writes = server.writes().len();
    let second = world.run_on(&server, &APPLY);
    assert_eq!(second.status, 0, "{}{}", second.stdout, second.stderr);
    assert_eq!(server.writes().len(), writes, "nothing was sent again");
    insta::assert_snapshot!("saved_twice", format!("{}\n---\n{}", first.stdout, second.stdout));
    assert_eq!(
        world.run_on(&server, &["plan", "--detailed-exitcode"]).status,
        0,
        "and nothing is left to do"
    );
}

#[test]
fn a_saved_plan_needs_no_configuration_and_drift_of_what_it_does_not_touch_does_not_matter() {
    let (world, server) = saved();
    std::fs::remove_file(world.path().join("orgsync.yaml")).unwrap();
    server.call(
        "PATCH",
        "/users/00000000-0000-4000-8000-000000000001",
        &json!({"role_names": ["organization_admin", "billing_manager"]}),
    );
    let run = world.run_on(&server, &APPLY);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_plan_whose_objects_have_changed_is_refused_with_what_it_saw_and_what_is_there() {
    let (world, server) = saved();
    server.call(
        "PATCH",
        "/users/00000000-0000-4000-8000-000000000003",
        &json!({"role_names": ["billing_manager"]}),
    );
    server.call(
        "POST",
        "/users-invite",
        &json!({"email": "eve@acme.example", "role_names": ["billing_manager"]}),
    );
    let writes = server.writes().len();
    let run = world.run_on(&server, &APPLY);
    assert_eq!((run.status, server.writes().len()), (3, writes));
    insta::assert_snapshot!("saved_stale", run.stderr);
}

#[test]
fn budget_and_guards_are_held_against_the_present() {
    let (world, server) = saved();
    let no_seat =
        json!({"email": "zoe@acme.example", "role_names": ["member"], "subscription_types": ["CHAT"]});
    server.call("POST", "/users-invite", &no_seat);
    let run = world.run_on(&server, &APPLY);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("error[seat_budget]"), "{}", run.stderr);
}

#[test]
fn a_plan_that_is_not_as_it_was_made_is_refused_before_any_request() {
    type Case = (&'static str, fn(&mut Value));
    let cases: [Case; 6] = [
        ("edited", |plan| plan["actions"][0]["target"] = json!("zoe@acme.example")),
        ("something added", |plan| plan["actions"][0]["force"] = json!(true)),
        ("another version", |plan| plan["format_version"] = json!("2.0")),
        ("too old", |plan| plan["created_at"] = json!("2026-01-01T00:00:00Z")),
        ("from the future", |plan| plan["created_at"] = json!("2126-01-01T00:00:00Z")),
        ("no time", |plan| plan["created_at"] = json!("yesterday")),
    ];
    let mut told = String::new();
    for (name, change) in cases {
        let (world, server) = saved();
        let before = server.requests().len();
        edit(&world, change);
        let run = world.run_on(&server, &APPLY);
        assert_eq!((run.status, server.requests().len()), (3, before), "{name}");
        told.push_str(&format!("{name}\n{}\n", run.stderr));
    }
    insta::with_settings!({ filters => [("made [0-9]+h [0-9]*m? ?ago|made [0-9a-z ]+ ago", "made [long] ago")] }, {
        insta::assert_snapshot!("saved_unusable", told);
    });
}

#[test]
fn a_refused_plan_stays_refused() {
    let config = CONFIG.replace("max_removals: 100%", "max_removals: 0");
    let (world, server) = (World::new(&config), Server::seeded(&start(), &[]));
    let made = world.run_on(&server, &["plan", "--out", "plan.json"]);
    assert_eq!(made.status, 3);
    let run = world.run_on(&server, &APPLY);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("`orgsync plan` already refused it"), "{}", run.stderr);
}

#[test]
fn a_plan_for_another_organization_is_refused() {
    let (world, _server) = saved();
    let mut other = start();
    other["organization_uuid"] = json!("00000000-0000-4000-8000-00000000abcd");
    let other = Server::seeded(&other, &[]);
    let run = world.run_on(&other, &APPLY);
    assert_eq!((run.status, other.writes().len()), (3, 0));
    assert!(run.stderr.contains("the plan is for the organization"), "{}", run.stderr);
}

/// What only invites touches nothing by which one organization could be told from another.
#[test]
fn nor_is_one_carried_out_that_nothing_tells_whom_it_is_for() {
    let world =
        World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] }, new@acme.example: }\n");
    let mut live = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    live["organization_uuid"] = Value::Null;
    world.write("live.json", &live.to_string());
    let made = world.run(&["plan", "--live", "live.json", "--out", "plan.json"]);
    assert_eq!(made.status, 0, "{}", made.shown());
    let server = Server::seeded(&start(), &[]);
    let run = world.run_on(&server, &APPLY);
    assert_eq!((run.status, server.writes().len()), (3, 0), "{}", run.shown());
    assert!(run.stderr.contains("the plan is for the organization one whose identifier"), "{}", run.stderr);
}

#[test]
fn what_can_be_done_with_a_plan_is_told_when_it_is_saved() {
    let told = |config: &str, args: &[&str]| {
        let world = World::new(config);
        world.plan(&start(), &[&["--out", "plan.json"], args].concat()).stderr
    };
    let guarded = CONFIG.replace("100%", "0%");
    let done = "version: 1\nmembers: { ada@acme.example: { roles: [admin] }, bob@acme.example: , cyd@acme.example: , dan@acme.example: }\n";
    insta::assert_snapshot!(
        [
            told(CONFIG, &[]),
            told(&guarded, &[]),
            told(&guarded, &["--allow-removals", "members=1", "--allow-removals", "seats=1"]),
            told(done, &[]),
        ]
        .concat()
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_a_plan_is_saved_to_stays_one() {
    let world = World::new(CONFIG);
    world.write("plan.json", "");
    std::os::unix::fs::symlink("plan.json", world.path().join("link")).unwrap();
    let made = world.plan(&start(), &["--out", "link"]);
    assert_eq!(made.status, 0, "{}", made.shown());
    assert!(world.path().join("link").is_symlink());
    edit(&world, |plan| assert_eq!(plan["format_version"], "1.0"));
}

/// Saves a plan and applies it, with nobody else at work.
fn is_carried_out_whole(config: &str, live: &Value) {
    let (world, server) = (World::new(config), Server::seeded(live, &[]));
    let made = world.run_on(&server, &["plan", "--out", "plan.json"]);
    assert_eq!(made.status, 0, "{}", made.shown());
    let applied = world.run_on(&server, &["apply", "plan.json", "--yes", "--settle", "1s"]);
    assert_eq!(applied.status, 0, "{}", applied.shown());
}

#[test]
fn what_the_plan_itself_gives_through_groups_is_nobody_elses_doing() {
    let config = "
version: 1
policy: { max_removals: 100%, unmanaged: { workspace_members: remove } }
members:
  ada@acme.example: { name: Ada Lovelace, roles: [admin] }
  bob@acme.example: { name: Bob Bob }
workspaces: { Research: { members: {} } }
groups: { Interns: { members: [bob@acme.example] } }
";
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["dev"])]),
    ];
    let groups = json!([with(group(201, "Interns", &[]), json!({ "workspaces": [gives(101, "user")] }))]);
    let resources = json!({ "workspaces": workspaces(&["Research"]), "groups": groups });
    let live = with(seed(&members, &[]), resources);
    is_carried_out_whole(config, &live);
}

#[test]
fn who_leaves_with_the_plan_is_no_change_of_a_group_that_goes_with_it() {
    let config = "
version: 1
policy: { max_removals: 100%, unmanaged: { groups: remove } }
members:
  ada@acme.example: { name: Ada Lovelace, roles: [admin] }
  bob@acme.example: { name: Bob Bob }
removed: [cyd@acme.example]
";
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M"], &[]),
        member(3, "cyd@acme.example", &["M"], &[]),
    ];
    let live = with(seed(&members, &[]), json!({ "groups": [group(201, "Interns", &[2, 3])] }));
    is_carried_out_whole(config, &live);
}

/// Actions are told apart by what stands behind this sign in their names.
#[test]
fn a_number_sign_in_a_name_or_an_address_is_no_part_of_an_action() {
    let config = "
version: 1
policy: { max_removals: 100%, unmanaged: { members: remove } }
members: { ada@acme.example: { roles: [admin] } }
groups:
  Languages: { members: [] }
  C#: { description: Sharp, parents: [Languages], members: [ada@acme.example] }
";
    let members = [member(1, "ada@acme.example", &["A"], &[])];
    let invitations = [invitation(2, "c#sharp@acme.example", &["M"], false)];
    let groups = json!([group(201, "C#", &[]), group(202, "Languages", &[])]);
    is_carried_out_whole(config, &with(seed(&members, &invitations), json!({ "groups": groups })));
}

#[test]
fn out_overwrites_a_document_of_its_own_kind_and_no_other_file() {
    let world = World::new(CONFIG);
    let plan = |args: &[&str]| world.plan(&start(), args);
    let snapshot = |args: &[&str]| world.run(&[&["snapshot", "--sandbox", "seed.json"], args].concat());
    let text = |name: &str| std::fs::read_to_string(world.path().join(name)).unwrap();
    world.write("empty", "");
    for out in ["plan.json", "plan.json", "empty"] {
        assert_eq!(plan(&["--out", out]).status, 0);
    }
    for out in ["snapshot.json", "snapshot.json", "/dev/null"] {
        assert_eq!(snapshot(&["--out", out]).status, 0);
    }
    world.write("notes.json", r#"{ "format_version": "1.0", "digest": "" }"#);
    world.write("cut.json", &text("plan.json")[..100]);
    let mut told = String::new();
    type Command<'c> = &'c dyn Fn(&[&str]) -> Run;
    let cases: [(Command<'_>, &str); 6] = [
        (&plan, "orgsync.yaml"),
        (&plan, "snapshot.json"),
        (&plan, "notes.json"),
        (&plan, "cut.json"),
        (&snapshot, "orgsync.yaml"),
        (&snapshot, "plan.json"),
    ];
    for (command, out) in cases {
        let before = text(out);
        let run = command(&["--out", out]);
        assert_eq!((run.status, run.stdout.as_str(), text(out) == before), (1, "", true), "{}", run.shown());
        told.push_str(&run.stderr);
    }
    insta::assert_snapshot!(told, @r"
    error: `orgsync.yaml` already exists and is not a plan
      help: name another file, or overwrite this one with --force
    error: `snapshot.json` already exists and is not a plan
      help: name another file, or overwrite this one with --force
    error: `notes.json` already exists and is not a plan
      help: name another file, or overwrite this one with --force
    error: `cut.json` already exists and is not a plan
      help: name another file, or overwrite this one with --force
    error: `orgsync.yaml` already exists and is not a snapshot
      help: name another file, or overwrite this one with --force
    error: `plan.json` already exists and is not a snapshot
      help: name another file, or overwrite this one with --force
    ");
    assert_eq!(plan(&["--out", "notes.json", "--force"]).status, 0);
    assert_eq!(snapshot(&["--out", "cut.json", "--force"]).status, 0);
    assert!(text("notes.json").contains("actions") && text("cut.json").contains("taken_at"));
    assert_eq!(plan(&["--force"]).status, 64);
}
