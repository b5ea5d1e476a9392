//! Bodies of requests, most of them nearly right.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Map, Value};

pub(crate) type Values = BoxedStrategy<Value>;

pub(crate) fn one_of(words: &'static [&'static str]) -> Values {
    select(words).prop_map(Value::from).boxed()
}

pub(crate) fn list(items: Values) -> Values {
    vec(items, 0..4).prop_map(Value::from).boxed()
}

/// Any JSON at all.
pub(crate) fn anything() -> Values {
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
pub(crate) fn object(fields: Vec<(&'static str, Values)>) -> Values {
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
pub(crate) fn roles() -> Vec<(&'static str, Values)> {
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

pub(crate) fn person() -> Values {
    let name = || one_of(&["Ada", "", "\u{202e}"]);
    let emails = one_of(&["ada@x.example", "ADA@x.example", "bob@x.example", "no address", ""]);
    let mut fields = roles();
    // Twice makes it likelier that nothing is missing: of fields with one name the last counts.
    for _ in 0..2 {
        fields.extend([("email", emails.clone()), ("first_name", name()), ("last_name", name())]);
    }
    object(fields)
}

pub(crate) fn invitation() -> Values {
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
pub(crate) struct Ids(pub(crate) Vec<String>);

impl Ids {
    fn one(&self) -> Values {
        select(self.0.clone()).prop_map(Value::from).boxed()
    }

    fn places(&self, kind: &str) -> impl Strategy<Value = String> + use<> {
        let kind = kind.to_owned();
        let ids = (select(self.0.clone()), select(self.0.clone()));
        ids.prop_map(move |(one, other)| kind.replacen("ID", &one, 1).replace("ID", &other))
    }

    /// Bodies of workspaces and groups, each with the requests that take it.
    pub(crate) fn requests(&self) -> BoxedStrategy<(&'static str, String, Values)> {
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
