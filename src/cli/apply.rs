//! `orgsync apply`.

use super::args::{ApplyArgs, Format};
use super::config::{self, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::{live, output, plan};
use crate::apply::{Outcome, Report, ReportDocument, apply};
use crate::check::{Approved, Checked};
use crate::render::report_text;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

pub(super) fn run(args: &ApplyArgs, console: &mut Console) -> anyhow::Result<Exit> {
    // The plan and the question are shown on stderr: somebody must see them and be able to answer.
    let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !args.yes && !can_ask {
        let message = "apply asks before it changes anything, and there is no terminal to ask on";
        return Err(Failure::usage(message, "add --yes if the plan may be applied without asking").into());
    }
    let Some(config) = config::load(&args.making.config, &args.live, today(None), console)? else {
        return Ok(Exit::Refused);
    };
    super::runtime()?.block_on(async {
        let connection = live::connect(&args.live, console).await?;
        let live = connection.client.read_live().await?;
        let checked = plan::make(&config, &live, &args.making.guards.allowance(args.allow_irreversible));
        plan::write_text(console.err(), &checked, &config, args.making.verbose)?;
        let digest = (args.format == Format::Json).then(|| plan::document(&checked, &config).digest);
        let Some(approved) = approve(checked, args, console)? else {
            return Ok(Exit::Refused);
        };
        let report = carry_out(&approved, &connection.client).await;
        match args.format {
            Format::Text if report.outcomes.is_empty() => {}
            Format::Text => report_text(console.out(), &report)?,
            Format::Json => {
                write!(
                    console.out(),
                    "{}",
                    output::json(&ReportDocument::new(&report, &digest.unwrap_or_default()))?
                )?;
            }
        }
        Ok(if report.is_success() { Exit::Done } else { Exit::Failed })
    })
}

/// The plan for applying, if the checks and the person at the terminal agree.
fn approve(checked: Checked, args: &ApplyArgs, console: &mut Console) -> anyhow::Result<Option<Approved>> {
    let changes = checked.plan().actions.len();
    let Some(approved) = checked.approve() else {
        return Ok(None);
    };
    if args.yes || changes == 0 {
        return Ok(Some(approved));
    }
    write!(console.err(), "Apply this plan? Only `yes` is taken as a yes: ")?;
    console.err().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" {
        return Ok(Some(approved));
    }
    writeln!(console.err(), "Nothing was changed.")?;
    Ok(None)
}

/// Carries the plan out and shows how it goes: a bar on a terminal, a line for each tenth elsewhere.
async fn carry_out(approved: &Approved, client: &crate::api::Client) -> Report {
    let total = approved.plan().actions.len();
    if io::stderr().is_terminal() {
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        let watch = |outcome: &Outcome| {
            bar.set_message(outcome.id.clone());
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
            let _ = writeln!(io::stderr(), "{} of {total} changes", done.get());
        }
    };
    apply(approved, client, &watch).await
}
