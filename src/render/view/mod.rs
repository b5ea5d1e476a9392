//! A plan in words, for all output formats.

mod brief;
mod effect;
mod left_keys;
mod marks;
mod note;
mod notes;
mod open_notes;
mod phrases;
mod summary;
mod terms;

pub use brief::Brief;
pub(super) use effect::effects_heading;
pub use effect::{Effect, RoleChange};
pub(super) use left_keys::left_key;
pub use marks::{Mark, Weight};
pub use note::Note;
pub(super) use notes::departed;
pub use phrases::Sign;
pub(super) use phrases::changed_by;
pub(super) use phrases::{list, phrase};

use super::{count, held_back, people, thousands};
use crate::check::Checked;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{Desired, Live, Product};
use crate::plan::{Action, ActionOrigin, Base, Operation, Plan, Resource, Scope, effective_changes};
use crate::plan_file::{SeatsDocument, seat_budget};
use crate::source::Sources;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use terms::Terms;

/// A plan in words. All texts are escaped.
#[derive(Debug)]
pub struct View<'p> {
    /// The organization that the plan is for; may be empty.
    pub organization: String,
    /// Sentences about what the plan is based on, unless it is the live organization as a whole. Need no escaping.
    pub basis: Vec<String>,
    /// The changes in one part, or in two: the change of the files, and drift.
    pub parts: Vec<Part<'p>>,
    /// The roles that people gain and lose in the end, if the live organization is known.
    pub effects: Vec<Effect>,
    /// The seat budget.
    pub seats: BTreeMap<Product, SeatsDocument>,
    /// Power that no file grants, if there is any. It comes first, and is never cut.
    pub power: Option<Note>,
    /// What the files before declared, no file declares now, and the plan leaves alone, if there is any.
    pub no_longer_declared: Option<Note>,
    /// For each of its lines, the number of the file to annotate.
    pub no_longer_declared_in: Vec<u32>,
    /// The findings: people who have not joined yet, locked resources, and resources that are left alone.
    pub notes: Vec<Note>,
    /// What a reader must know, and what does not prevent an apply.
    pub warnings: Vec<Diagnostic>,
    /// Changes that a reviewer must not miss.
    pub marks: Vec<Mark>,
    /// The last sentences. Need no escaping.
    pub conclusion: String,
    /// What the plan does, in short; empty if it does nothing. Needs no escaping.
    pub summary: String,
}

impl View<'_> {
    /// Whether there is nothing but what stays as it is.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.parts.iter().all(|part| part.title.is_none() && part.changes.is_empty())
            && self.power.is_none()
            && self.no_longer_declared.is_none()
            && self.warnings.is_empty()
            && self.basis.is_empty()
            && self.notes.iter().all(|note| note.brief.is_some())
    }
}

/// A part of the changes.
#[derive(Debug)]
pub struct Part<'p> {
    /// `None` if there is only one part. Needs no escaping.
    pub title: Option<&'static str>,
    /// The changes, by sign and type of resource.
    pub changes: Vec<Changes<'p>>,
}

impl Part<'_> {
    /// The number of changes, in words. Needs no escaping.
    #[must_use]
    pub fn number(&self) -> String {
        match self.changes.iter().flat_map(|changes| &changes.lines).map(|line| line.actions).sum() {
            0 => "nothing".to_owned(),
            some => count(some, "change"),
        }
    }
}

/// Changes of one type of resource with one sign.
#[derive(Debug)]
pub struct Changes<'p> {
    pub sign: Sign,
    pub resource: Resource,
    /// The heading, with the number of resources. Needs no escaping.
    pub heading: String,
    /// One for each resource.
    pub lines: Vec<Line<'p>>,
}

/// The changes of one resource.
#[derive(Debug, Default)]
pub struct Line<'p> {
    pub target: String,
    /// Why it must not be missed. Need no escaping.
    pub marks: Vec<&'static str>,
    /// The number of actions.
    pub actions: usize,
    /// The changes, from old to new.
    pub changes: Vec<String>,
    pub operations: Vec<&'p Operation>,
}

/// The lines of each type of resource, by their target.
type Lines<'p> = BTreeMap<Resource, BTreeMap<String, (Sign, Line<'p>)>>;

impl<'p> View<'p> {
    /// Adds the basis of a plan that was made against a snapshot.
    #[must_use]
    pub fn against(mut self, snapshot: Option<Timestamp>, today: Date) -> Self {
        let basis = |taken_at: Timestamp| {
            let taken_on = TimeZone::UTC.to_datetime(taken_at).date();
            let days = today.duration_since(taken_on).as_hours() / 24;
            let age = match usize::try_from(days) {
                Ok(days @ 1..) => format!(" ({} old)", count(days, "day")),
                _ => String::new(),
            };
            format!("Planned against a snapshot from {taken_at}{age}, not against the live organization.")
        };
        self.basis.extend(snapshot.map(basis));
        self
    }

    /// Adds the roles that people gain and lose in the end.
    #[must_use]
    pub fn in_effect(mut self, checked: &Checked, desired: &Desired, live: &Live) -> Self {
        self.effects = effect::effects(&effective_changes(desired, live, &checked.plan().actions));
        self
    }

    /// Describes a checked plan, but not its effect.
    #[must_use]
    pub fn new(checked: &'p Checked, desired: &Desired, sources: &Sources) -> Self {
        let plan = checked.plan();
        let terms = Terms::new(desired, sources);
        let lines = lines(plan, desired, &terms, None);
        let targets =
            lines.iter().flat_map(|(resource, lines)| lines.values().map(|(sign, _)| (*resource, *sign)));
        let summary = summary::summary(plan, &targets.collect::<Vec<_>>());
        Self {
            organization: escape::line(&desired.organization).into_owned(),
            basis: scope(plan).into_iter().collect(),
            conclusion: conclusion(checked, desired, &summary),
            summary,
            parts: match plan.base {
                Some(base) => parts(plan, desired, &terms, base),
                None => vec![Part { title: None, changes: by_sign(lines) }],
            },
            effects: Vec::new(),
            seats: seat_budget(plan, desired),
            power: notes::power(plan),
            no_longer_declared: notes::no_longer_declared(plan),
            no_longer_declared_in: plan.no_longer_declared.iter().map(|left| left.file).collect(),
            notes: notes::notes(plan, desired),
            warnings: plan.warnings.clone(),
            marks: marks::marks(plan),
        }
    }
}

/// The changes that come from the change of the files, and drift.
fn parts<'p>(plan: &'p Plan, desired: &Desired, terms: &Terms<'_>, base: Base) -> Vec<Part<'p>> {
    let part = |title, origin| {
        let lines = lines(plan, desired, terms, Some(origin));
        Part { title: Some(title), changes: by_sign(lines) }
    };
    let title = match base {
        Base::Planned => {
            let due = part("Due", ActionOrigin::Due);
            let due = Some(due).filter(|due| !due.changes.is_empty());
            let parts = [part("From this change", ActionOrigin::Change), part("Drift", ActionOrigin::Drift)];
            return parts.into_iter().chain(due).collect();
        }
        Base::Absent => "From this change (there were no previous files)",
        Base::Invalid => "From this change or drift (the previous files had faults)",
    };
    vec![part(title, ActionOrigin::Change)]
}

/// What a plan for some people leaves out.
fn scope(plan: &Plan) -> Option<String> {
    let others = match plan.reduction.left_out {
        0 => String::new(),
        1 => " Another change of the whole plan is left out.".to_owned(),
        number => format!(" {} other changes of the whole plan are left out.", thousands(number)),
    };
    match &plan.scope {
        Scope::Whole => None,
        Scope::Only(named) => Some(format!("Only what revokes from {}.{others}", people(named.len()))),
        Scope::Due(_) => Some(format!("Only what is due.{others}")),
        Scope::Renew(named) => Some(format!("Only the invitations of {}.{others}", people(named.len()))),
    }
}

fn conclusion(checked: &Checked, desired: &Desired, summary: &str) -> String {
    let plan = checked.plan();
    let holders = plan.power_to_report(desired).count();
    let mut text = match (checked.refusals().len(), plan.actions.len(), plan.waiting.len()) {
        (0, 0, _) if !plan.hidden_roles.is_empty() => {
            let roles = count(plan.hidden_roles.len(), "direct role");
            format!("{roles} to revoke, which showed after roles of groups ended.")
        }
        (0, 0, _) if plan.scope.is_due() => match plan.held_back.len() {
            0 => "Nothing is due.".to_owned(),
            1 => "Nothing to do now: the one change that is due is held back.".to_owned(),
            all => format!("Nothing to do now: all {} changes that are due are held back.", thousands(all)),
        },
        (0, 0, _) if !plan.scope.is_whole() => "Nothing to do for these people.".to_owned(),
        (0, 0, 0) => match plan.warnings.iter().filter(|one| one.code == Code::LockedRoles).count() {
            0 if holders > 0 => "Nothing to do.".to_owned(),
            0 => "Nothing to do: the organization is as declared.".to_owned(),
            left_out => format!("Nothing to do, but {} left out: see Locked.", changes_are(left_out)),
        },
        (0, 0, waiting) => {
            let have = if waiting == 1 { "has" } else { "have" };
            format!("Nothing to do now: {} {have} not joined yet.", people(waiting))
        }
        (0, ..) => format!("Plan: {summary}.{}{}", origins(plan), held_back(plan.held_back.len())),
        (refusals, ..) => {
            let removes = |action: &Action| matches!(action.operation, Operation::MemberRemove(_));
            let is_rename = |refusal: &Diagnostic| refusal.code == Code::PossibleRename;
            let has_way = plan.scope.is_whole() && !checked.refusals().iter().any(is_rename);
            let way = match has_way && plan.actions.iter().any(removes) {
                true => " To remove people in an emergency, use `apply --only EMAIL`.",
                false => "",
            };
            format!("Refused, for {}: none of this plan will be applied.{way}", count(refusals, "reason"))
        }
    };
    if plan.actions.iter().any(|action| action.operation.is_irreversible()) && checked.refusals().is_empty() {
        text.push_str(" Some can't be undone: apply requires --allow-irreversible.");
    }
    if holders > 0 {
        let verb = if holders == 1 { "holds" } else { "hold" };
        text.push_str(&format!(" {} {verb} power that no file grants.", people(holders)));
    }
    match left_keys::counts(plan).0 {
        keys @ 1.. if plan.actions.is_empty() => {
            text.push_str(&format!(" People who have left still have {}.", count(keys, "API key")));
        }
        _ => {}
    }
    match plan.no_longer_declared.len() {
        0 => {}
        1 => text.push_str(" 1 deleted entry removes nothing."),
        more => text.push_str(&format!(" {} deleted entries remove nothing.", thousands(more))),
    }
    text
}

fn changes_are(number: usize) -> String {
    format!("{} {}", count(number, "declared change"), if number == 1 { "is" } else { "are" })
}

/// The numbers of changes by origin, if known.
fn origins(plan: &Plan) -> String {
    match (plan.base, plan.of(ActionOrigin::Drift).count()) {
        (None | Some(Base::Absent | Base::Invalid), _) | (_, 0) => String::new(),
        (Some(Base::Planned), drift) if drift == plan.actions.len() => " All of it is drift.".to_owned(),
        (Some(Base::Planned), drift) => {
            let is = if drift == 1 { "is" } else { "are" };
            let all = count(plan.actions.len(), "change");
            format!(" {} of {all} {is} drift.", thousands(drift))
        }
    }
}

/// The lines of all actions, or of those of an origin.
fn lines<'p>(
    plan: &'p Plan,
    desired: &Desired,
    terms: &Terms<'_>,
    origin: Option<ActionOrigin>,
) -> Lines<'p> {
    let mut lines = Lines::new();
    let keys = left_keys::keys_of_leavers(plan);
    let wanted = |action: &&Action| origin.is_none() || action.origin == origin;
    for action in plan.actions.iter().filter(wanted) {
        let mut more = new_admins(plan, action);
        let mut marks = marks::of_person(&action.operation, desired);
        if !more.is_empty() {
            marks.push("new admins");
        }
        more.extend(terms.rows(action));
        more.extend(action.changed_by.as_ref().map(phrases::changed_by));
        if let Operation::MemberRemove(op) = &action.operation {
            more.extend(keys.get(op.email.as_str()).into_iter().flatten().cloned());
        }
        add(&mut lines, &action.operation, &marks, &more);
    }
    lines
}

/// Adds an operation to the line of its target, with its marks, and more rows about it. The first of several operations decides whether a person joins or
/// leaves.
fn add<'p>(lines: &mut Lines<'p>, operation: &'p Operation, marks: &[&'static str], more: &[String]) {
    let target = escape::line(operation.target()).into_owned();
    let (sign, phrase) = phrases::phrase(operation);
    let lines = lines.entry(operation.resource()).or_default();
    let new = || (sign, Line { target: target.clone(), ..Line::default() });
    let (known, line) = lines.entry(target.clone()).or_insert_with(new);
    if *known == Sign::Change {
        *known = sign;
    }
    line.actions += 1;
    for mark in marks {
        if !line.marks.contains(mark) {
            line.marks.push(mark);
        }
    }
    // The two halves of one person's change are shown as one.
    match (line.operations.last(), operation) {
        (Some(Operation::MemberUpdate(first)), Operation::MemberUpdate(second)) if second.is_second => {
            line.changes = vec![phrases::access_difference(first.before, second.after)];
        }
        _ => line.changes.push(phrase),
    }
    line.changes.extend_from_slice(more);
    line.operations.push(operation);
}

/// `new admins: ada@acme.example, bob@acme.example`, in parts. All are named: nobody may become an admin unseen.
fn new_admins(plan: &Plan, action: &Action) -> Vec<String> {
    /// The names of a part, which a code span of Markdown has room for.
    const NAMED: usize = 10;
    let names = plan.admins.through_groups.get(&action.id()).map_or(&[][..], Vec::as_slice);
    let part = |names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        let names: Vec<String> = names.iter().map(|name| escape::excerpt(name)).collect();
        format!("new admin{plural}: {}", names.join(", "))
    };
    names.chunks(NAMED).map(part).collect()
}

fn by_sign(lines: Lines<'_>) -> Vec<Changes<'_>> {
    lines.into_iter().flat_map(|(resource, lines)| changes(resource, lines)).collect()
}

fn changes(resource: Resource, lines: BTreeMap<String, (Sign, Line<'_>)>) -> Vec<Changes<'_>> {
    let mut by_sign = BTreeMap::<Sign, Vec<Line<'_>>>::new();
    for (sign, line) in lines.into_values() {
        by_sign.entry(sign).or_default().push(line);
    }
    let changes = |(sign, lines): (Sign, Vec<_>)| Changes {
        sign,
        resource,
        heading: heading(resource, sign, lines.len()),
        lines,
    };
    by_sign.into_iter().map(changes).collect()
}

fn heading(resource: Resource, sign: Sign, number: usize) -> String {
    let (one, many) = match (resource, sign) {
        (Resource::Person, Sign::Add) => ("person joins", "people join"),
        (Resource::Person, Sign::Change) => ("person changes", "people change"),
        (Resource::Person, Sign::Remove) => ("person leaves", "people leave"),
        (Resource::ApiKey, _) => ("person loses API keys", "people lose API keys"),
        (Resource::Workspace, Sign::Add) => ("workspace is created", "workspaces are created"),
        (Resource::Workspace, Sign::Change) => ("workspace changes", "workspaces change"),
        (Resource::Workspace, Sign::Remove) => ("workspace is archived", "workspaces are archived"),
        (Resource::Group, Sign::Add) => ("group is created", "groups are created"),
        (Resource::Group, Sign::Change) => ("group changes", "groups change"),
        (Resource::Group, Sign::Remove) => ("group is deleted", "groups are deleted"),
    };
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}
