//! The client against servers that answer wrongly, or are not there.

use crate::server::KEY;
use orgsync::api::{ApiError, ApiKey, ApiUrl, Cancellation, Client, ClientOptions, Fault};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use uuid::Uuid;

/// A server that says the same to each request; gives its address.
async fn serve(words: &'static str) -> ApiUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        loop {
            let mut stream = listener.accept().await.unwrap().0;
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                stream.write_all(words.as_bytes()).await.unwrap();
            });
        }
    });
    url
}

fn client_of(url: ApiUrl) -> Client {
    let client = Client::new(url, &ApiKey::new(KEY).unwrap()).unwrap();
    client.with_options(ClientOptions { first_wait: Duration::from_millis(1), ..ClientOptions::default() })
}

/// The failure of a request that only reads.
async fn read(client: &Client) -> ApiError {
    client.read_organization_id().await.unwrap_err()
}

/// The failure of a request that makes something, and may not be sent twice.
async fn post(client: &Client) -> ApiError {
    client.create_members(&[]).await.unwrap_err()
}

/// How often a request was sent.
fn tries(error: &ApiError) -> u32 {
    let text = error.to_string();
    match text.strip_suffix(" tries)") {
        Some(rest) => rest.rsplit(' ').next().unwrap().parse().unwrap(),
        None => u32::from(!error.was_not_sent()),
    }
}

#[tokio::test]
async fn trouble_that_stays_ends_after_some_tries() {
    let client = client_of(serve("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await);
    let cut = read(&client).await;
    assert!(matches!(cut.fault(), Fault::CutShort { .. }), "{cut:?}");
    assert_eq!(tries(&cut), 5);

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = || client_of(format!("http://{closed}/v1/admin").parse().unwrap());
    for refused in [read(&client()).await, post(&client()).await] {
        assert_eq!((tries(&refused), refused.fault()), (5, &Fault::Refused { host: closed.to_string() }));
        assert!(!refused.may_have_changed());
    }
}

#[tokio::test]
async fn a_post_whose_outcome_is_unclear_is_sent_once() {
    for words in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
        "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 408 Slow\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 303 Done\r\nlocation: /\r\ncontent-length: 0\r\n\r\n",
    ] {
        let error = post(&client_of(serve(words).await)).await;
        assert_eq!((tries(&error), error.may_have_changed()), (1, true), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
    let plain = serve("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let url = plain.to_string().replace("http://", "https://").parse().unwrap();
    let error = read(&client_of(url)).await;
    assert!(matches!(error.fault(), Fault::Tls { .. }), "{error:?}");
    assert_eq!(tries(&error), 1);
}

/// In a process of its own, for environment variables belong to all tests of one.
#[test]
fn a_client_works_without_system_certificates_and_shuns_proxies_for_this_machine() {
    const CHILD: &str = "ORGSYNC_TEST_BARE_MACHINE";
    if std::env::var_os(CHILD).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let answer = runtime.block_on(async {
            let url = serve(concat!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
                r#"[{"organization_uuid": "00000000-0000-0000-0000-000000000000"}]"#
            ))
            .await;
            Client::new(ApiUrl::default(), &ApiKey::new(KEY).unwrap()).unwrap();
            Client::new(url, &ApiKey::new(KEY).unwrap()).unwrap().read_organization_id().await
        });
        assert_eq!(answer, Ok(Some(Uuid::nil())));
        return;
    }
    let test = "a_client_works_without_system_certificates_and_shuns_proxies_for_this_machine";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("broken_servers::{test}")])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"), "{child:?}");
}

/// A client whose run is stopped between two tries of a deletion, the first of which may have been carried out.
#[tokio::test]
async fn what_was_sent_before_a_run_is_stopped_may_have_changed_something() {
    let cancellation = Cancellation::default();
    let client = client_of(serve("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n").await);
    let client = client.with_options(ClientOptions {
        first_wait: Duration::from_millis(1),
        per_second: Some(1.0),
        cancellation: cancellation.clone(),
        ..ClientOptions::default()
    });
    let stop = async {
        // The second try waits for its turn by then.
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancellation.cancel("the test is over");
    };
    let (sent, ()) = futures::join!(client.remove_member(Uuid::nil()), stop);
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
        let client = client_of(serve(words).await);
        let first = post(&client).await;
        assert_eq!((tries(&first), first.was_not_sent()), (1, false), "{first:?}");
        assert_eq!(post(&client).await.fault(), &Fault::Cancelled { reason: why });
    }
}
