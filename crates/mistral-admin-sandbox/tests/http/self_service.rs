//! What people and their identity provider do without the Admin API, and what an admin does in the panel.

use crate::client::TestSandbox;
use serde_json::{Value, json};

impl TestSandbox {
    /// A request beside the Admin API: the status and the answer.
    async fn tell(&self, what: &str, body: &Value) -> (u16, Value) {
        let answer = self.http.post(self.url(&format!("/sandbox/{what}"))).json(body).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn id(&self, email: &str) -> String {
        let page = self.get(&format!("/users?email={email}")).await;
        page["members"][0]["uuid"].as_str().unwrap().to_owned()
    }

    /// The events after the first one: type, type of actor, and the person who did it, if any.
    async fn events(&self) -> Vec<String> {
        let log = self.get("/audit-logs?sort=ascending&limit=100").await;
        let line = |entry: &Value| {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let parts = [&entry["event_type"], &entry["actor_type"], &entry["actor_metadata"]["user_uuid"]];
            parts.map(word).join(" ").trim().to_owned()
        };
        log.as_array().unwrap().iter().skip(1).map(line).collect()
    }
}

#[tokio::test]
async fn people_join_by_domain_or_sign_in_and_each_way_has_its_events() {
    let world = TestSandbox::fresh().await;
    world.invite("ada@acme.example", &["CHAT"]).await;
    let emails = json!({"emails": ["ada@acme.example", "ada@acme.example", "nobody"]});
    let joined = json!({"joined": ["ada@acme.example"], "already_members": ["ada@acme.example"], "invalid_emails": ["nobody"]});
    assert_eq!(world.tell("join", &emails).await, (200, joined));
    world.tell("sign_in", &json!({"emails": ["ada@acme.example", "bob@acme.example"]})).await;
    assert_eq!(world.people().await[1..], ["ada@acme.example M", "bob@acme.example M"]);
    let (ada, bob) = (world.id("ada@acme.example").await, world.id("bob@acme.example").await);
    world.tell("leave", &json!({"emails": ["ada@acme.example"]})).await;
    assert_eq!(
        world.events().await,
        [
            "organization.invite.send API_KEY".to_owned(),
            format!("organization.join_by_email_domain HUMAN {ada}"),
            format!("user.organization.join HUMAN {ada}"),
            format!("user.log_in HUMAN {ada}"),
            format!("user.organization.join HUMAN {bob}"),
            format!("user.log_in HUMAN {bob}"),
            format!("user.organization.leave HUMAN {ada}"),
        ]
    );
}

#[tokio::test]
async fn the_identity_provider_changes_an_address_and_the_person_stays() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &["CHAT"]).await;
    let change = |from: &str, to: &str| json!({"from": from, "to": to});
    let renamed = change("ADA@acme.example", "ada.byron@acme.example");
    let answer = json!({"uuid": ids[0], "from": "ADA@acme.example", "to": "ada.byron@acme.example"});
    assert_eq!(world.tell("rename", &renamed).await, (200, answer));
    assert_eq!(world.people().await[1..], ["ada.byron@acme.example M CHAT", "bob@acme.example M CHAT"]);
    assert_eq!(world.id("ada.byron@acme.example").await, ids[0]);
    assert_eq!(world.get("/users?email=ada@acme.example").await["members"], json!([]));
    let newest = world.get("/audit-logs?limit=1").await[0].take();
    assert_eq!(
        [&newest["event_type"], &newest["actor_type"], &newest["actor_metadata"]],
        [&json!("user.info.update"), &json!("OTHER"), &json!({})]
    );
    assert_eq!(
        [&newest["target_metadata"]["user_uuid"], &newest["target_metadata"]["email"]],
        [&json!(ids[0]), &json!("ada.byron@acme.example")]
    );

    let only_case = change("bob@acme.example", "Bob@acme.example");
    assert_eq!(world.tell("rename", &only_case).await.0, 200);
    for (wrong, status) in [
        (renamed, 404),
        (change("bob@acme.example", "Ada.Byron@acme.example"), 400),
        (change("bob@acme.example", "bob"), 422),
        (json!({"from": "bob@acme.example"}), 422),
        (json!({"from": "bob@acme.example", "to": "b@acme.example", "by": "x"}), 422),
    ] {
        assert_eq!(world.tell("rename", &wrong).await.0, status, "{wrong}");
    }
    assert_eq!(world.people().await[1..], ["ada.byron@acme.example M CHAT", "Bob@acme.example M CHAT"]);
}

#[tokio::test]
async fn a_person_changes_the_organization_in_the_panel() {
    let world = TestSandbox::fresh().await;
    let ids = world.create(&["ada@acme.example", "bob@acme.example"], &[]).await;
    let admin = world.id("admin@sandbox.example").await;
    let requests = world.http.get(world.url("/sandbox/requests")).send().await.unwrap();
    let requests: Value = requests.json().await.unwrap();
    let faults = json!({"rules": [{"kind": "server_error"}]});
    world.beside("faults", faults).await;
    let by = "Admin@sandbox.example";
    let users = format!("/v1/admin/users/{}", ids[0]);
    let promote =
        json!({"by": by, "method": "PATCH", "path": users, "body": {"role_names": ["organization_admin"]}});
    let (status, ada) = world.tell("panel", &promote).await;
    assert_eq!((status, &ada["raw_roles"]), (200, &json!(["A"])));
    let list = json!({"by": by, "method": "GET", "path": "/v1/admin/users?page=1&page_size=1"});
    let (status, page) = world.tell("panel", &list).await;
    assert_eq!((status, page["members"].as_array().unwrap().len()), (200, 1), "queries count");
    let bob = format!("/v1/admin/users/{}", ids[1]);
    let remove = json!({"by": "ada@acme.example", "method": "DELETE", "path": bob});
    assert_eq!(world.tell("panel", &remove).await.0, 200);
    assert_eq!(world.tell("panel", &remove).await.0, 404, "the answer is that of the Admin API");
    world.beside("faults", json!({})).await;

    let after = world.http.get(world.url("/sandbox/requests")).send().await.unwrap();
    assert_eq!(after.json::<Value>().await.unwrap(), requests, "the panel sends no request with the key");
    assert_eq!(world.people().await[1..], ["ada@acme.example A"]);
    world.create(&["cyd@acme.example"], &[]).await;
    assert_eq!(
        world.events().await[2..],
        [
            format!("user.organization.role.update HUMAN {admin}"),
            format!("user.organization.delete HUMAN {}", ids[0]),
            "user.organization.join API_KEY".to_owned(),
        ]
    );
}

#[tokio::test]
async fn what_is_no_request_to_the_admin_api_is_refused() {
    let world = TestSandbox::fresh().await;
    let right = json!({"by": "admin@sandbox.example", "method": "GET", "path": "/v1/admin/users"});
    assert_eq!(world.tell("panel", &right).await.0, 200);
    for (key, value, status) in [
        ("by", json!("nobody@acme.example"), 404),
        ("by", Value::Null, 422),
        ("method", json!("PUT"), 422),
        ("path", json!("/sandbox/panel"), 422),
        ("path", json!("/v1/administrators"), 422),
        ("path", json!("/v1/admin/users with spaces"), 422),
        ("path", json!("http://127.0.0.1/v1/admin/users"), 422),
        ("path", json!("/v1/admin/nothing"), 404),
        ("key", json!("sandbox-key"), 422),
    ] {
        let mut wrong = right.clone();
        wrong[key] = value;
        assert_eq!(world.tell("panel", &wrong).await.0, status, "{wrong}");
    }
    let answer = world.http.get(world.url("/sandbox/panel")).send().await.unwrap();
    assert_eq!(answer.status(), 405);
}
