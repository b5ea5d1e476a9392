//! What was true at every moment: seats, admins, invitations.

use crate::client::TestSandbox;
use serde_json::{Value, json};

fn moment(requests: u64, chat: u64, code: u64, admins: u64) -> Value {
    json!({"requests": requests, "used": {"le_chat": chat, "mistral_code": code}, "admins": admins})
}

#[tokio::test]
async fn there_is_a_moment_for_the_start_and_one_after_each_change() {
    let world = TestSandbox::with_seats(1).await;
    assert_eq!(world.shows("moments").await, json!([moment(0, 0, 0, 1)]));
    let id = world.create(&["a@x.example"], &["CHAT", "MISTRAL_CODE"]).await.remove(0);
    world.get("/users").await;
    let change = json!({"role_names": ["organization_admin"], "subscription_types": ["MISTRAL_CODE"]});
    world.send("PATCH", &format!("/users/{id}"), change).await;
    world.send("DELETE", "/users/00000000-0000-4000-8000-000000000000", json!({})).await;
    world.send("DELETE", &format!("/users/{id}"), json!({})).await;
    let expected = [moment(0, 0, 0, 1), moment(0, 1, 1, 1), moment(2, 0, 1, 2), moment(4, 0, 0, 1)];
    assert_eq!(world.shows("moments").await, json!(expected));
}

#[tokio::test]
async fn people_who_are_admins_through_groups_are_counted_once() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["a@x.example", "b@x.example"], &[]).await;
    let page = world.get("/users").await;
    let admin = page["members"][0]["uuid"].clone();
    let (outer, inner) = (world.group("outer", &[]).await, world.group("inner", &[]).await);
    let put =
        |group: &str, users: Value| (format!("/user-groups/{group}/members"), json!({"user_uuids": users}));
    for (path, body) in [put(&outer, json!([ids[0], admin])), put(&inner, json!([ids[0], ids[1]]))] {
        world.send("POST", &path, body).await;
    }
    let role = json!({"organization_role": "A"});
    world.send("PATCH", &format!("/user-groups/{outer}/organization-role"), role).await;
    let nested = json!({"child_group_uuids": [inner]});
    world.send("PATCH", &format!("/user-groups/{outer}/nested"), nested).await;
    world.send("DELETE", &format!("/user-groups/{outer}"), json!({})).await;
    let moments = world.shows("moments").await;
    let admins: Vec<u64> =
        moments.as_array().unwrap().iter().map(|moment| moment["admins"].as_u64().unwrap()).collect();
    assert_eq!(admins, [1, 1, 1, 1, 1, 1, 2, 3, 1]);
}

#[tokio::test]
async fn every_invitation_of_an_address_is_counted() {
    let world = TestSandbox::fresh().await;
    world.invite("a@x.example,b@x.example", &[]).await;
    world.invite("A@x.example", &[]).await;
    let invitations = world.get("/users-invite").await;
    let id = invitations[0]["invite_uuid"].as_str().unwrap();
    world.send("DELETE", &format!("/users-invite/{id}"), json!({})).await;
    world.invite("A@x.example", &[]).await;
    world.beside("accept", json!({})).await;
    assert_eq!(world.shows("invited").await, json!({"a@x.example": 2, "b@x.example": 1}));
}
