//! Sends requests.
//!
//! Takes a [`Request`]; gives what the answer holds. Guarantees that every request ends within a time, that a
//! redirect is never followed, that an answer can't fill the memory, and that a request is sent again only where
//! that does no harm: those that may be repeated after passing trouble, the others when they have certainly done
//! nothing.

use super::announce::Announcer;
use super::classify::{self, Answer, Cleaner};
use super::convert::RoleNames;
use super::fault::{Again, Fault};
use super::manners::{Halt, Manners, Witness};
use super::pacer::Pacer;
use super::request::Request;
use super::{ApiError, ApiKey, ApiUrl};
use backon::{BackoffBuilder as _, ExponentialBuilder};
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::redirect;
use serde::de::DeserializeOwned;
use std::sync::{Arc, OnceLock};
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
/// The longest pause between two tries, where the server names none.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest pause that a server can ask for. Who asks for a longer one is left alone: the run ends.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// A client of one organization's Admin API.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: ApiUrl,
    key: ApiKey,
    first_wait: Duration,
    pacer: Pacer,
    halt: Halt,
    witness: OnceLock<Arc<dyn Witness>>,
    announcer: Announcer,
    /// Asked for once: the names of roles serve to read answers, and a role that is made later is locked anyway.
    pub(super) roles: OnceCell<RoleNames>,
}

/// Somebody who has been told of a request, and the number under which its answer is told.
type Noted<'c> = (&'c Arc<dyn Witness>, u64);

impl Client {
    /// Makes a client. It sends nothing yet.
    ///
    /// # Errors
    ///
    /// [`Fault::Setup`]: the system or its proxy settings don't allow a client.
    pub fn new(url: ApiUrl, key: &ApiKey) -> Result<Self, ApiError> {
        Self::with_limit(url, key, WHOLE_LIMIT)
    }

    /// `whole` is the time for a request and its whole answer.
    fn with_limit(url: ApiUrl, key: &ApiKey, whole: Duration) -> Result<Self, ApiError> {
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
                .timeout(whole);
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
        // Shorter than a try, so that each that ends without an answer is told of.
        let announcer = Announcer::new(whole / 2);
        let Manners { per_second, concurrency, first_wait, halt } = Manners::default();
        Ok(Self {
            http,
            url,
            key: key.clone(),
            first_wait,
            pacer: Pacer::new(per_second, concurrency),
            halt,
            witness: OnceLock::new(),
            announcer,
            roles: OnceCell::new(),
        })
    }

    /// The same client with other manners.
    #[must_use]
    pub fn mannered(self, manners: Manners) -> Self {
        let Manners { per_second, concurrency, first_wait, halt } = manners;
        Self { pacer: Pacer::new(per_second, concurrency), first_wait, halt, ..self }
    }

    /// Has somebody told of every change from now on. Of several, the first one is.
    pub fn tell(&self, witness: Arc<dyn Witness>) {
        let _ = self.witness.set(witness);
    }

    /// Whether the organization is on this machine: a sandbox.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.url.is_loopback()
    }

    /// What stops this client.
    #[must_use]
    pub fn halt(&self) -> &Halt {
        &self.halt
    }

    /// How many requests may be under way at a time.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        self.pacer.concurrency()
    }

    /// Sends a request until it works, can't work, has been tried often enough, or the run is stopped.
    pub(super) async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        let mut waits = ExponentialBuilder::new()
            .with_min_delay(self.first_wait)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(TRIES - 1)
            .with_jitter()
            .build();
        let mut tries = 0;
        let mut before: Option<ApiError> = None;
        loop {
            tries += 1;
            let fault = match self.attempt(request, tries).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            // What has been sent before may have been carried out, and is what there is to tell.
            if fault.is_before_sending()
                && let Some(error) = before
            {
                return Err(error);
            }
            let harmless = match fault.again() {
                Again::All => true,
                Again::Repeatable => request.is_repeatable(),
                Again::None => false,
            };
            let error = || ApiError { tries, ..self.error(request, fault.clone()) };
            let Some(wait) = waits.next().filter(|_| harmless && self.halt.reason().is_none()) else {
                return Err(error());
            };
            before = Some(error());
            self.announcer.announce(&self.name(request), &fault, tries as usize + 1, TRIES);
            let wait = fault.retry_after().unwrap_or(wait);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.halt.called() => return Err(error()),
            }
        }
    }

    /// The error of a request that needed no second try.
    pub(super) fn error(&self, request: &Request, fault: Fault) -> ApiError {
        ApiError { request: Some(self.name(request)), write: request.is_write(), tries: 1, fault }
    }

    /// Method and path, for messages.
    fn name(&self, request: &Request) -> String {
        format!("{} {}", request.method, self.url.path(&request.path))
    }

    async fn attempt<T: DeserializeOwned>(&self, request: &Request, number: u32) -> Result<T, Fault> {
        let _turn = tokio::select! {
            turn = self.pacer.turn() => turn,
            () = self.halt.called() => None,
        };
        if let Some(reason) = self.halt.reason() {
            return Err(Fault::Halted { reason });
        }
        let noted = self.note(request)?;
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
        if let Some((witness, number)) = noted {
            match &answer {
                Ok(answer) => witness.answered(number, Ok((answer.status.as_u16(), &answer.body))),
                Err(fault) => witness.answered(number, Err(&fault.to_string())),
            }
        }
        let answer = classify::answer(request, &answer?, &Cleaner(&self.key));
        match &answer {
            Err(fault @ (Fault::RateLimited { .. } | Fault::Server { .. }))
                if fault.retry_after().is_some_and(|wait| wait > LONGEST_PAUSE) =>
            {
                self.halt.call("the Admin API asks for a pause of more than 15 minutes");
            }
            Err(Fault::RateLimited { retry_after }) => self.pacer.slow_down(*retry_after),
            // Whatever follows would be refused as well.
            Err(Fault::KeyRefused { .. }) if request.is_write() => {
                self.halt.call("the Admin API refuses the key by now");
            }
            _ => self.pacer.calm(),
        }
        answer
    }

    /// Has a change noted before it goes out.
    fn note(&self, request: &Request) -> Result<Option<Noted<'_>>, Fault> {
        let Some(witness) = self.witness.get().filter(|_| request.is_write()) else { return Ok(None) };
        let sending = witness.sending(request.method.as_str(), &request.path, request.body.as_ref());
        let number = sending.map_err(|error| Fault::NotNoted(error.to_string()))?;
        Ok(Some((witness, number)))
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
        answer.body = self.key.redact_body(answer.body);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests;
