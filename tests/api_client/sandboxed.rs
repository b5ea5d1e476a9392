//! The client against the sandbox.

use mistral_admin_sandbox::{Sandbox, Seed, Settings};
use orgsync::api::{ApiKey, Client, Deletion, Fault};
use serde_json::{Value, json};
use uuid::Uuid;

/// A sandbox and a client of it. The sandbox stops when it is dropped.
async fn sandboxed(seed: &Value) -> (Sandbox, Client) {
    let seed = Some(Seed::parse("seed.json", &seed.to_string()).unwrap());
    let sandbox = Sandbox::start(Settings { seed, ..Settings::default() }).await.unwrap();
    let url = format!("{}/v1/admin", sandbox.url()).parse().unwrap();
    (sandbox, Client::new(url, &ApiKey::new("sandbox-key").unwrap()).unwrap())
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[tokio::test]
async fn a_key_is_deleted_once_and_a_refusal_is_an_error_of_that_key() {
    let key =
        |number, can_delete| json!({"key_id": id(number), "hidden_key": "a...b", "can_delete": can_delete});
    let keys = [key(1, Value::Null), key(2, json!(false))];
    let seed = json!({"format_version": "1.0", "members": [], "sandbox": {"api_keys": keys}});
    let (_sandbox, client) = sandboxed(&seed).await;
    assert_eq!(client.delete_api_key(id(1)).await.unwrap(), Deletion::Done);
    assert_eq!(client.delete_api_key(id(1)).await.unwrap(), Deletion::AlreadyGone);
    let error = client.delete_api_key(id(2)).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Forbidden { .. }), "{error}");
    assert!(!error.may_have_changed(), "{error}");
}
