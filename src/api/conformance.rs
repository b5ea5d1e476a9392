//! Holds every request that orgsync can send against the vendor's document, where that is present.

use super::transport::Request;
use super::{InvitationBatch, NewMember};
use crate::model::{
    Access, Email, GroupSettings, Language, Product, Role, Roles, Seats, WorkspaceRoles, WorkspaceSettings,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

#[path = "../../tests/shared_file/mod.rs"]
mod shared_file;

fn document() -> Option<Value> {
    let path = shared_file::shared_file("ORGSYNC_OPENAPI", "admin-api/openapi.yaml")?;
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
    [requests_about_people(), requests_about_workspaces(), requests_about_groups()].concat()
}

fn requests_about_workspaces() -> Vec<Request> {
    let id = Uuid::max();
    let settings = |description: &str, icon: &str| {
        let [name, description, icon] = ["Lab", description, icon].map(str::to_owned);
        WorkspaceSettings { name, description, icon }
    };
    let new = |settings| Request::create_workspace(&settings, id);
    let change = |before, after| Request::update_workspace(id, &before, &after);
    let renamed = WorkspaceSettings { name: "Laboratory".to_owned(), ..settings("", "") };
    let members: Vec<_> = WorkspaceRoles::all().iter().map(|role| (id, role.into())).collect();
    vec![
        Request::workspaces(1, 100),
        new(settings("", "")),
        new(settings("For tests", "🧪")),
        change(settings("", ""), renamed),
        change(settings("For tests", "🧪"), settings("", "")),
        Request::archive_workspace(id),
        Request::set_workspace_members(id, &members),
        Request::set_workspace_members(id, &[(id, WorkspaceRoles::all())]),
        Request::remove_workspace_members(id, &[id, id]),
    ]
}

fn requests_about_groups() -> Vec<Request> {
    let id = Uuid::max();
    let settings = |name: &str, description: &str| {
        let [name, description] = [name, description].map(str::to_owned);
        GroupSettings { name, description, organization_role: None }
    };
    let change = |before, after| Request::update_group(id, &before, &after);
    let mut requests = vec![
        Request::groups(1, 100),
        Request::group_members(id, 1, 100),
        Request::group_workspaces(id, 1, 100),
        Request::create_group(&settings("Lab", "")),
        Request::create_group(&settings("Lab", "For tests")),
        change(settings("Lab", ""), settings("Laboratory", "")),
        change(settings("Lab", "For tests"), settings("Lab", "")),
        Request::set_group_parents(id, &BTreeSet::new()),
        Request::set_group_parents(id, &BTreeSet::from([id])),
        Request::delete_group(id),
        Request::add_group_members(id, &[id, id]),
        Request::remove_group_members(id, &[id, id]),
        Request::remove_assignment(id, id),
    ];
    requests.extend(Roles::all().iter().map(|role| Request::set_group_role(id, role)));
    for roles in WorkspaceRoles::all().iter().map(WorkspaceRoles::from).chain([WorkspaceRoles::all()]) {
        requests.push(Request::assign_group(id, id, roles));
        requests.push(Request::update_assignment(id, id, roles));
    }
    requests
}

fn requests_about_people() -> Vec<Request> {
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
        Request::api_keys(100, 0),
        Request::newest_audit_entry(),
        Request::users(1, 100),
        Request::remove_member(id),
        Request::revoke_invitation(id),
        Request::update_member(id, Access::default(), Access::default()),
    ];
    for &roles in &roles {
        for &seats in &seats {
            let access = Access { roles, seats };
            for before in [Access { roles, seats: !seats }, Access { roles: !roles, seats: !seats }] {
                requests.push(Request::update_member(id, before, access));
            }
            let person = NewMember {
                email: email.clone(),
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                access,
            };
            requests.push(Request::create_members(&[person.clone(), person]));
            for language in languages.map(Some).into_iter().chain([None]) {
                let emails = vec![email.clone(); 2];
                let workspaces = vec![id; requests.len() % 3];
                let batch = InvitationBatch { emails, access, language, workspaces };
                requests.push(Request::invite(&batch));
            }
        }
    }
    requests
}

/// The document's name of the request's path: with a place where an identifier stands.
fn template<'a>(document: &'a Value, request: &Request) -> &'a str {
    let id = Uuid::max().to_string();
    let path = format!("/v1/admin{}", request.path);
    let fits = |template: &str| {
        let steps = template.split('/').zip(path.split('/'));
        template.split('/').count() == path.split('/').count()
            && steps
                .into_iter()
                .all(|(name, step)| if step == id { name.starts_with('{') } else { name == step })
    };
    let paths = document["paths"].as_object().unwrap();
    paths.keys().find(|name| fits(name)).unwrap_or_else(|| panic!("{path} is not in the document"))
}

#[test]
fn every_request_is_as_the_vendor_documents_it() {
    let Some(document) = document() else { return };
    for request in all_requests() {
        let method = request.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][template(&document, &request)][&method];
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
