//! Each kind of fault, as a client meets it.

use crate::client::{TestSandbox, settings};
use mistral_admin_sandbox::{FaultRules, Settings};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

impl TestSandbox {
    /// Sets one rule.
    pub(crate) async fn meets(&self, rule: Value) {
        self.sets(json!({"rules": [rule]})).await;
    }

    pub(crate) async fn sets(&self, faults: Value) {
        let answer = self.beside("faults", faults).await;
        assert!(answer["rules"].is_array(), "{answer}");
    }

    /// Sends a request that may end in any way.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> reqwest::Result<reqwest::Response> {
        let url = self.url(&format!("/v1/admin{path}"));
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth("sandbox-key");
        if body.is_null() { request.send().await } else { request.json(body).send().await }
    }

    pub(crate) async fn status(&self, method: &str, path: &str) -> u16 {
        self.ask(method, path, &Value::Null).await.unwrap().status().as_u16()
    }

    pub(crate) async fn shows(&self, what: &str) -> Value {
        let answer = self.http.get(self.url(&format!("/sandbox/{what}"))).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The requests so far, as in `POST /users 200`.
    pub(crate) async fn noted(&self) -> Vec<String> {
        let requests = self.shows("requests").await;
        let word = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().replace("/v1/admin", "");
        let line = |one: &Value| format!("{} {} {}", word(one, "method"), word(one, "path"), one["status"]);
        requests.as_array().unwrap().iter().map(line).collect()
    }

    /// Sends a request in plain TCP; gives all that comes back, and whether it ended in an error.
    fn wire(&self, line: &str) -> (String, bool) {
        let address = self.url("").replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let text = format!(
            "{line} HTTP/1.1\r\nHost: {address}\r\nx-api-key: sandbox-key\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let failed = stream.read_to_end(&mut answer).is_err();
        (String::from_utf8(answer).unwrap(), failed)
    }
}

pub(crate) fn invitation(emails: &str) -> Value {
    json!({"email": emails})
}

#[tokio::test]
async fn latency_comes_before_the_answer() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "latency", "ms": 150, "first": 1})).await;
    let begun = Instant::now();
    assert_eq!(world.status("GET", "/roles").await, 200);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_again_in_the_way_that_is_asked_for() {
    let world = TestSandbox::fresh().await;
    let limit = |retry_after: Value| json!({"kind": "rate_limit", "retry_after": retry_after});
    let mut told = Vec::new();
    for when in [Value::Null, json!(3), json!({"date": 60})] {
        world.meets(limit(when)).await;
        let answer = world.ask("POST", "/users-invite", &invitation("a@x.example")).await.unwrap();
        assert_eq!(answer.status(), 429);
        told.push(answer.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned()));
        assert_eq!(answer.json::<Value>().await.unwrap()["type"], "rate_limit_error");
    }
    assert_eq!(told[..2], [None, Some("3".to_owned())]);
    let date = httpdate::parse_http_date(told[2].as_ref().unwrap()).unwrap();
    let ahead = date.duration_since(SystemTime::now()).unwrap();
    assert!((50..=60).contains(&ahead.as_secs()), "{ahead:?}");
    world.sets(json!({})).await;
    assert_eq!(world.people().await, ["admin@sandbox.example A"], "and nothing was done");
}

#[tokio::test]
async fn a_key_without_a_right_gets_a_403_for_those_paths_alone() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "forbidden", "paths": ["/audit-logs", "/users-invite"]})).await;
    let answer = world.ask("GET", "/audit-logs", &Value::Null).await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.json::<Value>().await.unwrap()["type"], "permission_error");
    assert_eq!(world.ask("POST", "/users-invite", &invitation("a@x.example")).await.unwrap().status(), 403);
    assert_eq!(world.status("GET", "/roles").await, 200);
    assert_eq!(world.people().await, ["admin@sandbox.example A"], "and nothing was done");
}

#[tokio::test]
async fn who_sends_much_gets_to_see_that_it_was_in_vain() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "rate_limit"})).await;
    let answer = world.ask("POST", "/users-invite", &invitation(&"a".repeat(8 << 20))).await.unwrap();
    assert_eq!(answer.status(), 429);
}

#[tokio::test]
async fn an_error_of_the_server_comes_before_the_change_or_after_it() {
    let world = TestSandbox::fresh().await;
    for (address, when) in [("a@x.example", "before"), ("b@x.example", "after")] {
        world.meets(json!({"kind": "server_error", "status": 503, "when": when})).await;
        let answer = world.ask("POST", "/users-invite", &invitation(address)).await.unwrap();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.json::<Value>().await.unwrap()["object"], "error");
    }
    world.sets(json!({})).await;
    assert_eq!(world.people().await, ["admin@sandbox.example A", "b@x.example…"]);
    assert_eq!(world.noted().await[..2], ["POST /users-invite 503", "POST /users-invite 200"]);
}

#[tokio::test]
async fn a_bad_gateway_answers_with_a_page_for_people() {
    let world = TestSandbox::fresh().await;
    for (address, when) in [("a@x.example", "before"), ("b@x.example", "after")] {
        world.meets(json!({"kind": "bad_gateway", "when": when})).await;
        let answer = world.ask("POST", "/users-invite", &invitation(address)).await.unwrap();
        assert_eq!(answer.status(), 502);
        assert!(answer.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        assert!(answer.text().await.unwrap().starts_with("<html>"));
    }
    world.sets(json!({})).await;
    assert_eq!(world.people().await, ["admin@sandbox.example A", "b@x.example…"]);
}

#[tokio::test]
async fn a_reset_gives_no_answer_and_the_change_took_effect_or_not() {
    let world = TestSandbox::fresh().await;
    for (address, when) in [("a@x.example", "before"), ("b@x.example", "after")] {
        world.meets(json!({"kind": "reset", "when": when})).await;
        let error = world.ask("POST", "/users-invite", &invitation(address)).await.unwrap_err();
        assert!(error.is_request() && !error.is_connect() && !error.is_timeout(), "{error:?}");
    }
    world.sets(json!({})).await;
    assert_eq!(world.people().await, ["admin@sandbox.example A", "b@x.example…"]);
    assert_eq!(world.noted().await, ["POST /users-invite 200", "GET /users 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_one_byte_comes_over_a_connection_that_is_reset() {
    let world = TestSandbox::fresh().await;
    for when in ["before", "after"] {
        world.meets(json!({"kind": "reset", "when": when})).await;
        let (answer, failed) = world.wire("GET /v1/admin/users");
        assert_eq!((answer.as_str(), failed), ("", true), "{when}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_body_promises_all_and_breaks_off() {
    let world = TestSandbox::fresh().await;
    for bytes in [0, 10] {
        world.meets(json!({"kind": "truncated_body", "bytes": bytes, "first": 1})).await;
        let (answer, _) = world.wire("GET /v1/admin/users");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && length.parse::<usize>().unwrap() > 100, "{head}");
        assert_eq!(body, &r#"{"members":"#[..bytes]);
    }
    world.meets(json!({"kind": "truncated_body", "bytes": 5, "paths": ["/users-invite"]})).await;
    let answer = world.ask("POST", "/users-invite", &invitation("a@x.example")).await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(world.people().await, ["admin@sandbox.example A", "a@x.example…"], "it took effect");
}

#[tokio::test]
async fn a_body_that_is_no_longer_than_the_cut_stays_whole() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "truncated_body", "bytes": 1_000_000})).await;
    assert_eq!(world.people().await.len(), 1);
}

#[tokio::test]
async fn a_slow_body_trickles_and_arrives_whole() {
    let world = TestSandbox::fresh().await;
    let whole = world.get("/roles").await;
    world.meets(json!({"kind": "slow_body", "ms_per_chunk": 20})).await;
    let begun = Instant::now();
    let mut answer = world.ask("GET", "/roles", &Value::Null).await.unwrap();
    let (mut body, mut pieces) = (Vec::new(), 0);
    while let Some(piece) = answer.chunk().await.unwrap() {
        body.extend_from_slice(&piece);
        pieces += 1;
    }
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), whole);
    assert!(pieces > 4 && begun.elapsed() >= Duration::from_millis(16 * 20), "{pieces}");
}

#[tokio::test]
async fn a_partial_success_names_who_was_left_out() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "partial", "share": 0.5})).await;
    let sent = "a@x.example,b@x.example,c@x.example,A@x.example";
    let (_, answer) = world.send("POST", "/users-invite", invitation(sent)).await;
    let left_out = answer["invalid_emails"].as_array().unwrap().len();
    assert_eq!(answer["invited_members_count"], 1, "{answer}");
    assert!([2, 3].contains(&left_out), "two people, one of whom is named twice: {answer}");
    let person = |email: &str| json!({"email": email, "first_name": "A", "last_name": "B"});
    let people = json!([person("d@x.example"), person("e@x.example")]);
    let (_, answer) = world.send("POST", "/users", people).await;
    assert_eq!(answer["invalid_emails"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["email_to_user_id"].as_object().unwrap().len(), 1, "{answer}");
    let id = answer["email_to_user_id"].as_object().unwrap().values().next().unwrap().clone();
    let workspace = world.workspace("W", id.as_str().unwrap()).await;
    let body = json!({"members": [{"user_uuid": id}]});
    let (_, answer) = world.send("DELETE", &format!("/workspaces/{workspace}/remove-users"), body).await;
    assert_eq!(answer, json!({"deleted_members_count": 0, "not_deleted_members": [id]}));
    assert_eq!(world.people().await.len(), 3);
}

#[tokio::test]
async fn lists_lag_behind_for_a_while_and_single_objects_do_not() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "stale_reads", "ms": 600})).await;
    let id = world.create(&["a@x.example"], &["CHAT"]).await.remove(0);
    let written = Instant::now();
    world.invite("b@x.example", &[]).await;
    let stale = (world.people().await, world.get("/users-invite").await);
    let single = world.get(&format!("/users/{id}")).await;
    if written.elapsed() < Duration::from_millis(500) {
        assert_eq!(stale, (vec!["admin@sandbox.example A".to_owned()], json!([])));
    }
    assert_eq!(single["email"], "a@x.example");
    tokio::time::sleep(Duration::from_millis(650)).await;
    let now = ["admin@sandbox.example A", "a@x.example M CHAT", "b@x.example…"];
    assert_eq!(world.people().await, now);
    world.invite("c@x.example", &[]).await;
    assert_eq!(world.people().await, now);
    world.sets(json!({})).await;
    assert_eq!(world.people().await.len(), 4, "and not at all once faults are cleared");
}

#[tokio::test]
async fn somebody_else_takes_a_seat_just_before_as_long_as_one_is_free() {
    let world = TestSandbox::with_seats(1).await;
    world.meets(json!({"kind": "seat_taken", "product": "le_chat", "methods": ["POST"]})).await;
    let person =
        json!({"email": "a@x.example", "first_name": "A", "last_name": "B", "subscription_types": ["CHAT"]});
    for _ in 0..2 {
        let (_, answer) = world.send("POST", "/users", json!([person])).await;
        assert_eq!(answer["invalid_emails"], json!(["a@x.example"]));
    }
    let people = world.people().await;
    assert_eq!(people.len(), 2, "{people:?}");
    assert!(
        people[1].starts_with("stranger-") && people[1].ends_with("@elsewhere.example M CHAT"),
        "{people:?}"
    );
}

#[tokio::test]
async fn faults_that_are_set_at_the_start_are_met_by_the_first_request() {
    let faults = FaultRules::parse(r#"{"rules": [{"kind": "server_error", "first": 1}]}"#).unwrap();
    let world = TestSandbox::start(Settings { faults, ..settings() }).await;
    assert_eq!(world.status("GET", "/roles").await, 500);
    assert_eq!(world.status("GET", "/roles").await, 200);
}
