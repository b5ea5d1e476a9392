//! Findings: diagnostics, and what a reviewer must not miss in a plan, for formats that other programs show on the lines
//! of the files.
//!
//! Texts are escaped, each on one line. A fingerprint identifies a finding while lines around it come and go.

use super::checkout::Checkout;
use super::view::{Mark, View, Weight};
use super::{count, thousands};
use crate::diag::{Code, Diagnostic, Label, MOST_SHOWN};
use crate::escape::inert;
use crate::source::{Sources, Span};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// Findings about the files or a plan.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) list: Vec<Finding>,
    /// Sentences about all of them, such as how many are left out.
    pub(super) notes: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Finding {
    pub(super) rule: Rule,
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// `None` if no file was read.
    pub(super) place: Option<Place>,
    /// Further positions, each with its role, which may be empty.
    pub(super) related: Vec<(Place, String)>,
    /// Does not depend on line numbers; different for each finding of a document.
    pub(super) fingerprint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Code(Code),
    NewAdmin,
    Removal,
    PowerLeftAlone,
    NoLongerDeclared,
}

impl Rule {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Code(code) => code.name(),
            Self::NewAdmin => "new_admin",
            Self::Removal => "removal",
            Self::PowerLeftAlone => "power_left_alone",
            Self::NoLongerDeclared => "no_longer_declared",
        }
    }

    /// The title, and an explanation in Markdown.
    pub(super) fn page(self) -> (String, String) {
        let (title, text) = match self {
            Self::Code(code) => {
                let page = code.page_without_links();
                let (heading, text) = page.split_once('\n').unwrap_or((&page, ""));
                let title = heading.split_once(": ").map_or(heading, |(_, title)| title);
                return (title.to_owned(), text.trim().to_owned());
            }
            Self::NewAdmin => (
                "a person becomes an admin",
                "The plan makes a person an admin: now, through a group, or when they accept the invitation.",
            ),
            Self::Removal => (
                "a removal",
                "The plan removes a person, an invitation, a role, a seat, a membership, a workspace or a group.",
            ),
            Self::PowerLeftAlone => (
                "power that no file grants",
                "After the plan, a person is still an admin or billing manager although no file grants that. Declare \
                 it, list the person under `removed`, or name the account under `policy.unmanaged.acknowledged`.",
            ),
            Self::NoLongerDeclared => (
                "no longer declared, and left alone",
                "The files before the change declared this, and no file declares it now. The plan leaves it alone. To \
                 remove a person, list them under `removed`.",
            ),
        };
        (title.to_owned(), text.to_owned())
    }
}

/// A position in a file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The path in the repository, not escaped.
    pub(super) path: String,
    /// Absent for a whole file.
    pub(super) region: Option<Region>,
}

/// From 1. Columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    /// The column after the last character.
    pub(super) end_column: u32,
}

impl Findings {
    /// The faults of the files as errors, and their warnings.
    #[must_use]
    pub fn of_files(
        faults: &[Diagnostic],
        warnings: &[Diagnostic],
        sources: &Sources,
        checkout: &Checkout,
    ) -> Self {
        let mut all = Collector::new(sources, checkout);
        all.diagnostics(Level::Error, faults, "fault");
        all.diagnostics(Level::Warning, warnings, "warning");
        all.found
    }

    /// The refusals of a plan as errors; its warnings, new admins, removals, and what it leaves alone and should not
    /// as warnings, or as notes if they are drift.
    #[must_use]
    pub fn of_plan(view: &View<'_>, refusals: &[Diagnostic], sources: &Sources, checkout: &Checkout) -> Self {
        let mut all = Collector::new(sources, checkout);
        all.found.notes.push(view.conclusion.clone());
        all.found.notes.extend(view.basis.iter().cloned());
        all.diagnostics(Level::Error, refusals, "refusal");
        all.diagnostics(Level::Warning, &view.warnings, "warning");
        let power = view.power.iter().flat_map(|power| &power.lines);
        all.add_some(power.collect(), "holder of power", |all, (holder, held)| {
            all.add(Rule::PowerLeftAlone, Level::Warning, &format!("{holder}: {held}"), None);
        });
        let left = view.no_longer_declared.iter().flat_map(|note| &note.lines);
        let left = left.zip(&view.no_longer_declared_in).collect();
        all.add_some(left, "deleted entry", |all, ((name, remark), file)| {
            all.add_in_file(Rule::NoLongerDeclared, &format!("{name}: {remark}"), *file);
        });
        all.add_some(view.marks.iter().collect(), "new admin or removal", Collector::mark);
        all.found
    }
}

/// Collects findings, and tells those apart that look the same.
struct Collector<'s> {
    found: Findings,
    sources: &'s Sources,
    checkout: &'s Checkout,
    /// The number of findings for each hash.
    hashes: HashMap<String, u32>,
}

impl<'s> Collector<'s> {
    fn new(sources: &'s Sources, checkout: &'s Checkout) -> Self {
        Self { found: Findings::default(), sources, checkout, hashes: HashMap::new() }
    }

    fn diagnostics(&mut self, level: Level, all: &[Diagnostic], noun: &str) {
        self.add_some(all.iter().collect(), noun, |found, one| found.diagnostic(level, one));
    }

    /// Adds as many as any output shows, and counts the others.
    fn add_some<T>(&mut self, all: Vec<T>, noun: &str, mut add: impl FnMut(&mut Self, T)) {
        let more = all.len().saturating_sub(MOST_SHOWN);
        if more > 0 {
            let (number, shown) = (count(all.len(), noun), thousands(MOST_SHOWN));
            self.found.notes.push(format!("Of {number}, only the first {shown} are listed."));
        }
        all.into_iter().take(MOST_SHOWN).for_each(|one| add(self, one));
    }

    fn diagnostic(&mut self, level: Level, one: &Diagnostic) {
        let first = one.labels.first();
        let role = first.filter(|label| !label.text.is_empty()).map(|label| format!(" ({})", label.text));
        let mut message = format!("{}{}", one.message, role.unwrap_or_default());
        if one.unshown() > 0 {
            message.push_str(&format!(", and {}", count(one.unshown(), "more place")));
        }
        let whole_file = || self.whole_file(one.file.as_deref());
        let place = first.and_then(|label| self.place(label.span)).or_else(whole_file);
        let related = one.labels.iter().skip(1).filter_map(|label| self.related(label)).collect();
        let fingerprint =
            self.fingerprint(Rule::Code(one.code), &one.message, place.as_ref(), first.map(|l| l.span));
        self.found.list.push(Finding {
            rule: Rule::Code(one.code),
            level,
            message: inert(&message),
            help: Some(inert(&one.help)),
            place,
            related,
            fingerprint,
        });
    }

    fn mark(&mut self, mark: &Mark) {
        let rule = match mark.weight {
            Weight::NewAdmin => Rule::NewAdmin,
            Weight::Leaves | Weight::Loses => Rule::Removal,
        };
        let (level, drift) = if mark.is_drift { (Level::Note, " (drift)") } else { (Level::Warning, "") };
        self.add(rule, level, &format!("{}{drift}", mark.text), mark.at);
    }

    /// Adds a finding about a plan, on the main file if the files don't cause it.
    fn add(&mut self, rule: Rule, level: Level, message: &str, at: Option<Span>) {
        let place = at.and_then(|span| self.place(span)).or_else(|| self.whole_file(None));
        self.push(rule, level, message, place, at);
    }

    fn add_in_file(&mut self, rule: Rule, message: &str, file: u32) {
        let name = self.sources.file(file).map(|file| file.name());
        self.push(rule, Level::Warning, message, self.whole_file(name), None);
    }

    fn push(&mut self, rule: Rule, level: Level, message: &str, place: Option<Place>, at: Option<Span>) {
        let fingerprint = self.fingerprint(rule, message, place.as_ref(), at);
        let (message, related) = (inert(message), Vec::new());
        self.found.list.push(Finding { rule, level, message, help: None, place, related, fingerprint });
    }

    fn place(&self, span: Span) -> Option<Place> {
        let file = self.sources.file(span.file)?;
        let start = self.sources.position(span);
        let end = self.sources.position(Span { start: span.end, ..span });
        let region =
            Region { line: start.line, column: start.column, end_line: end.line, end_column: end.column };
        Some(Place { path: self.checkout.path(file.name()), region: Some(region) })
    }

    /// A file as a whole; without a name, the main file.
    fn whole_file(&self, name: Option<&str>) -> Option<Place> {
        let name = name.or_else(|| self.sources.names().next())?;
        Some(Place { path: self.checkout.path(name), region: None })
    }

    fn related(&self, label: &Label) -> Option<(Place, String)> {
        Some((self.place(label.span)?, inert(&label.text)))
    }

    /// A hash of the rule, the file, the message without its numbers, and the text at the position; with a count for those
    /// that are equal, in the order of the files.
    fn fingerprint(&mut self, rule: Rule, message: &str, place: Option<&Place>, at: Option<Span>) -> String {
        // The same seats are too many when there is one more of them.
        let message: String = message.chars().filter(|c| !c.is_ascii_digit()).collect();
        let (offset, text) = at.and_then(|span| surroundings(self.sources, span)).unwrap_or_default();
        let path = place.map_or("", |place| &place.path);
        let offset = offset.to_string();
        let mut hasher = Sha256::new();
        for part in [rule.name().as_bytes(), path.as_bytes(), message.as_bytes(), offset.as_bytes(), text] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        let hash: String = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let number = self.hashes.entry(hash.clone()).or_default();
        *number += 1;
        format!("{hash}:{number}")
    }
}

/// The text around a position, in its line and without the indent, and where the position is in it.
fn surroundings(sources: &Sources, span: Span) -> Option<(usize, &[u8])> {
    /// To each side, in bytes. A line may be as long as a file.
    const LONGEST: usize = 120;
    let source = sources.file(span.file)?;
    let (start, shown) = source.shown(source.line_of(span.start));
    let text = shown.trim_start();
    let indent = shown.len() - text.len();
    let at = (span.start as usize).saturating_sub(start + indent).min(text.len());
    let first = at.saturating_sub(LONGEST);
    let text = text.trim_end().as_bytes();
    let window = text.get(first..(at + LONGEST).min(text.len())).unwrap_or_default();
    Some((at - first, window))
}
