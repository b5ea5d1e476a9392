//! Sends requests.

use super::classify::{self, Answer, Cleaner};
use super::fault::{ApiError, Fault};
use super::key::ApiKey;
use super::options::{
    CONNECT_LIMIT, Cancellation, ClientOptions, LARGEST_ANSWER, Retry, RetryObserver, WHOLE_LIMIT,
    WriteObserver,
};
use super::pacer::Pacer;
use super::request::Request;
use super::retry::{Announcer, Retries, asks_too_much};
use super::url::ApiUrl;
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::redirect;
use serde::de::DeserializeOwned;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Sends requests to one base URL with one key.
#[derive(Debug)]
pub(in crate::api) struct Transport {
    http: reqwest::Client,
    url: ApiUrl,
    key: ApiKey,
    first_wait: Duration,
    pacer: Pacer,
    cancellation: Cancellation,
    observer: OnceLock<Arc<dyn WriteObserver>>,
    announcer: Announcer,
    retry_observer: OnceLock<Arc<dyn RetryObserver>>,
}

/// The observer of a request, and the number with which its answer is reported.
type Noted<'t> = (&'t Arc<dyn WriteObserver>, u64);

impl Transport {
    /// Creates a sender. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Fault::Setup`]: the system or its proxy settings don't allow a client.
    pub(in crate::api) fn new(url: ApiUrl, key: &ApiKey) -> Result<Self, ApiError> {
        Self::with_limit(url, key, WHOLE_LIMIT)
    }

    /// `whole` is the time limit for a request and its whole answer.
    pub(super) fn with_limit(url: ApiUrl, key: &ApiKey, whole: Duration) -> Result<Self, ApiError> {
        let setup = |error: &dyn ToString| ApiError {
            request: None,
            write: false,
            tries: 0,
            fault: Fault::Setup(Cleaner(key).clean(&error.to_string())),
        };
        let mut headers = key.headers().map_err(|error| setup(&error))?;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        // Fails if a provider is already installed, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .default_headers(headers.clone())
                .user_agent(concat!("orgsync/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_LIMIT)
                .timeout(whole);
            // Plain http is only for this machine, and must not leave it through a proxy.
            if url.is_loopback() { builder.no_proxy() } else { builder }
        };
        // Without a system store, as in a bare container, use the certificates of Mozilla.
        let fallback = || {
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            builder()
                .tls_certs_only(roots.filter_map(|root| reqwest::Certificate::from_der(root).ok()))
                .build()
        };
        let http = builder().build().or_else(|_| fallback()).map_err(|error| setup(&error.without_url()))?;
        let ClientOptions { per_second, concurrency, first_wait, cancellation } = ClientOptions::default();
        Ok(Self {
            http,
            url,
            key: key.clone(),
            first_wait,
            pacer: Pacer::new(per_second, concurrency),
            cancellation,
            observer: OnceLock::new(),
            // Shorter than a try, so that each that ends without an answer is announced.
            announcer: Announcer::new(whole / 2),
            retry_observer: OnceLock::new(),
        })
    }

    /// The same with other options.
    pub(in crate::api) fn with_options(self, options: ClientOptions) -> Self {
        let ClientOptions { per_second, concurrency, first_wait, cancellation } = options;
        Self { pacer: Pacer::new(per_second, concurrency), first_wait, cancellation, ..self }
    }

    /// Reports every write from now on. Of several observers, the first one counts.
    pub(in crate::api) fn observe_writes(&self, observer: Arc<dyn WriteObserver>) {
        let _ = self.observer.set(observer);
    }

    /// Reports every retry from now on. Of several observers, the first one counts.
    pub(in crate::api) fn observe_retries(&self, observer: Arc<dyn RetryObserver>) {
        let _ = self.retry_observer.set(observer);
    }

    pub(in crate::api) fn url(&self) -> &ApiUrl {
        &self.url
    }

    pub(in crate::api) fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// How many requests may be under way at a time.
    pub(in crate::api) fn concurrency(&self) -> usize {
        self.pacer.concurrency()
    }

    /// Sends a request, with retries, until it succeeds, fails for good, or the run is stopped.
    pub(in crate::api) async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        let mut retries = Retries::new(self.first_wait);
        let mut before: Option<ApiError> = None;
        let mut tries = 0;
        loop {
            tries += 1;
            let fault = match self.attempt(request, tries).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            if fault.is_before_sending() {
                // An earlier try may have had an effect, so its error is the one to report.
                return Err(before.unwrap_or(ApiError { tries: 0, ..self.error(request, fault) }));
            }
            let error = ApiError { tries, ..self.error(request, fault.clone()) };
            let pause = retries.next(request, &fault).filter(|_| self.cancellation.reason().is_none());
            let Some(pause) = pause else { return Err(error) };
            self.announcer.announce(&self.name(request), &fault, tries + 1);
            if let Some(observer) = self.retry_observer.get() {
                let (request, reason) = (self.name(request), fault.to_string());
                observer.retrying(Retry { request, reason, number: tries + 1, pause });
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.cancellation.cancelled() => return Err(error),
            }
            before = Some(error);
        }
    }

    /// The error of a request without retries.
    pub(in crate::api) fn error(&self, request: &Request, fault: Fault) -> ApiError {
        ApiError { request: Some(self.name(request)), write: request.is_write(), tries: 1, fault }
    }

    /// Method and path, for messages.
    fn name(&self, request: &Request) -> String {
        format!("{} {}", request.method, self.url.path(&request.path))
    }

    async fn attempt<T: DeserializeOwned>(&self, request: &Request, number: u32) -> Result<T, Fault> {
        let _turn = tokio::select! {
            turn = self.pacer.turn() => turn,
            () = self.cancellation.cancelled() => None,
        };
        if let Some(reason) = self.cancellation.reason() {
            return Err(Fault::Cancelled { reason });
        }
        let noted = self.note(request)?;
        let (started, sent) = (Instant::now(), tokio::time::Instant::now());
        let mut status = None;
        let answer = self.exchange(request, &mut status).await;
        tracing::debug!(
            method = %request.method,
            path = self.url.path(&request.path),
            status,
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "try" = number,
        );
        if let Some((observer, number)) = noted {
            match &answer {
                Ok(answer) => observer.answered(number, Ok((answer.status.as_u16(), &answer.body))),
                Err(fault) => observer.answered(number, Err(&fault.to_string())),
            }
        }
        let answer = answer?;
        self.pacer.remaining(classify::remaining(&answer.headers));
        let answer = classify::answer(request, &answer, &Cleaner(&self.key));
        match &answer {
            Err(fault) if asks_too_much(fault) => {
                self.cancellation.cancel("the Admin API asks for a pause of more than 15 minutes");
            }
            Err(Fault::RateLimited { retry_after }) => self.pacer.refused(sent, *retry_after),
            // All further requests would be refused too.
            Err(Fault::KeyRefused { .. }) if request.is_write() => {
                self.cancellation.cancel("the Admin API now refuses the key");
            }
            _ => self.pacer.answered(),
        }
        answer
    }

    /// Reports a write before it is sent.
    fn note(&self, request: &Request) -> Result<Option<Noted<'_>>, Fault> {
        let Some(observer) = self.observer.get().filter(|_| request.is_write()) else { return Ok(None) };
        let sending = observer.sending(request.method.as_str(), &request.path, request.body.as_ref());
        let number = sending.map_err(|error| Fault::NotNoted(error.to_string()))?;
        Ok(Some((observer, number)))
    }

    async fn exchange(&self, request: &Request, status: &mut Option<u16>) -> Result<Answer, Fault> {
        let failure = |error: reqwest::Error| classify::failure(&error, self.url.host(), &Cleaner(&self.key));
        let url = format!("{}{}", self.url, request.path);
        let builder = self.http.request(request.method.clone(), url).query(&request.query);
        let mut builder = builder.query(&request.filters);
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
        answer.body = self.key.redact_body(answer.body);
        Ok(answer)
    }
}
