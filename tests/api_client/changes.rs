//! Changing workspaces and groups.

use crate::server::{Asked, reply, serve, serve_all};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use orgsync::api::{ApiError, Client, Deletion, Fault};
use orgsync::model::{Access, GroupSettings, Product, Role, WorkspaceRole, WorkspaceSettings};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

/// A client of a server that gives one answer to all requests, and the requests.
async fn client_of(answer: fn() -> Response) -> (Client, Arc<Mutex<Vec<String>>>) {
    client_of_each(move |_| answer()).await
}

/// The same with an answer that depends on the path.
async fn client_of_each(
    answer: impl Fn(&str) -> Response + Copy + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let respond = move |asked: Asked| {
        let call = asked.call.replace("/v1/admin", "").replace(&ID.to_string(), "ID");
        let body = if asked.body.is_null() { String::new() } else { format!(" {}", asked.body) };
        log.lock().unwrap().push(format!("{call}{body}"));
        async move { answer(&call) }
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

fn workspace(name: &str, description: &str) -> WorkspaceSettings {
    let [name, description, icon] = [name, description, "★"].map(str::to_owned);
    WorkspaceSettings { name, description, icon }
}

fn new_workspace() -> WorkspaceSettings {
    workspace("Lab", "")
}

fn group(name: &str, description: &str) -> GroupSettings {
    let [name, description] = [name, description].map(str::to_owned);
    GroupSettings { name, description, organization_role: None }
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
async fn a_change_of_a_workspace_sends_what_differs() {
    let (client, asked) = client_of(|| lab(json!({}))).await;
    client.update_workspace(ID, &workspace("Lab", "old"), &workspace("Lab", "")).await.unwrap();
    assert_eq!(only(&asked), r#"PATCH /workspaces/ID {"description":""}"#);
}

fn is_other(field: &str, error: &ApiError) -> bool {
    let Fault::Unconfirmed(fault) = error.fault() else { return false };
    error.may_have_changed() && matches!(&**fault, Fault::NotAsAsked { field: other, .. } if *other == field)
}

#[tokio::test]
async fn an_answer_that_shows_something_else_is_an_unclear_outcome() {
    let (client, _) = client_of(|| lab(json!({"name": "L\u{1b}"}))).await;
    let before = workspace("Old", "");
    let error = client.update_workspace(ID, &before, &workspace("Lab", "")).await.unwrap_err();
    assert!(is_other("name", &error), "{error}");
    assert!(error.to_string().contains(r"another name than requested: `L\u{1b}`"), "{error}");

    let after = workspace("L\u{1b}", "d");
    assert!(is_other("description", &client.update_workspace(ID, &before, &after).await.unwrap_err()));
    let after = WorkspaceSettings { icon: "Lab".to_owned(), ..workspace("L\u{1b}", "") };
    assert!(is_other("icon", &client.update_workspace(ID, &before, &after).await.unwrap_err()));
    assert!(is_other("workspace", &client.update_workspace(OTHER, &before, &after).await.unwrap_err()));

    let before = group("Old", "");
    let after = group("L\u{1b}", "Lab");
    assert!(is_other("description", &client.update_group(ID, &before, &after).await.unwrap_err()));
    let after = group("Lab", "");
    assert!(is_other("name", &client.update_group(ID, &before, &after).await.unwrap_err()));
    assert!(is_other("group", &client.update_group(OTHER, &before, &after).await.unwrap_err()));
    let parents = BTreeSet::from([OTHER]);
    assert!(is_other("list of parents", &client.set_group_parents(ID, &parents).await.unwrap_err()));
    assert!(is_other("group", &client.set_group_parents(OTHER, &parents).await.unwrap_err()));
}

#[tokio::test]
async fn a_change_of_seats_carries_unknown_products_along_and_checks_that_they_stay() {
    let before = Access { roles: Role::Member.into(), seats: Product::LeChat.into() };
    let after = Access { seats: Product::MistralCode.into(), ..before };
    let update = async |shown: Value| {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let log = sent.clone();
        let respond = move |asked: Asked| {
            log.lock().unwrap().push(asked.body.to_string());
            let member = json!({"uuid": ID, "oid_id": null, "name": null, "email": null, "raw_roles": ["M"],
                "raw_role": "M", "subscription_types": shown, "created_at": "2026-01-01T00:00:00Z"});
            async move { reply(200, member) }
        };
        let answer = serve(respond).await.0.update_member(ID, before, after, &["OCR".to_owned()]).await;
        (only(&sent), answer.map_err(|error| error.to_string()))
    };
    let sent = r#"{"subscription_types":["MISTRAL_CODE","OCR"]}"#.to_owned();
    assert_eq!(update(json!(["OCR", "MISTRAL_CODE"])).await, (sent, Ok(())));
    let lost = update(json!(["MISTRAL_CODE"])).await.1.unwrap_err();
    let expected = "seats [OCR, mistral_code] were requested, but the answer shows [mistral_code];";
    assert!(lost.starts_with(expected), "{lost}");
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
    client.set_workspace_members(ID, &[(OTHER, roles)]).await.unwrap();
    let body = format!(r#"{{"members":[{{"role_names":["dev","billing"],"user_uuid":"{OTHER}"}}]}}"#);
    assert_eq!(only(&asked), format!("PATCH /workspaces/ID/users {body}"));

    let (client, _) = client_of(answer).await;
    client.set_workspace_members(ID, &[(OTHER, roles); 5]).await.unwrap();
    let error = client.set_workspace_members(ID, &[(OTHER, roles); 6]).await.unwrap_err();
    assert_eq!(error.fault(), &Fault::Incomplete { written: 5, asked: 6 });
    assert!(!error.may_have_changed() && !error.is_rejection());

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
    let answer = |path: &str| match path.ends_with("/organization-role") {
        true => empty(204),
        false => lab(json!({"description": "d"})),
    };
    let (client, asked) = client_of_each(answer).await;
    assert_eq!(client.create_group(&group("Lab", "d")).await.unwrap(), ID);
    assert_eq!(only(&asked), r#"POST /user-groups {"description":"d","name":"Lab"}"#);

    let after = GroupSettings { organization_role: Some(Role::Billing), ..group("Lab", "d") };
    client.update_group(ID, &group("Lab", ""), &after).await.unwrap();
    client.set_group_parents(ID, &BTreeSet::from([OTHER, ID])).await.unwrap();
    let asked = asked.lock().unwrap()[1..].join("\n").replace(&ID.to_string(), "ID");
    insta::assert_snapshot!(asked, @r#"
    PATCH /user-groups/ID {"description":"d"}
    PATCH /user-groups/ID/organization-role {"organization_role":"B"}
    PATCH /user-groups/ID {"parent_group_ids":["ID","00000000-0000-0000-0000-000000000002"]}
    "#);
}

/// A group that differs from one without an organization role in that alone.
fn billing() -> GroupSettings {
    GroupSettings { organization_role: Some(Role::Billing), ..group("Lab", "") }
}

#[tokio::test]
async fn changes_without_an_answer_work_with_201_and_204() {
    let roles = WorkspaceRole::User.into();
    let mut seen = String::new();
    for answer in [|| empty(204), || empty(201), || reply(200, Value::Null)] as [fn() -> Response; 3] {
        let (client, asked) = client_of(answer).await;
        client.update_group(ID, &group("Lab", ""), &billing()).await.unwrap();
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
            client.update_workspace(ID, &workspace("Lab", ""), &workspace("Hall", "")).await,
            client.set_workspace_members(ID, &[]).await,
            client.remove_workspace_members(ID, &[]).await.map(|_| ()),
            client.update_group(ID, &group("Lab", ""), &group("Hall", "")).await,
        ];
        let asked = asked.lock().unwrap().len();
        let unclear = unclear.map(Result::unwrap_err);
        assert!(unclear.iter().all(ApiError::may_have_changed), "{unclear:?}");
        assert_eq!(asked, unclear.len());
    }
}

/// Everything that is deleted, with the answer that the vendor documents.
async fn deletions(client: &Client) -> [Result<Deletion, ApiError>; 5] {
    [
        client.remove_member(ID).await,
        client.revoke_invitation(ID).await,
        client.archive_workspace(ID).await,
        client.delete_group(ID).await,
        client.remove_assignment(ID, OTHER).await,
    ]
}

#[tokio::test]
async fn a_deletion_is_done_only_if_the_documented_answer_says_so() {
    let (client, _) =
        client_of(|| reply(200, json!({"message": "Organization member deleted successfully"}))).await;
    assert_eq!(client.remove_member(ID).await, Ok(Deletion::Done));
    assert_eq!(client.revoke_invitation(ID).await, Ok(Deletion::Done));
    for answer in [
        || reply(200, json!({})),
        || reply(200, json!({"message": null})),
        || reply(200, json!("message")),
        || reply(200, json!({"object": "error", "message": "the member stays"})),
        || reply(202, json!({"message": "later"})),
        || empty(202),
        || (StatusCode::OK, r#"{"message": "deleted"} {"object": "error"}"#).into_response(),
        || (StatusCode::OK, "null null").into_response(),
        || (StatusCode::OK, "<html>Sign in</html>").into_response(),
    ] as [fn() -> Response; 9]
    {
        let (client, _) = client_of(answer).await;
        for outcome in deletions(&client).await {
            let error = outcome.unwrap_err();
            assert!(matches!(error.fault(), Fault::Unconfirmed(_)) && error.may_have_changed(), "{error}");
        }
    }
    // People are deleted with a message, everything else without one.
    let (client, _) = client_of(|| empty(204)).await;
    let [member, invitation, rest @ ..] = deletions(&client).await;
    assert!([member, invitation].iter().all(Result::is_err) && rest.iter().all(Result::is_ok), "{rest:?}");
}

#[tokio::test]
async fn a_404_of_something_else_than_the_api_is_no_deletion() {
    for answer in [
        || reply(404, json!({"message": "no Route matched with those values"})),
        || reply(404, json!({})),
        || reply(404, json!(null)),
        || reply(404, json!(["object", "error"])),
    ] as [fn() -> Response; 4]
    {
        let (client, _) = client_of(answer).await;
        for outcome in deletions(&client).await {
            let error = outcome.unwrap_err();
            assert!(matches!(error.fault(), Fault::WrongBase { .. }) && !error.may_have_changed(), "{error}");
        }
    }
    for answer in [
        || reply(404, json!({"object": "error", "message": "gone", "type": "not_found_error"})),
        || reply(404, json!({"detail": "Not Found"})),
    ] as [fn() -> Response; 2]
    {
        let (client, _) = client_of(answer).await;
        assert_eq!(deletions(&client).await, [const { Ok(Deletion::AlreadyGone) }; 5]);
    }
}

#[tokio::test]
async fn a_change_without_an_answer_fails_if_there_is_one() {
    let (client, _) = client_of(|| reply(200, json!({"object": "error", "message": "no\u{1b} right"}))).await;
    let error = client.add_group_members(ID, &[OTHER]).await.unwrap_err();
    assert!(error.may_have_changed(), "{error}");
    insta::assert_snapshot!(error.to_string().replace(&ID.to_string(), "ID"), @r"the change was accepted, but its answer can't be used: the answer has status 200, but it is an error: no\u{1b} right (POST /v1/admin/user-groups/ID/members)");
    let error = client.read_organization_id().await.unwrap_err();
    assert!(matches!(error.fault(), Fault::ErrorInSuccess { .. }), "{error}");
}

#[tokio::test]
async fn only_a_deletion_of_the_object_itself_takes_404_for_done() {
    let (client, _) = client_of(|| reply(404, json!({"object": "error", "message": "not found"}))).await;
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
        client.update_group(ID, &group("Lab", ""), &billing()).await,
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
    assert!(made.create_group(&group("Lab", "")).await.unwrap_err().may_have_changed());
}

/// A server that allows 20 requests in each second, says how many are left, and refuses the others.
#[tokio::test]
async fn a_run_slows_down_before_it_is_refused() {
    let window = Arc::new(Mutex::new((Instant::now(), 0_u64)));
    let (client, calls) = serve_all(move |_| {
        let window = window.clone();
        async move {
            let mut window = window.lock().unwrap();
            if window.0.elapsed() >= Duration::from_secs(1) {
                *window = (Instant::now(), 0);
            }
            window.1 += 1;
            match 20_u64.checked_sub(window.1) {
                Some(left) => ([("X-RateLimit-Remaining", left.to_string())], empty(204)).into_response(),
                None => empty(429),
            }
        }
    })
    .await;
    let members = [ID];
    let changes = (0..60).map(|_| client.add_group_members(ID, &members));
    let done = futures::future::join_all(changes).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    let refused = calls.lock().unwrap().len() - done.len();
    assert!(refused < 8, "{refused} were refused");
}
