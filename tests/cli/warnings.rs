//! Warnings of `orgsync validate`: what is allowed and probably not meant.

use super::documents::assert_fits;
use super::harness::{World, member, seed};
use serde_json::{Value, json};

fn world() -> World {
    World::new(
        "
version: 1
policy: { min_admins: 2 }
seats: { mistral_code: { purchased: 5 } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [admin], expires: 2099-12-31 }
  cyd@acme.example: { seats: [mistral_code] }
  dan@acme.example: {}
teams:
  coders: { members: [dan@acme.example], workspaces: { Lab: [mistral_code_user] } }
workspaces:
  Lab: { members: { cyd@acme.example: [mistral_code_user], ada@acme.example: [mistral_code_user] } }
  Pilot: {}
groups:
  Coders: { workspaces: { Pilot: [mistral_code_user] } }
  Interns: { members: [cyd@acme.example, dan@acme.example], parents: [Coders] }
",
    )
}

#[test]
fn warnings_are_shown_and_change_nothing_else() {
    let run = world().run(&["validate"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("warnings", run.stdout);
}

#[test]
fn warnings_are_faults_where_that_is_asked_for() {
    let run = world().run(&["validate", "--strict"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!("warnings_strict", run.stdout);
    let sound = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    assert_eq!(sound.run(&["validate", "--strict"]).status, 0);
}

#[test]
fn warnings_are_data_and_annotations_too() {
    let codes =
        |list: &Value| list.as_array().unwrap().iter().map(|one| one["code"].clone()).collect::<Value>();
    let expected = json!(["min_admins", "seat_needed", "seat_needed"]);
    for (args, valid, place) in [(&[][..], true, "warnings"), (&["--strict"], false, "diagnostics")] {
        let run = world().run(&[&["validate", "--format", "json"], args].concat());
        assert_fits("validation", &run.stdout);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&document["valid"], codes(&document[place])), (&json!(valid), expected.clone()));
    }
    let run = world().run(&["validate", "--format", "github"]);
    let lines =
        run.stdout.lines().filter(|line| line.starts_with("::warning file=orgsync.yaml,line=")).count();
    assert_eq!((run.status, lines), (0, 3), "{}", run.stdout);
}

#[test]
fn a_product_that_the_files_do_not_manage_needs_no_seat() {
    let config = "
version: 1
members: { ada@acme.example: { roles: [admin] } }
workspaces: { Lab: { members: { ada@acme.example: [mistral_code_user] } } }
";
    let run = World::new(config).run(&["validate", "--strict"]);
    assert_eq!(run.status, 0, "{}", run.shown());
}

#[test]
fn a_misspelt_protected_address_is_a_warning_with_the_declared_one() {
    let config = "
version: 1
policy: { protected: [ada.lovelcae@acme.example, carol@acme.example] }
members:
  ada.lovelace@acme.example: { roles: [admin] }
";
    let run = World::new(config).run(&["validate"]);
    let warned = "warning[similar_address]: ada.lovelcae@acme.example is protected but not declared, and \
                  ada.lovelace@acme.example is declared";
    assert_eq!((run.status, run.stdout.matches("warning[").count()), (0, 1), "{}", run.shown());
    assert!(run.stdout.contains(warned), "{}", run.shown());
}

#[test]
fn an_admin_who_would_be_invited_is_shown_with_the_live_address_that_is_closest() {
    let config = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  grace.hoper@acme.example: { roles: [admin] }
  alan@acme.exmaple:
groups:
  Admins: { organization_role: admin, members: [alan@acme.exmaple] }
";
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "grace.hopper@acme.example", &["A"], &[]),
        member(3, "alan@acme.example", &["M"], &[]),
        member(4, "zoe@acme.example", &["M"], &[]),
    ];
    let world = World::new(config);
    let live = seed(&members, &[]);
    let run = world.plan(&live, &["--format", "json"]);
    assert_fits("plan", &run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let warned: Vec<_> = document["warnings"].as_array().unwrap().iter().collect();
    assert_eq!(warned.len(), 2, "{}", run.shown());
    for (warning, [declared, live]) in warned.iter().zip([
        ["alan@acme.exmaple", "alan@acme.example"],
        ["grace.hoper@acme.example", "grace.hopper@acme.example"],
    ]) {
        let message = format!(
            "{declared} joins as an admin, and the undeclared member {live}, with a similar address, stays"
        );
        assert_eq!(warning["code"], "similar_address");
        assert!(warning["message"].as_str().unwrap().starts_with(&message), "{warning}");
    }
    let confirmed = ["--two-people", "alan@acme.example", "--two-people", "grace.hoper@acme.example"];
    let confirmed = world.plan(&live, &confirmed);
    assert!(!confirmed.shown().contains("similar_address"), "{}", confirmed.shown());
    let removing = World::new(
        &config
            .replace("members:\n  ada", "policy: { unmanaged: remove, max_removals: 100% }\nmembers:\n  ada"),
    );
    let removing = removing.plan(&live, &[]);
    assert!(removing.shown().contains("with a similar address, would be removed"), "{}", removing.shown());
}

#[test]
fn a_protected_address_that_nobody_has_is_shown_with_the_live_one_that_is_closest() {
    let config = "
version: 1
policy: { protected: [grace.hoper@acme.example, bob@acme.example, carol@acme.example] }
members: { ada@acme.example: { roles: [admin] } }
";
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "grace.hopper@acme.example", &["M"], &[]),
        member(3, "bob@acme.example", &["M"], &[]),
    ];
    let run = World::new(config).plan(&seed(&members, &[]), &[]);
    let message = "grace.hoper@acme.example is protected, but neither declared nor live, and \
                   grace.hopper@acme.example is a member";
    assert_eq!(run.shown().matches("similar_address]").count(), 1, "{}", run.shown());
    assert!(run.shown().replace("\n", " ").contains(message), "{}", run.shown());
}
