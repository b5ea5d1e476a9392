//! Whatever stands in a file: an organization or faults, never a crash, and the same values that another reader sees.

use super::columns::hostile;
use super::support::{Project, Told, read};
use orgsync::model::{Product, Role};
use proptest::prelude::*;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

const GOOD: &str = "\u{feff}version: 1
organization: { name: Acme, id: 5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10, domains: [acme.example] }
seats:
  le_chat: { purchased: 50, reserve: 2 }
policy: { unmanaged: { members: remove, group_members: report }, max_removals: 10%, protected: [ada@acme.example] }
defaults: &defaults { roles: [member], seats: [le_chat] }
members:
  ada@acme.example: { name: \"Ada \\u00e9\", roles: &roles [admin] } # 🔬
  bob@acme.example:
    <<: [*defaults, { name: 'Bob' }]
    roles: *roles
    expires: 2031-12-31
  eve@partner.example: { external: true }\r
  zoe@acme.example: ~
teams: { lab: { members: [zoe@acme.example], workspaces: &rooms { Research: [dev] } } }
workspaces:
  Research: { icon: 🔬, description: '', members: { zoe@acme.example: [user] }, previously: Lab }
  Old: { archived: true }
groups:
  Company: { organization_role: member, previously: Everybody }
  Interns: { members: &interns [bob@acme.example], parents: [Company], workspaces: *rooms }
removed: [ old@acme.example ]
";

/// What breaks readers when it stands where nobody expects it.
const SPLINTERS: &[&str] = &[
    "\t",
    "\n",
    "\r\n",
    "\r",
    " ",
    ":",
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "*roles",
    "<<: ",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "!!str ",
    "!x ",
    "! ",
    "%TAG ! x\n",
    "---\n",
    "...\n",
    "null",
    "~",
    "# ",
    "@",
    "`",
    "\\",
    "\0",
    "\u{1b}[2J",
    "\u{9b}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\u{e0041}",
    "🔬",
    "é",
    "members:\n",
    "12",
    "true",
];

/// Reads a text and checks what holds for every text.
fn check(text: &[u8]) -> Told {
    let told = read(text);
    if let Err(diagnostics) = &told.loaded.desired {
        assert!(!diagnostics.is_empty(), "neither an organization nor a fault");
        for diagnostic in diagnostics {
            let shown = told.rendered(diagnostic);
            assert!(hostile(&shown).is_empty(), "{shown:?}");
            for label in &diagnostic.labels {
                let position = told.loaded.sources.position(label.span);
                assert!(
                    position.line > 0 && shown.contains(&format!(":{}:{}", position.line, position.column)),
                    "{position} is not in {shown}"
                );
            }
        }
    }
    told
}

/// A good file with some splinters in it, and some pieces taken out or doubled.
fn damaged() -> impl Strategy<Value = String> {
    let change = (0..=GOOD.len(), 0..60_usize, 0..4_u8, proptest::sample::select(SPLINTERS));
    proptest::collection::vec(change, 1..4).prop_map(|changes| {
        let mut text = GOOD.to_owned();
        for (at, length, kind, splinter) in changes {
            let boundary = |text: &str, at: usize| {
                (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap()
            };
            let (start, end) = (boundary(&text, at), boundary(&text, at + length));
            let piece = text[start..end].to_owned();
            match kind {
                0 => text.replace_range(start..end, ""),
                1 => text.insert_str(start, &piece),
                2 => text.replace_range(start..end, splinter),
                _ => text.insert_str(start, splinter),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_an_organization_or_faults(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn any_text_gives_an_organization_or_faults(text in "\\PC{0,80}") {
        check(text.as_bytes());
    }

    #[test]
    fn any_yaml_like_text_gives_an_organization_or_faults(parts in proptest::collection::vec(proptest::sample::select(SPLINTERS), 0..30)) {
        check(parts.concat().as_bytes());
    }

    #[test]
    fn a_damaged_file_gives_an_organization_or_faults(text in damaged()) {
        check(text.as_bytes());
    }

    #[test]
    fn a_damaged_included_file_gives_an_organization_or_faults(text in damaged()) {
        let main = "version: 1\ninclude: [team.yaml]\nmembers: { boss@acme.example: { roles: [admin] } }\n";
        let project = Project::new(&[("orgsync.yaml", main), ("team.yaml", text.as_str())]);
        let told = project.load();
        prop_assert!(told.loaded.desired.is_ok() || !told.diagnostics().is_empty());
    }

    #[test]
    fn another_reader_sees_the_same_people(people in people()) {
        let text = written(&people);
        let told = read(&text);
        let other: Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(declared(&told), seen(other), "{}", text);
    }

    #[test]
    fn a_scalar_that_is_a_name_is_text_to_another_reader_too(scalar in "[-+.:_0-9a-fxonXE~]{1,7}") {
        // The other reader goes beyond YAML 1.2: it reads `0b1`, `+0xE` and `-0o7` as numbers.
        let unsigned = scalar.trim_start_matches(['-', '+']);
        prop_assume!(!unsigned.starts_with("0b") && (unsigned == scalar || !unsigned.starts_with("0x") && !unsigned.starts_with("0o")));
        let text = format!("members:\n  ada@acme.example:\n    roles: [admin]\n    name: {scalar}\n");
        let told = read(&text);
        if told.loaded.desired.is_ok() {
            let name = told.member("ada@acme.example").name.clone();
            let other: Value = serde_yaml::from_str(&text).unwrap();
            let other = other["members"]["ada@acme.example"]["name"].as_str().map(str::to_owned);
            prop_assert_eq!(name, other);
        }
    }
}

/// A person: what is written, and how.
#[derive(Debug, Clone)]
struct Person {
    roles: Option<BTreeSet<&'static str>>,
    seats: Option<BTreeSet<&'static str>>,
    name: Option<String>,
    style: u8,
}

fn people() -> impl Strategy<Value = BTreeMap<String, Person>> {
    let roles =
        proptest::collection::btree_set(proptest::sample::select(&["admin", "billing", "member"][..]), 1..4);
    let seats =
        proptest::collection::btree_set(proptest::sample::select(&["le_chat", "mistral_code"][..]), 0..3);
    let name = "[A-Za-zé日🔬'\"\\\\:#, \\[\\]{}&*!|>%@`-]{0,12}";
    let person =
        (proptest::option::of(roles), proptest::option::of(seats), proptest::option::of(name), 0..5_u8);
    let person = person.prop_map(|(roles, seats, name, style)| {
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        Person { roles, seats, name, style }
    });
    proptest::collection::btree_map("[a-z]{1,8}(\\.[a-z]{1,5})?@acme\\.example", person, 0..8)
}

/// A list in one of the ways to write it; `indent` is where the items of a block stand.
fn list(items: &BTreeSet<&str>, block: bool, indent: &str) -> String {
    if block && !items.is_empty() {
        return items.iter().map(|item| format!("\n{indent}- '{item}' # x")).collect();
    }
    let items: Vec<_> = items.iter().copied().collect();
    format!(" [{}]", items.join(", "))
}

fn written(people: &BTreeMap<String, Person>) -> String {
    let mut text = String::from(
        "# people\nversion: 1\nseats: {le_chat: {purchased: 99}, mistral_code: {purchased: 0x63}}\nmembers:\n  boss@acme.example: {roles: [admin]}\n",
    );
    for (address, person) in people.iter().filter(|(address, _)| *address != "boss@acme.example") {
        let block = person.style % 2 == 0;
        let mut keys = Vec::new();
        if let Some(roles) = &person.roles {
            keys.push(format!("roles:{}", list(roles, block, "      ")));
        }
        if let Some(seats) = &person.seats {
            keys.push(format!("seats:{}", list(seats, block, "    ")));
        }
        if let Some(name) = &person.name {
            let quoted = match person.style {
                0 | 1 => serde_json::to_string(name).unwrap(),
                _ => format!("'{}'", name.replace('\'', "''")),
            };
            keys.push(format!("name: {quoted}"));
        }
        let value = match (block, keys.is_empty()) {
            (_, true) if person.style > 2 => String::new(),
            (true, false) => keys.iter().map(|key| format!("\n    {key}")).collect(),
            _ => format!(" {{ {} }}", keys.join(", ")),
        };
        text += &format!("  {address}:{value}\r\n");
    }
    text
}

type Seen = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>, Option<String>)>;

fn declared(told: &Told) -> Seen {
    let members = told.desired().members.iter();
    let seen = members.map(|(email, member)| {
        let roles = member.access.roles.iter().map(|role: Role| role.name().to_owned()).collect();
        let seats = member.access.seats.iter().map(|product: Product| product.name().to_owned()).collect();
        (email.to_string(), (roles, seats, member.name.clone()))
    });
    seen.collect()
}

fn seen(document: Value) -> Seen {
    let strings = |value: Option<&Value>, absent: &[&str]| match value.and_then(Value::as_sequence) {
        Some(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        None => absent.iter().map(|&item| item.to_owned()).collect(),
    };
    let members = document["members"].as_mapping().unwrap().iter();
    let seen = members.map(|(email, member)| {
        let name = member.get("name").and_then(Value::as_str).map(str::to_owned);
        let access = (strings(member.get("roles"), &["member"]), strings(member.get("seats"), &[]), name);
        (email.as_str().unwrap().to_owned(), access)
    });
    seen.collect()
}
