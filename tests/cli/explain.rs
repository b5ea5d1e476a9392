//! `orgsync explain` and `orgsync seats`: what there is, and which line gives it.

use super::harness::{World, invitation, member, seed, undated};
use serde_json::Value;

const CONFIG: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 7, reserve: 1 } }
defaults: { seats: [le_chat] }
members:
  ada@acme.example: { roles: [admin], seats: [] }
  alan@acme.example:
  mary@acme.example: { previously: m.smith@acme.example }
  joan@acme.example:
  annie@acme.example:
  eve@acme.example: { expires: 2020-01-01 }
teams:
  research: { members: [ada@acme.example, alan@acme.example], seats: [le_chat] }
  office:
    members: [alan@acme.example]
    roles: [billing]
removed: [bob@acme.example]
";

const AUDITOR: &str = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";

fn world() -> World {
    let mut live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &["CHAT"]),
            member(2, "Alan@acme.example", &["M"], &["MISTRAL_CODE"]),
            member(3, "m.smith@acme.example", &["M"], &["CHAT"]),
            member(4, "joan@acme.example", &["M", AUDITOR], &[]),
            member(5, "eve@acme.example", &["M"], &["CHAT"]),
            member(6, "zoe@acme.example", &["M"], &[]),
        ],
        &[
            invitation(7, "annie@acme.example", &["M"], false),
            invitation(8, "bob@acme.example", &["B"], true),
            invitation(9, "stranger\u{1b}[2J@acme.example", &["M"], false),
        ],
    );
    live["roles"] = serde_json::json!({ "workspace_roles": [], "organization_roles": [
        { "name": "auditor", "uuid": AUDITOR, "description": "", "is_custom_role": true }] });
    let world = World::new(CONFIG);
    world.write("live.json", &undated(&live));
    world
}

#[test]
fn each_role_and_seat_is_explained_by_the_lines_that_give_it() {
    let world = world();
    let people = ["ada", "ALAN", "m.smith", "joan", "annie", "eve", "bob", "zoe"];
    let shown = people.map(|name| {
        let run = world.run(&["explain", &format!("{name}@acme.example"), "--live", "live.json"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    });
    insta::assert_snapshot!("explained", shown.join("\n---\n"));
}

#[test]
fn somebody_whom_nobody_knows_is_a_failure_and_what_is_no_address_wrong_usage() {
    let world = world();
    let told = |(address, status)| {
        let run = world.run(&["explain", address, "--live", "live.json"]);
        assert_eq!(run.status, status, "{address}");
        run.stderr
    };
    let cases =
        [("nobody@acme.example", 1), ("aln@acme.example", 1), ("alan@acme.exmaple", 1), ("nobody", 64)];
    insta::assert_snapshot!("explain_failures", cases.map(told).concat());
}

#[test]
fn an_explanation_as_json_says_what_the_text_says() {
    let run = world().run(&["explain", "alan@acme.example", "--live", "live.json", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let billing = &document["access"][0];
    assert_eq!(billing["name"], "billing");
    assert_eq!(billing["given_by"][0]["name"], "office");
    assert_eq!(billing["given_by"][0]["membership"]["line"], 16);
    assert_eq!(billing["given_by"][0]["at"]["line"], 17);
}

#[test]
fn seats_are_counted_as_they_are_and_named() {
    let run = world().run(&["seats", "--live", "live.json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    insta::assert_snapshot!("seats", run.stdout);
}
