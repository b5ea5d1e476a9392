//! Values that are not what they seem.

use super::support::{ADMIN, faults, read};
use orgsync::model::{Product, RemovalCause, Role};

/// A person with one key.
fn person(entry: &str) -> String {
    format!("members:\n  {ADMIN}\n  bob@acme.example:\n    {entry}\n")
}

fn help(text: &str) -> String {
    read(text).diagnostics()[0].help.clone()
}

#[test]
fn no_is_not_false_and_the_help_says_what_to_write() {
    for (word, meant) in [("no", "false"), ("Off", "false"), ("n", "false"), ("yes", "true"), ("ON", "true")]
    {
        let text = person(&format!("external: {word}"));
        assert_eq!(faults(&text), ["wrong_type 4:15"], "{word}");
        assert!(help(&text).contains(&format!("`{meant}`")), "{word}: {}", help(&text));
    }
}

#[test]
fn a_quoted_boolean_is_text() {
    assert_eq!(faults(person("external: 'true'")), ["wrong_type 4:15"]);
}

#[test]
fn true_in_every_spelling_of_the_core_schema_is_a_boolean() {
    for word in ["true", "True", "TRUE", "!!bool true"] {
        assert_eq!(faults(person(&format!("external: {word}"))), [""; 0], "{word}");
    }
}

#[test]
fn an_unquoted_date_is_a_date() {
    let told = read(person("expires: 2026-11-23"));
    let causes: Vec<_> = told.desired().removals.values().map(|removal| removal.cause).collect();
    assert_eq!(causes, [RemovalCause::Expired]);
}

#[test]
fn the_last_day_of_access_is_not_over() {
    assert_eq!(read(person("expires: '2026-11-24'")).desired().removals.len(), 0);
}

#[test]
fn a_number_is_no_name_and_the_help_says_how_it_becomes_one() {
    for number in ["12", "-1", "+1", "0x1F", "0o17", "1.5", "1e3", ".inf", "-.INF", ".NaN", "007"] {
        let text = person(&format!("name: {number}"));
        assert_eq!(faults(&text), ["wrong_type 4:11"], "{number}");
        assert!(help(&text).contains("quotes"), "{number}");
    }
}

#[test]
fn what_only_looks_like_a_number_is_a_name() {
    for name in ["1_000", "12:30:45", "1.2.3", "0b1", "infinity", "nan", "+", ".", "0x", "1e", "2026-01"] {
        let told = read(person(&format!("name: {name}")));
        assert_eq!(told.member("bob@acme.example").name.as_deref(), Some(name));
    }
}

#[test]
fn null_in_every_spelling_is_no_name() {
    for null in ["", "~", "null", "Null", "NULL", "!!null null"] {
        let found = faults(person(&format!("name: {null}")));
        assert!(matches!(found.as_slice(), [one] if one.starts_with("wrong_type 4:")), "{null}: {found:?}");
    }
}

#[test]
fn a_person_without_a_value_has_the_defaults() {
    for nothing in ["", " ~", " null", " {}"] {
        let told = read(format!("members:\n  {ADMIN}\n  bob@acme.example:{nothing}\n"));
        assert_eq!(told.member("bob@acme.example").access.roles, Role::Member, "{nothing:?}");
    }
}

#[test]
fn a_tag_makes_text_of_a_number() {
    for tagged in ["!!str 12", "! 12", "!<tag:yaml.org,2002:str> 12"] {
        let told = read(person(&format!("name: {tagged}")));
        assert_eq!(told.member("bob@acme.example").name.as_deref(), Some("12"), "{tagged}");
    }
}

#[test]
fn tags_that_fit_their_values_are_allowed() {
    let text = "!!map\nmembers:\n  ada@acme.example: !!map { roles: !!seq [!!str admin] }\n";
    assert_eq!(faults(text), [""; 0]);
}

#[test]
fn tags_that_don_t_fit_their_values_are_faults() {
    for tagged in ["!!int '12'", "!!seq x", "!!binary QWRh", "!person x", "!!str [x]", "!!map [x]"] {
        let found = faults(person(&format!("name: {tagged}")));
        assert!(found.iter().any(|fault| fault.starts_with("unsupported_tag")), "{tagged}: {found:?}");
    }
}

#[test]
fn all_faulty_tags_are_told_with_what_else_is_wrong() {
    let text = "members: !people\n  ada@acme.example: { roles: !list [admin], rolse: [] }\n";
    assert_eq!(faults(text), ["unsupported_tag 2:3", "unsupported_tag 2:36", "unknown_key 2:45"]);
}

#[test]
fn block_scalars_are_text() {
    let told = read(person("name: >-\n      Bob\n      Builder\n    seats: []"));
    assert_eq!(told.member("bob@acme.example").name.as_deref(), Some("Bob Builder"));
}

#[test]
fn a_block_scalar_is_no_address() {
    assert_eq!(
        faults(format!("members:\n  {ADMIN}\nremoved:\n  - |\n    bob@acme.example\n")),
        ["invalid_email 5:5"]
    );
}

#[test]
fn quoted_keys_and_values_are_what_is_in_the_quotes() {
    let text = "\"version\": 1\n'seats': {\"vibe\": {'purchased': 1}}\n\"members\": {\"\\u0061da@acme.example\": {\"roles\": ['admin'], 'seats': [\"le_chat\"]}}\n";
    assert!(read(text).member("ada@acme.example").access.seats.contains(Product::LeChat));
}

#[test]
fn json_is_yaml() {
    let text = r#"{"version":1,"seats":{"le_chat":{"purchased":1}},"members":{"ada@acme.example":{"roles":["admin"],"seats":["le_chat"],"name":"Ada \ud83d\udd2c\/"}}}"#;
    assert_eq!(read(text).member("ada@acme.example").name.as_deref(), Some("Ada 🔬/"));
}

#[test]
fn a_list_is_not_read_as_a_mapping() {
    assert_eq!(faults(person("[Bob, [admin]]")), ["wrong_type 4:5"]);
}

#[test]
fn seats_that_can_t_be_read_ask_for_none() {
    let text = "version: 1\nseats: { le_chat: { purchased: 0 } }\ndefaults: { seats: [le_chat] }\nmembers:\n  ada@acme.example: { roles: [admin], seats: none }\n";
    assert_eq!(faults(text), ["wrong_type 5:46"]);
}
