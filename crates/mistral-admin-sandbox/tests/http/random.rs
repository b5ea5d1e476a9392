//! Random bodies, most of them nearly right. Whatever is sent, the answer is one that the vendor documents; where the
//! document is present, it also judges which bodies are refused.

use crate::bodies::{Ids, anything, invitation, list, object, one_of, person, roles};
use crate::client::TestSandbox;
use crate::contract;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use tokio::runtime::Runtime;

const JSON: &str = "application/json";

/// An organization in which something can be named.
fn inhabited(runtime: &Runtime) -> (TestSandbox, Ids) {
    let world = runtime.block_on(TestSandbox::with_seats(1));
    let ids = runtime.block_on(async {
        let mut ids = world.create(&["m@x.example"], &[]).await;
        for (workspace, group) in [("W1", "G1"), ("W2", "G2")] {
            ids.push(world.workspace(workspace, &ids[0]).await);
            ids.push(world.group(group, &[]).await);
        }
        ids.push("00000000-0000-4000-8000-0000000000d0".to_owned());
        ids.push("00000000-0000-4000-8000-000000000000".to_owned());
        ids
    });
    (world, Ids(ids))
}

/// A change of the bytes of a body.
fn damage() -> impl Strategy<Value = Option<(Index, usize, Vec<u8>)>> {
    let inserted = prop_oneof![
        vec(any::<u8>(), 0..6),
        select(&["\"", "\\ud800", "{", "]", "1e400", ",", "\u{feff}"][..])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::option::weighted(0.2, (any::<Index>(), 0_usize..8, inserted))
}

fn damaged(mut body: Vec<u8>, damage: Option<(Index, usize, Vec<u8>)>) -> Vec<u8> {
    if let Some((start, cut, inserted)) = damage {
        let start = start.index(body.len() + 1);
        let end = body.len().min(start + cut);
        body.splice(start..end, inserted);
    }
    body
}

/// Whether a rule refuses the body that the vendor tells in words alone: what excludes what, and that somebody is invited.
fn breaks_a_rule(path: &str, body: &Value) -> bool {
    let members = body["members"].as_array().filter(|_| path.starts_with("/workspaces"));
    let people = members.or(body.as_array()).cloned().unwrap_or_else(|| vec![body.clone()]);
    let both = |one: &str, other: &str| {
        people.iter().any(|person| !person[one].is_null() && !person[other].is_null())
    };
    let nobody = |text: &str| text.split([',', '\n', '\r']).all(|piece| piece.trim().is_empty());
    if path.ends_with("/remove-users") || (path.starts_with("/user-groups") && !path.contains("workspace")) {
        return false;
    }
    both("roles", "role_names")
        || both("workspace_role", "workspace_role_name")
        || (both("role", "role_name") && !path.starts_with("/user-groups"))
        || (path == "/users-invite" && body["email"].as_str().is_some_and(nobody))
}

#[test]
fn random_bodies_get_documented_answers_and_break_no_rule() {
    let runtime = Runtime::new().unwrap();
    let (world, ids) = inhabited(&runtime);
    let page = runtime.block_on(world.get("/users"));
    let admin = format!("/users/{}", page["members"][0]["uuid"].as_str().unwrap());
    let nobody = "/users/00000000-0000-4000-8000-000000000000".to_owned();
    let people = prop_oneof![10 => list(person()), 1 => anything()].boxed();
    let request = prop_oneof![
        1 => Just(("POST", "/users".to_owned(), people)),
        1 => Just(("POST", "/users-invite".to_owned(), invitation())),
        1 => select(vec![admin, nobody]).prop_map(|path| ("PATCH", path, object(roles()))),
        2 => ids.requests(),
    ];
    let request = request.prop_flat_map(|(method, path, body)| (Just(method), Just(path), body)).boxed();
    let kind = prop_oneof![10 => Just(JSON), 1 => select(&["", "text/plain", "application/x+json"][..])];
    let config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&(request, damage(), kind), |(request, damage, kind)| {
        let ((method, path, body), whole) = (request, damage.is_none() && kind == JSON);
        let sent = damaged(body.to_string().into_bytes(), damage);
        let (status, answer) = runtime.block_on(world.raw(method, &path, kind, sent));
        prop_assert!([200, 201, 204, 400, 404, 422].contains(&status), "{status} {answer}");
        if let (true, Some(documented)) =
            (whole, contract::permits(method, &format!("/v1/admin{path}"), &body))
        {
            let refused = !documented || breaks_a_rule(&path, &body);
            prop_assert_eq!(status == 422, refused, "{} {}", status, answer);
        }
        if [200, 201, 204].contains(&status) {
            let people = runtime.block_on(world.get("/users"));
            let groups = runtime.block_on(world.get("/user-groups?page_size=100"));
            prop_assert!(keeps_its_rules(&people, &groups), "{people} {groups}");
        }
        Ok(())
    });
    tried.unwrap();
}

/// Nobody can take a seat that is not there, or leave the organization without an admin.
fn keeps_its_rules(people: &Value, groups: &Value) -> bool {
    let with = |list: &str, word: &str| {
        let members = people["members"].as_array().unwrap().iter();
        members.filter(|member| member[list].as_array().unwrap().contains(&word.into())).count()
    };
    let makes_admins = |group: &Value| {
        ["A", "0d48f530-095c-43fe-8aea-6673bcacabe6"]
            .contains(&group["organization_role"].as_str().unwrap_or(""))
    };
    let through_group = groups["items"].as_array().unwrap().iter().any(makes_admins);
    (through_group || with("raw_roles", "A") >= 1) && with("subscription_types", "CHAT") <= 1
}

#[test]
fn random_bodies_beside_the_api_get_an_answer() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(TestSandbox::fresh());
    let emails = list(one_of(&["ada@x.example", ""]));
    let days = (0_u32..400_000).prop_map(Value::from).boxed();
    let number = || (0_u32..3).prop_map(Value::from).boxed();
    let rule = object(vec![
        (
            "kind",
            one_of(&[
                "latency",
                "rate_limit",
                "server_error",
                "reset",
                "partial",
                "stale_reads",
                "seat_taken",
            ]),
        ),
        ("ms", number()),
        ("when", one_of(&["before", "after", ""])),
        ("probability", number()),
        ("first", number()),
        ("share", number()),
        ("paths", list(one_of(&["/users", "*", ""]))),
        ("methods", list(one_of(&["GET", "post"]))),
    ]);
    let body = object(vec![("emails", emails), ("days", days), ("seed", number()), ("rules", list(rule))]);
    let request = (select(&["accept", "advance", "faults"][..]), body, damage());
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&request, |(what, body, damage)| {
        let sent = damaged(body.to_string().into_bytes(), damage);
        let answer = world.http.post(world.url(&format!("/sandbox/{what}"))).body(sent);
        let answer = runtime.block_on(answer.send()).unwrap();
        prop_assert!([200, 400, 422].contains(&answer.status().as_u16()), "{}", answer.status());
        prop_assert!(runtime.block_on(answer.json::<Value>()).unwrap().is_object());
        Ok(())
    });
    tried.unwrap();
}
