//! Reading workspaces, groups, API keys and the organization's identifier, fresh and from a snapshot.

use crate::server::{Asked, cut, nothing, reply, serve_all};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use orgsync::api::{Client, Fault, Snapshot};
use orgsync::model::{KeyOwner, LiveApiKey, Role, WorkspaceRole};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use uuid::Uuid;

const DEV: &str = "375cd0db-3bbe-4b79-80f3-954ccf04f3d1";
/// People in the one group that is larger than a page.
const CROWD: u128 = 150;
/// What a list never has: a whole API key.
const SECRET: &str = "HQSxfB7IaJRKNHRv0e5OAYJNO1h2Ug6Y";

fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 64) + number)
}

fn workspace(number: u128) -> Value {
    json!({"uuid": id(1, number), "name": format!("W{number}"), "description": null, "icon": "★",
        "is_default": number == 0, "members_count": null})
}

fn group(number: u128) -> Value {
    json!({"uuid": id(2, number), "name": format!("G{number}"), "description": "d", "organization_role": "B",
        "parent_group_ids": [id(2, 0)], "new_field": {"kept": true}})
}

fn person() -> Value {
    json!({
        "uuid": id(3, 0), "oid_id": null, "name": null, "email": "ada@acme.example", "raw_roles": ["A"],
        "raw_role": "A", "subscription_types": [], "created_at": "2026-01-01T00:00:00Z",
        "workspaces": [{"uuid": id(1, 0), "name": "W0", "is_default": true, "raw_roles": ["M"], "raw_role": "M"}],
    })
}

fn key(number: u128) -> Value {
    let by = if number.is_multiple_of(2) { "Ada@acme.example" } else { "another key" };
    json!({"key_id": id(4, number), "created_by": by, "key": SECRET, "hidden_key": "HQSx...Ug6Y"})
}

/// What an organization with 130 workspaces, 120 groups and 201 API keys answers to a reading.
fn organization(asked: &Asked) -> Response {
    let list = |count, one: fn(u128) -> Value| (0..count).map(one).collect::<Vec<_>>();
    let path = asked.call.strip_prefix("GET /v1/admin/").unwrap();
    let body = match path.split('/').collect::<Vec<_>>()[..] {
        ["users"] => json!({"members": [person()], "invites": [], "total": 1, "page": 1, "page_size": 100}),
        ["roles"] => json!({"organization_roles": [], "workspace_roles": [
            {"uuid": DEV, "name": "dev", "description": "", "is_custom_role": false}]}),
        ["workspaces"] => cut("items", &list(130, workspace), asked),
        ["user-groups"] => cut("items", &list(120, group), asked),
        ["user-groups", of, "members"] => {
            let count = if of == id(2, 7).to_string() { CROWD } else { 0 };
            cut(
                "members",
                &list(count, |n| json!({"user_uuid": id(3, n), "name": null, "email": null})),
                asked,
            )
        }
        ["user-groups", of, "workspaces"] => {
            let assignment = |n| {
                json!({"workspace_uuid": id(1, n), "workspace_name": "W", "created": "2026-01-01T00:00:00Z",
                    "roles": [{"uuid": DEV, "name": "dev"}]})
            };
            cut("items", &list(if of == id(2, 7).to_string() { 120 } else { 0 }, assignment), asked)
        }
        ["audit-logs"] => json!([{"organization_uuid": id(5, 0)}]),
        ["api-keys"] => {
            let keys = list(201, key).into_iter().skip(asked.offset).take(asked.limit.min(50));
            json!({"keys": keys.collect::<Vec<_>>()})
        }
        _ => return StatusCode::NOT_IMPLEMENTED.into_response(),
    };
    reply(200, body)
}

/// A client of that organization, where `odd` can answer instead.
async fn client_of(odd: impl Fn(&Asked) -> Option<Response> + Clone + Send + Sync + 'static) -> Client {
    let respond = move |asked: Asked| {
        let answer = odd(&asked).unwrap_or_else(|| organization(&asked));
        async { answer }
    };
    serve_all(respond).await.0
}

#[tokio::test]
async fn all_pages_of_all_lists_are_read() {
    let live = client_of(|_| None).await.read_live().await.unwrap();
    assert_eq!(live.workspaces.len(), 130);
    assert!(live.workspaces.iter().zip(0..).all(|(one, n)| one.id == id(1, n) && one.is_default == (n == 0)));
    let ada = &live.members[0];
    assert_eq!(ada.workspaces[&id(1, 0)].roles, WorkspaceRole::WorkspaceContributor);

    let groups = live.groups.unwrap();
    assert!(groups.iter().map(|group| group.id).eq((0..120).map(|n| id(2, n))));
    let crowd = &groups[7];
    // Whoever is in a group is kept, member of the organization or not.
    assert!(crowd.members.iter().copied().eq((0..CROWD).map(|n| id(3, n))));
    assert_eq!(crowd.workspaces.len(), 120);
    assert!(crowd.workspaces.values().all(|access| access.roles == WorkspaceRole::Dev));
    assert_eq!(crowd.settings.organization_role, Some(Role::Billing));
    assert!(groups[8].members.is_empty() && groups[8].parents.contains(&id(2, 0)));

    assert_eq!(live.organization_id, Some(id(5, 0)));
    let keys = live.api_keys.unwrap();
    let of_ada =
        |key: &&LiveApiKey| matches!(&key.owner, KeyOwner::Address(by) if by.as_str() == "ada@acme.example");
    assert_eq!((keys.len(), keys.iter().filter(of_ada).count()), (201, 101));
    assert!(!format!("{keys:?}").contains(SECRET));
}

#[tokio::test]
async fn all_lists_together_keep_to_eight_requests_at_a_time() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let (client, _) = serve_all(move |asked| {
        let (now, most) = (now.clone(), most.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            organization(&asked)
        }
    })
    .await;
    client.read_live().await.unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn a_snapshot_gives_what_a_fresh_reading_gives_but_for_keys() {
    let none = |asked: &Asked| (asked.call == "GET /v1/admin/user-groups").then(|| reply(403, json!({})));
    for client in [client_of(|_| None).await, client_of(none).await] {
        let document = serde_json::to_string_pretty(&client.read_snapshot(None).await.unwrap()).unwrap();
        let live = client.read_live().await.unwrap();
        assert_eq!(Snapshot::read_live(document.as_bytes()).unwrap().live, live);
    }
}

#[tokio::test]
async fn a_snapshot_keeps_objects_as_they_came() {
    let document =
        serde_json::to_string(&client_of(|_| None).await.read_snapshot(None).await.unwrap()).unwrap();
    let snapshot: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(snapshot["workspaces"][1], workspace(1));
    assert_eq!(snapshot["organization_uuid"], json!(id(5, 0)));
    let mut seventh = snapshot["groups"][7].clone();
    let parts = seventh.as_object_mut().unwrap();
    assert_eq!(parts.remove("members").unwrap()[1], json!(id(3, 1)));
    assert_eq!(parts.remove("workspaces").unwrap()[1]["created"], "2026-01-01T00:00:00Z");
    assert_eq!(seventh, group(7));
    let keys = snapshot["api_keys"].as_array().unwrap();
    assert!(keys.len() > 100 && !document.contains(SECRET), "{}", keys.len());
}

#[test]
fn a_snapshot_may_say_nothing_of_workspaces_and_groups() {
    let read = |rest: Value| {
        let mut document = json!({"format_version": "1.0", "members": []});
        document.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Snapshot::read_live(document.to_string().as_bytes()).unwrap().live
    };
    let bare = read(json!({}));
    assert_eq!((bare.workspaces.len(), bare.groups, bare.organization_id), (0, Some(Vec::new()), None));
    assert_eq!(read(json!({"groups": null, "organization_uuid": null})).groups, None);
    let by_hand = json!([{"uuid": id(2, 0), "name": "G", "members": [id(3, 0)],
        "workspaces": [{"workspace_uuid": id(1, 0), "roles": [{"name": "dev"}, {"uuid": DEV}]}]}]);
    let groups = read(json!({"groups": by_hand})).groups.unwrap();
    let access = &groups[0].workspaces[&id(1, 0)];
    assert_eq!(
        (access.roles, access.locked_roles.as_slice()),
        (WorkspaceRole::Dev.into(), &[DEV.to_owned()][..])
    );
}

#[tokio::test]
async fn what_is_not_offered_is_none() {
    let html = |status| (StatusCode::from_u16(status).unwrap(), Html("<html>")).into_response();
    for status in [401, 403, 404] {
        for body in [true, false] {
            let client = client_of(move |asked| {
                let (_, list) = asked.call.split_once("/v1/admin/").unwrap();
                let groups = list == "user-groups" && status != 401;
                let absent = groups || ["audit-logs", "api-keys"].contains(&list);
                absent.then(|| if body { reply(status, json!({"message": "no"})) } else { html(status) })
            })
            .await;
            let live = client.read_live().await.unwrap();
            assert_eq!((live.organization_id, live.api_keys), (None, None), "{status}");
            assert_eq!(live.groups.is_none(), status != 401, "{status}");
        }
    }
}

#[tokio::test]
async fn an_audit_log_without_entries_or_organization_tells_nothing() {
    for log in [json!([]), json!([{"organization_uuid": null}]), json!([{}])] {
        let client =
            client_of(move |asked| asked.call.ends_with("/audit-logs").then(|| reply(200, log.clone())))
                .await;
        assert_eq!(client.read_live().await.unwrap().organization_id, None);
    }
}

#[tokio::test]
async fn only_the_first_request_for_groups_may_find_none() {
    let second_page = |asked: &Asked| {
        (asked.call.ends_with("/user-groups") && asked.page == 2)
            .then(|| reply(403, json!({"message": "no"})))
    };
    let error = client_of(second_page).await.read_live().await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Forbidden { .. }), "{error}");
    let of_a_group = |asked: &Asked| {
        asked.call.ends_with(&format!("{}/members", id(2, 9))).then(|| reply(404, json!({"message": "no"})))
    };
    let error = client_of(of_a_group).await.read_live().await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Gone { .. }), "{error}");
    // A group that is deleted while the organization is read is not in the next list.
    let deleted = move |asked: &Asked| {
        let path = asked.call.as_str();
        match path.ends_with("/user-groups") && asked.before >= 2 {
            true => Some(reply(200, cut("items", &[group(0)], asked))),
            false => of_a_group(asked),
        }
    };
    let live = client_of(deleted).await.read_live().await.unwrap();
    assert_eq!(live.groups.unwrap().len(), 1);
    // A run looks again at groups while it deletes some.
    let live = client_of(of_a_group).await.read_touched(|_| true).await.unwrap();
    assert!(live.groups.unwrap().iter().all(|group| group.id != id(2, 9)));
}

#[tokio::test]
async fn other_failures_of_lists_beside_people_are_errors() {
    for (list, status) in [
        ("workspaces", 404),
        ("workspaces", 403),
        ("user-groups", 401),
        ("audit-logs", 422),
        ("api-keys", 400),
    ] {
        let client = client_of(move |asked| {
            asked.call.ends_with(&format!("/admin/{list}")).then(|| reply(status, json!({"message": "no"})))
        })
        .await;
        let error = client.read_live().await.unwrap_err();
        assert!(error.to_string().contains(&format!("status {status}")), "{list}: {error}");
        assert!(error.to_string().contains(&format!("(GET /v1/admin/{list})")), "{list}: {error}");
    }
}

#[tokio::test]
async fn every_list_is_read_again_when_it_shifts_and_given_up_when_it_never_rests() {
    let of_group = format!("user-groups/{}", id(2, 7));
    for list in
        ["workspaces", "user-groups", &format!("{of_group}/members"), &format!("{of_group}/workspaces")]
    {
        for rests in [true, false] {
            let path = format!("GET /v1/admin/{list}");
            let (client, calls) = serve_all({
                let path = path.clone();
                move |asked| {
                    // Another total than that of the page before.
                    let shifts = asked.call == path && asked.page == 2 && !(rests && asked.before > 1);
                    let answer = organization(&asked);
                    async move {
                        if !shifts {
                            return answer;
                        }
                        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
                        let mut body: Value = serde_json::from_slice(&body).unwrap();
                        body["total"] = json!(body["total"].as_u64().unwrap() + 1);
                        reply(200, body)
                    }
                }
            })
            .await;
            match client.read_live().await {
                Ok(live) => assert!(rests && live.workspaces.len() == 130, "{list}"),
                Err(error) => {
                    assert!(!rests && error.fault() == &Fault::Shifting(3), "{list}: {error}");
                    assert!(error.to_string().contains(&path), "{error}");
                }
            }
            let sent = calls.lock().unwrap().iter().filter(|call| **call == path).count();
            assert_eq!(sent, if rests { 4 } else { 6 }, "{list}");
        }
    }
}

#[tokio::test]
async fn keys_that_stand_twice_are_read_again() {
    // A server that knows no offset.
    let (client, calls) = serve_all(|asked| {
        let people = json!({"members": [], "invites": [], "total": 0, "page": 1, "page_size": 100});
        let answer = match asked.call.as_str() {
            "GET /v1/admin/api-keys" if asked.before % 3 < 2 => reply(200, json!({"keys": [key(0)]})),
            "GET /v1/admin/users" => reply(200, people),
            _ => nothing(&asked).unwrap(),
        };
        async { answer }
    })
    .await;
    assert_eq!(client.read_live().await.unwrap_err().fault(), &Fault::Shifting(3));
    let sent = calls.lock().unwrap().iter().filter(|call| call.ends_with("/api-keys")).count();
    assert_eq!(sent, 9);
}
