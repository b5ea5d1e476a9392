//! Teams: they add to what people have, and every refusal points at the line that gives it.

use super::harness::{Server, World, member, seed};

const CONFIG: &str = "
version: 1
seats: { le_chat: { purchased: 2 }, mistral_code: { purchased: 2 } }
defaults: { seats: [le_chat] }
members:
  ada@acme.example: { roles: [admin], seats: [] }
  alan@acme.example:
  eve@acme.example: { expires: 2020-01-01 }
teams:
  research:
    members: [Ada@acme.example, alan@acme.example, eve@acme.example]
    seats: [mistral_code]
  office:
    members: [alan@acme.example]
    roles: [billing]
";

#[test]
fn people_have_what_is_theirs_and_what_their_teams_give() {
    let live = seed(
        &[member(1, "ada@acme.example", &["A"], &[]), member(2, "alan@acme.example", &["M"], &["CHAT"])],
        &[],
    );
    let (world, server) = (World::new(CONFIG), Server::seeded(&live, &[]));
    let run = world.run_on(&server, &["plan"]);
    insta::assert_snapshot!("teams", run.stdout);
    assert_eq!(world.run_on(&server, &["apply", "--yes"]).status, 0);
    assert_eq!(world.run_on(&server, &["plan", "--detailed-exitcode"]).status, 0);
}

#[test]
fn a_budget_fault_points_at_the_place_in_the_team() {
    let world =
        World::new(&CONFIG.replace("mistral_code: { purchased: 2 }", "mistral_code: { purchased: 1 }"));
    let run = world.run(&["validate"]);
    assert_eq!(run.status, 3);
    insta::assert_snapshot!("teams_budget", run.stdout);
}

#[test]
fn roles_that_a_team_gives_are_asked_for_where_roles_are_locked() {
    let custom = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";
    let mut live = seed(
        &[member(1, "ada@acme.example", &["A"], &[]), member(2, "alan@acme.example", &[custom], &["CHAT"])],
        &[],
    );
    live["roles"] = serde_json::json!({ "workspace_roles": [], "organization_roles": [
        { "name": "auditor", "uuid": custom, "description": "", "is_custom_role": true }] });
    let world = World::new(CONFIG);
    world.write("live.json", &live.to_string());
    let run = world.run(&["plan", "--live", "live.json"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout.contains("warning[locked_roles]") && run.stdout.contains("orgsync.yaml:14:15"),
        "{}",
        run.stdout
    );
}
