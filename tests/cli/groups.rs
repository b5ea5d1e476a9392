//! Groups: what is refused, and what keeps the admins through groups safe.

use super::harness::{World, gives, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

/// Ada, the admin, and bob and cyd, in these groups.
fn live(groups: Value) -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M"], &[]),
        member(3, "cyd@acme.example", &["M"], &[]),
    ];
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Research"]), "groups": groups }))
}

fn config(policy: &str, groups: &str) -> World {
    World::new(&format!(
        "
version: 1
policy: {{ max_removals: 100%{policy} }}
members:
  ada@acme.example: {{ roles: [admin] }}
  bob@acme.example:
  cyd@acme.example:
workspaces:
  Research: {{}}
groups:
{groups}
"
    ))
}

#[test]
fn custom_roles_of_a_group_are_refused() {
    let custom = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";
    let role = |name: &str, uuid: &str| json!({ "name": name, "uuid": uuid, "description": "", "is_custom_role": true });
    let roles = json!({
        "organization_roles": [role("auditor", custom)], "workspace_roles": [role("re\u{202e}viewer", &uuid(7))],
    });
    let given = json!({ "workspace_uuid": uuid(101), "roles": [{ "uuid": uuid(7) }] });
    let interns =
        with(group(201, "Interns", &[2]), json!({ "organization_role": custom, "workspaces": [given] }));
    let world = config("", "  Interns:\n    organization_role: member\n    workspaces: { Research: [user] }");
    let live = with(live(json!([interns])), json!({ "roles": roles }));
    insta::assert_snapshot!("group_locked_roles", world.plan(&live, &[]).shown());
}

#[test]
fn a_group_of_the_identity_provider_is_not_changed() {
    let live = live(json!([with(group(201, "Directory", &[2]), json!({ "externally_managed": true }))]));
    let world = config(
        "",
        "  Directory:\n    description: Everybody\n    members: [bob@acme.example, cyd@acme.example]",
    );
    insta::assert_snapshot!("externally_managed", world.plan(&live, &[]).shown());
}

#[test]
fn the_role_of_a_group_cannot_be_taken_away() {
    let live = live(json!([with(group(201, "Admins", &[2]), json!({ "organization_role": "admin" }))]));
    insta::assert_snapshot!("group_role", config("", "  Admins: {}").plan(&live, &[]).shown());
}

#[test]
fn groups_of_an_organization_without_groups_are_refused() {
    insta::assert_snapshot!(
        "groups_unavailable",
        config("", "  Interns: {}").plan(&live(Value::Null), &[]).shown()
    );
}

/// Admins: bob, directly; Leads, nested in it: cyd.
fn admins() -> Value {
    live(json!([
        with(group(201, "Admins", &[2]), json!({ "organization_role": "admin" })),
        with(group(202, "Leads", &[3]), json!({ "parent_group_ids": [uuid(201)] })),
    ]))
}

#[test]
fn the_last_admin_is_not_taken_out_of_a_group() {
    let world = config(", min_admins: 3", "  Admins: { organization_role: admin, members: [] }\n  Leads: {}");
    insta::assert_snapshot!("min_admins_member", world.plan(&admins(), &[]).shown());
}

#[test]
fn the_role_of_a_group_is_not_lowered_below_the_fewest_admins() {
    let world = config(", min_admins: 2", "  Admins: { organization_role: member }\n  Leads: {}");
    insta::assert_snapshot!("min_admins_role", world.plan(&admins(), &[]).shown());
}

#[test]
fn a_group_of_admins_is_not_unnested_below_the_fewest_admins() {
    let world = config(", min_admins: 3", "  Admins: { organization_role: admin }\n  Leads: { parents: [] }");
    insta::assert_snapshot!("min_admins_nested", world.plan(&admins(), &[]).shown());
}

#[test]
fn a_protected_person_is_not_demoted_through_a_group() {
    let world = config(
        ", protected: [cyd@acme.example], unmanaged: { groups: remove }",
        "  Admins: { organization_role: admin }",
    );
    insta::assert_snapshot!("protected_group", world.plan(&admins(), &[]).shown());
}

#[test]
fn an_admin_who_is_one_through_another_group_as_well_may_leave_the_first() {
    let mut live = admins();
    live["groups"][1]["members"] = json!([uuid(2), uuid(3)]);
    let world = config(", min_admins: 3", "  Admins: { organization_role: admin, members: [] }\n  Leads: {}");
    assert_eq!(world.plan(&live, &["--detailed-exitcode"]).status, 2);
}

#[test]
fn each_kind_of_removal_is_limited_and_opened_on_purpose() {
    let mut live = live(json!([
        with(group(201, "Interns", &[2, 3]), json!({ "workspaces": [gives(101, "user")] })),
        group(202, "Old", &[1]),
        group(203, "Older", &[1]),
    ]));
    for person in live["members"].as_array_mut().unwrap() {
        *person = inside(person.take(), &[(101, &["dev"])]);
    }
    let config = "
version: 1
policy: { max_removals: 1, unmanaged: { groups: remove, workspace_members: remove } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  cyd@acme.example:
workspaces:
  Research: { members: { ada@acme.example: [dev] } }
groups:
  Interns: { members: [], workspaces: { Research: [user] } }
";
    let world = World::new(config);
    insta::assert_snapshot!("place_removals", world.plan(&live, &[]).shown());
    let opened = ["group_members=4", "workspace_members=2", "groups=2"];
    for shut in opened {
        let options: Vec<&str> =
            opened.iter().filter(|kind| **kind != shut).flat_map(|kind| ["--allow-removals", kind]).collect();
        assert_eq!(world.plan(&live, &options).status, 3, "without {shut}");
    }
    let all: Vec<&str> = opened.iter().flat_map(|kind| ["--allow-removals", kind]).collect();
    assert_eq!(world.plan(&live, &all).status, 0);
}
