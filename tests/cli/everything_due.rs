//! One organization with everything that time and people can do at once: `apply --due` does exactly what is due, and
//! names the rest for people to decide.

use super::harness::{Server, World, group, inside, invitation, member, seed, uuid, with, workspaces};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

/// Con's contract and Rob's admin role have ended, and the mails to Max are used up. Ann has accepted, and waits. Lea
/// left by herself, and Tom was removed by hand. Nobody declares Zoe; and Eve was made an admin by hand.
const FILES: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
seats: { le_chat: { purchased: 12 } }
policy:
  max_removals: 100%
  expired_invitations: { renew: 1 }
  offboarding: { api_keys: { revoke: { unused_for: 7d } } }
members:
  ada@acme.example: { roles: [admin] }
  con@acme.example: { expires: 2020-06-30, seats: [le_chat] }
  rob@acme.example: { roles: [member, { admin: { until: 2020-06-30, why: INC-12 } }] }
  ann@acme.example: { seats: [le_chat] }
  max@acme.example: { seats: [le_chat] }
  lea@acme.example: { seats: [le_chat] }
  tom@acme.example: { seats: [le_chat] }
  eve@acme.example:
workspaces:
  Lab: { members: { ada@acme.example: [workspace_admin], ann@acme.example: [dev] } }
  Ops: { members: { ann@acme.example: [user] } }
groups:
  Readers: { members: [ann@acme.example] }
";

fn key(number: u32, name: &str, more: Value) -> Value {
    let key = json!({
        "key_id": uuid(number), "key": null, "name": name, "hidden_key": "HQSx...0000", "created_at": "2020-01-31T08:00:00Z",
        "expiration_date": null, "actions": {}, "workspace_id": null, "workspace_name": null,
        "created_by": "con@acme.example", "product": "API", "last_used": null, "can_delete": true,
    });
    with(key, more)
}

fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        member(2, "con@acme.example", &["M"], &["CHAT"]),
        member(3, "rob@acme.example", &["M", "A"], &[]),
        member(5, "lea@acme.example", &["M"], &["CHAT"]),
        member(6, "tom@acme.example", &["M"], &["CHAT"]),
        member(7, "eve@acme.example", &["M"], &[]),
        member(8, "zoe@acme.example", &["M"], &["CHAT"]),
    ];
    let yesterday = Timestamp::now() - 24.hours();
    let keys = [
        key(11, "Nightly", json!({})),
        key(12, "Dashboard", json!({ "last_used": yesterday.to_string()[..10] })),
        key(13, "Shared", json!({ "can_delete": false })),
    ];
    let resources = json!({
        "workspaces": workspaces(&["Lab", "Ops"]), "groups": [group(201, "Readers", &[])], "api_keys": keys,
    });
    with(seed(&members, &[invitation(21, "ann@acme.example", &["M"], false)]), resources)
}

/// Acts in the panel as Ada.
fn panel(server: &Server, method: &str, number: u32, body: Value) {
    let path = format!("/v1/admin/users/{}", uuid(number));
    let request = json!({ "by": "ada@acme.example", "method": method, "path": path, "body": body });
    server.send("/sandbox/panel", &request);
}

/// Max gets two mails and does not answer; then the others act.
fn begin() -> (World, Server) {
    let (world, server) = (World::new(FILES), Server::seeded(&live(), &[]));
    for _ in 0..2 {
        let args =
            ["apply", "--renew", "max@acme.example", "--yes", "--settle", "300ms", "--journal", "other"];
        let run = world.run_on(&server, &args);
        assert_eq!(run.status, 0, "{}", run.shown());
        server.post("/sandbox/advance", json!({ "days": 8 }));
    }
    server.post("/sandbox/accept", json!({ "emails": ["ann@acme.example"] }));
    server.post("/sandbox/leave", json!({ "emails": ["lea@acme.example"] }));
    panel(&server, "DELETE", 6, Value::Null);
    panel(&server, "PATCH", 7, json!({ "role_names": ["organization_admin"] }));
    (world, server)
}

#[test]
fn the_first_of_two_due_runs_does_what_is_due_the_second_nothing_and_the_rest_is_named() {
    let (world, server) = begin();
    let before = server.writes().len();
    let apply = ["apply", "--due", "--yes", "--allow-irreversible", "--settle", "300ms"];
    let first = world.run_on(&server, &apply);
    assert_eq!(first.status, 0, "{}", first.shown());
    let writes = server.writes();
    let second = world.run_on(&server, &apply);
    assert_eq!((second.status, server.writes()), (0, writes.clone()), "{}", second.shown());
    let whole = world.run_on(&server, &["plan", "--verbose"]);
    assert_eq!(whole.status, 0, "{}", whole.shown());
    let mut sent = writes[before..].to_vec();
    // Within a phase, the order is that of the network.
    sent.sort();
    let told = format!(
        "{}{}\n=== the second run\n\n{}{}\n=== sent\n\n{}\n\n=== a whole plan\n\n{}",
        first.stderr,
        first.stdout,
        second.stderr,
        second.stdout,
        sent.join("\n"),
        whole.stdout
    );
    let filters =
        [(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC", "TIME UTC"), (r"last used [-0-9]+", "last used DAY")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(told) });
}
