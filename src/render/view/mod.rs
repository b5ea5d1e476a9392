//! One walk over a plan: everything that an output format shows, in words.

mod asides;
mod groups;
mod marks;
mod people;
mod workspaces;

pub(super) use asides::Aside;
pub(super) use marks::{Mark, Why};

use super::{count, thousands};
use crate::check::Checked;
use crate::escape;
use crate::model::{Desired, Product};
use crate::plan::{Action, ActionOrigin, Base, Operation, Plan, SeatsDocument, StateDocument, seat_budget};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// A plan, ready to be shown. All its texts are harmless.
#[derive(Debug)]
pub struct View {
    /// The organization that the plan is for; may be empty.
    pub organization: String,
    /// What the plan was made against, if that was not the organization itself. Own words alone.
    pub basis: Option<String>,
    /// The changes: all together, or those of the change of the files and then drift.
    pub parts: Vec<Part>,
    /// The seat budget.
    pub seats: BTreeMap<Product, SeatsDocument>,
    /// What stands beside the changes: who is not in yet, what is locked, what is left alone.
    pub asides: Vec<Aside>,
    /// What a reviewer must not miss.
    pub marks: Vec<Mark>,
    /// The last sentence. Own words alone.
    pub conclusion: String,
}

/// Changes that belong together.
#[derive(Debug)]
pub struct Part {
    /// What they are, where there are several parts. Own words alone.
    pub title: Option<&'static str>,
    /// The changes, by what they do to what.
    pub groups: Vec<Group>,
}

impl Part {
    /// How many changes they are. Own words alone.
    #[must_use]
    pub fn number(&self) -> String {
        match self.groups.iter().flat_map(|group| &group.lines).map(|line| line.actions).sum() {
            0 => "nothing".to_owned(),
            some => count(some, "change"),
        }
    }
}

/// What changes are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// People.
    People,
    /// Workspaces.
    Workspaces,
    /// User groups.
    Groups,
}

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// It brings something in.
    Add,
    /// Something stays, and is different.
    Change,
    /// Something goes.
    Remove,
}

impl Sign {
    /// The sign itself.
    #[must_use]
    pub fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Change => '~',
            Self::Remove => '-',
        }
    }
}

/// Changes of one subject with one sign.
#[derive(Debug)]
pub struct Group {
    /// What they do.
    pub sign: Sign,
    /// They are changes of people, not of things.
    pub of_people: bool,
    /// How many of what. Own words alone.
    pub heading: String,
    /// One for each person or thing.
    pub lines: Vec<Line>,
}

/// What a plan does to one person or thing.
#[derive(Debug, Clone)]
pub struct Line {
    /// To whom or what.
    pub target: String,
    /// The number of actions that do it.
    pub actions: usize,
    /// What changes, from what to what.
    pub changes: Vec<String>,
    /// What is there before and after, for each action.
    pub states: Vec<States>,
}

/// What is there before and after an action.
type States = (Option<StateDocument>, Option<StateDocument>);

/// The lines of one subject, by their target.
type Lines = BTreeMap<String, (Sign, Line)>;

impl View {
    /// The same, of a plan that was made on a day against a snapshot, where one is given.
    #[must_use]
    pub fn against(self, snapshot: Option<Timestamp>, today: Date) -> Self {
        let basis = |taken_at: Timestamp| {
            let taken_on = TimeZone::UTC.to_datetime(taken_at).date();
            let days = today.duration_since(taken_on).as_hours() / 24;
            let age = match usize::try_from(days) {
                Ok(days @ 1..) => format!(", {} before this day", count(days, "day")),
                _ => String::new(),
            };
            format!(
                "Made against a snapshot that was taken at {taken_at}{age}, not against the organization as it is now."
            )
        };
        Self { basis: snapshot.map(basis), ..self }
    }

    /// Walks over a checked plan.
    #[must_use]
    pub fn new(checked: &Checked, desired: &Desired) -> Self {
        let plan = checked.plan();
        let subjects = subjects(plan, None);
        Self {
            organization: escape::line(&desired.organization).into_owned(),
            basis: None,
            conclusion: conclusion(checked, &subjects),
            parts: match plan.base {
                Some(base) => parts(plan, base),
                None => vec![Part { title: None, groups: by_sign(subjects) }],
            },
            seats: seat_budget(plan, desired),
            asides: asides::asides(plan),
            marks: marks::marks(plan),
        }
    }
}

/// What comes from the change of the files, and what was to be done without it.
fn parts(plan: &Plan, base: Base) -> Vec<Part> {
    let part = |title, origin| Part { title: Some(title), groups: by_sign(subjects(plan, Some(origin))) };
    let title = match base {
        Base::Planned => {
            let drift = part("Drift from before", ActionOrigin::Drift);
            return vec![part("From this change", ActionOrigin::Change), drift];
        }
        Base::Absent => "From this change, before which there were no files",
        Base::Faulty => "From this change or from before, when the files had faults",
    };
    vec![part(title, ActionOrigin::Change)]
}

fn conclusion(checked: &Checked, subjects: &[(Subject, Lines)]) -> String {
    let plan = checked.plan();
    let people = |number: usize| match number {
        1 => "1 person".to_owned(),
        _ => format!("{} people", thousands(number)),
    };
    let parts: Vec<String> = subjects
        .iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(subject, lines)| match subject {
            Subject::People => people(lines.len()),
            Subject::Workspaces => count(lines.len(), "workspace"),
            Subject::Groups => count(lines.len(), "group"),
        })
        .collect();
    let whom = match parts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    };
    let mut text = match (checked.refusals().len(), plan.actions.len(), plan.waiting.len()) {
        (0, 0, 0) => "Nothing to do: the organization is as declared.".to_owned(),
        (0, 0, waiting) => format!("Nothing to do now: {} still to come in.", people(waiting)),
        (0, changes, _) => format!("{} to make, for {whom}{}.", count(changes, "change"), origins(plan)),
        (refusals, ..) => {
            format!("Refused, for {}: nothing of this plan will be applied.", count(refusals, "reason"))
        }
    };
    if plan.actions.iter().any(|action| action.operation.is_irreversible()) && checked.refusals().is_empty() {
        text.push_str(" Some can't be undone: apply wants --allow-irreversible.");
    }
    text
}

/// How many changes have which origin, where that is known.
fn origins(plan: &Plan) -> String {
    match (plan.base, plan.of(ActionOrigin::Drift).count()) {
        (None | Some(Base::Absent | Base::Faulty), _) | (_, 0) => String::new(),
        (Some(Base::Planned), drift) if drift == plan.actions.len() => ": all of it is drift".to_owned(),
        (Some(Base::Planned), drift) => {
            let changed = thousands(plan.actions.len().saturating_sub(drift));
            format!(": {changed} from this change, {} drift", thousands(drift))
        }
    }
}

/// The lines of each subject, of all actions or of those of an origin.
fn subjects(plan: &Plan, origin: Option<ActionOrigin>) -> [(Subject, Lines); 3] {
    let mut all = [
        (Subject::People, Lines::new()),
        (Subject::Workspaces, Lines::new()),
        (Subject::Groups, Lines::new()),
    ];
    let [(_, people), (_, workspaces), (_, groups)] = &mut all;
    let firsts = people::firsts(plan);
    let wanted = |action: &&Action| origin.is_none() || action.origin == origin;
    for action in plan.actions.iter().filter(wanted) {
        let states = action.operation.states();
        let phrased = phrase(&action.operation);
        match &action.operation {
            Operation::Person(operation) => {
                people::add_person(people, operation, phrased, states, &firsts);
            }
            Operation::Workspace(operation) => add(workspaces, operation.target(), phrased, states),
            Operation::Group(operation) => add(groups, operation.target(), phrased, states),
        }
    }
    all
}

/// What an operation does, and in words how.
fn phrase(operation: &Operation) -> (Sign, String) {
    match operation {
        Operation::Person(operation) => people::phrase(operation),
        Operation::Workspace(operation) => workspaces::phrase(operation),
        Operation::Group(operation) => groups::phrase(operation),
    }
}

/// Adds an action to the line of its target. Who comes in or goes does so in the first of several actions.
fn add(lines: &mut Lines, target: &str, (sign, phrase): (Sign, String), states: States) {
    let target = escape::line(target).into_owned();
    let new = || (sign, Line { target: target.clone(), actions: 0, changes: Vec::new(), states: Vec::new() });
    let (known, line) = lines.entry(target.clone()).or_insert_with(new);
    if *known == Sign::Change {
        *known = sign;
    }
    line.actions += 1;
    line.changes.push(phrase);
    line.states.push(states);
}

fn by_sign(subjects: [(Subject, Lines); 3]) -> Vec<Group> {
    subjects.into_iter().flat_map(|(subject, lines)| groups(subject, lines)).collect()
}

fn groups(subject: Subject, lines: Lines) -> Vec<Group> {
    let mut groups: [Vec<Line>; 3] = Default::default();
    let [added, changed, removed] = &mut groups;
    for (sign, line) in lines.into_values() {
        match sign {
            Sign::Add => added.push(line),
            Sign::Change => changed.push(line),
            Sign::Remove => removed.push(line),
        }
    }
    let signs = [Sign::Add, Sign::Change, Sign::Remove].into_iter().zip(groups);
    let filled = signs.filter(|(_, lines)| !lines.is_empty());
    let of_people = subject == Subject::People;
    let group = |(sign, lines): (Sign, Vec<Line>)| Group {
        sign,
        of_people,
        heading: heading(subject, sign, lines.len()),
        lines,
    };
    filled.map(group).collect()
}

fn heading(subject: Subject, sign: Sign, number: usize) -> String {
    let (one, many) = match (subject, sign) {
        (Subject::People, Sign::Add) => ("person gets in", "people get in"),
        (Subject::People, Sign::Change) => ("person changes", "people change"),
        (Subject::People, Sign::Remove) => ("person leaves", "people leave"),
        (Subject::Workspaces, Sign::Add) => ("workspace is made", "workspaces are made"),
        (Subject::Workspaces, Sign::Change) => ("workspace changes", "workspaces change"),
        (Subject::Workspaces, Sign::Remove) => ("workspace is archived", "workspaces are archived"),
        (Subject::Groups, Sign::Add) => ("group is made", "groups are made"),
        (Subject::Groups, Sign::Change) => ("group changes", "groups change"),
        (Subject::Groups, Sign::Remove) => ("group is deleted", "groups are deleted"),
    };
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// The most names that a line of a plan shows; `--verbose` shows all.
const NAMED: usize = 5;

/// `ada@acme.example, bob@acme.example and 3 more`.
fn names(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = match all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {} more", thousands(more)),
    };
    let shown: Vec<String> = all.take(NAMED).map(|name| escape::line(&name).into_owned()).collect();
    format!("{}{more}", shown.join(", "))
}

/// Harmless, cut where it is long, and with its spaces: they may be the difference.
fn shortened(text: &str) -> String {
    /// In characters.
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", escape::line(text.get(..end).unwrap_or(""))),
        None => escape::line(text).into_owned(),
    }
}

/// `description: "old" → "new"`, for texts that differ.
fn text_difference(key: &str, before: &str, after: &str) -> Option<String> {
    let quoted = |text: &str| match text {
        "" => "none".to_owned(),
        _ => format!("\"{}\"", shortened(text)),
    };
    (before != after).then(|| format!("{key}: {} → {}", quoted(before), quoted(after)))
}

fn or_none(names: String) -> String {
    if names.is_empty() { "none".to_owned() } else { names }
}
