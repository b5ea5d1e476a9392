//! Sends requests.
//!
//! Takes a [`Request`]; gives what the answer holds. Guarantees that every request ends within a time, that a
//! redirect is never followed, that an answer can't fill the memory, and that a request is sent again only where
//! that does no harm: those that may be repeated after passing trouble, the others when they have certainly done
//! nothing.

use super::classify::{self, Answer, Cleaner};
use super::convert::RoleNames;
use super::fault::{Again, Fault};
use super::request::Request;
use super::{ApiError, ApiKey, ApiUrl};
use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::redirect;
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// Time for making a connection.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// Time for a request and its whole answer.
pub(super) const WHOLE_LIMIT: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes: a page of 100 people takes some hundred KiB, with many workspaces.
pub(super) const LARGEST_ANSWER: usize = 64 << 20;
/// Times that a request is sent at most.
const TRIES: usize = 5;
/// The longest time for which a server can make orgsync wait before it tries again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A client of one organization's Admin API.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: ApiUrl,
    key: ApiKey,
    pace: Pace,
    /// Asked for once: the names of roles serve to read answers, and a role that is made later is locked anyway.
    pub(super) roles: OnceCell<RoleNames>,
}

/// How patient the client is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    whole: Duration,
    /// Before the second try; it doubles from there on, with up to as much again at random.
    first_wait: Duration,
}

impl Client {
    /// Makes a client. It sends nothing yet.
    ///
    /// # Errors
    ///
    /// [`Fault::Setup`]: the system or its proxy settings don't allow a client.
    pub fn new(url: ApiUrl, key: &ApiKey) -> Result<Self, ApiError> {
        Self::with_pace(url, key, Pace { whole: WHOLE_LIMIT, first_wait: Duration::from_millis(200) })
    }

    fn with_pace(url: ApiUrl, key: &ApiKey, pace: Pace) -> Result<Self, ApiError> {
        let setup = |error: &dyn ToString| ApiError {
            request: None,
            write: false,
            tries: 0,
            fault: Fault::Setup(Cleaner(key).clean(&error.to_string())),
        };
        let mut headers = key.headers().map_err(|error| setup(&error))?;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        // Fails when a provider is there already, and then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .default_headers(headers.clone())
                .user_agent(concat!("orgsync/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_LIMIT)
                .timeout(pace.whole);
            // Plain http is for this machine alone, and must not leave it by way of a proxy.
            if url.is_loopback() { builder.no_proxy() } else { builder }
        };
        // Without any system store (a bare container) the certificates of Mozilla serve, as they do in browsers.
        let fallback = || {
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            builder()
                .tls_certs_only(roots.filter_map(|root| reqwest::Certificate::from_der(root).ok()))
                .build()
        };
        let http = builder().build().or_else(|_| fallback()).map_err(|error| setup(&error.without_url()))?;
        Ok(Self { http, url, key: key.clone(), pace, roles: OnceCell::new() })
    }

    /// Sends a request until it works, can't work, or has been tried often enough.
    pub(super) async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(self.pace.first_wait)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(TRIES - 1)
            .with_jitter();
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            self.attempt(request, tries)
        };
        let sent = attempt
            .retry(backoff)
            .when(|fault| match fault.again() {
                Again::All => true,
                Again::Repeatable => request.is_repeatable(),
                Again::None => false,
            })
            .adjust(|fault, wait| wait.map(|wait| fault.retry_after().map_or(wait, |w| w.min(LONGEST_WAIT))))
            .await;
        sent.map_err(|fault| ApiError { tries, ..self.error(request, fault) })
    }

    /// The error of a request that needed no second try.
    pub(super) fn error(&self, request: &Request, fault: Fault) -> ApiError {
        let name = format!("{} {}", request.method, self.url.path(&request.path));
        ApiError { request: Some(name), write: request.is_write(), tries: 1, fault }
    }

    async fn attempt<T: DeserializeOwned>(&self, request: &Request, number: u32) -> Result<T, Fault> {
        let started = Instant::now();
        let mut status = None;
        let answer = self.exchange(request, &mut status).await;
        tracing::debug!(
            method = %request.method,
            path = self.url.path(&request.path),
            status,
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "try" = number,
        );
        classify::answer(request, &answer?, &Cleaner(&self.key))
    }

    async fn exchange(&self, request: &Request, status: &mut Option<u16>) -> Result<Answer, Fault> {
        let failure = |error: reqwest::Error| classify::failure(&error, self.url.host(), &Cleaner(&self.key));
        let url = format!("{}{}", self.url, request.path);
        let mut builder = self.http.request(request.method.clone(), url).query(&request.query);
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        let mut response = builder.send().await.map_err(failure)?;
        *status = Some(response.status().as_u16());
        let mut answer =
            Answer { status: response.status(), headers: response.headers().clone(), body: Vec::new() };
        let success = answer.status.is_success();
        let in_body = |fault| if success { classify::in_success(request, fault) } else { fault };
        while let Some(chunk) = response.chunk().await.map_err(|error| in_body(failure(error)))? {
            if answer.body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(in_body(Fault::TooLarge));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    /// A server that says the same to everybody, or nothing for a while, and how it was addressed.
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

    async fn failure(url: ApiUrl, request: &Request) -> ApiError {
        let pace = Pace { whole: Duration::from_millis(100), first_wait: Duration::from_millis(1) };
        let client = Client::with_pace(url, &ApiKey::new("k").unwrap(), pace).unwrap();
        client.send::<Value>(request).await.unwrap_err()
    }

    #[tokio::test]
    async fn trouble_that_stays_ends_after_some_tries() {
        let read = Request::roles();
        let silent = failure(serve(None).await, &read).await;
        assert_eq!((silent.tries, &silent.fault), (5, &Fault::Timeout { connecting: false }));

        let cut = failure(serve(Some("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")).await, &read).await;
        assert!(matches!(cut.fault, Fault::CutShort { .. }), "{cut:?}");
        assert_eq!(cut.tries, 5);

        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let url = || format!("http://{closed}/v1/admin").parse().unwrap();
        for request in [read, Request::create_members(&[])] {
            let refused = failure(url(), &request).await;
            assert_eq!((refused.tries, &refused.fault), (5, &Fault::Refused { host: closed.to_string() }));
            assert!(!refused.may_have_changed());
        }
    }

    #[tokio::test]
    async fn a_post_whose_outcome_is_unclear_is_sent_once() {
        let post = Request::create_members(&[]);
        for words in [
            None,
            Some(""),
            Some("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
            Some("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"),
        ] {
            let error = failure(serve(words).await, &post).await;
            assert_eq!((error.tries, error.may_have_changed()), (1, true), "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
        let plain = serve(Some("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")).await;
        let url = plain.to_string().replace("http://", "https://").parse().unwrap();
        let error = failure(url, &Request::roles()).await;
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
                Client::new(ApiUrl::default(), &ApiKey::new("k").unwrap()).unwrap();
                Client::new(url, &ApiKey::new("k").unwrap()).unwrap().send(&Request::roles()).await
            });
            answer.unwrap();
            return;
        }
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "api::client::tests::a_client_works_without_system_certificates_and_shuns_proxies_for_this_machine"])
            .env(CHILD, "1")
            .env("SSL_CERT_FILE", "/nowhere")
            .env("SSL_CERT_DIR", "/nowhere")
            .env("HTTP_PROXY", "http://127.0.0.1:1")
            .env("ALL_PROXY", "http://127.0.0.1:1")
            .status();
        assert!(status.unwrap().success());
    }
}
