//! The rate limit of a run.
//!
//! The vendor documents no rate limit. So the user sets the highest rate, and the answers lower it:
//!
//! - Some 429s among many answers are noise. Only several of them within a number of answers halve the rate. Requests
//!   that were pending together count once.
//! - The rate recovers with time, not with answers: a low rate brings few answers, so that counting them would make a
//!   run crawl for minutes.
//! - `Retry-After` delays all requests, because the limit is per organization.
//! - `X-RateLimit-Remaining` is documented without its period. So a second brings at most as many requests as the
//!   latest answer leaves. That is exact if the period is a second; if it is longer, the run slows down when the
//!   remainder gets small, and the first answer of the next period lifts the limit. If none is left, the run sends a
//!   request only every few seconds, to see whether the period is over.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The lowest rate, in requests per second.
const SLOWEST: f64 = 0.2;
/// The number of latest answers that are considered.
const LATEST: u64 = 100;
/// The number of 429s among them that halve the rate. With 1 % of 429s, this happens about once in 5,000 answers.
const MANY: usize = 5;
/// The time in which a lowered rate doubles.
const RECOVERY: Duration = Duration::from_secs(10);
/// Without a limit from the user, a 429 never lowers the rate below this number of requests per second.
const FEW: f64 = 20.0;
/// The rate is lowered at most once within this time, because what was sent before may still be refused.
const ONE_BURST: Duration = Duration::from_secs(1);

/// Limits the rate and the number of concurrent requests.
#[derive(Debug)]
pub(super) struct Pacer {
    concurrency: usize,
    gate: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The highest rate, in requests per second; infinite if the user has set no limit.
    most: f64,
    /// The rate after the last 429s, in requests per second.
    rate: f64,
    paused_until: Option<Instant>,
    /// When the rate was lowered.
    slowed: Option<Instant>,
    /// The number of answers.
    answers: u64,
    /// Which of the latest answers were 429s, the oldest first, and when the last of them arrived.
    refused: VecDeque<u64>,
    last_refused: Option<Instant>,
    /// The requests that the latest answer leaves, if it says so.
    remaining: Option<u64>,
    /// When the latest requests were sent, the oldest first.
    recent: VecDeque<Instant>,
}

impl Pacer {
    /// Creates a pacer with a limit of requests per second and of concurrent requests.
    pub(super) fn new(per_second: Option<f64>, concurrency: usize) -> Self {
        let most = per_second.unwrap_or(f64::INFINITY).max(SLOWEST);
        let state = State {
            most,
            rate: most,
            paused_until: None,
            slowed: None,
            answers: 0,
            refused: VecDeque::new(),
            last_refused: None,
            remaining: None,
            recent: VecDeque::new(),
        };
        let concurrency = concurrency.max(1);
        Self { concurrency, gate: Semaphore::new(concurrency), state: Mutex::new(state) }
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

    /// Counts a 429 to a request that was sent at this time. It may lower the rate.
    pub(super) fn refused(&self, sent: Instant, retry_after: Option<Duration>) {
        self.lock().refused(sent, Instant::now(), retry_after);
    }

    /// Counts an answer other than 429.
    pub(super) fn answered(&self) {
        self.lock().answers += 1;
    }

    /// Sets the number of requests that an answer leaves; `None` if it doesn't say so.
    pub(super) fn remaining(&self, remaining: Option<u64>) {
        self.lock().remaining = remaining;
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
        let limit = self.limit(now);
        let kept = limit.map_or(ONE_BURST, |(_, time)| time.max(ONE_BURST));
        while self.recent.front().is_some_and(|sent| now.saturating_duration_since(*sent) > kept) {
            self.recent.pop_front();
        }
        if let Some((number, time)) = limit
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

    /// The most requests in a window of time, and its length; `None` without a limit.
    fn limit(&self, now: Instant) -> Option<(usize, Duration)> {
        #[expect(clippy::cast_precision_loss, reason = "a number of requests is small")]
        let left = self.remaining.map_or(f64::INFINITY, |left| (left as f64).max(SLOWEST));
        let rate = self.recovered(now).min(left);
        let number = rate.max(1.0).floor();
        let time = Duration::try_from_secs_f64(number / rate).ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 1 or more")]
        Some((number as usize, time))
    }

    /// The rate as it has recovered by now, in requests per second.
    fn recovered(&self, now: Instant) -> f64 {
        let Some(slowed) = self.slowed else { return self.rate };
        let time = now.saturating_duration_since(slowed).as_secs_f64() / RECOVERY.as_secs_f64();
        (self.rate * time.exp2()).min(self.most)
    }

    fn refused(&mut self, sent: Instant, now: Instant, retry_after: Option<Duration>) {
        if let Some(until) = retry_after.and_then(|wait| now.checked_add(wait)) {
            self.paused_until = Some(self.paused_until.map_or(until, |paused| paused.max(until)));
        }
        self.answers += 1;
        if self.last_refused.is_some_and(|last| sent < last) {
            return;
        }
        self.last_refused = Some(now);
        self.refused.push_back(self.answers);
        while self.refused.front().is_some_and(|number| self.answers - number >= LATEST) {
            self.refused.pop_front();
        }
        let is_burst = self.slowed.is_some_and(|slowed| now.saturating_duration_since(slowed) < ONE_BURST);
        if self.refused.len() >= MANY && !is_burst {
            self.slow_down(now);
        }
    }

    fn slow_down(&mut self, now: Instant) {
        self.refused.clear();
        let rate = self.recovered(now);
        // Without a limit, what went out in the last second was too much.
        #[expect(clippy::cast_precision_loss, reason = "a number of requests is small")]
        let rate = if rate.is_finite() { rate } else { FEW.max(self.recent.len() as f64) };
        self.rate = (rate / 2.0).max(SLOWEST);
        self.slowed = Some(now);
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

    /// Many 429s, one after the other.
    fn refuse(pacer: &Pacer) {
        (0..MANY * 3).for_each(|_| pacer.refused(Instant::now(), None));
    }

    #[tokio::test(start_paused = true)]
    async fn many_refusals_halve_the_rate_once_and_time_brings_it_back() {
        let pacer = Pacer::new(Some(10.0), 8);
        turns(&pacer, 10).await;
        refuse(&pacer);
        let slow = turns(&pacer, 10).await;
        assert!((1.5..2.3).contains(&slow.as_secs_f64()), "{slow:?}");
        tokio::time::sleep(RECOVERY).await;
        let fast = turns(&pacer, 30).await;
        assert!(fast < Duration::from_millis(3200), "{fast:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn however_slow_a_run_is_it_recovers_in_time() {
        let pacer = Pacer::new(Some(50.0), 8);
        for _ in 0..6 {
            refuse(&pacer);
            tokio::time::sleep(ONE_BURST).await;
        }
        let slow = turns(&pacer, 3).await;
        assert!(slow > Duration::from_secs(1), "{slow:?}");
        // Not a single answer arrives.
        tokio::time::sleep(RECOVERY * 6).await;
        let fast = turns(&pacer, 100).await;
        assert!(fast < Duration::from_millis(2100), "{fast:?}");
    }

    /// How long a run takes if every 100th answer is a 429.
    async fn with_one_percent_refused(rate: f64) -> Duration {
        let pacer = Pacer::new(Some(rate), 8);
        let start = Instant::now();
        for number in 0..3000 {
            turns(&pacer, 1).await;
            if number % 100 == 7 { pacer.refused(Instant::now(), None) } else { pacer.answered() }
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn one_percent_of_refusals_costs_at_most_a_tenth() {
        for rate in [1.0, 4.0, 50.0, 500.0] {
            let time = with_one_percent_refused(rate).await.as_secs_f64();
            assert!(time < 3000.0 / rate * 1.1, "{rate}: {time}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_refusals_counts_once() {
        let pacer = Pacer::new(Some(50.0), 8);
        let sent = Instant::now();
        tokio::time::sleep(Duration::from_millis(10)).await;
        (0..8).for_each(|_| pacer.refused(sent, None));
        let time = turns(&pacer, 600).await;
        assert!(time < Duration::from_secs_f64(600.0 / 50.0 * 1.1), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn first_requests_that_are_refused_make_no_run_crawl() {
        let pacer = Pacer::new(None, 8);
        turns(&pacer, 1).await;
        refuse(&pacer);
        let slow = turns(&pacer, 20).await;
        assert!((0.9..2.5).contains(&slow.as_secs_f64()), "{slow:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_brings_no_more_requests_than_are_left() {
        let pacer = Pacer::new(None, 8);
        turns(&pacer, 100).await;
        pacer.remaining(Some(4));
        let slow = turns(&pacer, 8).await;
        assert!((1.9..2.2).contains(&slow.as_secs_f64()), "{slow:?}");
        pacer.remaining(Some(0));
        let probes = turns(&pacer, 3).await;
        assert!((9.9..15.1).contains(&probes.as_secs_f64()), "{probes:?}");
        for lifted in [Some(600), None] {
            pacer.remaining(lifted);
            assert!(turns(&pacer, 500).await.is_zero());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_requests_wait_for_as_long_as_the_vendor_wants() {
        let pacer = Pacer::new(None, 8);
        turns(&pacer, 4).await;
        pacer.refused(Instant::now(), Some(Duration::from_secs(7)));
        let wait = turns(&pacer, 1).await;
        assert!((7.0..7.1).contains(&wait.as_secs_f64()), "{wait:?}");
    }
}
