//! Random bodies, most of them nearly right. Whatever is sent, the answer is one that the vendor documents; where the
//! document is present, it also judges which bodies are refused.

use crate::client::World;
use crate::contract;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

const JSON: &str = "application/json";

type Values = BoxedStrategy<Value>;

fn one_of(words: &'static [&'static str]) -> Values {
    select(words).prop_map(Value::from).boxed()
}

fn list(items: Values) -> Values {
    vec(items, 0..4).prop_map(Value::from).boxed()
}

/// Any JSON at all.
fn anything() -> Values {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(&["A", "member", "CHAT", "fr", "", "\0", "a@x.example", "\u{1F600}"][..])
            .prop_map(Value::from),
        (250_usize..260).prop_map(|length| "\u{e9}".repeat(length).into()),
    ];
    let nested = |inner: Values| {
        let object = vec((any::<String>(), inner.clone()), 0..4);
        let object = object.prop_map(|fields| Value::Object(fields.into_iter().collect()));
        prop_oneof![vec(inner, 0..4).prop_map(Value::from), object].boxed()
    };
    leaf.prop_recursive(4, 24, 4, move |inner| nested(inner.boxed())).boxed()
}

/// An object with some of these fields, most of them right, and perhaps another one; any JSON now and then.
fn object(fields: Vec<(&'static str, Values)>) -> Values {
    let fields = fields.into_iter().map(|(name, right)| {
        let value = prop_oneof![
            8 => right.prop_map(Some),
            8 => Just(None),
            1 => Just(Some(Value::Null)),
            1 => anything().prop_map(Some),
        ];
        value.prop_map(move |value| value.map(|value| (name.to_owned(), value))).boxed()
    });
    let other = prop::option::weighted(0.1, (any::<String>(), anything()));
    let fields = fields.chain([other.boxed()]).collect::<Vec<_>>();
    let object = fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>()));
    prop_oneof![20 => object, 1 => anything()].boxed()
}

/// The roles, in all their spellings.
fn roles() -> Vec<(&'static str, Values)> {
    const NAMES: &[&str] = &["member", "billing_manager", "organization_admin"];
    const LETTERS: &[&str] = &["A", "B", "M"];
    const UUIDS: &[&str] = &["0d48f530-095c-43fe-8aea-6673bcacabe6", "7bde5959-d676-47d2-b779-35b64323d278"];
    const MIXED: &[&str] = &["A", "M", "0d48f530-095c-43fe-8aea-6673bcacabe6"];
    vec![
        ("role_names", list(one_of(NAMES))),
        ("role_name", one_of(NAMES)),
        ("roles", prop_oneof![list(one_of(LETTERS)), list(one_of(UUIDS)), list(one_of(MIXED))].boxed()),
        ("role", prop_oneof![one_of(LETTERS), one_of(UUIDS)].boxed()),
        ("subscription_types", list(one_of(&["CHAT", "MISTRAL_CODE", "API"]))),
    ]
}

fn person() -> Values {
    let name = || one_of(&["Ada", "", "\u{202e}"]);
    let emails = one_of(&["ada@x.example", "ADA@x.example", "bob@x.example", "no address", ""]);
    let mut fields = roles();
    // Twice makes it likelier that nothing is missing: of fields with one name the last counts.
    for _ in 0..2 {
        fields.extend([("email", emails.clone()), ("first_name", name()), ("last_name", name())]);
    }
    object(fields)
}

fn invitation() -> Values {
    const EMAILS: &[&str] =
        &["ada@x.example", "eve@x.example,\nbob@x.example", ",", "a b", "admin@sandbox.example"];
    const IDS: &[&str] = &["00000000-0000-4000-8000-000000000000", "x"];
    let mut fields = roles();
    fields.extend([
        ("email", one_of(EMAILS)),
        ("email", one_of(EMAILS)),
        ("subscription_type", one_of(&["CHAT", "LICENSE"])),
        ("subscription_seat_automatic_granting", any::<bool>().prop_map(Value::from).boxed()),
        ("email_language", one_of(&["fr", "pt_br"])),
        ("workspace_uuids", list(one_of(IDS))),
    ]);
    object(fields)
}

const WORKSPACE_NAMES: &[&str] = &["user", "dev", "workspace_contributor", "workspace_admin"];
const WORKSPACE_LETTERS: &[&str] = &["A", "M"];
const WORKSPACE_UUIDS: &[&str] =
    &["578584f1-4319-4c88-9948-38a5184483b6", "731eb2be-a74f-4070-b797-35bf7009e553"];
const WORKSPACE_MIXED: &[&str] = &["A", "578584f1-4319-4c88-9948-38a5184483b6"];

fn workspace_roles() -> Vec<(&'static str, Values)> {
    let spelled =
        [list(one_of(WORKSPACE_LETTERS)), list(one_of(WORKSPACE_UUIDS)), list(one_of(WORKSPACE_MIXED))];
    vec![
        ("role_names", list(one_of(WORKSPACE_NAMES))),
        ("roles", Union::new(spelled).boxed()),
        ("role", one_of(WORKSPACE_MIXED)),
    ]
}

/// What the bodies of workspaces and groups name: people, workspaces and groups that are there, and one that is not.
#[derive(Clone)]
struct Ids(Vec<String>);

impl Ids {
    fn one(&self) -> Values {
        select(self.0.clone()).prop_map(Value::from).boxed()
    }

    fn places(&self, kind: &str) -> impl Strategy<Value = String> + use<> {
        let kind = kind.to_owned();
        select(self.0.clone()).prop_map(move |id| kind.replace("ID", &id))
    }

    /// Bodies of workspaces and groups, each with the requests that take it.
    fn requests(&self) -> BoxedStrategy<(&'static str, String, Values)> {
        let (words, flag) = (|| one_of(&["W", "O", "x", ""]), any::<bool>().prop_map(Value::from).boxed());
        let mut member = workspace_roles();
        member.extend([("user_uuid", self.one()), ("role_name", one_of(WORKSPACE_NAMES))]);
        let members = || object(vec![("members", list(object(member.clone())))]);
        let mut assignment = workspace_roles();
        assignment.push(("workspace_uuid", self.one()));
        let group = || {
            object(vec![
                ("name", words()),
                ("description", words()),
                ("target_type", words()),
                ("parent_group_ids", list(self.one())),
            ])
        };
        let workspace = object(vec![
            ("name", words()),
            ("description", words()),
            ("icon", words()),
            ("add_all_org_members", flag),
            ("admin_user_id", self.one()),
        ]);
        let provision = object(vec![
            ("user_group_uuid", self.one()),
            ("workspace_uuid", self.one()),
            ("workspace_role", one_of(WORKSPACE_MIXED)),
            ("workspace_role_name", one_of(WORKSPACE_NAMES)),
        ]);
        let users = || object(vec![("user_uuids", list(self.one()))]);
        let role = one_of(&["A", "B", "M", "0d48f530-095c-43fe-8aea-6673bcacabe6"]);
        let role = object(vec![("organization_role", role)]);
        let nested = object(vec![("child_group_uuids", list(self.one()))]);
        let to = |method: &'static str, path: &str, body: Values| {
            self.places(path).prop_map(move |path| (method, path, body.clone())).boxed()
        };
        Union::new([
            to("POST", "/workspaces", workspace.clone()),
            to("PATCH", "/workspaces/ID", workspace),
            to("POST", "/workspaces/ID/add-users", members()),
            to("PATCH", "/workspaces/ID/users", members()),
            to("DELETE", "/workspaces/ID/remove-users", members()),
            to("POST", "/user-groups", group()),
            to("PATCH", "/user-groups/ID", group()),
            to("POST", "/user-groups/ID/members", users()),
            to("DELETE", "/user-groups/ID/members", users()),
            to("POST", "/user-groups/ID/workspaces", object(assignment.clone())),
            to("PATCH", "/user-groups/ID/workspaces/ID", object(assignment)),
            to("PATCH", "/user-groups/ID/organization-role", role),
            to("PATCH", "/user-groups/ID/nested", nested),
            to("POST", "/user-groups/provision-workspace", provision),
        ])
        .boxed()
    }
}

/// An organization in which something can be named.
fn inhabited(runtime: &Runtime) -> (World, Ids) {
    let world = runtime.block_on(World::with_seats(1));
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
    let world = runtime.block_on(World::fresh());
    let emails = list(one_of(&["ada@x.example", ""]));
    let days = (0_u32..400_000).prop_map(Value::from).boxed();
    let body = object(vec![("emails", emails), ("days", days)]);
    let request = (select(&["accept", "advance"][..]), body, damage());
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
