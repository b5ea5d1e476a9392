//! Warnings of `orgsync validate`: what is allowed and probably not meant.

use super::documents::assert_fits;
use super::harness::World;
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
