//! Workspaces: made, changed, archived, and who is in them.

use crate::client::TestSandbox;
use serde_json::{Value, json};

const DEFAULT: &str = "00000000-0000-4000-8000-0000000000d0";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const DEV: &str = "578584f1-4319-4c88-9948-38a5184483b6";

#[tokio::test]
async fn a_workspace_is_made_with_its_admin_and_changed_and_archived() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let body = json!({"name": "Lab", "admin_user_id": ids[0], "icon": "🧪", "add_all_org_members": true});
    let (status, made) = world.send("POST", "/workspaces", body).await;
    let told = (&made["name"], &made["description"], &made["members_count"], &made["raw_roles"]);
    assert_eq!((status, told), (200, (&json!("Lab"), &json!(""), &json!(3), &json!(["A"]))));
    let lab = made["uuid"].as_str().unwrap();
    let roles = [world.access(&ids[0]).await, world.access(&ids[1]).await];
    assert_eq!(roles, ["Default: M, Lab: A", "Default: M, Lab: M"]);
    let path = format!("/workspaces/{lab}");
    let (_, changed) = world.send("PATCH", &path, json!({"name": "Labs", "icon": null})).await;
    assert_eq!((&changed["name"], &changed["icon"]), (&json!("Labs"), &json!("🧪")));
    let gone = [
        world.send("DELETE", &path, Value::Null).await.0,
        world.send("DELETE", &path, Value::Null).await.0,
        world.send("PATCH", &path, json!({})).await.0,
        world.send("POST", &format!("{path}/add-users"), json!({})).await.0,
        world.send("PATCH", &format!("{path}/users"), json!({})).await.0,
        world.send("DELETE", &format!("{path}/remove-users"), json!({"members": []})).await.0,
    ];
    assert_eq!(gone, [204, 404, 404, 404, 404, 404]);
    let lists = [world.names("/workspaces").await, world.names("/workspaces?is_archived=true").await];
    assert_eq!(lists, ["Default of 1", "Default, Labs of 2"]);
    assert_eq!(world.access(&ids[0]).await, "Default: M");
    world.workspace("Labs", &ids[1]).await;
}

#[tokio::test]
async fn names_are_unique_and_the_default_workspace_stays() {
    let world = TestSandbox::fresh().await;
    let ada = &world.create(&["ada@acme.example"], &[]).await[0];
    let lab = world.workspace("Lab", ada).await;
    let new = |name: &str, admin: &str| json!({"name": name, "admin_user_id": admin});
    let refused = [
        world.send("POST", "/workspaces", new("Lab", ada)).await,
        world.send("PATCH", &format!("/workspaces/{lab}"), json!({"name": "Default"})).await,
        world.send("POST", "/workspaces", new("Other", NOBODY)).await,
        world.send("DELETE", &format!("/workspaces/{DEFAULT}"), Value::Null).await,
    ];
    let codes = refused.map(|(status, answer)| format!("{status} {}", answer["code"].as_str().unwrap()));
    assert_eq!(codes, ["400 name_taken", "400 name_taken", "404 not_found", "400 default_workspace"]);
    let same = world.send("PATCH", &format!("/workspaces/{lab}"), json!({"name": "Lab"})).await.0;
    let renamed = world.send("PATCH", &format!("/workspaces/{DEFAULT}"), json!({"name": "Home"})).await.0;
    assert_eq!((same, renamed, world.names("/workspaces").await), (200, 200, "Home, Lab of 2".to_owned()));
}

#[tokio::test]
async fn five_hundred_workspaces_can_be_active() {
    let world = TestSandbox::fresh().await;
    let ada = &world.create(&["ada@acme.example"], &[]).await[0];
    let mut last = String::new();
    for number in 1..500 {
        last = world.workspace(&format!("W{number}"), ada).await;
    }
    let one_more = json!({"name": "One more", "admin_user_id": ada});
    let (status, answer) = world.send("POST", "/workspaces", one_more.clone()).await;
    assert_eq!((status, &answer["code"]), (400, &json!("too_many_workspaces")));
    world.send("DELETE", &format!("/workspaces/{last}"), Value::Null).await;
    assert_eq!(world.send("POST", "/workspaces", one_more).await.0, 200);
    let page = world.get("/workspaces?search=w1&page=12&page_size=10").await;
    assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(111), 1));
}

#[tokio::test]
async fn adding_keeps_roles_and_setting_replaces_them() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example", "eve@acme.example"], &[]).await;
    let lab = world.workspace("Lab", &ids[0]).await;
    let (add, set) = (format!("/workspaces/{lab}/add-users"), format!("/workspaces/{lab}/users"));
    let members = |list: Value| json!({"members": list});
    let (_, added) = world
        .send(
            "POST",
            &add,
            members(json!([
                {"user_uuid": ids[0], "role_names": ["billing"]},
                {"user_uuid": ids[1], "role_names": ["dev", "user"], "role": "A"},
                {"user_uuid": ids[2]},
            ])),
        )
        .await;
    assert_eq!(added, json!({"added_members_count": 2}));
    assert_eq!(world.access(&ids[0]).await, "Default: M, Lab: A");
    assert_eq!(
        world.access(&ids[1]).await,
        format!("Default: M, Lab: 48436751-ee56-44bd-8a2d-712233977821+{DEV}")
    );
    let (_, changed) = world
        .send(
            "PATCH",
            &set,
            members(json!([
                {"user_uuid": ids[0], "roles": [DEV]},
                {"user_uuid": ids[1], "roles": ["M", "A"]},
                {"user_uuid": ids[2], "role_name": "workspace_admin"},
            ])),
        )
        .await;
    assert_eq!(changed, json!({"added_members_count": 0, "updated_members_count": 3}));
    let mut seen = Vec::new();
    for id in &ids {
        seen.push(world.access(id).await);
    }
    assert_eq!(seen, [&format!("Default: M, Lab: {DEV}"), "Default: M, Lab: A+M", "Default: M, Lab: A"]);
    let (_, cleared) = world.send("PATCH", &set, members(json!([{"user_uuid": ids[0]}]))).await;
    assert_eq!(
        (cleared["updated_members_count"].clone(), world.access(&ids[0]).await),
        (json!(1), "Default: M, Lab: M".to_owned())
    );
    let one_unknown = members(json!([{"user_uuid": ids[0], "role": "A"}, {"user_uuid": NOBODY}]));
    let statuses = [
        world.send("PATCH", &set, one_unknown.clone()).await.0,
        world.send("POST", &add, one_unknown).await.0,
        world.send("POST", &add, members(Value::Null)).await.0,
    ];
    assert_eq!((statuses, world.access(&ids[0]).await), ([404, 404, 200], "Default: M, Lab: M".to_owned()));
}

#[tokio::test]
async fn removing_names_who_could_not_be_removed() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let lab = world.workspace("Lab", &ids[0]).await;
    let people = |ids: &[&str]| {
        let members: Vec<Value> = ids.iter().map(|id| json!({"user_uuid": id})).collect();
        json!({"members": members})
    };
    let body = people(&[&ids[0], &ids[1], NOBODY]);
    let (status, answer) = world.send("DELETE", &format!("/workspaces/{lab}/remove-users"), body).await;
    let mut kept: Vec<&str> =
        answer["not_deleted_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let mut expected = [ids[1].as_str(), NOBODY];
    kept.sort_unstable();
    expected.sort_unstable();
    assert_eq!((status, &answer["deleted_members_count"], kept), (200, &json!(1), expected.to_vec()));
    let path = format!("/workspaces/{DEFAULT}/remove-users");
    let (status, answer) = world.send("DELETE", &path, people(&[&ids[0]])).await;
    assert_eq!((status, answer), (200, json!({"deleted_members_count": 0, "not_deleted_members": [ids[0]]})));
    assert_eq!(world.access(&ids[0]).await, "Default: M");
}

#[tokio::test]
async fn everybody_is_in_the_default_workspace_and_may_have_other_roles_there() {
    let world = TestSandbox::fresh().await;
    let ada = &world.create(&["ada@acme.example"], &[]).await[0];
    let body = json!({"members": [{"user_uuid": ada, "role_names": ["dev"]}]});
    let (_, added) = world.send("POST", &format!("/workspaces/{DEFAULT}/add-users"), body.clone()).await;
    let before = world.access(ada).await;
    let (_, set) = world.send("PATCH", &format!("/workspaces/{DEFAULT}/users"), body).await;
    assert_eq!((added, before), (json!({"added_members_count": 0}), "Default: M".to_owned()));
    assert_eq!(set, json!({"added_members_count": 0, "updated_members_count": 1}));
    assert_eq!(world.access(ada).await, format!("Default: {DEV}"));
}

#[tokio::test]
async fn who_leaves_the_organization_leaves_its_workspaces() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    world.workspace("Lab", &ids[0]).await;
    world.send("DELETE", &format!("/users/{}", ids[0]), Value::Null).await;
    let page = world.get("/workspaces?search=LÁB").await;
    assert_eq!((&page["total"], &page["items"][0]["members_count"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn who_accepts_joins_the_workspaces_that_are_still_active() {
    let world = TestSandbox::fresh().await;
    let ada = &world.create(&["ada@acme.example"], &[]).await[0];
    let (lab, shop) = (world.workspace("Lab", ada).await, world.workspace("Shop", ada).await);
    let invite = json!({"email": "bob@acme.example", "workspace_uuids": [lab, shop, DEFAULT]});
    assert_eq!(world.send("POST", "/users-invite", invite.clone()).await.0, 200);
    world.send("DELETE", &format!("/workspaces/{shop}"), Value::Null).await;
    assert_eq!(world.send("POST", "/users-invite", invite).await.0, 404);
    world.beside("accept", json!({})).await;
    let bob = world.get("/users?email=bob@acme.example").await["members"][0]["uuid"].clone();
    assert_eq!(world.access(bob.as_str().unwrap()).await, "Default: M, Lab: M");
}
