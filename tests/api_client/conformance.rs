//! Holds every request that the client sends against the vendor's document, where that is present.

use crate::server::{Asked, cut, nothing, reply, serve_all};
use crate::shared_file::shared_file;
use axum::response::Response;
use jiff::Timestamp;
use orgsync::api::{ApiError, Client, InvitationBatch, NewMember};
use orgsync::model::{
    Access, AuditEventTypes, Email, GroupSettings, Language, Product, Role, Roles, Seats, WorkspaceRoles,
    WorkspaceSettings,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Each identifier in a path.
const ID: Uuid = Uuid::max();

/// What the client sends: one that is missing below was not sent, and would not be checked.
const OPERATIONS: [&str; 28] = [
    "DELETE /v1/admin/api-keys/{key_id}",
    "DELETE /v1/admin/user-groups/{group_uuid}",
    "DELETE /v1/admin/user-groups/{group_uuid}/members",
    "DELETE /v1/admin/user-groups/{group_uuid}/workspaces/{workspace_uuid}",
    "DELETE /v1/admin/users-invite/{invite_uuid}",
    "DELETE /v1/admin/users/{user_id}",
    "DELETE /v1/admin/workspaces/{workspace_uuid}",
    "DELETE /v1/admin/workspaces/{workspace_uuid}/remove-users",
    "GET /v1/admin/api-keys",
    "GET /v1/admin/audit-logs",
    "GET /v1/admin/roles",
    "GET /v1/admin/user-groups",
    "GET /v1/admin/user-groups/{group_uuid}/members",
    "GET /v1/admin/user-groups/{group_uuid}/workspaces",
    "GET /v1/admin/users",
    "GET /v1/admin/workspaces",
    "PATCH /v1/admin/user-groups/{group_uuid}",
    "PATCH /v1/admin/user-groups/{group_uuid}/organization-role",
    "PATCH /v1/admin/user-groups/{group_uuid}/workspaces/{workspace_uuid}",
    "PATCH /v1/admin/users/{user_id}",
    "PATCH /v1/admin/workspaces/{workspace_uuid}",
    "PATCH /v1/admin/workspaces/{workspace_uuid}/users",
    "POST /v1/admin/user-groups",
    "POST /v1/admin/user-groups/{group_uuid}/members",
    "POST /v1/admin/user-groups/{group_uuid}/workspaces",
    "POST /v1/admin/users",
    "POST /v1/admin/users-invite",
    "POST /v1/admin/workspaces",
];

fn document() -> Option<Value> {
    let path = shared_file("ORGSYNC_OPENAPI", "admin-api/openapi.yaml")?;
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

/// An organization that has one group, and refuses to be changed.
fn answer(asked: &Asked) -> Response {
    let Some(path) = asked.call.strip_prefix("GET /v1/admin/") else {
        return reply(400, json!({"message": "not this one"}));
    };
    match path.split('/').collect::<Vec<_>>()[..] {
        ["users"] => reply(200, json!({"members": [], "invites": [], "total": 0})),
        ["user-groups"] => reply(200, cut("items", &[json!({"uuid": ID, "name": "Lab"})], asked)),
        ["user-groups", _, "members"] => reply(200, cut("members", &[], asked)),
        ["user-groups", _, "workspaces"] => reply(200, cut("items", &[], asked)),
        _ => nothing(asked).unwrap(),
    }
}

/// Every request, with each optional part present and absent and each word that can stand in it.
async fn all_requests() -> Vec<Asked> {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = sent.clone();
    let respond = move |asked: Asked| {
        let answer = answer(&asked);
        log.lock().unwrap().push(asked);
        async { answer }
    };
    let client = serve_all(respond).await.0;
    read(&client).await;
    change_people(&client).await;
    change_workspaces(&client).await;
    change_groups(&client).await;
    std::mem::take(&mut *sent.lock().unwrap())
}

/// A change reaches the server, which refuses it.
#[track_caller]
fn assert_refused(outcome: Result<impl Debug, ApiError>) {
    let error = outcome.unwrap_err();
    assert!(error.is_rejection(), "{error}");
}

async fn read(client: &Client) {
    client.read_live().await.unwrap();
    client.read_people().await.unwrap();
    client.read_names().await.unwrap();
    client.read_touched(|_| true).await.unwrap();
    client.read_organization_id().await.unwrap();
    client.read_snapshot(None).await.unwrap();
    client.read_audit_log(AuditEventTypes::all(), None).await.unwrap();
    client.read_audit_log(AuditEventTypes::all(), Some(Timestamp::UNIX_EPOCH)).await.unwrap();
}

async fn change_people(client: &Client) {
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
    assert_refused(client.remove_member(ID).await);
    assert_refused(client.revoke_invitation(ID).await);
    assert_refused(client.delete_api_key(ID).await);
    assert_refused(client.update_member(ID, Access::default(), Access::default(), &[]).await);
    // They have no, one and two workspaces in turn.
    let mut batches = 0;
    for &roles in &roles {
        for &seats in &seats {
            let access = Access { roles, seats };
            for before in [Access { roles, seats: !seats }, Access { roles: !roles, seats: !seats }] {
                assert_refused(client.update_member(ID, before, access, &[]).await);
            }
            let person = NewMember {
                email: email.clone(),
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                access,
            };
            assert_refused(client.create_members(&[person.clone(), person]).await);
            for language in languages.map(Some).into_iter().chain([None]) {
                let emails = vec![email.clone(); 2];
                let workspaces = vec![ID; batches % 3];
                batches += 1;
                assert_refused(
                    client.invite(&InvitationBatch { emails, access, language, workspaces }).await,
                );
            }
        }
    }
}

async fn change_workspaces(client: &Client) {
    let settings = |description: &str, icon: &str| {
        let [name, description, icon] = ["Lab", description, icon].map(str::to_owned);
        WorkspaceSettings { name, description, icon }
    };
    let renamed = WorkspaceSettings { name: "Laboratory".to_owned(), ..settings("", "") };
    let members: Vec<_> = WorkspaceRoles::all().iter().map(|role| (ID, role.into())).collect();
    assert_refused(client.create_workspace(&settings("", ""), ID).await);
    assert_refused(client.create_workspace(&settings("For tests", "🧪"), ID).await);
    assert_refused(client.update_workspace(ID, &settings("", ""), &renamed).await);
    assert_refused(client.update_workspace(ID, &settings("For tests", "🧪"), &settings("", "")).await);
    assert_refused(client.archive_workspace(ID).await);
    assert_refused(client.set_workspace_members(ID, &members).await);
    assert_refused(client.set_workspace_members(ID, &[(ID, WorkspaceRoles::all())]).await);
    assert_refused(client.remove_workspace_members(ID, &[ID, ID]).await);
}

async fn change_groups(client: &Client) {
    let settings = |name: &str, description: &str| {
        let [name, description] = [name, description].map(str::to_owned);
        GroupSettings { name, description, organization_role: None }
    };
    let with_role = |role| GroupSettings { organization_role: Some(role), ..settings("Lab", "") };
    assert_refused(client.create_group(&settings("Lab", "")).await);
    assert_refused(client.create_group(&settings("Lab", "For tests")).await);
    assert_refused(client.update_group(ID, &settings("Lab", ""), &settings("Laboratory", "")).await);
    assert_refused(client.update_group(ID, &settings("Lab", "For tests"), &settings("Lab", "")).await);
    assert_refused(client.set_group_parents(ID, &BTreeSet::new()).await);
    assert_refused(client.set_group_parents(ID, &BTreeSet::from([ID])).await);
    assert_refused(client.delete_group(ID).await);
    assert_refused(client.add_group_members(ID, &[ID, ID]).await);
    assert_refused(client.remove_group_members(ID, &[ID, ID]).await);
    assert_refused(client.remove_assignment(ID, ID).await);
    for role in Roles::all() {
        assert_refused(client.update_group(ID, &settings("Lab", ""), &with_role(role)).await);
    }
    for roles in WorkspaceRoles::all().iter().map(WorkspaceRoles::from).chain([WorkspaceRoles::all()]) {
        assert_refused(client.assign_group(ID, ID, roles).await);
        assert_refused(client.update_assignment(ID, ID, roles).await);
    }
}

/// The document's name of a path: with a place where an identifier stands.
fn template<'a>(document: &'a Value, path: &str) -> &'a str {
    let id = ID.to_string();
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

#[tokio::test]
async fn every_request_is_as_the_vendor_documents_it() {
    let Some(document) = document() else { return };
    let mut operations = BTreeSet::new();
    for request in all_requests().await {
        let (method, path) = request.call.split_once(' ').unwrap();
        let template = template(&document, path);
        operations.insert(format!("{method} {template}"));
        let operation = &document["paths"][template][&method.to_ascii_lowercase()];
        assert!(operation.is_object(), "{request:?} is not documented");
        let parameters = operation["parameters"].as_array().unwrap();
        for (name, _) in &request.query {
            assert!(parameters.iter().any(|p| p["name"] == *name && p["in"] == "query"), "{name}");
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema.is_null(), request.body.is_null(), "{request:?}");
        if request.body.is_null() {
            continue;
        }
        assert_eq!(request.headers["content-type"], "application/json");
        let mut schema = schema.clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&request.body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{request:?}: {faults:?}");
    }
    assert!(operations.iter().eq(OPERATIONS.iter()), "{operations:#?}");
}

#[test]
fn every_type_of_event_is_documented() {
    let Some(document) = document() else { return };
    let documented = document["components"]["schemas"]["AuditLogEventType"]["enum"].as_array().unwrap();
    for event in AuditEventTypes::all() {
        assert!(documented.iter().any(|name| name == event.api_name()), "{event:?}");
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
