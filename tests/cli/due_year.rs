//! A year of `apply --due`, on each day on which something ends, for random files and random changes by hand.

use super::harness::{Server, World, group, inside, member, seed, with, workspaces};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const START: Date = date(2099, 1, 1);

/// The days after the start on which a person's access and grants end, if they do.
#[derive(Debug, Clone)]
struct Ends {
    access: Option<i32>,
    role: Option<i32>,
    seat: Option<i32>,
    workspace: Option<i32>,
    group: Option<i32>,
    team: Option<i32>,
}

impl Ends {
    fn days(&self) -> impl Iterator<Item = i32> {
        let Self { access, role, seat, workspace, group, team } = self;
        [access, role, seat, workspace, group, team].into_iter().flatten().copied()
    }
}

fn ends() -> impl Strategy<Value = Ends> {
    let day = || prop::option::weighted(0.6, 0..365);
    (prop::option::weighted(0.3, 0..365), day(), day(), day(), day(), day()).prop_map(
        |(access, role, seat, workspace, group, team)| Ends { access, role, seat, workspace, group, team },
    )
}

fn address(number: usize) -> String {
    format!("p{number}@acme.example")
}

fn day(days: i32) -> Date {
    START + days.days()
}

/// An item of a list, with its end if it has one.
fn item(what: &str, end: Option<i32>) -> String {
    end.map_or_else(|| what.to_owned(), |end| format!("{{ {what}: {{ until: {} }} }}", day(end)))
}

fn files(people: &[Ends]) -> String {
    let mut text = "version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 50 }, mistral_code: { purchased: 50 } }
policy: { max_removals: 100%, unmanaged: report }
members:
  ada@acme.example: { roles: [admin] }
  eve@acme.example: { seats: [le_chat] }
  fay@acme.example: { seats: [le_chat] }
"
    .to_owned();
    let (mut inside, mut readers, mut crew) = (String::new(), Vec::new(), Vec::new());
    for (number, ends) in people.iter().enumerate() {
        let email = address(number);
        let expires = ends.access.map_or_else(String::new, |end| format!("expires: {}, ", day(end)));
        let (role, seat) = (item("billing", ends.role), item("le_chat", ends.seat));
        let _ = writeln!(text, "  {email}: {{ {expires}roles: [member, {role}], seats: [{seat}] }}");
        let _ = writeln!(inside, "      {email}: [user, {}]", item("dev", ends.workspace));
        readers.push(item(&email, ends.group));
        crew.push(item(&email, ends.team));
    }
    let _ = write!(
        text,
        "workspaces:
  Lab:
    members:
      ada@acme.example: [workspace_admin]
{inside}groups:
  Readers: {{ members: [{}] }}
teams:
  crew: {{ members: [{}], seats: [mistral_code] }}
",
        readers.join(", "),
        crew.join(", ")
    );
    text
}

fn live(people: usize) -> Value {
    let named = ["ada", "eve", "fay", "zoe"].map(|name| format!("{name}@acme.example"));
    let all = named.into_iter().chain((0..people).map(address));
    let members: Vec<Value> = all
        .zip(1..)
        .map(|(email, number)| match number {
            1 => inside(member(1, &email, &["A"], &[]), &[(101, &["workspace_admin"])]),
            _ => member(number, &email, &["M"], &[]),
        })
        .collect();
    let resources = json!({ "workspaces": workspaces(&["Lab"]), "groups": [group(201, "Readers", &[])] });
    with(seed(&members, &[]), resources)
}

/// A change by hand of people about whom nothing ends.
fn edit(server: &Server, which: u8) {
    let (eve, fay, zoe) = ("2", "3", "4");
    let user = |number: &str| format!("/users/00000000-0000-4000-8000-00000000000{number}");
    match which {
        0 => server.call("PATCH", &user(eve), &json!({ "role_names": ["organization_admin", "member"] })),
        1 => server.call("PATCH", &user(fay), &json!({ "subscription_types": [] })),
        2 => server.call("PATCH", &user(zoe), &json!({ "subscription_types": ["MISTRAL_CODE"] })),
        _ => server.call("PATCH", &user(zoe), &json!({ "role_names": ["billing_manager"] })),
    }
}

struct Year {
    world: World,
    server: Server,
    people: Vec<Ends>,
}

impl Year {
    fn json(&self, args: &[&str]) -> Value {
        let run = self.world.run_on(&self.server, args);
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", run.shown()))
    }

    /// The members by address, as the Admin API shows them.
    fn members(&self) -> Vec<(String, Value)> {
        let snapshot = self.json(&["snapshot"]);
        let members = snapshot["members"].as_array().unwrap().iter();
        members.map(|one| (one["email"].as_str().unwrap().to_owned(), one.clone())).collect()
    }

    fn a_day(&self, today: i32) -> Result<(), TestCaseError> {
        let text = day(today).to_string();
        let whole: BTreeSet<String> = targets(&self.json(&["plan", "--format", "json", "--today", &text]));
        let part = self.json(&["plan", "--due", "--format", "json", "--today", &text]);
        prop_assert!(targets(&part).is_subset(&whole), "{part:#} is no part of {whole:?}");
        let steady = |members: Vec<(String, Value)>| -> Vec<(String, Value)> {
            members.into_iter().filter(|(email, _)| !email.starts_with('p')).collect()
        };
        let before = steady(self.members());
        let apply = ["apply", "--due", "--yes", "--settle", "100ms", "--today", &text];
        let run = self.world.run_on(&self.server, &apply);
        prop_assert_eq!(run.status, 0, "{}", run.shown());
        let members = self.members();
        self.nothing_outlives_its_end(&members, today)?;
        prop_assert_eq!(before, steady(members), "{}", run.shown());
        let left = self.json(&["plan", "--format", "json", "--today", &text]);
        for action in left["actions"].as_array().unwrap() {
            prop_assert_eq!(&action["causes"], &json!(["declared"]), "{:#}", action);
        }
        let due = self.json(&["plan", "--due", "--format", "json", "--today", &text]);
        prop_assert_eq!(&due["actions"], &json!([]));
        let writes = self.server.writes();
        let again = self.world.run_on(&self.server, &apply);
        prop_assert_eq!((again.status, self.server.writes()), (0, writes), "{}", again.shown());
        Ok(())
    }

    fn nothing_outlives_its_end(&self, members: &[(String, Value)], today: i32) -> Result<(), TestCaseError> {
        let snapshot = self.json(&["snapshot"]);
        let readers = snapshot["groups"][0]["members"].to_string();
        for (number, ends) in self.people.iter().enumerate() {
            let is_over = |end: Option<i32>| end.is_some_and(|end| end < today);
            let found = members.iter().find(|(email, _)| *email == address(number)).map(|(_, one)| one);
            prop_assert_eq!(found.is_some(), !is_over(ends.access), "{} on {}", number, today);
            let Some(one) = found else { continue };
            let has = |field: &str, text: &str| one[field].to_string().contains(text);
            let facts = [
                (has("raw_roles", "\"B\""), ends.role),
                (has("subscription_types", "CHAT"), ends.seat),
                (has("subscription_types", "MISTRAL_CODE"), ends.team),
                (has("workspaces", "578584f1-4319-4c88-9948-38a5184483b6"), ends.workspace),
                (readers.contains(one["uuid"].as_str().unwrap()), ends.group),
            ];
            let expected = facts.map(|(_, end)| !is_over(end));
            prop_assert_eq!(facts.map(|(has, _)| has), expected, "{} on {}", number, day(today));
        }
        Ok(())
    }
}

fn targets(plan: &Value) -> BTreeSet<String> {
    let actions = plan["actions"].as_array().unwrap_or_else(|| panic!("{plan:#}"));
    actions.iter().map(|action| action["target"].as_str().unwrap().to_owned()).collect()
}

fn run(cases: u32) {
    let samples = (prop::collection::vec(ends(), 1..4), prop::collection::vec(0..4_u8, 0..4));
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&samples, |(people, edits)| {
            let (world, server) = (World::new(&files(&people)), Server::seeded(&live(people.len()), &[]));
            let start = START.to_string();
            let begun = world.run_on(&server, &["apply", "--yes", "--settle", "100ms", "--today", &start]);
            prop_assert_eq!(begun.status, 0, "{}", begun.shown());
            // What ends on a day is over on the next.
            let days: BTreeSet<i32> = people.iter().flat_map(Ends::days).map(|end| end + 1).collect();
            let year = Year { world, server, people };
            let mut edits = edits.into_iter();
            for today in days {
                edits.next().into_iter().for_each(|which| edit(&year.server, which));
                year.a_day(today)?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_outlives_its_end_and_nothing_else_changes_through_a_year() {
    run(6);
}

#[test]
#[ignore = "takes minutes"]
fn nothing_outlives_its_end_and_nothing_else_changes_through_many_years() {
    run(100);
}
