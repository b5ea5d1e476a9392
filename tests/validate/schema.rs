//! What the JSON Schema accepts, the reader accepts, and the other way round: an editor tells what `validate` tells.

use super::corpus;
use super::support::{ADMIN, read};
use jsonschema::Validator;
use orgsync::diag::Code;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Faults that a schema can't tell: they are not in the shape of one file.
const BEYOND_SHAPE: [Code; 22] = [
    // Between files, or about reading them.
    Code::FileUnreadable,
    Code::IncludeWithoutFile,
    Code::NotInInclude,
    // Of the text, before there is a shape.
    Code::NotUtf8,
    Code::YamlSyntax,
    Code::MultipleDocuments,
    Code::AliasBomb,
    Code::UnsupportedTag,
    Code::DuplicateKey,
    // Between one part of a file and another.
    Code::DuplicateMember,
    Code::ForeignDomain,
    Code::UndeclaredMember,
    Code::UndeclaredWorkspace,
    Code::UndeclaredGroup,
    Code::GroupCycle,
    Code::WorkspaceLimit,
    Code::PreviouslyTaken,
    Code::NameNeeded,
    Code::DeclaredAndRemoved,
    Code::UnbudgetedProduct,
    Code::ReserveAbovePurchased,
    Code::SeatBudget,
];

/// The same, of what people may do.
const GUARDS: [Code; 3] = [Code::NoAdmin, Code::MinAdmins, Code::Protected];

fn validator() -> Validator {
    jsonschema::options().should_validate_formats(true).build(&orgsync::config::schema()).unwrap()
}

/// One thing under two names, such as `le_chat` and `vibe`, is two things to a schema; tags, it never sees.
const NOT_COMPARED: [&str; 2] = ["duplicate_value.yaml", "unsupported_tag.yaml"];

/// A document as an editor sees it; nothing where it is none.
fn document(text: &str) -> Option<Value> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    value.apply_merge().ok()?;
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}

fn codes(text: &str) -> BTreeSet<Code> {
    read(text).diagnostics().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Whether all faults, if any, are beyond the shape.
fn well_shaped(codes: &BTreeSet<Code>) -> bool {
    codes.iter().all(|code| BEYOND_SHAPE.contains(code) || GUARDS.contains(code))
}

#[test]
fn reader_and_schema_agree_on_the_shape_of_every_faulty_file() {
    let validator = validator();
    let mut compared = 0;
    for name in corpus::names().into_iter().filter(|name| name.ends_with(".yaml")) {
        let Ok(text) = std::fs::read_to_string(corpus::directory().join(&name)) else { continue };
        let Some(document) = document(&text) else { continue };
        compared += 1;
        if NOT_COMPARED.contains(&name.as_str()) {
            continue;
        }
        assert_eq!(validator.is_valid(&document), well_shaped(&codes(&text)), "{name}: {:?}", codes(&text));
    }
    assert!(compared > 20, "only {compared} files were compared");
}

/// A document in which `path` has the value.
fn with(path: &str, value: &str) -> String {
    let member = |key: &str| format!("members:\n  {ADMIN}\n  bob@acme.example: {{ {key}: {value} }}\n");
    let top = |text: String| format!("version: 1\n{text}\nmembers:\n  {ADMIN}\n");
    match path.split_once('.') {
        Some(("member", key)) => format!(
            "version: 1\nseats: {{ le_chat: {{ purchased: 9 }}, mistral_code: {{ purchased: 9 }} }}\n{}",
            member(key)
        ),
        Some((section @ ("team" | "workspace" | "group"), key)) => {
            top(format!("{section}s: {{ One: {{ {key}: {value} }} }}"))
        }
        Some(("purchased", _)) => top(format!("seats: {{ le_chat: {{ purchased: {value} }} }}")),
        Some((section, key)) => top(format!("{section}: {{ {key}: {value} }}")),
        None if path == "version" => format!("version: {value}\nmembers:\n  {ADMIN}\n"),
        None if path == "members" => format!("members: {value}\n"),
        None => top(format!("{path}: {value}")),
    }
}

#[test]
fn reader_and_schema_agree_on_every_value_in_every_place() {
    let paths = [
        "version",
        "organization",
        "organization.name",
        "organization.domains",
        "organization.id",
        "seats",
        "seats.le_chat",
        "seats.vibe",
        "purchased.",
        "policy",
        "policy.onboarding",
        "policy.unmanaged",
        "policy.expired_invitations",
        "policy.min_admins",
        "policy.max_removals",
        "policy.protected",
        "policy.invitation_language",
        "defaults",
        "defaults.roles",
        "defaults.seats",
        "members",
        "member.name",
        "member.roles",
        "member.seats",
        "member.external",
        "member.expires",
        "member.previously",
        "member.nonsense",
        "removed",
        "teams",
        "team.members",
        "team.workspaces",
        "workspaces",
        "workspace.description",
        "workspace.icon",
        "workspace.members",
        "workspace.previously",
        "workspace.archived",
        "workspace.nonsense",
        "groups",
        "group.description",
        "group.members",
        "group.parents",
        "group.organization_role",
        "group.workspaces",
        "group.previously",
        "group.nonsense",
        "nonsense",
        "policy.nonsense",
    ];
    let values = [
        "null",
        "true",
        "no",
        "0",
        "1",
        "2",
        "-1",
        "1.5",
        "4294967295",
        "4294967296",
        "''",
        "text",
        "'1'",
        "10%",
        "101%",
        "100%",
        "0%",
        "007%",
        "1.5%",
        "' 5%'",
        "'%'",
        "a@b.example",
        "A.B+c@B.Example",
        "a@b",
        "a b@c.example",
        "é@b.example",
        "a..b@c.example",
        "'\"a b\"@c.example'",
        "'a,b@c.example'",
        "a@b.example.",
        "a@-b.example",
        "2026-12-31",
        "2028-02-29",
        "2026-02-29",
        "2026-04-31",
        "2026-13-01",
        "0000-01-01",
        "9999-12-31",
        "'2026-12-31 '",
        "2026-02-30",
        "2026-1-1",
        "'2026-12-31T00:00:00'",
        "[]",
        "[null]",
        "[1]",
        "[text]",
        "[member]",
        "[admin, billing]",
        "[admin, admin]",
        "[le_chat]",
        "[vibe]",
        "[le_chat, le_chat]",
        "[le_chat, mistral_code]",
        "[[admin]]",
        "[a@b.example]",
        "[a@b]",
        "[b.example]",
        "{}",
        "{ x: 1 }",
        "{ purchased: 1 }",
        "{ purchased: 1, reserve: 1 }",
        "{ reserve: 0 }",
        "{ members: remove }",
        "{ members: 1 }",
        "{ groups: remove, workspace_members: remove, group_members: report }",
        "{ group_members: keep }",
        "{ roles: [member] }",
        "{ roles: [] }",
        "{ a@b.example: }",
        "{ a@b.example: {} }",
        "{ a@b.example: { name: x } }",
        "{ a@b.example: [] }",
        "{ a@b: }",
        "{ a@b.example: [dev] }",
        "{ a@b.example: [] }",
        "{ a@b.example: [dev, dev] }",
        "{ One: }",
        "{ One: [user, billing] }",
        "{ One: [admin] }",
        "{ One: { previously: Two } }",
        "{ '': {} }",
        &format!("{{ {}: {{}} }}", "é".repeat(255)),
        &format!("{{ {}: {{}} }}", "é".repeat(256)),
        &"é".repeat(255),
        &"é".repeat(256),
        "🔬",
        "👩🏽",
        "5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10",
        "5B0E1F4C-8a54-4a3b-9d0c-6f1d2c7e9a10",
        "5b0e1f4c8a544a3b9d0c6f1d2c7e9a10",
        "'{5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a}'",
        "'{5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10}'",
        "admin",
        "invite",
        "create",
        "remove",
        "renew",
        "pt_br",
        "report",
    ];
    let validator = validator();
    let mut differing = Vec::new();
    for path in paths {
        for value in values {
            let text = with(path, value);
            let document = document(&text).unwrap_or_else(|| panic!("{text}"));
            let codes = codes(&text);
            if validator.is_valid(&document) != well_shaped(&codes) {
                differing.push(format!("{path} {value} {codes:?}"));
            }
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(validator);

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reader_and_schema_agree_on_texts_that_resemble_values(
        address in r"[a-zA-B0-9.+'_-]{0,4}@?[a-zA-B0-9.-]{0,5}(\.[a-z]{0,2})?",
        date in r"(20|00|99)[0-9]{2}-[01]?[0-9]-[0-3][0-9]",
        share in r"[0-9]{0,4}%?",
        icon in r"[a👩🏽🔬]{0,3}",
    ) {
        let member = json!({ "roles": ["admin"], "previously": address, "expires": date });
        let document = json!({
            "version": 1,
            "organization": { "domains": [address] },
            "policy": { "max_removals": share },
            "members": { "ada@acme.example": { "external": true, "roles": ["admin"] }, "bob@acme.example": member },
            "workspaces": { "Research": { "icon": icon } },
        });
        let text = document.to_string();
        let codes = codes(&text);
        prop_assert_eq!(VALIDATOR.is_valid(&document), well_shaped(&codes), "{} {:?}", text, codes);
    }
}

#[test]
fn the_schema_is_one_of_draft_7() {
    assert!(jsonschema::draft7::meta::is_valid(&orgsync::config::schema()));
}
