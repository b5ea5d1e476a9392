//! The async runtime and the signals of a run.
//!
//! By default, signals do not end the first process of a container. So orgsync listens for them from the start, in a
//! separate thread that works even during a question or a long computation. During an apply, the first signal lets
//! pending requests finish.

use super::failure::{Exit, Failure};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The free file descriptors that a run with requests needs: for the runtime, signals, connections of both ends of an
/// embedded sandbox, and files.
const NEEDED: usize = 64;
/// Those needed to listen for signals.
const NEEDED_BY_SIGNALS: usize = 16;

/// Fails if fewer file descriptors are free. Without this, a library panics that can't report it.
#[cfg(unix)]
fn need_descriptors(number: usize) -> io::Result<()> {
    let first = std::fs::File::open("/dev/null")?;
    (1..number).map(|_| first.try_clone()).collect::<io::Result<Vec<_>>>().map(drop)
}

/// Other systems have no small limit.
#[cfg(not(unix))]
fn need_descriptors(_: usize) -> io::Result<()> {
    Ok(())
}

/// A runtime for the commands that send requests.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    need_descriptors(NEEDED).map_err(|error| {
        let help = "raise the limit, as in `ulimit -n 1024`, and run it again";
        Failure::failed(format!("orgsync needs {NEEDED} free file descriptors: {error}"), help)
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| {
        let help = "end other programs, or raise the limits of this user (`ulimit -a`), and run it again";
        Failure::failed(format!("the system can't start a thread: {error}"), help)
    })
}

/// Why a run has to end: its exit status, and the reason in words.
pub(super) type Stop = (Exit, &'static str);

/// Listens for signals. Each ends the program, unless a receiver takes it.
#[derive(Debug, Default)]
pub(super) struct Signals {
    receiver: Arc<Mutex<Option<UnboundedSender<Stop>>>>,
}

impl Signals {
    /// Starts to listen. If that fails, signals have their default effect.
    pub(super) fn listen() -> Self {
        let signals = Self::default();
        if need_descriptors(NEEDED_BY_SIGNALS).is_err() {
            return signals;
        }
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
                        // Nothing is lost: the journal is already written.
                        std::process::exit(stop.0 as i32);
                    }
                    // The next signal ends the program at once.
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
struct Listener([Option<(tokio::signal::unix::Signal, Stop)>; 3]);

#[cfg(unix)]
impl Listener {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind, stop| signal(kind).ok().map(|signals| (signals, stop));
        Self([
            listen(SignalKind::interrupt(), (Exit::Interrupted, "interrupted")),
            listen(SignalKind::terminate(), (Exit::Terminated, "terminated")),
            // The terminal is gone, but the work is not: it ends as it does after SIGTERM.
            (!ignores_hangup())
                .then(|| listen(SignalKind::hangup(), (Exit::Terminated, "the terminal is closed")))
                .flatten(),
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

/// Whether this process was started to ignore SIGHUP, as `nohup` does. Listening for it would end that. Only Linux
/// shows it without `unsafe`.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    /// SIGHUP in a mask of signals.
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & HANGUP != 0)
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
