//! Holds every request that orgsync can send against the vendor's document, where that is present.

use super::request::{InvitationBatch, MemberChange, NewMember, Request};
use crate::model::{Email, Language, Product, Role, Roles, Seats};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use uuid::Uuid;

#[expect(clippy::print_stdout, reason = "the note of a test")]
fn document() -> Option<Value> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/admin-api/openapi.yaml");
    let path = std::env::var_os("ORGSYNC_OPENAPI").map_or_else(beside, PathBuf::from);
    if !path.exists() {
        println!("not checked: the vendor's document is not at {}", path.display());
        return None;
    }
    let mut document = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    tighten(&mut document);
    Some(document)
}

/// The document leaves objects open, so that misspelled fields would pass, and lists an enum value twice, which is no
/// valid schema.
fn tighten(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("object")) && object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(json!(false));
            }
            if let Some(Value::Array(values)) = object.get_mut("enum") {
                let mut seen = Vec::new();
                values.retain(|value| {
                    !seen.contains(value) && {
                        seen.push(value.clone());
                        true
                    }
                });
            }
            object.values_mut().for_each(tighten);
        }
        Value::Array(items) => items.iter_mut().for_each(tighten),
        _ => {}
    }
}

/// Every request, with each optional part present and absent and each word that can stand in it.
fn all_requests() -> Vec<Request> {
    let id = Uuid::max();
    let email = Email::parse("ada@acme.example").unwrap();
    let roles: Vec<Roles> = (1..8).map(Roles::from_u8).collect();
    let seats: Vec<Seats> = (0..4).map(Seats::from_u8).collect();
    let languages = [
        Language::En,
        Language::Fr,
        Language::Es,
        Language::De,
        Language::It,
        Language::PtBr,
        Language::Pl,
        Language::Ar,
        Language::Nl,
    ];
    let mut requests = vec![
        Request::roles(),
        Request::users(1, 100),
        Request::remove_member(id),
        Request::revoke_invitation(id),
        Request::update_member(id, MemberChange::default()),
    ];
    for &roles in &roles {
        requests.push(Request::update_member(id, MemberChange { roles: Some(roles), seats: None }));
        for &seats in &seats {
            requests
                .push(Request::update_member(id, MemberChange { roles: Some(roles), seats: Some(seats) }));
            let person = NewMember {
                email: email.clone(),
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                roles,
                seats,
            };
            requests.push(Request::create_members(&[person.clone(), person]));
            for language in languages.map(Some).into_iter().chain([None]) {
                let emails = vec![email.clone(); 2];
                requests.push(Request::invite(&InvitationBatch { emails, roles, seats, language }));
            }
        }
    }
    requests
}

/// The document's name of the request's path, with a place for the identifier.
fn template(request: &Request) -> &'static str {
    match request.path.trim_end_matches(&Uuid::max().to_string()) {
        "/roles" => "/v1/admin/roles",
        "/users" => "/v1/admin/users",
        "/users/" => "/v1/admin/users/{user_id}",
        "/users-invite" => "/v1/admin/users-invite",
        "/users-invite/" => "/v1/admin/users-invite/{invite_uuid}",
        other => panic!("{other} is not in the document"),
    }
}

#[test]
fn every_request_is_as_the_vendor_documents_it() {
    let Some(document) = document() else { return };
    for request in all_requests() {
        let method = request.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][template(&request)][&method];
        assert!(operation.is_object(), "{request:?} is not documented");
        let parameters = operation["parameters"].as_array().unwrap();
        for (name, _) in &request.query {
            assert!(parameters.iter().any(|p| p["name"] == *name && p["in"] == "query"), "{name}");
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema.is_null(), request.body.is_none(), "{request:?}");
        let Some(body) = &request.body else { continue };
        let mut schema = schema.clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<String> = validator.iter_errors(body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{request:?}: {faults:?}");
    }
}

#[test]
fn a_misspelled_field_would_be_noticed() {
    let Some(document) = document() else { return };
    let mut schema = document["components"]["schemas"]["AdminOrganizationMemberUpdate"].clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&json!({"role_names": [Role::Admin.api_name()]})));
    assert!(!validator.is_valid(&json!({"rolenames": [Role::Admin.api_name()]})));
    assert!(!validator.is_valid(&json!({"subscription_types": [Product::LeChat.name()]})));
}
