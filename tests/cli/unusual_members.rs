//! Members as organizations really have them: private plans, and words that this version doesn't know.

use super::documents::assert_fits;
use super::harness::{Server, World, group, inside, invitation, member, seed, undated, with, workspaces};
use serde_json::{Value, json};

/// A member whose seats are in `subscriptions` alone.
fn subscriber(number: u32, email: &str, subscriptions: Value) -> Value {
    with(
        member(number, email, &["M"], &[]),
        json!({ "subscription_types": null, "subscriptions": subscriptions }),
    )
}

fn subscription(plan: &str) -> Value {
    json!({ "type": "CHAT", "plan": plan, "status": "A", "self_service": true, "member_has_access": true })
}

#[test]
fn a_private_plan_takes_no_seat_and_is_never_written() {
    let world = World::new(
        "
version: 1
seats: { le_chat: { purchased: 1 } }
members:
  ada@acme.example: { roles: [admin] }
  edu@acme.example: { seats: [] }
  own@acme.example: { seats: [le_chat] }
",
    );
    let live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &[]),
            subscriber(2, "edu@acme.example", json!([subscription("EDU")])),
            subscriber(3, "own@acme.example", json!([subscription("INDIVIDUAL")])),
        ],
        &[],
    );
    let server = Server::seeded(&live, &["--purchased", "le_chat=1"]);
    insta::assert_snapshot!("private_plans", world.run_on(&server, &["plan"]).stdout);
    world.settle(&server, &[]);
    let snapshot: Value = serde_json::from_str(&world.run_on(&server, &["snapshot"]).stdout).unwrap();
    let plans = |member: &Value| {
        let subscriptions = member["subscriptions"].as_array().unwrap().iter();
        let plans: Vec<&Value> = subscriptions.map(|one| &one["plan"]).collect();
        json!([member["email"], plans])
    };
    let plans: Vec<Value> = snapshot["members"].as_array().unwrap().iter().map(plans).collect();
    let kept = json!([
        ["ada@acme.example", []],
        ["edu@acme.example", ["EDU"]],
        ["own@acme.example", ["INDIVIDUAL", "TEAM"]],
    ]);
    assert_eq!(Value::from(plans), kept);
}

const CUSTOM_ROLE: &str = "00000000-0000-4000-8000-0000000000ff";

/// Fifty members without words of the future, and some with one each.
fn with_words_of_the_future() -> Value {
    let many = (10..60).map(|number| member(number, &format!("p{number}@acme.example"), &["M"], &[]));
    let status = with(subscription("TEAM"), json!({ "status": "\u{1b}[2J" }));
    let mut members: Vec<Value> = vec![
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "role@acme.example", &["M", "Z"], &["CHAT"]),
        member(3, "seat@acme.example", &["M"], &["OCR", "MISTRAL_CODE"]),
        subscriber(4, "plan@acme.example", json!([subscription("TITANIUM")])),
        subscriber(5, "status@acme.example", json!([status])),
        member(6, "gone@acme.example", &["Z"], &["OCR"]),
        inside(member(7, "place@acme.example", &["M"], &[]), &[(101, &["Z"])]),
    ];
    members.extend(many);
    let invitations = [invitation(8, "invited@acme.example", &["Z"], false)];
    let groups = [with(group(201, "Interns", &[]), json!({ "organization_role": "Z" }))];
    let resources = json!({ "workspaces": workspaces(&["Lab"]), "groups": groups });
    with(seed(&members, &invitations), resources)
}

fn files_for_words_of_the_future() -> World {
    let many: String = (10..60).map(|number| format!("  p{number}@acme.example: {{}}\n")).collect();
    World::new(&format!(
        "
version: 1
seats: {{ le_chat: {{ purchased: 90 }}, mistral_code: {{ purchased: 90 }} }}
policy: {{ max_removals: 100% }}
defaults: {{ seats: [le_chat] }}
members:
  ada@acme.example: {{ roles: [admin], seats: [] }}
  role@acme.example: {{ roles: [billing], seats: [mistral_code] }}
  seat@acme.example: {{ roles: [billing] }}
  plan@acme.example: {{ seats: [] }}
  status@acme.example: {{ seats: [mistral_code] }}
  place@acme.example: {{ seats: [] }}
  invited@acme.example: {{ roles: [member] }}
{many}
removed: [gone@acme.example]
workspaces:
  Lab: {{ members: {{ place@acme.example: [user] }} }}
groups:
  Interns: {{ description: Summer, organization_role: member }}
"
    ))
}

#[test]
fn words_of_the_future_lock_what_has_them_and_stop_nothing_else() {
    let world = files_for_words_of_the_future();
    world.write("live.json", &undated(&with_words_of_the_future()));
    let run = world.run(&["plan", "--live", "live.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("words_of_the_future", run.stdout);
    let run = world.run(&["plan", "--live", "live.json", "--format", "json"]);
    assert_fits("plan", &run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let carried =
        document["actions"].as_array().unwrap().iter().find(|one| one["target"] == "seat@acme.example");
    assert_eq!(carried.unwrap()["unknown_seats"], json!(["OCR"]));
    let parts =
        [&document["locked"], &document["warnings"]].map(|part| serde_json::to_string_pretty(part).unwrap());
    insta::assert_snapshot!("words_of_the_future_document", parts.join("\n"));
    for args in [["seats"].as_slice(), &["explain", "seat@acme.example"], &["export"]] {
        let run = world.run(&[args, &["--live", "live.json"]].concat());
        assert_eq!(run.status, 0, "{args:?}: {}", run.shown());
    }
    for (format, expected) in [("markdown", "#### Warnings ("), ("github", "::warning title=unknown_word::")]
    {
        let shown = world.run(&["plan", "--live", "live.json", "--format", format]).stdout;
        assert!(shown.contains(expected), "{shown}");
    }
}

#[test]
fn a_role_that_cannot_be_written_is_left_out_for_that_person_alone() {
    let world = World::new(
        "
version: 1
seats: { le_chat: { purchased: 9 } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing], seats: [le_chat] }
  cyd@acme.example: { roles: [billing] }
",
    );
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M", CUSTOM_ROLE], &[]),
        member(3, "cyd@acme.example", &["M"], &[]),
    ];
    let custom = json!({ "name": "auditor", "uuid": CUSTOM_ROLE, "description": "", "is_custom_role": true });
    let roles = json!({ "roles": { "organization_roles": [custom], "workspace_roles": [] } });
    let server = Server::seeded(&with(seed(&members, &[]), roles), &[]);
    let run = world.settle(&server, &[]);
    insta::assert_snapshot!("a_locked_role_is_left_out", run.stdout);
    let second = world.run_on(&server, &["plan"]);
    insta::assert_snapshot!("a_locked_role_stays", second.stdout);
}

#[test]
fn a_saved_plan_does_not_lose_a_role_that_came_in_the_meantime() {
    let world = World::new(
        "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
",
    );
    let live = |roles: &[&str]| {
        let members = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", roles, &[])];
        seed(&members, &[])
    };
    world.write("seed.json", &live(&["M"]).to_string());
    let planned = world.run(&["plan", "--sandbox", "seed.json", "--out", "plan.json"]);
    assert_eq!(planned.status, 0, "{}", planned.shown());
    world.write("seed.json", &live(&["M", CUSTOM_ROLE]).to_string());
    let run = world.run(&["apply", "plan.json", "--yes", "--sandbox", "seed.json"]);
    assert_eq!(run.status, 3, "{}", run.shown());
    assert!(run.stderr.contains(CUSTOM_ROLE), "{}", run.stderr);
}

#[test]
fn a_renamed_address_is_refused_and_each_way_on_works() {
    let config = |mary: &str| {
        format!(
            "
version: 1
policy: {{ unmanaged: remove, max_removals: 100% }}
members:
  ada@acme.example: {{ roles: [admin] }}
  mary@acme.example: {{ {mary} }}
"
        )
    };
    let named = with(member(2, "m.jones@acme.example", &["M"], &[]), json!({ "name": "MARY jones" }));
    let live = seed(&[member(1, "ada@acme.example", &["A"], &[]), named], &[]);
    let world = World::new(&config("name: Mary Jones"));
    let refused = world.plan(&live, &[]);
    assert_eq!(refused.status, 3);
    insta::assert_snapshot!("possible_rename", refused.stdout);
    let confirmed = world.plan(&live, &["--two-people", "M.Jones@acme.example"]);
    assert_eq!(confirmed.status, 0, "{}", confirmed.shown());
    world.write("orgsync.yaml", &config("name: Mary Jones, previously: m.jones@acme.example"));
    let renamed = world.plan(&live, &["--detailed-exitcode"]);
    assert_eq!(renamed.status, 0, "{}", renamed.shown());
    world.write("orgsync.yaml", &config("name: Mary Jones").replace("remove, ", "report, "));
    let left = world.plan(&live, &["--format", "json"]);
    let document: Value = serde_json::from_str(&left.stdout).unwrap();
    assert_eq!((left.status, &document["warnings"][0]["code"]), (0, &json!("possible_rename")));
}
