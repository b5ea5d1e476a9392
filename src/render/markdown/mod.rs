//! Renders plans, reports and faults as Markdown, for comments on pull requests.
//!
//! Text from files or from the live organization is in code spans, so that none of it is markup. The same plan always
//! gives the same text.

mod comment;

use super::left_over::left_over;
use super::outcome::{by_kind, said, sentence};
use super::report::{conclusion, is_surprise};
use super::seats::{BAR, Column, Seats, columns};
use super::view::{Changes, Effect, Line, Note, Part, Sign, View, effects_heading};
use super::{count, thousands};
use crate::apply::{Outcome, Report, RunRecord, Status};
use crate::diag::{Diagnostic, Label, MOST_SHOWN};
use crate::escape::{code, code_in_cell};
use crate::source::Sources;
use comment::{Entry, Section, comment};
use jiff::{Timestamp, Unit};

/// A longer list is folded.
const UNFOLDED: usize = 10;

/// The most positions that are listed for a refusal or fault.
const PLACES: usize = 10;

/// A plan as Markdown, of at most 65,000 characters: conclusion, refusals, warnings, seats,
/// changes and findings.
#[must_use]
pub fn plan_markdown(view: &View<'_>, refusals: &[Diagnostic], sources: &Sources) -> String {
    let title = match view.organization.as_str() {
        "" => "Plan".to_owned(),
        name => format!("Plan for {}", code(name)),
    };
    let mut opening = format!("### {title}\n\n**{}**", view.conclusion);
    for (at, part) in view.parts.iter().enumerate() {
        let groups: Vec<_> = part.changes.iter().map(|changes| changes.heading.as_str()).collect();
        let groups = groups.join(", ");
        opening.push_str(&match (part.title, groups.as_str()) {
            (None, _) if refusals.is_empty() => String::new(),
            (None, "") => String::new(),
            (None, groups) => format!(" {groups}."),
            (Some(title), groups) => {
                let list = if at == 0 { "\n\n" } else { "\n" };
                let groups = if groups.is_empty() { String::new() } else { format!(" ({groups})") };
                format!("{list}- {title}: {}{groups}.", part.number())
            }
        });
    }
    opening.push('\n');
    for basis in &view.basis {
        opening.push_str(&format!("\n> {basis}\n"));
    }
    let mut sections = diagnostics("Refused", refusals, sources);
    sections.extend(view.power.iter().map(|power| Section { folded: false, ..note(power) }));
    sections.extend(diagnostics("Warnings", &view.warnings, sources));
    sections.extend(view.no_longer_declared.iter().map(no_longer_declared));
    sections.extend(seats(view));
    sections.extend(view.parts.iter().flat_map(part));
    sections.extend(effects(&view.effects));
    sections.extend(view.notes.iter().map(note));
    comment(&opening, &sections)
}

/// Faults of the files as Markdown, of at most 65,000 characters.
#[must_use]
pub fn faults_markdown(faults: &[Diagnostic], sources: &Sources) -> String {
    let opening =
        format!("### Configuration\n\n**The configuration has {}.**\n", count(faults.len(), "fault"));
    comment(&opening, &diagnostics("Faults", faults, sources).into_iter().collect::<Vec<_>>())
}

/// Refusals or faults, if there are any. They are never folded.
fn diagnostics(heading: &str, all: &[Diagnostic], sources: &Sources) -> Vec<Section> {
    let counts = all.len().saturating_sub(MOST_SHOWN);
    let others = (counts > 0).then(|| Entry { text: format!("- and {} more\n", thousands(counts)), counts });
    let section = || Section {
        heading: format!("{heading} ({})", thousands(all.len())),
        entries: all.iter().take(MOST_SHOWN).map(|one| diagnostic(one, sources)).chain(others).collect(),
        ..Section::default()
    };
    (!all.is_empty()).then(section).into_iter().collect()
}

/// The message, the positions that cause it, and the help.
fn diagnostic(one: &Diagnostic, sources: &Sources) -> Entry {
    let mut text = format!("- **{}**: {}\n", one.code, code(&one.message));
    let mut places: Vec<_> = one.labels.iter().take(PLACES).map(|label| place(label, sources)).collect();
    // Several positions on one line are listed once.
    places.dedup();
    text.push_str(&places.concat());
    if let Some(file) = &one.file {
        text.push_str(&format!("  - in {}\n", code(file)));
    }
    let more = one.labels.len().saturating_sub(PLACES) + one.unshown();
    if more > 0 {
        text.push_str(&format!("  - at {}\n", count(more, "more place")));
    }
    text.push_str(&format!("  - help: {}\n", code(&one.help)));
    Entry { text, counts: 1 }
}

fn place(Label { span, text }: &Label, sources: &Sources) -> String {
    let at = sources.position(*span);
    let what = if text.is_empty() { String::new() } else { format!(" {}", code(text)) };
    format!("  - at {}{what}\n", code(&format!("{}:{}", at.file, at.line)))
}

/// The seat budget after the plan, if there is one.
fn seats(view: &View<'_>) -> Option<Section> {
    let all: Vec<_> = view.seats.iter().map(Seats::of_plan).collect();
    let columns = columns(&all);
    let head = |text: fn(&Column) -> &str| columns.iter().map(text).collect::<Vec<_>>().join(" | ");
    let row = |(at, seats): (usize, &Seats)| {
        let numbers = columns.iter().filter_map(|column| column.cells.get(at).map(String::as_str));
        let numbers = numbers.collect::<Vec<_>>().join(" | ");
        let text = format!("| {} | {} | {numbers} |\n", code(seats.title()), seats.bar(BAR));
        Entry { text, counts: 1 }
    };
    (!all.is_empty()).then(|| Section {
        heading: "Seats: ▓ used, ▒ pending, ░ free after this plan".to_owned(),
        head: format!(
            "| product | | {} |\n|:--|:--|{}|\n",
            head(|column| column.heading),
            head(|_| "--:").replace(' ', "")
        ),
        entries: all.iter().enumerate().map(row).collect(),
        ..Section::default()
    })
}

/// The changes of a part. Each heading has the title of the part.
fn part<'v>(Part { title, changes }: &'v Part<'_>) -> impl Iterator<Item = Section> + use<'v> {
    changes.iter().map(move |changes| section(*title, changes))
}

fn section(title: Option<&str>, changes: &Changes<'_>) -> Section {
    Section {
        heading: title
            .map_or_else(|| changes.heading.clone(), |title| format!("{title}: {}", changes.heading)),
        folded: changes.lines.len() > UNFOLDED,
        noun: " changes",
        entries: changes.lines.iter().map(|line| change(changes.sign, line)).collect(),
        ..Section::default()
    }
}

/// A resource and its changes, on one line or one line each.
fn change(sign: Sign, Line { target, marks, actions, changes, .. }: &Line<'_>) -> Entry {
    let marks = if marks.is_empty() { String::new() } else { format!(" **{}**", marks.join(", ")) };
    let target = format!("{}{marks}", code(target));
    let sign = code(&sign.symbol().to_string());
    let text = match changes.as_slice() {
        [one] => format!("- {sign} {target} {}\n", code(one)),
        all => {
            let all: String = all.iter().map(|one| format!("  - {}\n", code(one))).collect();
            format!("- {sign} {target}\n{all}")
        }
    };
    Entry { text, counts: *actions }
}

/// The roles that people gain and lose in the end, if there are any.
fn effects(effects: &[Effect]) -> Option<Section> {
    let entry = |effect: &Effect| {
        let changes = effect.changes.iter().map(|change| format!("  - {}\n", code(&change.line(false))));
        let text = format!("- {}\n{}", code(&effect.target), changes.collect::<String>());
        Entry { text, counts: effect.changes.len() }
    };
    (!effects.is_empty()).then(|| Section {
        heading: effects_heading(effects),
        folded: true,
        entries: effects.iter().map(entry).collect(),
        ..Section::default()
    })
}

fn note(note: &Note) -> Section {
    let entry = |(name, remark): &(String, String)| Entry {
        text: format!("- {} {}\n", code(name), code(remark)),
        counts: 1,
    };
    Section {
        heading: note.heading.clone(),
        folded: true,
        entries: note.lines.iter().map(entry).collect(),
        ..Section::default()
    }
}

/// Unlike other notes, shown with a warning and above the changes.
fn no_longer_declared(note: &Note) -> Section {
    Section {
        folded: note.lines.len() > UNFOLDED,
        head: "**Warning:** these entries were deleted, but nothing is removed.\n\n".to_owned(),
        ..self::note(note)
    }
}

/// The report of an apply as Markdown, of at most 65,000 characters: numbers by kind, the second look, and all results,
/// folded; then what was not done, failures last.
#[must_use]
pub fn report_markdown(report: &Report, run: &RunRecord) -> String {
    let title = match run.organization.as_str() {
        "" => "Apply".to_owned(),
        name => format!("Apply to {}", code(name)),
    };
    let opening =
        format!("### {title}\n\n**{}**{}\n\n{}\n", conclusion(report), successes(report), about(run));
    let with = |status: Status| report.outcomes.iter().filter(move |outcome| outcome.status == status);
    let looked = Section {
        heading: format!(
            "Direct roles that showed after the actions ({})",
            thousands(report.outcomes.iter().filter(|outcome| is_surprise(outcome)).count())
        ),
        entries: report.outcomes.iter().filter(|outcome| is_surprise(outcome)).map(result).collect(),
        ..Section::default()
    };
    let all = Section {
        heading: format!("All results ({})", thousands(report.outcomes.len())),
        folded: true,
        entries: report.outcomes.iter().map(result).collect(),
        ..Section::default()
    };
    let not_tried = Section {
        heading: format!("Not tried ({})", thousands(report.count(Status::NotTried))),
        head: "| what | why |\n|:--|:--|\n".to_owned(),
        entries: with(Status::NotTried).map(not_tried).collect(),
        ..Section::default()
    };
    let failed = Section {
        heading: format!("Failed ({})", thousands(report.count(Status::Failed))),
        head: "| what failed | what to do |\n|:--|:--|\n".to_owned(),
        entries: with(Status::Failed).map(failure).collect(),
        ..Section::default()
    };
    let held_back = Section {
        heading: format!("Due, but held back ({})", thousands(report.held_back.len())),
        head: "| what | why |\n|:--|:--|\n".to_owned(),
        entries: report.held_back.iter().map(|one| row(&one.id, &code_in_cell(&one.reason))).collect(),
        ..Section::default()
    };
    let left = left_over(report);
    let left = Section {
        heading: format!("Left for a person to do ({})", thousands(left.len())),
        entries: left.iter().map(|one| Entry { text: format!("- {}\n", code(one)), counts: 1 }).collect(),
        ..Section::default()
    };
    let sections = [looked, all, not_tried, held_back, failed, left]
        .map(|section| Section { folded: section.folded || section.entries.len() > UNFOLDED, ..section });
    let filled: Vec<_> = sections.into_iter().filter(|section| !section.entries.is_empty()).collect();
    comment(&opening, &filled)
}

/// ` 8 members changed, 2 invitations sent.`, or nothing.
fn successes(report: &Report) -> String {
    let done = by_kind(report.outcomes.iter().filter(|outcome| outcome.status == Status::Done));
    if done.is_empty() { done } else { format!(" Done: {done}.") }
}

/// `From 2026-11-24T03:48:52Z to 2026-11-24T03:48:59Z, by ada, at the commit 4f6e…`, and the last two in code spans.
fn about(run: &RunRecord) -> String {
    let seconds = |time: Timestamp| time.round(Unit::Second).unwrap_or(time);
    let actor = run.actor.as_deref().map(|actor| format!(", by {}", code(actor)));
    let commit = run.commit.as_deref().map(|commit| format!(", at the commit {}", code(commit)));
    let (started, ended) = (seconds(run.started_at), seconds(run.ended_at));
    format!("From {started} to {ended}{}{}.", actor.unwrap_or_default(), commit.unwrap_or_default())
}

fn failure(outcome: &Outcome) -> Entry {
    row(&sentence(outcome), outcome.help.unwrap_or_default())
}

fn not_tried(outcome: &Outcome) -> Entry {
    row(&said(outcome), &outcome.reason.as_deref().map(code_in_cell).unwrap_or_default())
}

/// Two cells. The right one needs no escaping.
fn row(left: &str, right: &str) -> Entry {
    Entry { text: format!("| {} | {right} |\n", code_in_cell(left)), counts: 1 }
}

fn result(outcome: &Outcome) -> Entry {
    Entry { text: format!("- {}: {}\n", outcome.status.name(), code(&sentence(outcome))), counts: 1 }
}
