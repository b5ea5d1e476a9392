//! `orgsync members`: who is found, and what is told about them.

use super::documents::assert_fits;
use super::harness::{
    World, gives, group, inside, invitation, member, seed, spelled, undated, uuid, with, workspaces,
};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
seats: { le_chat: { purchased: 9 } }
members:
  ada@acme.example: { name: Ada Lovelace, roles: [admin], seats: [le_chat] }
  alan@acme.example: { name: Alan Turing }
  new@acme.example: { name: Grace Hopper }
  mary@acme.example: { previously: m.smith@acme.example }
  eve@acme.example: { expires: 2020-01-01 }
  annie@acme.example: { name: Annie Easley }
removed: [bob@acme.example]
";

const AUDITOR: &str = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";

fn named(number: u32, email: &str, name: &str, roles: &[&str], seats: &[&str]) -> Value {
    with(member(number, email, roles, seats), json!({ "name": name }))
}

/// People of every kind: declared, undeclared, leaving, renamed, without an address, invited, and in nested groups.
fn live() -> Value {
    let alan = named(2, "alan@acme.example", "A. M. Turing", &["M"], &["CHAT"]);
    let members = [
        inside(
            named(1, "ada@acme.example", "Ada Lovelace", &["A"], &["CHAT"]),
            &[(101, &["workspace_admin"])],
        ),
        inside(alan, &[(100, &["workspace_contributor"]), (101, &["dev", "user"])]),
        named(3, "m.smith@acme.example", "Mary Smith", &["M"], &[]),
        named(4, "eve@acme.example", "Eve", &["M", AUDITOR], &["CHAT"]),
        named(5, "bob@acme.example", "Bob", &["B"], &[]),
        named(6, "stranger@evil.example", "Émilie =Châtelet", &["A"], &["MISTRAL_CODE"]),
        with(named(7, "x", "=cmd|' /C calc'!A0", &["M"], &[]), json!({ "email": null })),
    ];
    let dated = |one: Value, at: &str| with(one, json!({ "created_at": at }));
    let invitations = [
        dated(invitation(8, "annie@acme.example", &["M"], true), "2026-01-01T09:30:00Z"),
        with(invitation(9, "guest@evil.example", &["A"], false), json!({ "workspace_uuids": [uuid(101)] })),
        with(invitation(10, "odd@acme.example", &["M"], false), json!({ "created_at": "soon" })),
    ];
    let ops = with(
        group(201, "Ops", &[2]),
        json!({ "parent_group_ids": [uuid(202)], "workspaces": [gives(101, "dev")] }),
    );
    let staff = with(group(202, "Staff", &[]), json!({ "organization_role": "organization_admin" }));
    let role = |name: &str, uuid: &str, is_custom_role: bool| json!({ "name": name, "uuid": uuid, "description": "", "is_custom_role": is_custom_role });
    let in_workspaces = ["dev", "user"].map(|name| role(name, spelled(name), false));
    let roles =
        json!({ "workspace_roles": in_workspaces, "organization_roles": [role("auditor", AUDITOR, true)] });
    with(
        seed(&members, &invitations),
        json!({ "workspaces": workspaces(&["Research"]), "groups": [ops, staff],
            "roles": roles }),
    )
}

fn world() -> World {
    let world = World::new(CONFIG);
    world.write("live.json", &undated(&live()));
    world
}

fn found(world: &World, args: &[&str]) -> String {
    let run = world.run(&[&["members", "--live", "live.json"], args].concat());
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.shown());
    // The age changes from day to day.
    let ago = |line: &str| match (line.split_once(" ("), line.split_once(" ago)")) {
        (Some((before, _)), Some((_, after))) => format!("{before} (… ago){after}"),
        _ => line.to_owned(),
    };
    run.stdout.lines().map(ago).collect::<Vec<_>>().join("\n")
}

/// The people that are found.
fn targets(world: &World, args: &[&str]) -> Vec<String> {
    let document: Value =
        serde_json::from_str(&found(world, &[args, &["--format", "json"]].concat())).unwrap();
    let people = document["people"].as_array().unwrap();
    people.iter().map(|person| person["target"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_person_is_shown_with_what_they_have_and_where_it_comes_from() {
    let world = world();
    insta::assert_snapshot!("members", found(&world, &[]));
    insta::assert_snapshot!("members_csv", found(&world, &["--format", "csv"]));
    let json = found(&world, &["turing", "--format", "json"]);
    assert_fits("members", &json);
    insta::assert_snapshot!("members_document", json);
}

#[test]
fn people_are_found_by_name_or_address_live_or_declared() {
    let world = world();
    for (text, expected) in [
        ("EMILIE", &["stranger@evil.example"][..]),
        ("chatelet", &["stranger@evil.example"]),
        ("evil.example", &["guest@evil.example", "stranger@evil.example"]),
        ("alan turing", &["alan@acme.example"]),
        ("a. m.", &["alan@acme.example"]),
        ("mary@", &["m.smith@acme.example"]),
        ("M.Smith", &["m.smith@acme.example"]),
        ("hopper", &["new@acme.example"]),
        ("nobody", &[]),
    ] {
        assert_eq!(targets(&world, &[text]), expected, "{text}");
    }
    assert_eq!(found(&world, &["nobody"]), "No person was found.");
    assert_eq!(targets(&world, &[""]).len(), 11);
}

#[test]
fn filters_narrow_the_search_together() {
    let world = world();
    for (args, expected) in [
        (&["--role", "admin"][..], &["ada", "alan", "guest", "stranger"][..]),
        (&["--role", "organization_admin", "--seat", "le_chat"], &["ada", "alan"]),
        (&["--role", "billing"], &["bob"]),
        (&["--seat", "mistral_code"], &["stranger"]),
        (&["--pending"], &["guest", "odd"]),
        (&["--undeclared"], &["=cmd|' /C calc'!A0", "guest", "odd", "stranger"]),
        (&["--undeclared", "--pending", "--role", "admin"], &["guest"]),
        (&["--undeclared", "emilie"], &["stranger"]),
    ] {
        let found = targets(&world, args);
        let names: Vec<&str> = found.iter().map(|target| target.split('@').next().unwrap()).collect();
        assert_eq!(names, expected, "{args:?}");
    }
    for args in [&["--role", "king"][..], &["--seat", "vim"]] {
        assert_eq!(world.run(&[&["members"], args].concat()).status, 64, "{args:?}");
    }
}

#[test]
fn without_files_nobody_is_called_declared_or_not() {
    let world = world();
    std::fs::remove_file(world.path().join("orgsync.yaml")).unwrap();
    let run = world.run(&["members", "--live", "live.json", "stranger"]);
    assert_eq!(run.status, 0);
    insta::assert_snapshot!("members_without_files", run.shown());
    let undeclared = world.run(&["members", "--live", "live.json", "--undeclared"]);
    assert_eq!((undeclared.status, undeclared.stdout.as_str()), (64, ""), "{}", undeclared.shown());
    let json = world.run(&["members", "--live", "live.json", "--format", "json"]);
    assert_fits("members", &json.stdout);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(document["people"].as_array().unwrap().iter().all(|person| person["declaration"].is_null()));
}

#[test]
fn other_documents_of_the_live_organization_fit_their_schemas() {
    let world = world();
    for (schema, command) in [("seats", &["seats"][..]), ("explanation", &["explain", "alan@acme.example"])] {
        let run = world.run(&[command, &["--live", "live.json", "--format", "json"]].concat());
        assert_fits(schema, &run.stdout);
    }
}

/// Spellings that are one to a search.
const LETTERS: [&[&str]; 10] = [
    &["a", "A", "á", "Ä", "a\u{30a}"],
    &["e", "É", "ê", "E\u{301}"],
    &["o", "Ø", "ø", "Ö"],
    &["ss", "ß", "SS", "ẞ"],
    &["l", "Ł", "L"],
    &["i", "İ", "ï"],
    &["я", "Я"],
    &["σ", "ς", "Σ"],
    &[" "],
    &["."],
];

/// A word in letters, each as an index of [`LETTERS`].
fn word(rng: &mut TestRng, longest: u64) -> Vec<usize> {
    let length = rng.next_u64() % longest + 1;
    (0..length).map(|_| rng.next_u64() as usize % LETTERS.len()).collect()
}

fn written(rng: &mut TestRng, word: &[usize]) -> String {
    word.iter().map(|letter| LETTERS[*letter][rng.next_u64() as usize % LETTERS[*letter].len()]).collect()
}

#[test]
fn exactly_those_are_found_whose_name_or_address_contains_the_text() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let plain = |word: &[usize]| word.iter().map(|letter| LETTERS[*letter][0]).collect::<String>();
    let names: Vec<Vec<usize>> = (0..40).map(|_| word(&mut rng, 8)).collect();
    let people: Vec<Value> = (1..)
        .zip(&names)
        .map(|(number, name)| {
            named(number, &format!("p{number}@acme.example"), &written(&mut rng, name), &["M"], &[])
        })
        .collect();
    let world = World::new(CONFIG);
    world.write("live.json", &undated(&seed(&people, &[])));
    std::fs::remove_file(world.path().join("orgsync.yaml")).unwrap();
    let mut hits = 0;
    for _ in 0..60 {
        let text = word(&mut rng, 3);
        let typed = written(&mut rng, &text);
        let text = plain(&text);
        let run = world.run(&["members", "--live", "live.json", "--format", "json", &typed]);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let found = document["people"].as_array().unwrap().iter();
        let mut found: Vec<&str> = found.map(|person| person["target"].as_str().unwrap()).collect();
        found.sort_unstable();
        let mut expected: Vec<String> = (1..)
            .zip(&names)
            .map(|(number, name)| (format!("p{number}@acme.example"), plain(name)))
            .filter(|(email, name)| name.contains(&text) || email.contains(&text))
            .map(|(email, _)| email)
            .collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{typed:?}");
        hits += expected.len();
    }
    assert!(hits > 50, "the searches find {hits} people");
}
