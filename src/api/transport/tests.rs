//! The client against servers that do not answer. How long it waits is no option of a client, so these tests can't
//! be with those of wrong answers in `tests/api_client`.

use super::send::Transport;
use super::{ApiKey, ApiUrl, ClientOptions, Fault, Request};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// A server that is silent for a while; returns its address.
async fn silent() -> ApiUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        loop {
            let stream = listener.accept().await.unwrap().0;
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(60)).await;
                drop(stream);
            });
        }
    });
    url
}

fn roles() -> Request {
    Request::new(Method::GET, "/roles")
}

/// A client that waits this many milliseconds for an answer.
fn impatient(url: ApiUrl, key: &str, ms: u64) -> Transport {
    let client = Transport::with_limit(url, &ApiKey::new(key).unwrap(), Duration::from_millis(ms)).unwrap();
    client.with_options(ClientOptions { first_wait: Duration::from_millis(1), ..ClientOptions::default() })
}

#[tokio::test]
async fn silence_ends_after_some_tries() {
    let client = impatient(silent().await, "k3y-of-the-test", 100);
    let error = client.send::<Value>(&roles()).await.unwrap_err();
    assert_eq!((error.tries, &error.fault), (5, &Fault::Timeout { connecting: false }));
}

#[tokio::test]
async fn a_post_without_an_answer_is_sent_once() {
    let post = Request::with_body(Method::POST, "/users", json!([]));
    let error = impatient(silent().await, "k3y-of-the-test", 100).send::<Value>(&post).await.unwrap_err();
    assert_eq!((error.tries, error.may_have_changed()), (1, true), "{error:?}");
}

#[test]
fn each_try_after_silence_is_announced_once_for_all_requests_of_the_moment() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let (lines, told) = (Lines(log.clone()), log);
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || lines.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // With a single reader, `tracing` asks the thread that passes a line of the log first whether anybody reads it, and
    // remembers the answer. That thread may be another test's.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let client = impatient(silent().await, "k3y-of-the-test", 300);
            let (users, roles) = (Request::page("/users", 1, 100), roles());
            let both = futures::join!(client.send::<Value>(&users), client.send::<Value>(&roles));
            assert!(both.0.is_err() && both.1.is_err());
        });
    });
    let text = String::from_utf8(told.lock().unwrap().clone()).unwrap();
    let tries: Vec<_> =
        text.lines().filter_map(|line| line.split_once("did not answer; trying again ")).collect();
    let numbers: Vec<_> = tries.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, ["(2 of 5)", "(3 of 5)", "(4 of 5)", "(5 of 5)"], "{text}");
    assert!(tries.iter().all(|(name, _)| name.contains("GET /v1/admin/")), "{text}");
    assert!(!text.contains("k3y-of-the-test"));
}

/// Where a log goes.
#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
