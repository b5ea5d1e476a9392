//! Random organizations as a sandbox can hold them: people, invitations, workspaces and groups with odd names, odd
//! texts and roles in every spelling. Nobody shares an address with another member.

use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// A role that the API can't write, in the organization as in workspaces.
const CUSTOM: &str = "5b0c1de0-3b1f-4d0e-9d4e-0a6f3c2b1a00";
const ORGANIZATION_ROLES: [&str; 5] = ["A", "B", "M", "c955f4e1-9477-43f0-8349-6fbc629fccc9", CUSTOM];
/// `workspace_admin`, `workspace_contributor`, `user`, `dev` and a custom one.
const WORKSPACE_ROLES: [&str; 5] = [
    "731eb2be-a74f-4070-b797-35bf7009e553",
    "b23cd6e0-91cd-4a8a-9869-b30366bf3966",
    "48436751-ee56-44bd-8a2d-712233977821",
    "578584f1-4319-4c88-9948-38a5184483b6",
    CUSTOM,
];
/// Texts that are something else in YAML, on a terminal or to a person.
const HOSTILE: [&str; 22] = [
    "",
    " ",
    "~",
    "null",
    "no",
    "<<",
    "- a",
    "a: b",
    "a #b",
    "*a",
    "&a",
    "!a",
    "{a}",
    "[a, b]",
    "'a",
    "\"a\"",
    "? a",
    "\n",
    "a\r\nmembers: {}",
    "\u{1b}[31m\u{202e}",
    "\u{feff}a\u{85}\u{2028}",
    "1e3",
];

/// A seed.
pub(crate) fn seeds() -> impl Strategy<Value = Value> {
    let members = prop::collection::vec(member(), 0..7);
    let invitations = prop::collection::vec(invitation(), 0..4);
    let workspaces = prop::collection::vec((text(), of(text()), of(text()), roles_by_number()), 0..4);
    let groups = weighted(0.85, prop::collection::vec(group(), 0..5));
    (members, invitations, workspaces, groups).prop_map(|(members, invitations, workspaces, groups)| {
        let members: Vec<Value> = members.into_iter().enumerate().map(|(n, gene)| gene.seed(n)).collect();
        let (mut list, mut inside) = (Vec::new(), Map::new());
        let mut names = HashSet::new();
        for (n, (name, description, icon, roles)) in workspaces.into_iter().enumerate() {
            let id = id(3, n);
            list.push(json!({"uuid": id, "name": distinct(name, n, &mut names), "description": description,
                "icon": icon, "is_default": n == 0}));
            inside.insert(id, by_identifier(roles, members.len()));
        }
        let (workspaces, people) = (list.len(), members.len());
        let mut names = HashSet::new();
        let groups = groups.map(|groups| {
            let groups = groups.into_iter().enumerate();
            groups.map(|(n, gene)| gene.seed(n, people, workspaces, &mut names)).collect::<Vec<_>>()
        });
        let role = json!({"uuid": CUSTOM, "name": "auditor", "description": "", "is_custom_role": true});
        json!({
            "format_version": "1.0", "members": members, "workspaces": list, "groups": groups,
            "invitations": invitations.iter().enumerate().map(|(n, one)| one.seed(n)).collect::<Vec<_>>(),
            "roles": {"workspace_roles": [role], "organization_roles": [role]},
            "sandbox": {"workspace_members": inside},
        })
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z][a-z]{1,8}( [a-z]{1,6})?",
        4 => select(HOSTILE.to_vec()).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => select(vec!["x", "é", "\u{e0041}"]).prop_flat_map(|letter| (254..258_usize).prop_map(|n| letter.repeat(n))),
    ]
}

fn distinct(name: String, number: usize, names: &mut HashSet<String>) -> String {
    let name = if names.contains(&name) { format!("{name}{number}") } else { name };
    names.insert(name.clone());
    name
}

/// The identifier of the resource of a kind with a number.
fn id(kind: u8, number: usize) -> String {
    format!("00000000-0000-4000-8000-{kind:02}{number:010}")
}

#[derive(Debug, Clone)]
struct Person {
    /// Which address, if any: the last ones can't be written.
    address: Option<usize>,
    name: Option<String>,
    roles: Vec<&'static str>,
    seats: Vec<&'static str>,
}

fn member() -> impl Strategy<Value = Person> {
    let roles = prop_oneof![3 => Just(vec!["M"]), 1 => Just(vec!["A"]), 2 => some(&ORGANIZATION_ROLES)];
    let seats = subsequence(vec!["CHAT", "MISTRAL_CODE"], 0..=2);
    (weighted(0.9, 0..10_usize), of(text()), roles, seats).prop_map(|(address, name, roles, seats)| Person {
        address,
        name,
        roles,
        seats,
    })
}

impl Person {
    fn seed(&self, number: usize) -> Value {
        let email = self.address.map(|kind| match kind {
            0 => format!("\"p {number}\"@acme.example"),
            1 => format!("P{number}@Acme.example"),
            _ => format!("p{number}@acme.example"),
        });
        json!({"uuid": id(1, number), "email": email, "name": self.name, "raw_roles": self.roles,
            "subscription_types": self.seats, "created_at": "2026-01-01T00:00:00Z"})
    }
}

#[derive(Debug, Clone)]
struct Invitation {
    address: usize,
    roles: Vec<&'static str>,
    expired: bool,
}

fn invitation() -> impl Strategy<Value = Invitation> {
    (0..5_usize, some(&ORGANIZATION_ROLES), any::<bool>()).prop_map(|(address, roles, expired)| Invitation {
        address,
        roles,
        expired,
    })
}

impl Invitation {
    fn seed(&self, number: usize) -> Value {
        // The first is of somebody who may be in, the next can't be written, and the others may repeat.
        let email = match self.address {
            0 => "p0@acme.example".to_owned(),
            1 => "\"q\"@acme.example".to_owned(),
            other => format!("i{other}@acme.example"),
        };
        json!({"uuid": id(2, number), "email": email, "raw_roles": self.roles, "expired": self.expired,
            "created_at": jiff::Timestamp::now().to_string(), "workspace_uuids": []})
    }
}

fn some(roles: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(roles.to_vec(), 1..=2)
}

/// Numbers of people or of workspaces, with roles.
fn roles_by_number() -> impl Strategy<Value = Vec<(usize, Vec<&'static str>)>> {
    prop::collection::vec((0..7_usize, some(&WORKSPACE_ROLES)), 0..6)
}

fn by_identifier(roles: Vec<(usize, Vec<&'static str>)>, people: usize) -> Value {
    let there = roles.into_iter().filter(|(person, _)| *person < people);
    Value::Object(there.map(|(person, roles)| (id(1, person), json!(roles))).collect())
}

#[derive(Debug, Clone)]
struct Group {
    name: String,
    description: Option<String>,
    external: bool,
    role: Option<&'static str>,
    parents: Vec<usize>,
    members: Vec<usize>,
    workspaces: Vec<(usize, Vec<&'static str>)>,
}

fn group() -> impl Strategy<Value = Group> {
    let role = weighted(0.4, select(ORGANIZATION_ROLES.to_vec()));
    let parents = subsequence((0..4).collect::<Vec<usize>>(), 0..3);
    let members = subsequence((0..7).collect::<Vec<usize>>(), 0..7);
    (text(), of(text()), prop::bool::weighted(0.15), role, parents, members, roles_by_number()).prop_map(
        |(name, description, external, role, parents, members, workspaces)| Group {
            name,
            description,
            external,
            role,
            parents,
            members,
            workspaces,
        },
    )
}

impl Group {
    fn seed(self, number: usize, people: usize, workspaces: usize, names: &mut HashSet<String>) -> Value {
        let mut seen = HashSet::new();
        let assigned = self.workspaces.into_iter().filter(|(n, _)| *n < workspaces && seen.insert(*n));
        let assigned = assigned.map(|(n, roles)| {
            let roles: Vec<_> = roles.iter().map(|role| json!({"uuid": role})).collect();
            json!({"workspace_uuid": id(3, n), "roles": roles})
        });
        // Only in earlier ones: never in a circle.
        let parents = self.parents.into_iter().filter(|parent| *parent < number);
        let members = self.members.into_iter().filter(|person| *person < people);
        json!({"uuid": id(4, number), "name": distinct(self.name, number, names), "description": self.description,
            "externally_managed": self.external, "organization_role": self.role,
            "parent_group_ids": parents.map(|n| id(4, n)).collect::<Vec<_>>(),
            "members": members.map(|n| id(1, n)).collect::<Vec<_>>(), "workspaces": assigned.collect::<Vec<_>>()})
    }
}
