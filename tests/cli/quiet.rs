//! A plan says briefly what it leaves as it is.

use super::harness::{World, group, inside, invitation, member, seed, spelled, with, workspaces};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
seats: { le_chat: { purchased: 9 }, mistral_code: { purchased: 3 } }
policy: { unmanaged: { group_members: report } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: {}
  cyd@acme.example: { roles: [billing] }
  hal@acme.example: {}
workspaces:
  Research: { members: { ada@acme.example: [workspace_contributor] } }
";

const AUDITOR: &str = "0d4f33a1-2c0f-4a3a-9d7e-5a2c7d6b1f00";

/// Undeclared people, a locked person, and people who have not joined yet.
fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_contributor"])]),
        member(2, "bob@acme.example", &["M", AUDITOR], &[]),
        member(3, "fay@acme.example", &["M"], &["CHAT"]),
        inside(member(4, "gus@partner.example", &["M"], &[]), &[(101, &["dev"])]),
    ];
    let invitations = [
        invitation(20, "cyd@acme.example", &["B"], false),
        invitation(21, "hal@acme.example", &["M"], false),
    ];
    let resources = json!({
        "workspaces": workspaces(&["Research", "Pilot"]),
        "groups": [group(201, "Crew", &[1])],
        "roles": {
            "workspace_roles": [{ "name": "dev", "uuid": spelled("dev"), "description": "", "is_custom_role": false }],
            "organization_roles": [{ "name": "auditor", "uuid": AUDITOR, "description": "", "is_custom_role": true }],
        },
    });
    with(seed(&members, &invitations), resources)
}

#[test]
fn a_plan_with_nothing_to_do_is_short_and_names_power() {
    let world = World::new(CONFIG);
    let run = world.plan(&live(), &[]);
    insta::assert_snapshot!(run.stdout);
    assert!(run.stdout.lines().count() <= 11, "one line of them names the person who gets power");
    let document: Value = serde_json::from_str(&world.plan(&live(), &["--format", "json"]).stdout).unwrap();
    assert_eq!(document["unmanaged"].as_array().unwrap().len(), 5);
    assert_eq!(document["waiting"].as_array().unwrap().len(), 2);
}

#[test]
fn verbose_lists_what_is_left_as_it_is() {
    insta::assert_snapshot!(World::new(CONFIG).plan(&live(), &["--verbose"]).stdout);
}

#[test]
fn a_locked_person_whose_change_is_left_out_is_named() {
    let world = World::new(&CONFIG.replace("bob@acme.example: {}", "bob@acme.example: { roles: [billing] }"));
    let run = world.plan(&live(), &[]);
    assert!(
        run.stdout.contains("    bob@acme.example  roles: auditor (the Admin API can't write it; the"),
        "{}",
        run.shown()
    );
}

#[test]
fn a_holder_of_power_who_is_left_alone_is_named_once() {
    let world = World::new(CONFIG);
    let mut live = live();
    live["members"][2]["raw_roles"] = json!(["A"]);
    let run = world.plan(&live, &[]);
    assert_eq!(run.stdout.matches("fay@acme.example").count(), 1, "{}", run.shown());
    assert!(
        run.stdout.contains("2 members (1 admin, 1 with le_chat, 1 outside the domains)"),
        "{}",
        run.shown()
    );
    let crew = live["groups"].as_array_mut().unwrap();
    crew[0]["members"] = json!([]);
    crew[0]["organization_role"] = json!("organization_admin");
    let run = world.plan(&live, &[]);
    assert!(run.stdout.contains("    Crew  group with the organization role admin"), "{}", run.shown());
}
