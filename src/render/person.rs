//! Renders the explanation of a person as text.

use super::count;
use super::layout::Layout;
use super::view::{changed_by, departed};
use super::{ADDED, BOLD, FAINT, REMOVED};
use crate::escape;
use crate::model::Role;
use crate::query::{Entry, Explanation, Presence, Source};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// The columns of what is live and desired, before what grants it.
const GIVEN: usize = 15;

/// Writes a person's live and desired access, and why.
///
/// # Errors
///
/// Those of the writer.
pub fn explanation_text(out: &mut dyn Write, person: &Explanation, layout: Layout) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", person.email)?;
    let live = match person.live {
        Presence::Member => "a member",
        Presence::Invited => "invited, has not accepted",
        Presence::InvitationExpired => "invited, and the invitation has expired",
        Presence::Absent => "not in the organization",
    };
    writeln!(out, "  live:      {live}")?;
    if person.departed.is_some() {
        writeln!(out, "  {REMOVED}departed{REMOVED:#}:  {}", departed(person.departed.as_ref()))?;
    }
    match (&person.declared, &person.leaves) {
        (Some(at), _) => writeln!(out, "  declared:  {}", escape::line(&at.to_string()))?,
        (None, None) => writeln!(out, "  declared:  nowhere")?,
        (None, Some(_)) => {}
    }
    if let Some(leaves) = &person.leaves {
        writeln!(
            out,
            "  {REMOVED}leaves{REMOVED:#}:    {} at {}",
            leaves.cause,
            escape::line(&leaves.at.to_string())
        )?;
    }
    let width = person.access.iter().map(|entry| name(entry).width()).max().unwrap_or(0).max(18) + 2;
    if !person.access.is_empty() {
        writeln!(out, "\n{BOLD}{:width$}{:<6}{:<9}given by{BOLD:#}", "", "now", "desired")?;
    }
    for entry in &person.access {
        let word = |value: Option<bool>| match value {
            Some(true) => "yes",
            Some(false) => "no",
            None => "?",
        };
        let desired = entry.desired.map_or("—", |_| word(entry.desired));
        let style = if entry.live == entry.desired { FAINT } else { ADDED };
        let given = entry.given_by.iter().chain(&entry.ended).map(given);
        let mut given = given.flat_map(|given| layout.words(&given, width + GIVEN));
        let first = if entry.desired.is_none() { Some("left as it is".to_owned()) } else { given.next() };
        let (name, live, first) = (name(entry), word(entry.live), first.unwrap_or_default());
        let pad = " ".repeat(width.saturating_sub(name.width()));
        let desired = if first.is_empty() { desired.to_owned() } else { format!("{desired:<9}") };
        writeln!(out, "{name}{pad}{style}{live:<6}{desired}{style:#}{first}")?;
        // Further sources go below the first.
        given.try_for_each(|more| writeln!(out, "{:1$}{more}", "", width + GIVEN))?;
    }
    let is_admin = |entry: &Entry| {
        entry.kind == "role"
            && entry.name == Role::Admin.name()
            && (entry.live == Some(true) || entry.desired == Some(true))
    };
    if person.access.iter().any(is_admin) {
        writeln!(out, "\nAdmins of the organization reach every workspace, listed here or not.")?;
    }
    match person.actions.as_slice() {
        [] => writeln!(out, "\nNothing to do for this person.")?,
        actions => {
            writeln!(out, "\n{BOLD}The plan has {}:{BOLD:#}", count(actions.len(), "change"))?;
            actions.iter().try_for_each(|action| writeln!(out, "  {}", escape::line(action)))?;
        }
    }
    if !person.history.is_empty() {
        writeln!(out, "\n{BOLD}Lately, according to the audit log:{BOLD:#}")?;
    }
    person.history.iter().try_for_each(|one| writeln!(out, "  {}: {}", one.event, changed_by(one)))
}

/// `seat le_chat`, `Research: dev`, `group Interns`.
fn name(entry: &Entry) -> String {
    match &entry.within {
        Some(workspace) => format!("{workspace}: {}", entry.name),
        None => format!("{} {}", entry.kind, entry.name),
    }
}

/// The chain of a grant: the position that lists the person, and the position of the grant.
fn given(source: &Source) -> String {
    let at = source.at.as_ref().map(ToString::to_string);
    let mut steps: Vec<String> = source.membership.iter().map(ToString::to_string).collect();
    match (source.through, &source.name) {
        ("defaults", _) => steps.push("defaults".to_owned()),
        ("built_in", _) => steps.push("no file declares another role".to_owned()),
        (through, Some(name)) => steps.push(format!("{through} {name}")),
        _ => {}
    }
    for nesting in &source.nested {
        steps.push(nesting.at.to_string());
        steps.push(format!("group {}", nesting.group));
    }
    steps.extend(at);
    let terms = match (source.ended, source.until) {
        (true, Some(day)) => format!(" (ended after {day}"),
        (_, Some(day)) => format!(" (until {day}"),
        (_, None) => String::new(),
    };
    let why = source.why.as_deref();
    let terms = match (terms.as_str(), why) {
        ("", None) => String::new(),
        ("", Some(why)) => format!(" ({why})"),
        (until, None) => format!("{until})"),
        (until, Some(why)) => format!("{until}: {why})"),
    };
    format!("{}{terms}", escape::line(&steps.join(" → ")))
}
