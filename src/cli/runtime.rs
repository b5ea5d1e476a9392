//! What a run needs of the system: threads, and the signals that ask it to end.
//!
//! The system ends a program that does not listen for them, but for the first process of a container, which it leaves
//! alone. So they are listened for from the start, in a thread of its own: neither a question nor a long computation is
//! in the way. While a plan is carried out, a first one lets what is under way end.

use super::failure::{Exit, Failure};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A runtime for the commands that send requests.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| {
        let help = "end other programs, or raise the limits of this user (`ulimit -a`), and run it again";
        Failure::failed(format!("the system gives no threads: {error}"), help)
    })
}

/// Why a run is to end: its exit status, and the reason in words.
pub(super) type Stop = (Exit, &'static str);

/// Listens for signals. Each ends the program, unless a receiver takes it.
#[derive(Debug, Default)]
pub(super) struct Signals {
    receiver: Arc<Mutex<Option<UnboundedSender<Stop>>>>,
}

impl Signals {
    /// Begins to listen. Where that can't be done, the system does what it always does.
    pub(super) fn listen() -> Self {
        let signals = Self::default();
        let receiver = Arc::clone(&signals.receiver);
        let listener = std::thread::Builder::new().name("signals".to_owned());
        let _ = listener.spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
                return;
            };
            runtime.block_on(async {
                let mut listener = Listener::new();
                while let Some(stop) = listener.next().await {
                    let mut receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
                    let taken = receiver.as_ref().is_some_and(|receiver| receiver.send(stop).is_ok());
                    if !taken {
                        // Nothing is lost: what is written bit by bit is with the system already.
                        std::process::exit(stop.0 as i32);
                    }
                    // The second one ends all at once.
                    *receiver = None;
                }
            });
        });
        signals
    }

    /// Receives the next signal. Those after it end the program.
    pub(super) fn next(&self) -> UnboundedReceiver<Stop> {
        let (sender, next) = unbounded_channel();
        *self.receiver.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        next
    }
}

#[cfg(unix)]
struct Listener([Option<(tokio::signal::unix::Signal, Stop)>; 2]);

#[cfg(unix)]
impl Listener {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind, stop| signal(kind).ok().map(|signals| (signals, stop));
        Self([
            listen(SignalKind::interrupt(), (Exit::Interrupted, "interrupted")),
            listen(SignalKind::terminate(), (Exit::Terminated, "told to end")),
        ])
    }

    /// The next signal; `None` if none can be listened for.
    async fn next(&mut self) -> Option<Stop> {
        let each = self.0.iter_mut().flatten().map(|(signals, stop)| {
            Box::pin(async move {
                signals.recv().await;
                *stop
            })
        });
        let each: Vec<_> = each.collect();
        if each.is_empty() {
            return None;
        }
        Some(futures::future::select_all(each).await.0)
    }
}

#[cfg(not(unix))]
struct Listener;

#[cfg(not(unix))]
impl Listener {
    fn new() -> Self {
        Self
    }

    /// The next signal; `None` if none can be listened for.
    async fn next(&mut self) -> Option<Stop> {
        tokio::signal::ctrl_c().await.ok()?;
        Some((Exit::Interrupted, "interrupted"))
    }
}
