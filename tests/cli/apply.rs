//! `orgsync apply`: it does what the plan says, in an order that never asks for too much, and says what came of it.

use super::harness::{Server, World, invitation, member, run, seed};
use super::shared_file::shared_file;
use serde_json::json;
use std::path::Path;

fn apply(world: &World, server: &Server) {
    let run = world.run_on(server, &["apply", "--yes"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

fn assert_in_sync(world: &World, server: &Server) {
    let run = world.run_on(server, &["plan", "--detailed-exitcode"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

fn assert_nothing_was_refused(server: &Server) {
    let refused: Vec<_> = server.requests().into_iter().filter(|request| !request.contains(" 20")).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn the_example_is_carried_out_and_complete_when_everybody_has_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let server = Server::start(&["--seed", "examples/acme/sandbox.json"]);
    let orgsync = |args: &[&str]| run(root, &[args, &["--config", "examples/acme"]].concat(), &server.env());
    let plan = ["plan", "--detailed-exitcode"];
    assert_eq!(orgsync(&plan).status, 2, "there is something to do");
    assert_eq!(orgsync(&["apply", "--yes"]).status, 0);
    assert_eq!(orgsync(&plan).status, 0, "nothing is left to do until people accept");
    server.accept_all();
    assert_eq!(orgsync(&["apply", "--yes"]).status, 0);
    let end = orgsync(&plan);
    assert_eq!(end.status, 0);
    assert!(!end.stdout.contains("not joined yet"), "{}", end.stdout);
    assert_nothing_was_refused(&server);
}

#[test]
fn the_last_seat_is_swapped_without_asking_for_one_too_many() {
    let config = "
version: 1
seats: { le_chat: { purchased: 3 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  bob@acme.example: { seats: [le_chat] }
  cyd@acme.example: { seats: [] }
  dan@acme.example: { seats: [le_chat] }
";
    let live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &["CHAT"]),
            member(2, "bob@acme.example", &["M"], &["CHAT"]),
            member(3, "cyd@acme.example", &["M"], &["CHAT"]),
            member(4, "dan@acme.example", &["M"], &[]),
        ],
        &[],
    );
    let (world, server) = (World::new(config), Server::seeded(&live, &["--purchased", "le_chat=3"]));
    apply(&world, &server);
    assert_nothing_was_refused(&server);
    assert_in_sync(&world, &server);
}

/// The one who gets the seat is promoted, the other demoted, or the other way round; `min_admins` holds throughout.
#[test]
fn a_swap_of_the_last_seat_goes_together_with_a_swap_of_the_last_admin_but_one() {
    for (promoted_takes, seats) in [(true, ["CHAT", ""]), (false, ["", "CHAT"])] {
        let (takes, gives) = ("[le_chat]", "[]");
        let (promoted, demoted) = if promoted_takes { (takes, gives) } else { (gives, takes) };
        let config = format!(
            "
version: 1
seats: {{ le_chat: {{ purchased: 3 }} }}
policy: {{ min_admins: 2, max_removals: 50% }}
members:
  ada@acme.example: {{ roles: [admin], seats: [le_chat] }}
  bob@acme.example: {{ seats: [le_chat] }}
  dan@acme.example: {{ roles: [member], seats: {demoted} }}
  eve@acme.example: {{ roles: [admin], seats: {promoted} }}
"
        );
        let held = |seat: &'static str| if seat.is_empty() { vec![] } else { vec![seat] };
        let live = seed(
            &[
                member(1, "ada@acme.example", &["A"], &["CHAT"]),
                member(2, "bob@acme.example", &["M"], &["CHAT"]),
                member(3, "dan@acme.example", &["A"], &held(seats[0])),
                member(4, "eve@acme.example", &["M"], &held(seats[1])),
            ],
            &[],
        );
        let (world, server) = (World::new(&config), Server::seeded(&live, &["--purchased", "le_chat=3"]));
        apply(&world, &server);
        assert_nothing_was_refused(&server);
        assert_in_sync(&world, &server);
    }
}

#[test]
fn a_public_organization_of_1276_people_takes_a_few_dozen_requests() {
    let Some(datasets) = shared_file("ORGSYNC_DATASETS", "datasets") else { return };
    let people = datasets.join("kubernetes-shape/members.yaml");
    let config = format!(
        "
version: 1
include: ['{}']
seats: {{ le_chat: {{ purchased: 1400 }}, mistral_code: {{ purchased: 300 }} }}
defaults: {{ seats: [le_chat] }}
members: {{ admin@sandbox.example: {{ roles: [admin], seats: [] }} }}
",
        people.display()
    );
    let (world, server) =
        (World::new(&config), Server::start(&["--purchased", "le_chat=1400,mistral_code=300"]));
    apply(&world, &server);
    let writes = server.writes();
    assert!(writes.len() <= 24, "{} requests: {writes:?}", writes.len());
    server.accept_all();
    assert_in_sync(&world, &server);
    assert_nothing_was_refused(&server);
}

#[test]
fn what_fails_is_named_and_the_rest_goes_on_and_the_next_run_does_what_is_left() {
    // The files say that more seats have been bought than the vendor knows of.
    let config = "
version: 1
seats: { le_chat: { purchased: 50 } }
members:
  ada@acme.example: { roles: [admin], seats: [] }
  bob@acme.example: { roles: [billing], seats: [le_chat] }
  cyd@acme.example: { seats: [le_chat] }
  new@acme.example: { seats: [le_chat] }
";
    let live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &[]),
            member(2, "bob@acme.example", &["M"], &[]),
            member(3, "cyd@acme.example", &["M"], &[]),
            member(4, "zoe@acme.example", &["M"], &["CHAT"]),
        ],
        &[],
    );
    let (world, server) = (World::new(config), Server::seeded(&live, &["--purchased", "le_chat=1"]));
    let first = world.run_on(&server, &["apply", "--yes"]);
    insta::assert_snapshot!("apply_partly_failed", first.stdout);
    assert_eq!(first.status, 1);
    let writes_of_first = server.writes().len();
    let again = world.run_on(&server, &["apply", "--yes"]);
    assert_eq!(again.status, 1);
    assert_eq!(server.writes()[writes_of_first..], ["PATCH /users/ID 400", "PATCH /users/ID 400"]);
}

#[test]
fn people_with_the_same_roles_and_seats_are_invited_together() {
    let config = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  cyd@acme.example:
  dan@acme.example: { roles: [billing] }
";
    let live = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    let (world, server) = (World::new(config), Server::seeded(&live, &[]));
    let run = world.run_on(&server, &["apply", "--yes", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"], json!({ "done": 3, "already": 0, "failed": 0, "not_tried": 0 }));
    assert_eq!(server.writes(), ["POST /users-invite 200", "POST /users-invite 200"]);
}

#[test]
fn an_expired_invitation_is_deleted_and_sent_anew_once() {
    let config = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  bob@acme.example:\n";
    let live = seed(
        &[member(1, "ada@acme.example", &["A"], &[])],
        &[invitation(2, "Bob@acme.example", &["M"], true)],
    );
    let (world, server) = (World::new(config), Server::seeded(&live, &[]));
    apply(&world, &server);
    assert_eq!(server.writes(), ["DELETE /users-invite/ID 200", "POST /users-invite 200"]);
    assert_in_sync(&world, &server);
    server.post("/sandbox/advance", json!({ "days": 8 }));
    assert_eq!(world.run_on(&server, &["plan", "--detailed-exitcode"]).status, 2, "it has expired again");
}

#[test]
fn accounts_are_created_where_the_policy_says_so() {
    let config = "
version: 1
seats: { le_chat: { purchased: 2 } }
policy: { onboarding: create }
members:
  ada@acme.example: { name: Ada Lovelace, roles: [admin] }
  grace@acme.example: { name: Grace Brewster Murray Hopper, roles: [billing, member], seats: [le_chat] }
";
    let live = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    let (world, server) = (World::new(config), Server::seeded(&live, &["--purchased", "le_chat=2"]));
    apply(&world, &server);
    assert_eq!(server.writes(), ["POST /users 200"]);
    assert_in_sync(&world, &server);
}

#[test]
fn seats_of_a_product_that_is_not_managed_are_carried_along() {
    let config = "
version: 1
seats: { le_chat: { purchased: 2 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
";
    let live = seed(&[member(1, "ada@acme.example", &["A"], &["MISTRAL_CODE"])], &[]);
    let (world, server) = (World::new(config), Server::seeded(&live, &[]));
    apply(&world, &server);
    let managed = config.replace("seats: {", "seats: { mistral_code: { purchased: 1 },");
    let both = World::new(&managed.replace("seats: [le_chat]", "seats: [le_chat, mistral_code]"));
    assert_in_sync(&both, &server);
}

#[test]
fn a_refused_plan_changes_nothing() {
    let config =
        "version: 1\npolicy: { unmanaged: remove }\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let members: Vec<_> = std::iter::once(member(1, "ada@acme.example", &["A"], &[]))
        .chain((2..9).map(|n| member(n, &format!("p{n}@acme.example"), &["M"], &[])))
        .collect();
    let (world, server) = (World::new(config), Server::seeded(&seed(&members, &[]), &[]));
    let run = world.run_on(&server, &["apply", "--yes"]);
    assert_eq!((run.status, run.stdout.as_str()), (3, ""));
    assert!(run.stderr.contains("error[max_removals]"), "{}", run.stderr);
    assert_eq!(server.writes(), [""; 0]);
}

#[test]
fn without_a_terminal_apply_wants_a_yes_before_any_request() {
    let server = Server::start(&[]);
    let world = World::new("version: 1\nmembers:\n  admin@sandbox.example: { roles: [admin] }\n");
    let run = world.run_on(&server, &["apply"]);
    assert_eq!(run.status, 64);
    insta::assert_snapshot!(run.stderr, @r"
    error: apply asks before it changes anything, but there is no terminal
      help: to apply without asking, add --yes
    ");
    assert_eq!(server.requests(), [""; 0]);
}
