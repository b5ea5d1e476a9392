//! Requests that are wrong: each is a 4xx in a documented shape, and changes nothing.

use crate::client::{TestSandbox, settings};
use mistral_admin_sandbox::{Sandbox, SandboxError, Settings};
use serde_json::{Value, json};

const NOBODY: &str = "/users/00000000-0000-4000-8000-000000000000";
const JSON: &str = "application/json";

/// The status, and the place and type of each fault.
pub(crate) fn told((status, answer): (u16, Value)) -> String {
    let faults = answer["detail"].as_array().into_iter().flatten().map(|fault| {
        let steps = fault["loc"].as_array().unwrap().iter();
        let steps: Vec<String> = steps.map(|step| step.to_string().replace('"', "")).collect();
        format!("{} {}", steps.join("."), fault["type"].as_str().unwrap())
    });
    let code = answer["code"].as_str().map(str::to_owned);
    format!("{status}: {}", faults.chain(code).collect::<Vec<_>>().join(", "))
}

#[tokio::test]
async fn malformed_requests_are_refused_with_every_fault_and_its_place() {
    let world = TestSandbox::fresh().await;
    let before = world.people().await;
    let deep = "[".repeat(100_000);
    let (patch, invite) = (("PATCH", NOBODY), ("POST", "/users-invite"));
    for ((method, path), kind, body, expected) in [
        (
            ("GET", "/users?page=0&page_size=x"),
            "",
            "",
            "422: query.page greater_than, query.page_size int_parsing",
        ),
        (("GET", "/users?page=-1"), "", "", "422: query.page greater_than"),
        (("GET", "/users?page=-99999999999999999999999"), "", "", "422: query.page greater_than"),
        (
            ("GET", "/users?page=1e3&page_size=0x9"),
            "",
            "",
            "422: query.page int_parsing, query.page_size int_parsing",
        ),
        (
            ("GET", "/users?page=%ff&page_size="),
            "",
            "",
            "422: query.page int_parsing, query.page_size int_parsing",
        ),
        (("GET", "/users?pagesize=9"), "", "", "422: query.pagesize extra_forbidden"),
        (("GET", "/roles?page=1"), "", "", "422: query.page extra_forbidden"),
        (("GET", "/users-invite?page=1"), "", "", "422: query.page extra_forbidden"),
        (
            ("GET", "/users/ada?a&b=1"),
            "",
            "",
            "422: path.user_id uuid_parsing, query.a extra_forbidden, query.b extra_forbidden",
        ),
        (("POST", "/users?dry_run=true"), JSON, "[]", "422: query.dry_run extra_forbidden"),
        (("GET", "/users/ada"), "", "", "422: path.user_id uuid_parsing"),
        (("GET", "/users/%ff"), "", "", "422: path.user_id uuid_parsing"),
        (("GET", NOBODY), "", "", "404: not_found"),
        (("DELETE", NOBODY), "", "", "404: not_found"),
        (("DELETE", "/users-invite/1"), "", "", "422: path.invite_uuid uuid_parsing"),
        (("DELETE", "/users-invite/00000000-0000-4000-8000-000000000000"), "", "", "404: not_found"),
        (("GET", ""), "", "", "404: not_found"),
        (("GET", "/users/"), "", "", "404: not_found"),
        (("GET", "/nothing/here"), "", "", "404: not_found"),
        (("PUT", "/users"), JSON, "[]", "405: method_not_allowed"),
        (("DELETE", "/roles"), "", "", "405: method_not_allowed"),
        (patch, JSON, "{}", "404: not_found"),
        (patch, "", "{}", "404: not_found"),
        (patch, "application/merge-patch+json; charset=utf-8", "{}", "404: not_found"),
        (patch, JSON, "", "422: body missing"),
        (patch, JSON, "null", "422: body missing"),
        (patch, JSON, "{\n\"roles\": [}", "422: body.12 json_invalid"),
        (patch, JSON, "{\"role\":\"\\ud800\"}", "422: body.15 json_invalid"),
        (patch, JSON, &deep, "422: body.127 json_invalid"),
        (patch, JSON, "{} {}", "422: body.3 json_invalid"),
        (patch, JSON, "[]", "422: body model_attributes_type"),
        (patch, "text/plain", "{}", "422: body model_attributes_type"),
        (patch, "application/x-www-form-urlencoded", "{}", "422: body model_attributes_type"),
        (patch, JSON, r#"{"role_names": []}"#, "422: body.role_names too_short"),
        (patch, JSON, r#"{"role_names": "member"}"#, "422: body.role_names list_type"),
        (
            patch,
            JSON,
            r#"{"role_names": ["member", "owner", 1]}"#,
            "422: body.role_names.1 literal_error, body.role_names.2 literal_error",
        ),
        (patch, JSON, r#"{"roles": []}"#, "422: body.roles too_short"),
        (patch, JSON, r#"{"roles": ["A", "X"]}"#, "422: body.roles.1 enum"),
        (
            patch,
            JSON,
            r#"{"roles": ["A", "0d48f530-095c-43fe-8aea-6673bcacabe6"]}"#,
            "422: body.roles.1 enum",
        ),
        (patch, JSON, r#"{"roles": ["00000000-0000-4000-8000-000000000000"]}"#, "422: body.roles.0 enum"),
        (patch, JSON, r#"{"roles": ["A"], "role_names": ["member"]}"#, "422: body value_error"),
        (patch, JSON, r#"{"role": "A", "role_name": "member"}"#, "422: body value_error"),
        (patch, JSON, r#"{"role": "admin"}"#, "422: body.role enum"),
        (
            patch,
            JSON,
            r#"{"subscription_types": ["API"], "role_name": 7}"#,
            "422: body.role_name literal_error, body.subscription_types.0 literal_error",
        ),
        (patch, JSON, r#"{"subscription_types": {"CHAT": true}}"#, "422: body.subscription_types list_type"),
        (("PATCH", "/users/7"), JSON, r#"{"role": 7}"#, "422: path.user_id uuid_parsing, body.role enum"),
        (("POST", "/users"), JSON, "{}", "422: body list_type"),
        (("POST", "/users"), JSON, "[7]", "422: body.0 model_attributes_type"),
        (
            ("POST", "/users"),
            JSON,
            r#"[{"email": null, "first_name": 1}]"#,
            "422: body.0.email string_type, body.0.first_name string_type, body.0.last_name missing",
        ),
        (
            ("POST", "/users"),
            JSON,
            r#"[{"email":"a@b.example","first_name":"A","last_name":"B","subscription_types":["VIBE"]}]"#,
            "422: body.0.subscription_types.0 enum",
        ),
        (invite, JSON, "{}", "422: body.email missing"),
        (invite, JSON, r#"{"email": " ,\n, "}"#, "422: body.email value_error"),
        (invite, JSON, r#"{"email": ["a@b.example"]}"#, "422: body.email string_type"),
        (
            invite,
            JSON,
            r#"{"email": "a@b.example", "email_language": "xx", "subscription_seat_automatic_granting": 3}"#,
            "422: body.email_language literal_error, body.subscription_seat_automatic_granting bool_type",
        ),
        (
            invite,
            JSON,
            r#"{"email": "a@b.example", "subscription_seat_automatic_granting": null}"#,
            "422: body.subscription_seat_automatic_granting bool_type",
        ),
        (
            invite,
            JSON,
            r#"{"email": "a@b.example", "workspace_uuids": ["x"], "subscription_type": "chat"}"#,
            "422: body.workspace_uuids.0 uuid_parsing, body.subscription_type enum",
        ),
        (
            invite,
            JSON,
            r#"{"email": "a@b.example", "workspace_uuids": ["00000000-0000-4000-8000-000000000000"]}"#,
            "404: not_found",
        ),
    ] {
        let answer = world.raw(method, path, kind, body.to_owned().into_bytes()).await;
        assert_eq!(told(answer), expected, "{method} {path} {kind} {}", &body[..body.len().min(200)]);
    }
    let long = json!([{"email": "a@b.example", "first_name": "é".repeat(256), "last_name": "é".repeat(255)}]);
    let answer = world.send("POST", "/users", long).await;
    assert_eq!(told(answer), "422: body.0.first_name string_too_long");
    let answer = world.raw("POST", "/users", JSON, vec![b' '; (16 << 20) + 1]).await;
    assert_eq!(told(answer), "413: payload_too_large");
    let (_, answer) = world.raw("POST", "/users", JSON, format!("[{}7]", "7,".repeat(500_000)).into()).await;
    assert_eq!(answer["detail"].as_array().unwrap().len(), 100, "half a million faults are not all told");
    let crowded = format!("[{}7]", "{},".repeat(500_000));
    let answer = world.raw("POST", "/users", JSON, crowded.into()).await;
    assert_eq!(
        told(answer),
        "413: payload_too_large",
        "a body of permitted length can still fill the memory"
    );
    let answer = world.raw("GET", &format!("/users?page={}", "9".repeat(4301)), "", Vec::new()).await;
    assert_eq!(told(answer), "422: query.page int_parsing_size");
    assert_eq!(world.people().await, before);
}

#[tokio::test]
async fn numbers_of_pages_may_be_larger_than_any_organization() {
    let world = TestSandbox::fresh().await;
    for (query, rows) in [
        ("page_size=112265627942321738723994925021528064", 1),
        ("page=9223372036854775808&page_size=18446744073709551616", 0),
        ("page=2&page_size=9223372036854775807", 0),
        ("page=%20%2B001&page_size=0001", 1),
    ] {
        let page = world.get(&format!("/users?{query}")).await;
        assert_eq!(page["members"].as_array().unwrap().len(), rows, "{query}: {page}");
    }
}

#[tokio::test]
async fn beside_the_api_a_wrong_request_is_refused_too() {
    let world = TestSandbox::fresh().await;
    for (path, body, expected) in [
        ("accept", "[]", 422),
        ("accept", "{", 422),
        ("accept", r#"{"emails": "a@b.example"}"#, 422),
        ("advance", "", 422),
        ("advance", r#"{"days": -1}"#, 422),
        ("advance", r#"{"days": 1.5}"#, 422),
        ("advance", r#"{"days": 4000000}"#, 400),
        ("requests", "", 405),
        ("nothing", "", 404),
    ] {
        let answer = world.http.post(world.url(&format!("/sandbox/{path}"))).body(body).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{path} {body}");
        assert!(answer.json::<Value>().await.unwrap().is_object());
    }
}

#[tokio::test]
async fn without_the_right_key_nothing_is_told() {
    let world = TestSandbox::fresh().await;
    let mut seen = Vec::new();
    for headers in [
        vec![],
        vec![("x-api-key", "wrong")],
        vec![("authorization", "sandbox-key")],
        vec![("authorization", "Basic sandbox-key")],
        vec![("authorization", "Bearer sandbox-key"), ("x-api-key", "wrong")],
        vec![("authorization", "Bearer wrong"), ("x-api-key", "sandbox-key")],
        vec![("x-api-key", "sandbox-key")],
        vec![("authorization", "bearer sandbox-key"), ("x-api-key", "sandbox-key")],
    ] {
        for path in ["/v1/admin/roles", "/v1/admin/nothing"] {
            let request = headers.iter().fold(world.http.get(world.url(path)), |request, (name, value)| {
                request.header(*name, *value)
            });
            let answer = request.send().await.unwrap();
            seen.push(answer.status().as_u16());
            if answer.status() == 401 {
                let answer = answer.json().await.unwrap();
                crate::contract::check("GET", path, 401, &answer);
            }
        }
    }
    assert_eq!(seen, [vec![401; 12], vec![200, 404, 200, 404]].concat());
}

#[tokio::test]
async fn other_machines_never_reach_it() {
    let open = Settings { listen: ([0, 0, 0, 0], 0).into(), ..settings() };
    assert!(matches!(Sandbox::start(open).await, Err(SandboxError::NotLoopback(_))));
}
