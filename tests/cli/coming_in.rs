//! People who are not in yet: what their invitation carries, and what waits for them.

use super::harness::{Server, World, group, inside, invitation, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

fn live() -> Value {
    let members = [inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])])];
    let resources =
        json!({ "workspaces": workspaces(&["Research", "Support"]), "groups": [group(201, "Interns", &[])] });
    with(seed(&members, &[]), resources)
}

fn world(onboarding: &str) -> World {
    World::new(&format!(
        "
version: 1
policy: {{ onboarding: {onboarding} }}
seats: {{ le_chat: {{ purchased: 9 }} }}
members:
  ada@acme.example: {{ name: Ada Lovelace, roles: [admin] }}
  new@acme.example: {{ name: New Comer, seats: [le_chat] }}
workspaces:
  General: {{ members: {{ new@acme.example: [user] }} }}
  Research: {{ members: {{ ada@acme.example: [workspace_admin], new@acme.example: [workspace_contributor, dev] }} }}
  Support: {{ members: {{ new@acme.example: [observability_viewer] }} }}
  Lab: {{ members: {{ new@acme.example: [workspace_admin] }} }}
groups:
  Interns: {{ members: [new@acme.example], workspaces: {{ Lab: [user] }} }}
  Readers: {{ members: [new@acme.example] }}
"
    ))
}

/// What the API says of somebody's workspaces by now.
fn invited_into(world: &World, server: &Server) -> Value {
    let snapshot: Value = serde_json::from_str(&world.run_on(server, &["snapshot"]).stdout).unwrap();
    let of = |invitation: &Value| invitation["workspace_uuids"].clone();
    snapshot["invitations"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn an_invitation_carries_live_workspaces_and_the_rest_follows_once_it_is_accepted() {
    let (world, server) = (world("invite"), Server::seeded(&live(), &[]));
    let first = world.settle(&server, &[]).stderr;
    assert_eq!(invited_into(&world, &server), json!([[uuid(101)]]));
    let waiting = world.run_on(&server, &["plan"]).stdout;
    server.accept_all();
    let before = server.writes().len();
    let second = world.settle(&server, &[]);
    let sent = server.writes().split_off(before);
    assert!(!sent.iter().any(|request| request.contains("invite")), "{sent:?}");
    let parts = [first, waiting, second.stderr, second.stdout];
    insta::assert_snapshot!("coming_in_invited", parts.join("\n---\n"));
}

/// What a member has in each workspace, as the API spells it.
fn roles_of(world: &World, server: &Server, email: &str) -> Value {
    let snapshot: Value = serde_json::from_str(&world.run_on(server, &["snapshot"]).stdout).unwrap();
    let member = snapshot["members"].as_array().unwrap().iter().find(|member| member["email"] == email);
    let roles = |one: &Value| (one["name"].as_str().unwrap().to_owned(), one["raw_roles"].clone());
    member.unwrap()["workspaces"].as_array().unwrap().iter().map(roles).collect()
}

#[test]
fn who_accepts_has_no_role_that_no_file_grants() {
    let (world, server) = (world("invite"), Server::seeded(&live(), &[]));
    world.settle(&server, &[]);
    server.accept_all();
    let contributor = json!(["M"]);
    let accepted = json!({ "General": contributor, "Research": contributor });
    assert_eq!(roles_of(&world, &server, "new@acme.example"), accepted);
}

#[test]
fn an_invitation_that_carries_too_much_is_renewed_without_it() {
    let carries = with(
        invitation(9, "new@acme.example", &["M"], false),
        json!({ "workspace_uuids": [uuid(101), uuid(102)] }),
    );
    let server = Server::seeded(&with(live(), json!({ "invitations": [carries] })), &[]);
    let world = world("invite");
    insta::assert_snapshot!("coming_in_renewed", world.run_on(&server, &["plan"]).stdout);
    world.settle(&server, &[]);
    assert_eq!(invited_into(&world, &server), json!([[uuid(101)]]));
    let exported = world.run_on(&server, &["export"]).stdout;
    world.write("orgsync.yaml", &exported);
    let again = world.run_on(&server, &["plan", "--detailed-exitcode"]);
    assert_eq!(again.status, 0, "{}", again.shown());
}

#[test]
fn what_waits_is_in_the_document_too() {
    let run = world("invite").plan(&live(), &["--format", "json"]);
    super::documents::assert_fits("plan", &run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let waiting = serde_json::to_string_pretty(&document["waiting"]).unwrap();
    insta::assert_snapshot!("coming_in_document", waiting);
}

/// The vendor does not say whether an accepted invitation grants its seats. At a full budget there is exactly one seat for
/// each of them.
#[test]
fn seats_of_invitations_converge_under_both_readings_at_a_full_budget() {
    let people = "
version: 1
seats: { le_chat: { purchased: 3 }, mistral_code: { purchased: 1 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  new@acme.example: { roles: [billing], seats: [le_chat, mistral_code] }
  two@acme.example: { seats: [le_chat] }
";
    let live = seed(&[member(1, "ada@acme.example", &["A"], &["CHAT"])], &[]);
    for (reading, without) in [("granted", 0), ("not", 3)] {
        let (world, bought) = (World::new(people), ["--purchased", "le_chat=3,mistral_code=1"]);
        let server = Server::seeded(&live, &bought);
        server.post("/sandbox/settings", json!({ "invited_seats": reading }));
        world.settle(&server, &[]);
        let accepted = server.post("/sandbox/accept", json!({ "emails": [] }));
        assert_eq!(accepted["without_seat"].as_array().unwrap().len(), without, "{accepted}");
        let before = server.writes().len();
        world.settle(&server, &[]);
        let sent = server.writes().split_off(before);
        assert_eq!(sent.len(), if without == 0 { 0 } else { 2 }, "{sent:?}");
        let seats = world.run_on(&server, &["seats", "--format", "json"]).stdout;
        let seats: Value = serde_json::from_str(&seats).unwrap();
        let used: Vec<_> = ["le_chat", "mistral_code"]
            .map(|product| {
                (seats["seats"][product]["used"].clone(), seats["seats"][product]["available"].clone())
            })
            .into();
        assert_eq!(used, [(json!(3), json!(0)), (json!(1), json!(0))], "{reading}: {seats}");
    }
}
