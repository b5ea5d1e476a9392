//! What an organization starts from, and what of it outlives a run.

use crate::client::{TestSandbox, settings};
use camino::Utf8PathBuf;
use mistral_admin_sandbox::Product;
use mistral_admin_sandbox::{Seed, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ADA: &str = "00000000-0000-4000-8000-00000000000a";
const BOB: &str = "00000000-0000-4000-8000-00000000000b";
const CUSTOM: &str = "00000000-0000-4000-8000-0000000000c0";
const PLACE: &str = "00000000-0000-4000-8000-0000000000f0";
const ADMIN_ROLE: &str = "0d48f530-095c-43fe-8aea-6673bcacabe6";

fn member(uuid: &str, email: Value, roles: Value) -> Value {
    json!({"uuid": uuid, "oid_id": null, "name": "N", "email": email, "is_sso_outsider": true, "raw_roles": roles,
           "workspaces": [{"uuid": PLACE, "name": "W", "is_default": true, "raw_roles": ["M"], "raw_role": "M"}],
           "raw_role": roles[0], "subscription_types": ["CHAT"], "created_at": "2026-01-01T00:00:00"})
}

fn seed(members: Value) -> Value {
    json!({"format_version": "1.0", "taken_at": "2026-01-01T00:00:00Z", "members": members, "invitations": [],
           "roles": null, "groups": []})
}

#[tokio::test]
async fn a_seeded_spelling_of_roles_stays_until_roles_are_written() {
    let world =
        TestSandbox::seeded(&seed(json!([member(ADA, json!("Ada@acme.example"), json!([ADMIN_ROLE]))])))
            .await;
    let path = format!("/users/{ADA}");
    world.send("PATCH", &path, json!({"subscription_types": []})).await;
    let before = world.people().await;
    let demoted = world.send("PATCH", &path, json!({"roles": ["M"]})).await.0;
    world.send("PATCH", &path, json!({"roles": [ADMIN_ROLE]})).await;
    assert_eq!(
        (before, demoted, world.people().await),
        (vec![format!("Ada@acme.example {ADMIN_ROLE}")], 400, vec!["Ada@acme.example A".to_owned()])
    );
}

#[tokio::test]
async fn custom_roles_are_listed_behind_or_among_the_built_in_ones() {
    let mut seed = seed(json!([]));
    let custom = json!({"name": "auditor", "uuid": CUSTOM, "description": "Reads", "is_custom_role": true});
    seed["roles"] = json!({"workspace_roles": [], "organization_roles": [custom]});
    let roles = TestSandbox::seeded(&seed).await.get("/roles").await;
    let names =
        roles["organization_roles"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["auditor", "organization_admin", "billing_manager", "member"]);
}

#[tokio::test]
async fn odd_organizations_that_happen_are_served() {
    let same = json!("ada@acme.example");
    let mut odd = seed(json!([
        member(ADA, same.clone(), json!(["A"])),
        member(BOB, same, json!(["M"])),
        member(CUSTOM, Value::Null, json!(["M"])),
    ]));
    odd["members"][2]["subscription_types"] = Value::Null;
    odd["sandbox"] = json!({"purchased": {"le_chat": 1}});
    let world = TestSandbox::seeded(&odd).await;
    let keeps =
        world.send("PATCH", &format!("/users/{BOB}"), json!({"subscription_types": ["CHAT"]})).await.0;
    let takes =
        world.send("PATCH", &format!("/users/{CUSTOM}"), json!({"subscription_types": ["CHAT"]})).await.0;
    let nobody = world.get(&format!("/users/{CUSTOM}")).await["subscription_types"].clone();
    let total = world.get("/users?email=ADA@acme.example").await["total"].clone();
    assert_eq!((keeps, takes, nobody, total), (200, 400, Value::Null, json!(2)));
}

#[tokio::test]
async fn a_private_plan_takes_no_seat_and_stays() {
    let mut seed = seed(json!([member(ADA, json!("ada@acme.example"), json!(["A"]))]));
    let private = json!({"type": "CHAT", "plan": "EDU", "status": "A", "member_has_access": true});
    seed["members"][0]["subscription_types"] = Value::Null;
    seed["members"][0]["subscriptions"] = json!([private]);
    seed["sandbox"] = json!({"purchased": {"le_chat": 1}});
    let world = TestSandbox::seeded(&seed).await;
    let path = format!("/users/{ADA}");
    let mut seen = vec![world.get(&path).await];
    for seats in [json!(["CHAT"]), json!([])] {
        seen.push(world.send("PATCH", &path, json!({"subscription_types": seats})).await.1);
    }
    let plans = |member: &Value| {
        let subscriptions = member["subscriptions"].as_array().unwrap().iter();
        json!([member["subscription_types"], subscriptions.map(|one| &one["plan"]).collect::<Vec<_>>()])
    };
    let plans: Vec<Value> = seen.iter().map(plans).collect();
    assert_eq!(plans, [json!([null, ["EDU"]]), json!([["CHAT"], ["EDU", "TEAM"]]), json!([[], ["EDU"]])]);
}

#[tokio::test]
async fn the_state_outlives_a_run_and_counts_before_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap();
    let mut start = seed(json!([member(ADA, json!("ada@acme.example"), json!(["A"]))]));
    start["groups"] = json!([{"uuid": BOB, "name": "G"}]);
    let run = |seed: Value, purchased: &[(Product, u32)]| Settings {
        seed: Some(Seed::parse("seed.json", &seed.to_string()).unwrap()),
        purchased: BTreeMap::from_iter(purchased.iter().copied()),
        state: Some(state.clone()),
        ..settings()
    };
    let first = TestSandbox::start(run(start, &[(Product::LeChat, 2)])).await;
    first.invite("old@acme.example", &["CHAT"]).await;
    first.beside("advance", json!({"days": 8})).await;
    first.invite("bob@acme.example, eve@acme.example", &["CHAT", "MISTRAL_CODE"]).await;
    let before = first.get("/users").await;
    drop(first);
    let second = TestSandbox::start(run(seed(json!([])), &[(Product::MistralCode, 1)])).await;
    assert_eq!(second.get("/users").await, before);
    second.beside("accept", json!({})).await;
    assert_eq!(
        second.people().await,
        [
            "ada@acme.example A CHAT",
            "bob@acme.example M CHAT+MISTRAL_CODE",
            "eve@acme.example M",
            "old@acme.example?"
        ]
    );
    let saved: Value = serde_json::from_str(&fs_err::read_to_string(&state).unwrap()).unwrap();
    assert_eq!((&saved["groups"][0]["uuid"], &saved["groups"][0]["name"]), (&json!(BOB), &json!("G")));
    assert_eq!(saved["members"][0]["workspaces"][0]["name"], "W");
}

#[test]
fn a_seed_that_is_wrong_is_refused_with_the_place() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut seed = seed(json!([
            member(ADA, json!("ada@acme.example"), json!(["A"])),
            member(BOB, json!("bob@acme.example"), json!(["M"]))
        ]));
        change(&mut seed);
        seed.to_string()
    };
    let texts = [
        String::new(),
        "{\n  \"format_version\": \"1.0\",,\n}".to_owned(),
        "[]".to_owned(),
        with(&|seed| seed["format_version"] = json!("2.0")),
        with(&|seed| seed["format_version"] = json!(1)),
        with(&|seed| seed["invitatons"] = json!([])),
        with(&|seed| seed["members"] = json!({})),
        with(&|seed| seed["members"] = json!([7])),
        with(&|seed| seed["members"][1]["uuid"] = json!("b\u{1b}[31m")),
        with(&|seed| seed["members"][1]["uuid"] = json!(ADA)),
        with(&|seed| seed["members"][1]["raw_roles"] = json!(["M", "X"])),
        with(&|seed| seed["members"][0]["raw_roles"] = json!([])),
        with(&|seed| seed["members"][0]["subscription_types"] = json!(["VIBE"])),
        with(&|seed| seed["members"][0]["created_at"] = json!("yesterday")),
        with(&|seed| seed["invitations"] = json!([{"uuid": ADA}])),
        with(&|seed| seed["sandbox"] = json!({"purchased": {"le_chat": -1}})),
        with(&|seed| seed["sandbox"] = json!({"purchase": {}})),
        with(&|seed| seed["sandbox"] = json!({"advanced_days": 4_000_000})),
    ];
    let messages: Vec<String> =
        texts.iter().map(|text| Seed::parse("seed.json", text).unwrap_err().to_string()).collect();
    insta::with_settings!({filters => vec![(r"column \d{2,}", "column N")]}, {
        insta::assert_snapshot!(messages.join("\n"), @r"
        seed.json: EOF while parsing a value at line 1 column 0; a seed is a document in the format of `orgsync snapshot`
        seed.json: key must be a string at line 2 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: invalid length 0, expected an object with `format_version` at line 1 column 2; a seed is a document in the format of `orgsync snapshot`
        seed.json: format_version 2.0 is not supported, only 1.x; take a new snapshot with this version of orgsync
        seed.json: format_version: invalid type: integer `1`, expected a string at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: unknown key `invitatons`; the keys are format_version, taken_at, organization_uuid, members, invitations, roles, workspaces, groups, api_keys, audit_logs, sandbox
        seed.json: members: invalid type: map, expected a sequence at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: members[0]: invalid type: integer `7`, expected a member at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: members[1].uuid: UUID parsing failed: invalid character: found `\u{1b}` at 1 at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: members[1].uuid is the same as members[0].uuid; give each its own
        seed.json: members[1].raw_roles[1] is `X`, which is no role; write A, B, M or the UUID of a role, or set `sandbox.settings.unknown_words`
        seed.json: members[0].raw_roles: everybody has at least one role at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: members[0].subscription_types has `VIBE`, which is no product; write CHAT or MISTRAL_CODE, or set `sandbox.settings.unknown_words`
        seed.json: members[0].created_at: `yesterday` is no time such as 2026-01-31T09:00:00Z at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: invitations[0]: missing field `raw_roles` at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: sandbox.purchased: invalid value: integer `-1`, expected u32 at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: sandbox.purchase: unknown field `purchase`, expected one of `purchased`, `invitation_seats`, `advanced_days`, `settings`, `workspace_members`, `archived_workspaces`, `unlisted_members` at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        seed.json: sandbox.advanced_days: the clock can be advanced by at most 365000 days at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        ");
    });
}

#[tokio::test]
async fn a_state_that_cannot_be_written_loses_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap();
    let world = TestSandbox::start(Settings { state: Some(state), ..settings() }).await;
    folder.close().unwrap();
    world.invite("ada@acme.example", &[]).await;
    assert_eq!(world.people().await, ["admin@sandbox.example A", "ada@acme.example…"]);
}
