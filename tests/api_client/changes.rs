//! Changing workspaces and groups.

use crate::server::{Asked, reply, serve_all};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use orgsync::api::{ApiError, Client, Deletion, Fault, GroupChange, WorkspaceChange};
use orgsync::model::{GroupSettings, Role, WorkspaceRole, WorkspaceSettings};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

/// A client of a server that says the same to everybody, and what it was asked for.
async fn client_of(answer: fn() -> Response) -> (Client, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let respond = move |asked: Asked| {
        let call = asked.call.replace("/v1/admin", "").replace(&ID.to_string(), "ID");
        let body = if asked.body.is_null() { String::new() } else { format!(" {}", asked.body) };
        log.lock().unwrap().push(format!("{call}{body}"));
        async move { answer() }
    };
    (serve_all(respond).await.0, asked)
}

/// The one request that was sent.
fn only(asked: &Mutex<Vec<String>>) -> String {
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked.concat()
}

fn empty(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}

fn new_workspace() -> WorkspaceSettings {
    let [name, description, icon] = ["Lab", "", "★"].map(str::to_owned);
    WorkspaceSettings { name, description, icon }
}

#[tokio::test]
async fn a_workspace_is_made_and_its_identifier_told() {
    let (client, asked) =
        client_of(|| reply(200, json!({"uuid": OTHER, "name": "Lab", "raw_roles": ["A"]}))).await;
    assert_eq!(client.create_workspace(&new_workspace(), OTHER).await.unwrap(), OTHER);
    assert_eq!(
        only(&asked),
        format!(r#"POST /workspaces {{"admin_user_id":"{OTHER}","icon":"★","name":"Lab"}}"#)
    );
}

fn lab(fields: Value) -> Response {
    let mut lab = json!({"uuid": ID, "name": "Lab", "description": null, "icon": "★", "is_default": false,
        "parent_group_ids": [ID, OTHER]});
    lab.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    reply(200, lab)
}

#[tokio::test]
async fn a_changed_workspace_is_told_as_the_answer_shows_it() {
    let (client, asked) = client_of(|| lab(json!({}))).await;
    let change = WorkspaceChange { description: Some(String::new()), ..WorkspaceChange::default() };
    let seen = client.update_workspace(ID, &change).await.unwrap();
    assert_eq!((seen.name.as_str(), seen.description.as_str(), seen.icon.as_str()), ("Lab", "", "★"));
    assert_eq!(only(&asked), r#"PATCH /workspaces/ID {"description":""}"#);
}

fn is_other(field: &str, error: &ApiError) -> bool {
    let Fault::Unconfirmed(fault) = error.fault() else { return false };
    error.may_have_changed() && matches!(&**fault, Fault::NotAsAsked { field: other, .. } if *other == field)
}

#[tokio::test]
async fn an_answer_that_shows_something_else_is_an_unclear_outcome() {
    let (client, _) = client_of(|| lab(json!({"name": "L\u{1b}"}))).await;
    let text = || Some("Lab".to_owned());
    let change = WorkspaceChange { name: text(), ..WorkspaceChange::default() };
    let error = client.update_workspace(ID, &change).await.unwrap_err();
    assert!(is_other("name", &error), "{error}");
    assert!(error.to_string().contains(r"another name than was asked for: `L\u{1b}`"), "{error}");

    let change = WorkspaceChange { icon: text(), ..WorkspaceChange::default() };
    assert!(is_other("icon", &client.update_workspace(ID, &change).await.unwrap_err()));
    assert!(is_other("workspace", &client.update_workspace(OTHER, &change).await.unwrap_err()));

    let change = GroupChange { description: text(), ..GroupChange::default() };
    assert!(is_other("description", &client.update_group(ID, &change).await.unwrap_err()));
    let change = GroupChange { parents: Some(vec![OTHER]), ..GroupChange::default() };
    assert!(is_other("list of parents", &client.update_group(ID, &change).await.unwrap_err()));
    assert!(is_other("group", &client.update_group(OTHER, &change).await.unwrap_err()));
}

#[tokio::test]
async fn people_of_a_workspace_are_counted_when_set_and_named_when_they_stay() {
    let answer = || {
        reply(
            200,
            json!({"added_members_count": 2, "updated_members_count": 3, "deleted_members_count": 1,
                "not_deleted_members": [OTHER]}),
        )
    };
    let (client, asked) = client_of(answer).await;
    let roles = WorkspaceRole::Dev | WorkspaceRole::Billing;
    assert_eq!(client.set_workspace_members(ID, &[(OTHER, roles)]).await.unwrap(), 5);
    let body = format!(r#"{{"members":[{{"role_names":["dev","billing"],"user_uuid":"{OTHER}"}}]}}"#);
    assert_eq!(only(&asked), format!("PATCH /workspaces/ID/users {body}"));

    let (client, asked) = client_of(answer).await;
    assert!(client.remove_workspace_members(ID, &[OTHER]).await.unwrap().into_iter().eq([OTHER]));
    let body = format!(r#"{{"members":[{{"user_uuid":"{OTHER}"}}]}}"#);
    assert_eq!(only(&asked), format!("DELETE /workspaces/ID/remove-users {body}"));

    let (client, _) =
        client_of(|| reply(200, json!({"deleted_members_count": 1, "not_deleted_members": null}))).await;
    assert!(client.remove_workspace_members(ID, &[OTHER]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_group_is_made_and_changed() {
    let (client, asked) = client_of(|| lab(json!({"description": "d"}))).await;
    let new = GroupSettings { name: "Lab".to_owned(), description: "d".to_owned(), organization_role: None };
    assert_eq!(client.create_group(&new).await.unwrap(), ID);
    assert_eq!(only(&asked), r#"POST /user-groups {"description":"d","name":"Lab"}"#);

    let change = GroupChange { parents: Some(vec![OTHER, ID]), ..GroupChange::default() };
    let seen = client.update_group(ID, &change).await.unwrap();
    assert_eq!((seen.name.as_str(), seen.description.as_str()), ("Lab", "d"));
    assert!(seen.parents.into_iter().eq([ID, OTHER]));
}

#[tokio::test]
async fn changes_without_an_answer_work_with_201_and_204() {
    let roles = WorkspaceRole::User.into();
    let mut seen = String::new();
    for answer in [|| empty(204), || empty(201), || reply(200, Value::Null)] as [fn() -> Response; 3] {
        let (client, asked) = client_of(answer).await;
        client.set_group_role(ID, Role::Billing).await.unwrap();
        client.add_group_members(ID, &[ID]).await.unwrap();
        client.remove_group_members(ID, &[ID]).await.unwrap();
        client.assign_group(ID, ID, roles).await.unwrap();
        client.update_assignment(ID, ID, roles).await.unwrap();
        assert_eq!(client.remove_assignment(ID, ID).await.unwrap(), Deletion::Done);
        assert_eq!(client.delete_group(ID).await.unwrap(), Deletion::Done);
        assert_eq!(client.archive_workspace(ID).await.unwrap(), Deletion::Done);
        seen = asked.lock().unwrap().join("\n").replace(&ID.to_string(), "ID");
    }
    insta::assert_snapshot!(seen, @r#"
    PATCH /user-groups/ID/organization-role {"organization_role":"B"}
    POST /user-groups/ID/members {"user_uuids":["ID"]}
    DELETE /user-groups/ID/members {"user_uuids":["ID"]}
    POST /user-groups/ID/workspaces {"role_names":["user"],"workspace_uuid":"ID"}
    PATCH /user-groups/ID/workspaces/ID {"role_names":["user"]}
    DELETE /user-groups/ID/workspaces/ID
    DELETE /user-groups/ID
    DELETE /workspaces/ID
    "#);
}

#[tokio::test]
async fn an_answer_that_should_tell_something_must() {
    for answer in [|| empty(200), || empty(204), || reply(200, json!({}))] as [fn() -> Response; 3] {
        let (client, asked) = client_of(answer).await;
        let unclear = [
            client.create_workspace(&new_workspace(), OTHER).await.map(|_| ()),
            client.update_workspace(ID, &WorkspaceChange::default()).await.map(|_| ()),
            client.set_workspace_members(ID, &[]).await.map(|_| ()),
            client.remove_workspace_members(ID, &[]).await.map(|_| ()),
            client.update_group(ID, &GroupChange::default()).await.map(|_| ()),
        ];
        let asked = asked.lock().unwrap().len();
        let unclear = unclear.map(Result::unwrap_err);
        assert!(unclear.iter().all(ApiError::may_have_changed), "{unclear:?}");
        assert_eq!(asked, unclear.len());
    }
}

#[tokio::test]
async fn only_a_deletion_of_the_object_itself_takes_404_for_done() {
    let (client, _) = client_of(|| reply(404, json!({"message": "not found"}))).await;
    for gone in [
        client.archive_workspace(ID).await,
        client.delete_group(ID).await,
        client.remove_assignment(ID, OTHER).await,
    ] {
        assert_eq!(gone.unwrap(), Deletion::AlreadyGone);
    }
    let roles = WorkspaceRole::User.into();
    for failed in [
        client.remove_workspace_members(ID, &[OTHER]).await.map(|_| ()),
        client.remove_group_members(ID, &[OTHER]).await,
        client.add_group_members(ID, &[OTHER]).await,
        client.assign_group(ID, OTHER, roles).await,
        client.update_assignment(ID, OTHER, roles).await,
        client.set_group_role(ID, Role::Member).await,
    ] {
        let error = failed.unwrap_err();
        assert!(matches!(error.fault(), Fault::Gone { .. }) && !error.may_have_changed(), "{error}");
    }
}

#[tokio::test]
async fn only_what_does_no_more_the_second_time_is_sent_again() {
    let once = |answer: fn() -> Response| async move {
        let respond =
            move |asked: Asked| async move { if asked.before == 0 { empty(503) } else { answer() } };
        serve_all(respond).await.0
    };
    let nothing = once(|| empty(204)).await;
    nothing.add_group_members(ID, &[OTHER]).await.unwrap();
    nothing.remove_group_members(ID, &[OTHER]).await.unwrap();
    nothing.update_assignment(ID, OTHER, WorkspaceRole::User.into()).await.unwrap();
    assert!(
        nothing.assign_group(ID, OTHER, WorkspaceRole::User.into()).await.unwrap_err().may_have_changed()
    );
    let made = once(|| reply(200, json!({"uuid": ID}))).await;
    assert!(made.create_workspace(&new_workspace(), OTHER).await.unwrap_err().may_have_changed());
    let group = GroupSettings { name: "Lab".to_owned(), description: String::new(), organization_role: None };
    assert!(made.create_group(&group).await.unwrap_err().may_have_changed());
}
