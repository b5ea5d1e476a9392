//! Grants with a last day (`until`) and a reason (`why`).

use super::harness::{Server, World, group, inside, member, seed, with, workspaces};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 9 }, mistral_code: { purchased: 9 } }
policy: { max_removals: 100%, unmanaged: { group_members: report } }
defaults: { seats: [{ mistral_code: { until: 2026-06-30 } }] }
members:
  ada@acme.example: { roles: [admin] }
  eve@acme.example: { roles: [{ billing: { until: 2026-06-30, why: audit } }], seats: [] }
  hal@acme.example: { roles: [member, { admin: { until: 2026-06-30, why: INC-12 } }], seats: [{ le_chat: { why: Trial } }] }
  ivy@acme.example: { seats: [{ le_chat: { until: 2026-06-30 } }] }
  joe@acme.example: { seats: [le_chat] }
teams:
  labs:
    members: [{ eve@acme.example: { until: 2026-06-30 } }, joe@acme.example]
    seats: [le_chat, { mistral_code: { until: 2026-06-30 } }]
    workspaces: { Research: [user] }
workspaces:
  Research:
    members:
      ada@acme.example: [workspace_admin]
      hal@acme.example: [user, { dev: { until: 2026-06-30 } }]
      ivy@acme.example: [{ dev: { until: 2026-06-30 } }]
groups:
  Readers:
    members: [hal@acme.example, { ivy@acme.example: { until: 2026-06-30 } }]
    workspaces: { Research: [{ workspace_contributor: { until: 2026-06-30 } }] }
";

const DECLARED: [&str; 2] = ["dev", "workspace_contributor"];
const BY_HAND: [&str; 3] = ["dev", "user", "workspace_contributor"];

/// As the files say until the end of June. Ivy may have a role by hand.
fn live(of_ivy: &[&str]) -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &["MISTRAL_CODE"]), &[(101, &["workspace_admin"])]),
        inside(member(2, "eve@acme.example", &["B"], &["CHAT", "MISTRAL_CODE"]), &[(101, &["user"])]),
        inside(
            member(3, "hal@acme.example", &["A", "M"], &["CHAT"]),
            &[(101, &["user", "dev", "workspace_contributor"])],
        ),
        inside(member(4, "ivy@acme.example", &["M"], &["CHAT"]), &[(101, of_ivy)]),
        inside(member(5, "joe@acme.example", &["M"], &["CHAT", "MISTRAL_CODE"]), &[(101, &["user"])]),
        member(6, "zoe@acme.example", &["M"], &[]),
    ];
    let readers = with(
        group(201, "Readers", &[3, 4, 6]),
        json!({ "workspaces": [super::harness::gives(101, "workspace_contributor")] }),
    );
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Research"]), "groups": [readers] }))
}

#[test]
fn on_its_last_day_a_grant_still_counts() {
    let run = World::new(FILES).plan(&live(&DECLARED), &["--today", "2026-06-30", "--format", "json"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(plan["actions"], json!([]));
}

#[test]
fn on_the_next_day_it_is_revoked_and_nothing_else() {
    let run = World::new(FILES).plan(&live(&BY_HAND), &["--today", "2026-07-01"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn after_an_apply_there_is_nothing_left_to_revoke() {
    let (world, server) = (World::new(FILES), Server::seeded(&live(&BY_HAND), &[]));
    let run = world.run_on(&server, &["apply", "--yes", "--today", "2026-07-01", "--settle", "300ms"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    let again = world.run_on(&server, &["plan", "--today", "2026-07-01", "--detailed-exitcode"]);
    assert_eq!(again.status, 0, "{}", again.shown());
    let found = world.run_on(&server, &["members", "ivy", "--format", "json"]);
    assert!(found.stdout.contains("\"role\": \"user\""), "{}", found.shown());
}

#[test]
fn an_explanation_shows_ends_and_reasons() {
    let (world, server) = (World::new(FILES), Server::seeded(&live(&DECLARED), &[]));
    let explain = |email, today| {
        let run = world.run_on(&server, &["explain", email, "--today", today]);
        assert_eq!(run.status, 0, "{}", run.shown());
        run.stdout
    };
    insta::assert_snapshot!(
        [
            explain("hal@acme.example", "2026-06-30"),
            explain("hal@acme.example", "2026-07-01"),
            explain("eve@acme.example", "2026-07-01"),
        ]
        .join("\n---\n")
    );
}

#[test]
fn ends_that_are_probably_not_meant_are_warned_about() {
    let world = World::new(
        "
version: 1
policy: { max_removals: 1 }
seats: { le_chat: { purchased: 9 } }
members:
  ada@acme.example: { roles: [{ admin: { until: 2099-12-31 } }] }
  alan@acme.example: { roles: [{ billing: { until: 2020-01-31 } }], seats: [{ le_chat: { until: 2020-01-31 } }] }
  bob@acme.example: { seats: [{ le_chat: { until: 2099-01-31 } }] }
  cyd@acme.example: { seats: [{ le_chat: { until: 2099-01-31 } }] }
",
    );
    let run = world.run(&["validate"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_protected_person_is_not_an_admin_until_a_day() {
    let world = World::new(
        "
version: 1
policy: { protected: [ada@acme.example, bob@acme.example, cyd@acme.example] }
members:
  ada@acme.example: { roles: [{ admin: { until: 2099-12-31 } }] }
  bob@acme.example: { roles: [{ admin: { until: 2020-12-31 } }] }
  cyd@acme.example: { roles: [{ admin: { until: 2099-12-31 } }] }
  dan@acme.example: { roles: [admin] }
teams:
  admins: { members: [cyd@acme.example], roles: [admin] }
",
    );
    let run = world.run(&["validate"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!(run.stdout);
}
