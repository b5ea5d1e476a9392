//! Answers about workspaces and groups that say no, or say yes and mean no.

use super::harness::{Server, World, gives, group, inside, member, seed, uuid, with, workspaces};
use super::proxy::Proxy;
use axum::http::StatusCode;
use serde_json::{Value, json};

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
        inside(member(3, "cyd@acme.example", &["M"], &[]), &[(101, &["user"])]),
    ];
    let groups = json!([with(group(201, "Interns", &[]), json!({ "workspaces": [gives(101, "user")] }))]);
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Research"]), "groups": groups }))
}

fn world(more: &str) -> World {
    World::new(&format!(
        "
version: 1
policy: {{ onboarding: create, max_removals: 100%, unmanaged: {{ workspace_members: remove }} }}
members:
  ada@acme.example: {{ name: Ada Lovelace, roles: [admin] }}
  bob@acme.example: {{ name: Bob Bob }}
  cyd@acme.example: {{ name: Cyd Cyd }}
{more}"
    ))
}

/// A failed apply, and one in which nothing stands in the way any more.
fn twice(world: &World, bend: fn(&str, &str, &str) -> Option<(StatusCode, Value)>) -> String {
    let server = Server::seeded(&live(), &[]);
    let first = Proxy::before(&server, bend).run(world, &["apply", "--yes", "--settle", "300ms"]);
    assert_eq!(first.status, 1, "{}{}", first.stdout, first.stderr);
    let second = world.settle(&server, &[]);
    let shown = format!("{}\n---\n{}", first.stdout, second.stdout);
    // What was made has an identifier that nobody can foresee.
    shown.split('/').map(|part| if part.len() == 36 { "ID" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn who_was_not_taken_out_of_a_workspace_is_named() {
    let world = world("workspaces:\n  Research: { members: {} }\n");
    let report = twice(&world, |method, path, _| {
        let answer = json!({ "deleted_members_count": 1, "not_deleted_members": [uuid(3)] });
        (method == "DELETE" && path.ends_with("remove-users")).then_some((StatusCode::OK, answer))
    });
    insta::assert_snapshot!("odd_not_deleted", report);
}

#[test]
fn a_workspace_that_takes_fewer_people_than_it_was_given_is_a_failure() {
    let world =
        world("workspaces:\n  Research: { members: { bob@acme.example: [dev], cyd@acme.example: [dev] } }\n");
    let report = twice(&world, |method, path, _| {
        let answer = json!({ "added_members_count": 0, "updated_members_count": 1 });
        (method == "PATCH" && path.ends_with("users")).then_some((StatusCode::OK, answer))
    });
    insta::assert_snapshot!("odd_too_few", report);
}

#[test]
fn what_depends_on_a_workspace_that_was_not_made_is_not_tried() {
    let world = world(
        "workspaces:
  Research: {}
  Lab: { members: { bob@acme.example: [user] } }
groups:
  Interns: { workspaces: { Lab: [user] } }
  Readers: { workspaces: { Lab: [user], Research: [user] } }
",
    );
    let report = twice(&world, |method, path, _| {
        let answer = json!({ "detail": [{ "loc": ["body", "name"], "msg": "not\u{1b}[2J acceptable", "type": "value_error" }] });
        (method == "POST" && path == "/workspaces").then_some((StatusCode::UNPROCESSABLE_ENTITY, answer))
    });
    insta::assert_snapshot!("odd_workspace", report);
}

#[test]
fn what_depends_on_a_group_that_was_not_made_is_not_tried() {
    let world = world(
        "workspaces:
  Research: {}
groups:
  Interns: { parents: [Readers], members: [bob@acme.example], workspaces: { Research: [user] } }
  Readers: { members: [bob@acme.example], parents: [], workspaces: { Research: [user] } }
",
    );
    let report = twice(&world, |method, path, _| {
        (method == "POST" && path == "/user-groups")
            .then_some((StatusCode::FORBIDDEN, json!({ "detail": "no" })))
    });
    insta::assert_snapshot!("odd_group", report);
}

#[test]
fn who_depends_on_an_account_that_was_not_made_waits_and_the_others_do_not() {
    let world = world(
        "  new@acme.example: { name: New Comer }
groups:
  Interns: { members: [bob@acme.example, new@acme.example] }
  Readers: { members: [new@acme.example] }
",
    );
    let report = twice(&world, |method, path, _| {
        let answer = json!({ "invalid_emails": ["new@acme.example"], "email_to_user_id": {} });
        (method == "POST" && path == "/users").then_some((StatusCode::OK, answer))
    });
    insta::assert_snapshot!("odd_account", report);
}

#[test]
fn a_group_that_is_made_without_its_role_gets_it_with_the_next_apply() {
    let world = world("groups:\n  Leads: { organization_role: billing, members: [bob@acme.example] }\n");
    let report = twice(&world, |method, path, _| {
        let answer = json!({ "detail": "an Admin API key is required" });
        (method == "PATCH" && path.ends_with("organization-role")).then_some((StatusCode::FORBIDDEN, answer))
    });
    insta::assert_snapshot!("odd_group_role", report);
}
