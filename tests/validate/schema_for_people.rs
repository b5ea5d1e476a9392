//! What the JSON Schema tells people in their editors: of every key, of every value, and of what holds without them.

use super::support::read;
use serde_json::{Value, json};

/// Whatever a key, or an entry of a mapping with names of people's own, can be: its place in the schema, and its schema.
fn described(schema: &Value, place: &str, found: &mut Vec<(String, Value)>) {
    let keys = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    for (key, value) in keys {
        found.push((format!("{place}.{key}"), value.clone()));
        described(value, &format!("{place}.{key}"), found);
    }
    if let Some(entry) = schema.get("additionalProperties").filter(|entry| entry.is_object()) {
        found.push((format!("{place}.*"), entry.clone()));
        described(entry, &format!("{place}.*"), found);
    }
    for choice in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        described(choice, place, found);
    }
}

fn all_described() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    described(&orgsync::config::schema(), "", &mut found);
    assert!(found.len() > 50, "{}", found.len());
    found
}

/// The place of keys that can't be left out, and of entries: nothing holds where they are absent.
fn has_no_default(place: &str) -> bool {
    place == ".version"
        || ["purchased", "revoke", "unused_for", "*"].iter().any(|key| place.ends_with(&format!(".{key}")))
}

#[test]
fn every_key_has_a_title_a_description_an_example_and_its_default() {
    let mut lacking = Vec::new();
    for (place, schema) in all_described() {
        let text = |key: &str| schema[key].as_str().unwrap_or_default();
        let example = schema.get("const").is_some()
            || schema["examples"].as_array().is_some_and(|examples| !examples.is_empty());
        let default = has_no_default(&place) || text("description").contains("Default: ");
        if text("title").is_empty() || text("description").is_empty() || !example || !default {
            lacking.push(place);
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn every_value_of_a_choice_is_described() {
    fn choices(schema: &Value, found: &mut Vec<Value>) {
        if schema.get("enum").is_some() {
            found.push(schema.clone());
        }
        match schema {
            Value::Object(map) => map.values().for_each(|part| choices(part, found)),
            Value::Array(list) => list.iter().for_each(|part| choices(part, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    choices(&orgsync::config::schema(), &mut found);
    assert!(found.len() > 10, "{}", found.len());
    for choice in found {
        for descriptions in ["markdownEnumDescriptions", "enumDescriptions"] {
            let count = choice[descriptions].as_array().map(Vec::len);
            assert_eq!(count, choice["enum"].as_array().map(Vec::len), "{choice}");
        }
    }
}

#[test]
fn examples_and_defaults_fit_where_they_stand() {
    for (place, schema) in all_described() {
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let examples = schema["examples"].as_array().into_iter().flatten();
        for value in examples.chain(schema.get("default")) {
            assert!(validator.is_valid(value), "{place}: {value}");
        }
    }
}

#[test]
fn a_default_that_is_written_out_is_what_holds_without_it() {
    let mut written = json!({ "version": 1, "members": { "ada@acme.example": { "roles": ["admin"] } } });
    written["members"]["bob@acme.example"] = json!({});
    let without = written.clone();
    for (place, schema) in all_described() {
        let Some(default) = schema.get("default") else { continue };
        let keys: Vec<_> = match place.strip_prefix(".members.*.") {
            Some(key) => vec!["members", "bob@acme.example", key],
            None => place.split('.').skip(1).collect(),
        };
        // The rest can't stand in any file, or not beside the others.
        if keys.contains(&"*") || keys[0] == "seats" || keys == ["policy", "unmanaged"] {
            continue;
        }
        let mut at = &mut written;
        for key in keys {
            at = &mut at[key];
        }
        *at = default.clone();
    }
    let (written, without) = (read(written.to_string()), read(without.to_string()));
    let (written, without) = (written.desired(), without.desired());
    let words = |policy: &orgsync::model::Policy| {
        let unmanaged = &policy.unmanaged;
        [
            unmanaged.members,
            unmanaged.invitations,
            unmanaged.groups,
            unmanaged.workspace_members,
            unmanaged.group_members,
        ]
        .map(|(word, _)| word)
    };
    assert_eq!(words(&written.policy), words(&without.policy));
    let mut policy = written.policy.clone();
    policy.unmanaged = without.policy.unmanaged.clone();
    assert_eq!(policy, without.policy);
    let access = |desired: &orgsync::model::Desired| -> Vec<_> {
        desired.members.values().map(|member| member.access).collect()
    };
    assert_eq!(access(written), access(without));
}
