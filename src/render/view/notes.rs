//! The findings of a plan, in words: people who have not joined yet, locked resources, and resources that are left
//! alone.

use super::brief::{self, Brief};
use super::left_keys::{counts, left_key};
use super::note::Note;
use super::open_notes::{self, time};
use super::phrases::{changed_by, phrase};
use crate::escape;
use crate::model::{Desired, WorkspaceRole, seat_names};
use crate::plan::{
    Action, ApiKeyLeft, DepartedPerson, Held, HiddenRoles, KeyLeftReason, Locked, LockedAspect, LockedKind,
    NoLongerDeclared, Operation, Plan, Scope, UndeclaredPower, Unmanaged, UnmanagedKind, Waiting,
    WaitingCause,
};
use crate::render::{count, thousands};
use crate::source::Position;
use std::collections::HashSet;

/// All notes that are not empty. Resources that are left alone come last.
pub(super) fn notes(plan: &Plan, desired: &Desired) -> Vec<Note> {
    let all = [
        open_notes::held_back(&plan.held_back),
        open_notes::revoked_since(&plan.revoked_since),
        open_notes::uncounted(&plan.uncounted),
        keys_of_gone(plan),
        kept_by_leavers(plan),
        open_notes::undeclared_invitations(plan, desired),
        untouched(plan),
        no_longer_planned(&plan.no_longer_planned),
        hidden_roles(&plan.hidden_roles),
        waiting(&plan.waiting, desired),
        locked(&plan.locked, desired),
        unmanaged(plan),
    ];
    let mut notes: Vec<_> = all.into_iter().filter(|note| !note.lines.is_empty()).collect();
    if plan.scope.people().is_some() {
        // Few people are named then, and each remark is about one of them.
        notes.iter_mut().for_each(|note| note.brief = note.brief.take().filter(|brief| !brief.counts));
    }
    notes
}

/// Power that no file grants.
pub(super) fn power(plan: &Plan) -> Option<Note> {
    let line = |power: &UndeclaredPower| {
        let place = match power.scope.split_once(':') {
            Some((_, workspace)) => format!(" in the workspace {workspace}"),
            None => String::new(),
        };
        let invitation = if power.kind == UnmanagedKind::Invitation { "invitation as " } else { "" };
        let by = power.changed_by.as_ref().map_or_else(String::new, |by| format!("; {}", changed_by(by)));
        let acknowledged = if power.acknowledged { "; acknowledged" } else { "" };
        (
            power.target.clone(),
            format!("{invitation}{}{place}{}{acknowledged}{by}", roles(&power.held), rest(&power.held)),
        )
    };
    let lines: Vec<_> = plan.undeclared_power.iter().map(line).collect();
    let heading = format!("Power that no file grants ({})", thousands(lines.len()));
    (!lines.is_empty()).then_some(Note::full(heading, lines))
}

/// What the files before declared, no file declares now, and the plan leaves alone.
pub(super) fn no_longer_declared(plan: &Plan) -> Option<Note> {
    let line = |left: &NoLongerDeclared| {
        let note = left.note.as_ref().map_or_else(String::new, |note| format!(", {note}"));
        let what = left_alone(left.kind, left.within.as_deref(), &left.held);
        let declared = declared_at(&left.sources);
        (left.target.clone(), format!("{what}{}{note}; {declared}{}", rest(&left.held), way_to_remove(left)))
    };
    let lines: Vec<_> = plan.no_longer_declared.iter().map(line).collect();
    let heading = format!("No longer declared, and left as it is ({})", thousands(lines.len()));
    (!lines.is_empty()).then_some(Note::full(heading, lines))
}

/// `declared before at main/orgsync.yaml:9 and 2 more places; `.
fn declared_at(sources: &[Position]) -> String {
    let Some(first) = sources.first() else { return String::new() };
    let more = match sources.len() - 1 {
        0 => String::new(),
        more => format!(" and {}", count(more, "more place")),
    };
    format!("declared before at {}:{}{more}; ", escape::line(&first.file), first.line)
}

fn way_to_remove(left: &NoLongerDeclared) -> &'static str {
    match (left.kind, &left.note) {
        (UnmanagedKind::Member, _) => "to remove: list the address under `removed`",
        (UnmanagedKind::Invitation, _) => "to revoke: list the address under `removed`",
        (UnmanagedKind::Workspace, None) => "to archive: declare it with `archived: true`",
        (UnmanagedKind::Workspace, Some(_)) => "to change roles in it: declare it again",
        (UnmanagedKind::Group, None) => {
            "to delete: do so in the panel, or set `unmanaged.groups: remove` for all undeclared groups"
        }
        (UnmanagedKind::Group, Some(_)) => "to delete: do so at the identity provider",
        (UnmanagedKind::WorkspaceMember, None) => {
            "to remove: do so in the panel, or list `members` of the workspace and set `unmanaged.workspace_members: remove`"
        }
        (UnmanagedKind::WorkspaceMember, Some(_)) => "to change: declare roles of the person there",
        (UnmanagedKind::GroupMember, _) => {
            "to remove: do so in the panel, or list `members` of the group and set `unmanaged.group_members: remove`"
        }
    }
}

/// `admin, member`.
fn roles(held: &Held) -> String {
    if held.roles.is_empty() { "without a role".to_owned() } else { held.roles.join(", ") }
}

/// ` with le_chat; through the group Ops (admin); outside the domains`.
fn rest(held: &Held) -> String {
    let mut text = String::new();
    if !held.seats.is_empty() {
        text.push_str(&format!(" with {}", seat_names(held.seats)));
    }
    for grant in &held.through {
        text.push_str(&format!("; through the group {} ({})", grant.group, grant.role));
    }
    if held.outside_domains {
        text.push_str("; outside the domains");
    }
    text
}

/// What the removal of members does not end.
fn kept_by_leavers(plan: &Plan) -> Note {
    let removals =
        plan.actions.iter().filter(|action| matches!(action.operation, Operation::MemberRemove(_)));
    let number = removals.count();
    let line = |(what, remark): (&str, &str)| (what.to_owned(), remark.to_owned());
    let unknown = match counts(plan).1 {
        0 => String::new(),
        1 => "; another one has no known owner, and may be theirs".to_owned(),
        unknown => format!("; {} more have no known owner, and may be theirs", thousands(unknown)),
    };
    let deletes = |action: &Action| matches!(action.operation, Operation::ApiKeyDelete(_));
    let which = if plan.actions.iter().any(deletes) { "API keys that are not deleted" } else { "API keys" };
    let keys = format!("go on working until an admin deletes them in the panel{unknown}");
    let lines = [
        ("access", "ends at the next sign-in; open sessions go on until then"),
        (which, keys.as_str()),
        ("resources", "stay with the organization"),
    ];
    let unknown = match counts(plan).1 {
        0 => String::new(),
        unknown => format!(" ({} more without a known owner)", thousands(unknown)),
    };
    let text = format!(
        "What a removal does not end: open sessions last until the next sign-in, {which}{unknown} go on working until \
         an admin deletes them, resources stay"
    );
    Note {
        heading: format!("What a removal does not end ({} removed)", thousands(number)),
        lines: lines.into_iter().filter(|_| number > 0).map(line).collect(),
        brief: Some(Brief { text, named: Vec::new(), counts: false }),
    }
}

/// The keys of people who have left before.
fn keys_of_gone(plan: &Plan) -> Note {
    let gone = plan
        .api_keys_left
        .iter()
        .filter(|key| !matches!(key.reason, KeyLeftReason::Leaves | KeyLeftReason::UnknownOwner));
    let line =
        |key: &ApiKeyLeft| (key.owner.clone().unwrap_or_default(), format!("API key {}", left_key(key)));
    let lines: Vec<_> = gone.map(line).collect();
    Note::full(format!("API keys of people who have left ({})", thousands(lines.len())), lines)
}

/// The people in the scope of the plan for whom there is nothing to do.
fn untouched(plan: &Plan) -> Note {
    let remark = match plan.scope {
        Scope::Only(_) => "has nothing that the files don't grant",
        Scope::Whole | Scope::Due(_) | Scope::Renew(_) => "has an invitation that orgsync can't send again",
    };
    let people = &plan.reduction.untouched;
    let lines = people.iter().map(|email| (email.to_string(), remark.to_owned()));
    Note::full(format!("Nothing to do ({})", thousands(people.len())), lines.collect())
}

fn no_longer_planned(actions: &[Action]) -> Note {
    let line =
        |action: &Action| (escape::line(action.operation.target()).into_owned(), phrase(&action.operation).1);
    let heading = format!("No longer planned, because of this change ({})", thousands(actions.len()));
    Note::full(heading, actions.iter().map(line).collect())
}

/// Roles that no file grants and that people stop inheriting, so that the same direct role may show.
fn hidden_roles(hidden: &[HiddenRoles]) -> Note {
    let line = |HiddenRoles { member, workspace, roles, locked }: &HiddenRoles| {
        let names = roles.iter().map(|role| WorkspaceRole::name(role).to_owned());
        let names: Vec<String> = names.chain(locked.iter().map(|role| escape::excerpt(role))).collect();
        let remark = format!(
            "{} in {}: a direct role may show then; the same run revokes it",
            names.join(", "),
            escape::excerpt(&workspace.name)
        );
        (escape::line(&member.name).into_owned(), remark)
    };
    let heading = format!("Read again after roles of groups end ({})", thousands(hidden.len()));
    Note::full(heading, hidden.iter().map(line).collect())
}

fn waiting(waiting: &[Waiting], desired: &Desired) -> Note {
    let (people, have) = if waiting.len() == 1 { ("person", "has") } else { ("people", "have") };
    let line = |waiting: &Waiting| {
        let cause = match waiting.cause {
            WaitingCause::Acceptance => "has to accept an invitation",
            WaitingCause::ExpiredInvitation => {
                "the invitation has expired, and is not sent again (`expired_invitations`); somebody has to act: `apply --renew`"
            }
            WaitingCause::SignIn => "joins at the first sign-in (`onboarding: sso`)",
            WaitingCause::Departed => &departed(waiting.departed.as_ref()),
        };
        let then = match (waiting.workspaces.as_slice(), waiting.groups.as_slice()) {
            ([], []) => String::new(),
            (workspaces, groups) => format!("; then {}", resources(workspaces, groups)),
        };
        let named = waiting.cause == WaitingCause::Departed || brief::awaits_power(waiting, desired);
        (named, (waiting.email.to_string(), format!("{cause}{then}")))
    };
    let heading = format!("{} declared {people} {have} not joined yet", thousands(waiting.len()));
    let short = format!("{heading}: {}", brief::waiting(waiting));
    Note::short(heading, waiting.iter().map(line).collect(), short)
}

/// `was removed by ada@acme.example, 2026-11-23 14:02 UTC`, and the ways on.
pub(in crate::render) fn departed(departed: Option<&DepartedPerson>) -> String {
    let how = match departed {
        None => "has left".to_owned(),
        Some(DepartedPerson { at, by, left }) => {
            let at = time(at);
            match (left, by) {
                (true, _) => format!("left, {at}"),
                (false, Some(by)) => format!("was removed by {}, {at}", escape::line(by)),
                (false, None) => format!("was removed, {at}"),
            }
        }
    };
    format!(
        "{how}; not invited again: delete the entry, set `rejoin: DATE`, or `departed: invite` for everyone"
    )
}

/// `workspaces Research, Support and group Interns`.
fn resources(workspaces: &[String], groups: &[String]) -> String {
    let list = |what: &str, names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("{what}{plural} {}", escape::line(&names.join(", "))))
    };
    let parts: Vec<String> =
        [list("workspace", workspaces), list("group", groups)].into_iter().flatten().collect();
    parts.join(" and ")
}

fn locked(locked: &[Locked], desired: &Desired) -> Note {
    let line = |locked: &Locked| {
        let Locked { kind, within, target, aspect, values, reason } = locked;
        let named = brief::is_asked_or_powerful(locked, desired);
        let aspect = match aspect {
            LockedAspect::Roles => "roles: ",
            LockedAspect::Seats => "seats: ",
            LockedAspect::All => "group",
        };
        let of = if *kind == LockedKind::Invitation { "invitation, " } else { "" };
        let within = within.as_ref().map_or_else(String::new, |within| format!(" in the workspace {within}"));
        let values = values.join(", ");
        (named, (escape::line(target).into_owned(), format!("{of}{aspect}{values}{within} ({reason})")))
    };
    let heading = format!("Locked: orgsync leaves these as they are ({})", thousands(locked.len()));
    let short = format!("Locked, left as they are: {}", brief::locked(locked));
    Note::short(heading, locked.iter().map(line).collect(), short)
}

fn unmanaged(plan: &Plan) -> Note {
    // Most power is listed first of all.
    let listed: HashSet<_> = plan.undeclared_power.iter().map(|power| &power.target).collect();
    let line = |left: &Unmanaged| {
        let note = left.note.as_ref().map_or_else(String::new, |note| format!(", {note}"));
        let what = left_alone(left.kind, left.within.as_deref(), &left.held);
        let named = brief::has_power(left) && !listed.contains(&left.target);
        (named, (left.target.clone(), format!("{what}{}{note}", rest(&left.held))))
    };
    let number = thousands(plan.unmanaged.len());
    let heading = format!("Left alone, because no file declares them ({number})");
    let short = format!("Left alone, no file declares them: {}", brief::unmanaged(&plan.unmanaged));
    Note::short(heading, plan.unmanaged.iter().map(line).collect(), short)
}

/// A resource that is left alone: `in the workspace Research as dev`.
fn left_alone(kind: UnmanagedKind, within: Option<&str>, held: &Held) -> String {
    let within = within.unwrap_or_default();
    match kind {
        UnmanagedKind::Member => roles(held),
        UnmanagedKind::Invitation => format!("invitation as {}", roles(held)),
        UnmanagedKind::Workspace => "workspace".to_owned(),
        UnmanagedKind::Group if held.roles.is_empty() => "group".to_owned(),
        UnmanagedKind::Group => format!("group with the organization role {}", roles(held)),
        UnmanagedKind::WorkspaceMember => format!("in the workspace {within} as {}", roles(held)),
        UnmanagedKind::GroupMember => format!("in the group {within}"),
    }
}
