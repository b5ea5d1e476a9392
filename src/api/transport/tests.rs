//! The client against servers that answer wrongly, or not at all.

use super::send::Transport;
use super::{ApiError, ApiKey, ApiUrl, Cancellation, ClientOptions, Fault, Request};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that says the same to each request, or nothing for a while; gives its address.
async fn serve(words: Option<&'static str>) -> ApiUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        loop {
            let mut stream = listener.accept().await.unwrap().0;
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                match words {
                    Some(words) => stream.write_all(words.as_bytes()).await.unwrap(),
                    None => tokio::time::sleep(Duration::from_secs(60)).await,
                }
            });
        }
    });
    url
}

fn roles() -> Request {
    Request::new(Method::GET, "/roles")
}

fn post() -> Request {
    Request::with_body(Method::POST, "/users", json!([]))
}

/// A client that waits for so many milliseconds for an answer.
fn impatient(url: ApiUrl, key: &str, ms: u64) -> Transport {
    let client = Transport::with_limit(url, &ApiKey::new(key).unwrap(), Duration::from_millis(ms)).unwrap();
    client.with_options(ClientOptions { first_wait: Duration::from_millis(1), ..ClientOptions::default() })
}

async fn failure(url: ApiUrl, request: &Request) -> ApiError {
    impatient(url, "k", 100).send::<Value>(request).await.unwrap_err()
}

#[tokio::test]
async fn trouble_that_stays_ends_after_some_tries() {
    let read = roles();
    let silent = failure(serve(None).await, &read).await;
    assert_eq!((silent.tries, &silent.fault), (5, &Fault::Timeout { connecting: false }));

    let cut = failure(serve(Some("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")).await, &read).await;
    assert!(matches!(cut.fault, Fault::CutShort { .. }), "{cut:?}");
    assert_eq!(cut.tries, 5);

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = || format!("http://{closed}/v1/admin").parse().unwrap();
    for request in [read, post()] {
        let refused = failure(url(), &request).await;
        assert_eq!((refused.tries, &refused.fault), (5, &Fault::Refused { host: closed.to_string() }));
        assert!(!refused.may_have_changed());
    }
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
            let client = impatient(serve(None).await, "k3y", 300);
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
    assert!(!text.contains("k3y"));
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

#[tokio::test]
async fn a_post_whose_outcome_is_unclear_is_sent_once() {
    let post = post();
    for words in [
        None,
        Some(""),
        Some("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
        Some("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 408 Slow\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 303 Done\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"),
    ] {
        let error = failure(serve(words).await, &post).await;
        assert_eq!((error.tries, error.may_have_changed()), (1, true), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
    let plain = serve(Some("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")).await;
    let url = plain.to_string().replace("http://", "https://").parse().unwrap();
    let error = failure(url, &roles()).await;
    assert!(matches!(error.fault, Fault::Tls { .. }), "{error:?}");
    assert_eq!(error.tries, 1);
}

/// In a process of its own, for environment variables belong to all tests of one.
#[test]
fn a_client_works_without_system_certificates_and_shuns_proxies_for_this_machine() {
    const CHILD: &str = "ORGSYNC_TEST_BARE_MACHINE";
    if std::env::var_os(CHILD).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let answer: Result<Value, ApiError> = runtime.block_on(async {
            let url = serve(Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")).await;
            Transport::new(ApiUrl::default(), &ApiKey::new("k").unwrap()).unwrap();
            Transport::new(url, &ApiKey::new("k").unwrap()).unwrap().send(&roles()).await
        });
        answer.unwrap();
        return;
    }
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "api::transport::tests::a_client_works_without_system_certificates_and_shuns_proxies_for_this_machine"])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .status();
    assert!(status.unwrap().success());
}

/// A client whose run is stopped between two tries of a deletion, the first of which may have been carried out.
#[tokio::test]
async fn what_was_sent_before_a_run_is_stopped_may_have_changed_something() {
    let cancellation = Cancellation::default();
    let url = serve(Some("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n")).await;
    let client = Transport::with_limit(url, &ApiKey::new("k").unwrap(), Duration::from_secs(5)).unwrap();
    let options = ClientOptions {
        first_wait: Duration::from_millis(1),
        per_second: Some(1.0),
        cancellation: cancellation.clone(),
        ..ClientOptions::default()
    };
    let client = client.with_options(options);
    let request = Request::new(Method::DELETE, "/users/1");
    let stop = async {
        // The second try waits for its turn by then.
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancellation.cancel("the test is over");
    };
    let (sent, ()) = futures::join!(client.send::<Value>(&request), stop);
    let error = sent.unwrap_err();
    assert!(error.may_have_changed() && !error.was_not_sent(), "{error:?}");
}

#[tokio::test]
async fn what_would_fail_for_all_that_follows_stops_the_run() {
    for (words, why) in [
        ("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n", "the Admin API now refuses the key"),
        (
            "HTTP/1.1 429 Busy\r\nretry-after: 901\r\ncontent-length: 0\r\n\r\n",
            "the Admin API asks for a pause of more than 15 minutes",
        ),
    ] {
        let client = impatient(serve(Some(words)).await, "k", 5000);
        let first = client.send::<Value>(&post()).await.unwrap_err();
        assert_eq!((first.tries, first.was_not_sent()), (1, false), "{first:?}");
        let second = client.send::<Value>(&post()).await.unwrap_err();
        assert_eq!(second.fault, Fault::Cancelled { reason: why });
    }
}
