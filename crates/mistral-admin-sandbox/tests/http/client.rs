//! A sandbox of its own for each test, and requests to it.

use crate::contract;
use mistral_admin_sandbox::{Product, Sandbox, Seed, Settings};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) struct TestSandbox {
    pub(crate) http: reqwest::Client,
    sandbox: Sandbox,
}

pub(crate) fn settings() -> Settings {
    Settings::default()
}

impl TestSandbox {
    pub(crate) async fn start(settings: Settings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, sandbox: Sandbox::start(settings).await.unwrap() }
    }

    pub(crate) async fn fresh() -> Self {
        Self::start(settings()).await
    }

    pub(crate) async fn with_seats(le_chat: u32) -> Self {
        Self::start(Settings { purchased: BTreeMap::from([(Product::LeChat, le_chat)]), ..settings() }).await
    }

    pub(crate) async fn seeded(seed: &Value) -> Self {
        let seed = Seed::parse("seed.json", &seed.to_string()).unwrap();
        Self::start(Settings { seed: Some(seed), ..settings() }).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    /// Sends any text as a body; checks the shape of the answer.
    pub(crate) async fn raw(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> (u16, Value) {
        let path = format!("/v1/admin{path}");
        let request = self.http.request(method.parse().unwrap(), self.url(&path)).bearer_auth("sandbox-key");
        let request = if kind.is_empty() { request } else { request.header(CONTENT_TYPE, kind) };
        let answer = request.body(body).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        let answer = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        contract::check(method, &path, status, &answer);
        (status, answer)
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.raw(method, path, "application/json", body.to_string().into_bytes()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.raw("GET", path, "", Vec::new()).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Beside the Admin API.
    pub(crate) async fn beside(&self, what: &str, body: Value) -> Value {
        let answer = self.http.post(self.url(&format!("/sandbox/{what}"))).json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    pub(crate) async fn invite(&self, emails: &str, seats: &[&str]) -> Value {
        let body = json!({"email": emails, "subscription_types": seats});
        let (status, answer) = self.send("POST", "/users-invite", body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Makes members, named by the part before the `@`; gives their ids.
    pub(crate) async fn create(&self, emails: &[&str], seats: &[&str]) -> Vec<String> {
        let person = |email: &&str| json!({"email": email, "first_name": "A", "last_name": "B", "subscription_types": seats});
        let people: Vec<Value> = emails.iter().map(person).collect();
        let (_, answer) = self.send("POST", "/users", people.into()).await;
        emails.iter().map(|email| answer["email_to_user_id"][email].as_str().unwrap().to_owned()).collect()
    }

    /// Each person in the list of users: address, letters of roles, seats; `?` for an expired invitation.
    pub(crate) async fn people(&self) -> Vec<String> {
        let page = self.get("/users?page_size=1000").await;
        let members = page["members"].as_array().unwrap().iter().map(|member| {
            let words = |key: &str| {
                let words: Vec<_> =
                    member[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                words.join("+")
            };
            let line = format!(
                "{} {} {}",
                member["email"].as_str().unwrap_or("-"),
                words("raw_roles"),
                words("subscription_types")
            );
            line.trim().to_owned()
        });
        let invitations = page["invites"].as_array().unwrap().iter().map(|invitation| {
            let mark = if invitation["expired"] == true { "?" } else { "…" };
            format!("{}{mark}", invitation["email"].as_str().unwrap())
        });
        members.chain(invitations).collect()
    }

    /// Makes a workspace with an admin; gives its id.
    pub(crate) async fn workspace(&self, name: &str, admin: &str) -> String {
        let body = json!({"name": name, "admin_user_id": admin});
        let (status, answer) = self.send("POST", "/workspaces", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["uuid"].as_str().unwrap().to_owned()
    }

    /// Makes a group, nested in others; gives its id.
    pub(crate) async fn group(&self, name: &str, parents: &[&str]) -> String {
        let body = json!({"name": name, "parent_group_ids": parents});
        let (status, answer) = self.send("POST", "/user-groups", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["uuid"].as_str().unwrap().to_owned()
    }

    /// The workspaces of a member, and the roles there.
    pub(crate) async fn access(&self, member: &str) -> String {
        let member = self.get(&format!("/users/{member}")).await;
        let Some(list) = member["workspaces"].as_array() else { return "null".to_owned() };
        let words = list.iter().map(|one| {
            let roles: Vec<_> =
                one["raw_roles"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            format!("{}: {}", one["name"].as_str().unwrap(), roles.join("+"))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// The names in a list, and how many there are in all.
    pub(crate) async fn names(&self, path: &str) -> String {
        let page = self.get(path).await;
        let items = page["items"].as_array().unwrap().iter();
        let names: Vec<&str> = items.map(|item| item["name"].as_str().unwrap()).collect();
        format!("{} of {}", names.join(", "), page["total"])
    }
}
