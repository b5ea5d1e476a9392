//! Carrying a plan out, and showing how it goes.

use crate::api::Client;
use crate::apply::{Outcome, Report, apply};
use crate::check::Approved;
use crate::render::count;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write as _};

/// Carries the plan out and shows how it goes: a bar on a terminal, a line for each tenth elsewhere.
pub(super) async fn carry_out(approved: &Approved, client: &Client) -> Report {
    let total = approved.plan().actions.len();
    if io::stderr().is_terminal() {
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        let watch = |outcome: &Outcome| {
            bar.set_message(crate::escape::line(&outcome.id).into_owned());
            bar.inc(1);
        };
        let report = apply(approved, client, &watch).await;
        bar.finish_and_clear();
        return report;
    }
    // The report will name every action: a log needs no more than a sign of life.
    let done = Cell::new(0_usize);
    let watch = |_: &Outcome| {
        let tenths = |done: usize| done * 10 / total.max(1);
        let before = done.replace(done.get() + 1);
        if tenths(before) < tenths(done.get()) {
            let _ = writeln!(io::stderr(), "{} of {}", done.get(), count(total, "change"));
        }
    };
    apply(approved, client, &watch).await
}
