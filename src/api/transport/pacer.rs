//! The rate limit of a run.
//!
//! The vendor documents no rate limit. So the user sets the highest rate, and each 429 halves the current one. After a
//! number of other answers, it grows again. `Retry-After` delays all requests, because the limit is per organization.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The lowest rate, in requests per second.
const SLOWEST: f64 = 0.2;
/// Answers without a 429 after which the rate grows.
const CALM: u32 = 50;
/// The factor by which the rate grows.
const GROWTH: f64 = 1.25;
/// Without a limit from the user, a 429 never lowers the rate below this number of requests per second.
const FEW: f64 = 20.0;
/// Several 429s within this time count once, because they belong to one burst.
const ONE_BURST: Duration = Duration::from_secs(1);

/// Limits the rate and the number of concurrent requests.
#[derive(Debug)]
pub(super) struct Pacer {
    /// The highest rate, in requests per second; infinite if the user has set no limit.
    most: f64,
    concurrency: usize,
    gate: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The current rate, in requests per second.
    rate: f64,
    paused_until: Option<Instant>,
    slowed: Option<Instant>,
    calm: u32,
    /// When the latest requests were sent, the oldest first.
    recent: VecDeque<Instant>,
}

impl Pacer {
    /// Creates a pacer with a limit of requests per second and of concurrent requests.
    pub(super) fn new(per_second: Option<f64>, concurrency: usize) -> Self {
        let most = per_second.unwrap_or(f64::INFINITY).max(SLOWEST);
        let state = State { rate: most, paused_until: None, slowed: None, calm: 0, recent: VecDeque::new() };
        let concurrency = concurrency.max(1);
        Self { most, concurrency, gate: Semaphore::new(concurrency), state: Mutex::new(state) }
    }

    /// The limit of concurrent requests.
    pub(super) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// Waits for a turn, which is held until the returned guard is dropped.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // The gate is never closed.
        let permit = self.gate.acquire().await.ok();
        loop {
            let wait = self.lock().take(Instant::now());
            if wait.is_zero() {
                return permit;
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Lowers the rate after a 429.
    pub(super) fn slow_down(&self, retry_after: Option<Duration>) {
        self.lock().slow_down(Instant::now(), retry_after);
    }

    /// Counts an answer other than 429.
    pub(super) fn calm(&self) {
        let most = self.most;
        let mut state = self.lock();
        state.calm += 1;
        if state.calm >= CALM {
            state.calm = 0;
            state.rate = (state.rate * GROWTH).min(most);
        }
    }

    /// A panic of another holder leaves no inconsistent state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a turn, or returns how long to wait for one.
    fn take(&mut self, now: Instant) -> Duration {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until - now;
        }
        self.paused_until = None;
        let most = self.most();
        let kept = most.map_or(ONE_BURST, |(_, time)| time.max(ONE_BURST));
        while self.recent.front().is_some_and(|sent| now.saturating_duration_since(*sent) > kept) {
            self.recent.pop_front();
        }
        if let Some((number, time)) = most
            && let Some(sent) = self.recent.len().checked_sub(number).and_then(|at| self.recent.get(at))
            && let Some(wait) = time.checked_sub(now.saturating_duration_since(*sent))
            && !wait.is_zero()
        {
            // Not shorter than the resolution of the clock, so that the wait ends.
            return wait.max(Duration::from_millis(1));
        }
        self.recent.push_back(now);
        Duration::ZERO
    }

    /// The most requests in a time, wherever it begins; `None` where there is no limit.
    fn most(&self) -> Option<(usize, Duration)> {
        let number = self.rate.max(1.0).floor();
        let time = Duration::try_from_secs_f64(number / self.rate).ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 1 or more")]
        Some((number as usize, time))
    }

    fn slow_down(&mut self, now: Instant, retry_after: Option<Duration>) {
        self.calm = 0;
        if let Some(until) = retry_after.and_then(|wait| now.checked_add(wait)) {
            self.paused_until = Some(self.paused_until.map_or(until, |paused| paused.max(until)));
        }
        if self.slowed.is_some_and(|slowed| now.saturating_duration_since(slowed) < ONE_BURST) {
            return;
        }
        self.slowed = Some(now);
        // Without a limit, what went out in the last second was too much.
        #[expect(clippy::cast_precision_loss, reason = "a number of requests is small")]
        let rate = if self.rate.is_finite() { self.rate } else { FEW.max(self.recent.len() as f64) };
        self.rate = (rate / 2.0).max(SLOWEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a number of turns takes.
    async fn turns(pacer: &Pacer, number: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..number {
            drop(pacer.turn().await);
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_brings_more_than_its_requests() {
        let pacer = Pacer::new(Some(10.0), 8);
        let mut times = Vec::new();
        for _ in 0..45 {
            turns(&pacer, 1).await;
            times.push(Instant::now());
        }
        let seconds: Vec<_> = times.windows(11).map(|turns| turns[10] - turns[0]).collect();
        assert!(seconds.iter().all(|time| *time >= Duration::from_secs(1)), "{seconds:?}");
        let all = times[44] - times[0];
        assert!((3.9..4.2).contains(&all.as_secs_f64()), "{all:?}");
        assert!(turns(&Pacer::new(None, 8), 10_000).await.is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn being_told_off_halves_the_pace_once_and_calm_brings_it_back() {
        let pacer = Pacer::new(Some(10.0), 8);
        turns(&pacer, 10).await;
        pacer.slow_down(None);
        pacer.slow_down(None);
        let slow = turns(&pacer, 10).await;
        assert!((1.7..2.3).contains(&slow.as_secs_f64()), "{slow:?}");
        (0..CALM * 10).for_each(|_| pacer.calm());
        let fast = turns(&pacer, 30).await;
        assert!(fast < Duration::from_millis(3200), "{fast:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_request_that_is_refused_makes_no_run_crawl() {
        let pacer = Pacer::new(None, 8);
        turns(&pacer, 1).await;
        pacer.slow_down(None);
        let slow = turns(&pacer, 20).await;
        assert!((1.5..2.5).contains(&slow.as_secs_f64()), "{slow:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn all_requests_wait_for_as_long_as_the_vendor_wants() {
        let pacer = Pacer::new(None, 8);
        turns(&pacer, 4).await;
        pacer.slow_down(Some(Duration::from_secs(7)));
        let wait = turns(&pacer, 1).await;
        assert!((7.0..7.1).contains(&wait.as_secs_f64()), "{wait:?}");
    }
}
