//! User groups: their members, what they are nested in, and what they give.

use crate::client::TestSandbox;
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const ADMIN_ROLE: &str = "0d48f530-095c-43fe-8aea-6673bcacabe6";
const DEV: &str = "578584f1-4319-4c88-9948-38a5184483b6";

impl TestSandbox {
    async fn join(&self, group: &str, users: &[&str]) -> u16 {
        self.send("POST", &format!("/user-groups/{group}/members"), json!({"user_uuids": users})).await.0
    }

    async fn leave(&self, group: &str, users: &[&str]) -> u16 {
        self.send("DELETE", &format!("/user-groups/{group}/members"), json!({"user_uuids": users})).await.0
    }

    async fn assign(&self, group: &str, workspace: &str, roles: Value) -> u16 {
        let body = json!({"workspace_uuid": workspace, "role_names": roles});
        self.send("POST", &format!("/user-groups/{group}/workspaces"), body).await.0
    }

    async fn make_admins(&self, group: &str, role: &str) -> u16 {
        let body = json!({"organization_role": role});
        self.send("PATCH", &format!("/user-groups/{group}/organization-role"), body).await.0
    }

    async fn code(&self, method: &str, path: &str, body: Value) -> String {
        let (status, answer) = self.send(method, path, body).await;
        format!("{status} {}", answer["code"].as_str().unwrap_or_default())
    }
}

#[tokio::test]
async fn a_group_is_made_changed_and_deleted() {
    let world = TestSandbox::fresh().await;
    let (_, made) = world.send("POST", "/user-groups", json!({"name": "Ops", "target_type": "W"})).await;
    let id = made["uuid"].as_str().unwrap();
    let path = format!("/user-groups/{id}");
    let expected = json!({"uuid": id, "name": "Ops", "description": null, "externally_managed": false,
                          "target_type": "W", "organization_role": null, "parent_group_ids": []});
    assert_eq!((&made, &world.get(&path).await), (&expected, &expected));
    let change = json!({"name": "Operations", "description": "They run it", "target_type": null});
    let (_, changed) = world.send("PATCH", &path, change).await;
    let told = (&changed["name"], &changed["description"], &changed["target_type"]);
    assert_eq!(told, (&json!("Operations"), &json!("They run it"), &json!("W")));
    let dev = world.group("Dev", &[]).await;
    let lists = [world.names("/user-groups").await, world.names("/user-groups?search=OPER").await];
    assert_eq!(lists, ["Operations, Dev of 2", "Operations of 1"]);
    let clashes = [
        world.code("POST", "/user-groups", json!({"name": "Dev"})).await,
        world.code("PATCH", &format!("/user-groups/{dev}"), json!({"name": "Operations"})).await,
    ];
    assert_eq!(clashes, ["400 name_taken", "400 name_taken"]);
    let gone = [
        world.send("DELETE", &path, Value::Null).await.0,
        world.send("DELETE", &path, Value::Null).await.0,
        world.send("GET", &path, Value::Null).await.0,
        world.send("PATCH", &path, json!({})).await.0,
        world.send("GET", &format!("{path}/members"), Value::Null).await.0,
        world.join(id, &[]).await,
        world.leave(id, &[]).await,
        world.send("GET", &format!("{path}/workspaces"), Value::Null).await.0,
        world.send("GET", &format!("{path}/nested"), Value::Null).await.0,
        world.send("PATCH", &format!("{path}/nested"), json!({"child_group_uuids": []})).await.0,
        world.make_admins(id, "A").await,
    ];
    assert_eq!(gone, [204, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]);
}

#[tokio::test]
async fn members_join_and_leave_a_group() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let group = world.group("Ops", &[]).await;
    let statuses = [
        world.join(&group, &[&ids[0]]).await,
        world.join(&group, &[&ids[1], NOBODY]).await,
        world.join(&group, &[&ids[0], &ids[0]]).await,
        world.leave(&group, &[&ids[0], NOBODY]).await,
        world.leave(&group, &[&ids[1]]).await,
    ];
    assert_eq!(statuses, [204, 404, 204, 404, 204]);
    let page = world.get(&format!("/user-groups/{group}/members")).await;
    let ada = json!({"user_uuid": ids[0], "name": "A B", "email": "ada@acme.example"});
    assert_eq!(page, json!({"total": 1, "members": [ada], "page": 1, "page_size": 25}));
    world.send("DELETE", &format!("/users/{}", ids[0]), Value::Null).await;
    let odd = world.get(&format!("/user-groups/{group}/members?page=-3&page_size=0")).await;
    assert_eq!(odd, json!({"total": 0, "members": [], "page": 1, "page_size": 0}));
}

#[tokio::test]
async fn members_get_what_the_group_and_all_above_it_are_assigned() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let (lab, shop) = (world.workspace("Lab", &ids[1]).await, world.workspace("Shop", &ids[1]).await);
    let top = world.group("Top", &[]).await;
    let middle = world.group("Middle", &[&top]).await;
    let bottom = world.group("Bottom", &[&middle]).await;
    world.join(&bottom, &[&ids[0]]).await;
    let assigned = [
        world.assign(&top, &lab, json!(["workspace_admin"])).await,
        world.assign(&middle, &shop, Value::Null).await,
        world.assign(&bottom, &lab, json!(["workspace_contributor"])).await,
    ];
    assert_eq!(
        (assigned, world.access(&ids[0]).await),
        ([201; 3], "Default: M, Lab: A+M, Shop: M".to_owned())
    );
    let lab_row = world.get("/workspaces?search=lab").await["items"][0]["members_count"].clone();
    assert_eq!(lab_row, 2);
    world.send("PATCH", &format!("/user-groups/{middle}"), json!({"parent_group_ids": []})).await;
    assert_eq!(world.access(&ids[0]).await, "Default: M, Lab: M, Shop: M");
    world.send("DELETE", &format!("/user-groups/{middle}"), Value::Null).await;
    assert_eq!(world.access(&ids[0]).await, "Default: M, Lab: M");
    let nested = world.get(&format!("/user-groups/{bottom}")).await["parent_group_ids"].clone();
    world.send("DELETE", &format!("/workspaces/{lab}"), Value::Null).await;
    let rows = world.get(&format!("/user-groups/{bottom}/workspaces")).await["total"].clone();
    assert_eq!((world.access(&ids[0]).await.as_str(), nested, rows), ("Default: M", json!([]), json!(0)));
}

#[tokio::test]
async fn nesting_has_two_views_and_no_circles() {
    let world = TestSandbox::fresh().await;
    let top = world.group("Top", &[]).await;
    let (one, other) = (world.group("One", &[&top]).await, world.group("Other", &[]).await);
    let nested = format!("/user-groups/{top}/nested");
    let child = |id: &str, name: &str| json!({"uuid": id, "name": name});
    assert_eq!(world.get(&nested).await, json!({"children": [child(&one, "One")]}));
    assert_eq!(world.send("PATCH", &nested, json!({"child_group_uuids": [other]})).await.0, 204);
    assert_eq!(world.get(&nested).await, json!({"children": [child(&other, "Other")]}));
    let parents = |group: Value| group["parent_group_ids"].clone();
    let seen = [
        parents(world.get(&format!("/user-groups/{one}")).await),
        parents(world.get(&format!("/user-groups/{other}")).await),
    ];
    assert_eq!(seen, [json!([]), json!([top])]);
    let refused = [
        world.code("PATCH", &nested, json!({"child_group_uuids": [top]})).await,
        world.code("PATCH", &nested, json!({"child_group_uuids": [NOBODY]})).await,
        world.code("PATCH", &format!("/user-groups/{top}"), json!({"parent_group_ids": [other]})).await,
        world.code("PATCH", &format!("/user-groups/{top}"), json!({"parent_group_ids": [top]})).await,
        world.code("PATCH", &format!("/user-groups/{top}"), json!({"parent_group_ids": [NOBODY]})).await,
        world
            .code("PATCH", &format!("/user-groups/{other}/nested"), json!({"child_group_uuids": [top]}))
            .await,
        world.code("POST", "/user-groups", json!({"name": "New", "parent_group_ids": [NOBODY]})).await,
    ];
    let (circle, unknown) = ("400 cycle", "404 not_found");
    assert_eq!(refused, [circle, unknown, circle, circle, unknown, circle, unknown]);
}

#[tokio::test]
async fn an_assignment_is_made_once_and_then_changed() {
    let world = TestSandbox::fresh().await;
    let ada = &world.create(&["ada@acme.example"], &[]).await[0];
    let (lab, shop) = (world.workspace("Lab", ada).await, world.workspace("Shop", ada).await);
    let group = world.group("Ops", &[]).await;
    let list = format!("/user-groups/{group}/workspaces");
    let (at_lab, at_shop) = (format!("{list}/{lab}"), format!("{list}/{shop}"));
    let provision = json!({"user_group_uuid": group, "workspace_uuid": shop, "workspace_role_name": "dev"});
    let told = [
        world.code("POST", &list, json!({"workspace_uuid": lab, "roles": ["M", DEV]})).await,
        world.code("POST", &list, json!({"workspace_uuid": lab})).await,
        world.code("POST", &list, json!({"workspace_uuid": NOBODY})).await,
        world.code("PATCH", &at_shop, json!({"role_names": ["dev"]})).await,
        world.code("DELETE", &at_shop, Value::Null).await,
        world.code("POST", "/user-groups/provision-workspace", provision.clone()).await,
        world.code("PATCH", &at_lab, json!({})).await,
        world.code("PATCH", &at_shop, json!({"role": "A"})).await,
    ];
    let unknown = "404 not_found";
    assert_eq!(told, ["201 ", "400 already_assigned", unknown, unknown, unknown, "204 ", "204 ", "204 "]);
    let roles = |page: &Value| {
        let mut rows: Vec<String> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let names: Vec<_> = row["roles"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|role| role["name"].as_str().unwrap())
                    .collect();
                format!("{}: {}", row["workspace_name"].as_str().unwrap(), names.join("+"))
            })
            .collect();
        rows.sort();
        rows
    };
    let page = world.get(&list).await;
    assert_eq!(roles(&page), ["Lab: dev+workspace_contributor", "Shop: workspace_admin"]);
    let again = world.code("POST", "/user-groups/provision-workspace", provision).await;
    let gone = world.code("DELETE", &at_lab, Value::Null).await;
    assert_eq!(
        (again, gone, roles(&world.get(&list).await)),
        ("204 ".into(), "204 ".into(), vec!["Shop: dev".to_owned()])
    );
}

#[tokio::test]
async fn an_admin_through_a_group_counts_as_the_last_one() {
    let world = TestSandbox::fresh().await;
    let admin = world.get("/users").await["members"][0]["uuid"].as_str().unwrap().to_owned();
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let top = world.group("Top", &[]).await;
    let inner = world.group("Inner", &[&top]).await;
    world.join(&inner, &[&ids[0]]).await;
    let alone = world.send("DELETE", &format!("/users/{admin}"), Value::Null).await.0;
    let promoted = world.make_admins(&top, ADMIN_ROLE).await;
    let left = world.send("DELETE", &format!("/users/{admin}"), Value::Null).await.0;
    assert_eq!((alone, promoted, left), (400, 204, 200));
    let (group, member) = (format!("/user-groups/{top}"), format!("/users/{}", ids[0]));
    assert_eq!(world.get(&group).await["organization_role"], ADMIN_ROLE);
    let refused = [
        world.code("DELETE", &group, Value::Null).await,
        world.code("DELETE", &format!("/user-groups/{inner}"), Value::Null).await,
        world.code("PATCH", &format!("{group}/organization-role"), json!({"organization_role": "M"})).await,
        world.code("PATCH", &format!("{group}/nested"), json!({"child_group_uuids": []})).await,
        world.code("PATCH", &format!("/user-groups/{inner}"), json!({"parent_group_ids": []})).await,
        world.code("DELETE", &format!("/user-groups/{inner}/members"), json!({"user_uuids": [ids[0]]})).await,
        world.code("DELETE", &member, Value::Null).await,
    ];
    assert_eq!(refused, ["400 last_admin"; 7]);
    assert_eq!(world.get(&member).await["raw_roles"], json!(["M"]), "direct roles alone are told");
    world.join(&inner, &[&ids[1]]).await;
    assert_eq!(world.code("DELETE", &member, Value::Null).await, "200 ");
}

#[tokio::test]
async fn an_organization_without_groups_refuses_all_their_paths() {
    let world = TestSandbox::seeded(&json!({"format_version": "1.0", "members": [], "groups": null})).await;
    let group = format!("/user-groups/{NOBODY}");
    let mut seen = Vec::new();
    for (method, path) in [
        ("GET", "/user-groups?page=0".to_owned()),
        ("POST", "/user-groups".to_owned()),
        ("POST", "/user-groups/provision-workspace".to_owned()),
        ("GET", group.clone()),
        ("GET", format!("{group}/members")),
        ("DELETE", format!("{group}/workspaces/x")),
        ("PATCH", format!("{group}/nested")),
    ] {
        seen.push(world.code(method, &path, Value::Null).await);
    }
    assert_eq!(seen, ["403 no_user_groups"; 7]);
}
