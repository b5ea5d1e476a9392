//! The findings of a plan, in words: people who have not joined yet, locked resources, and resources that are left
//! alone.

use super::phrases::phrase;
use crate::escape;
use crate::model::{WorkspaceRole, seat_names};
use crate::plan::{
    Action, Held, HiddenRoles, Locked, LockedAspect, LockedKind, Operation, Plan, UndeclaredPower, Unmanaged,
    UnmanagedKind, Waiting, WaitingCause,
};
use crate::render::thousands;

/// Resources that the plan does not change, and why.
#[derive(Debug)]
pub struct Note {
    /// The heading, with their number. Needs no escaping.
    pub heading: String,
    /// Each with a remark.
    pub lines: Vec<(String, String)>,
}

/// All notes that are not empty. Resources that are left alone come last.
pub(super) fn notes(plan: &Plan) -> Vec<Note> {
    let all = [
        kept_by_leavers(plan),
        no_longer_planned(&plan.no_longer_planned),
        hidden_roles(&plan.hidden_roles),
        waiting(&plan.waiting),
        locked(&plan.locked),
        unmanaged(&plan.unmanaged),
    ];
    all.into_iter().filter(|note| !note.lines.is_empty()).collect()
}

/// Power that no file grants.
pub(super) fn power(plan: &Plan) -> Option<Note> {
    let line = |power: &UndeclaredPower| {
        let place = match power.scope.split_once(':') {
            Some((_, workspace)) => format!(" in the workspace {workspace}"),
            None => String::new(),
        };
        let invitation = if power.kind == UnmanagedKind::Invitation { "invitation as " } else { "" };
        let acknowledged = if power.acknowledged { "; acknowledged" } else { "" };
        (
            power.target.clone(),
            format!("{invitation}{}{place}{}{acknowledged}", roles(&power.held), rest(&power.held)),
        )
    };
    let lines: Vec<_> = plan.undeclared_power.iter().map(line).collect();
    let heading = format!("Power that no file grants ({})", thousands(lines.len()));
    (!lines.is_empty()).then_some(Note { heading, lines })
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
    let (number, line) =
        (removals.count(), |(what, remark): (&str, &str)| (what.to_owned(), remark.to_owned()));
    let lines = [
        ("access", "ends at the next sign-in; open sessions go on until then"),
        ("API keys", "go on working until an admin deletes them in the panel"),
        ("resources", "stay with the organization"),
    ];
    Note {
        heading: format!("What a removal does not end ({} removed)", thousands(number)),
        lines: lines.into_iter().filter(|_| number > 0).map(line).collect(),
    }
}

fn no_longer_planned(actions: &[Action]) -> Note {
    let line =
        |action: &Action| (escape::line(action.operation.target()).into_owned(), phrase(&action.operation).1);
    Note {
        heading: format!("No longer planned, because of this change ({})", thousands(actions.len())),
        lines: actions.iter().map(line).collect(),
    }
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
    Note {
        heading: format!("Read again after roles of groups end ({})", thousands(hidden.len())),
        lines: hidden.iter().map(line).collect(),
    }
}

fn waiting(waiting: &[Waiting]) -> Note {
    let (people, have) = if waiting.len() == 1 { ("person", "has") } else { ("people", "have") };
    let line = |waiting: &Waiting| {
        let cause = match waiting.cause {
            WaitingCause::Acceptance => "has to accept an invitation",
            WaitingCause::ExpiredInvitation => "the invitation has expired (`expired_invitations: report`)",
            WaitingCause::SignIn => "joins at the first sign-in (`onboarding: sso`)",
        };
        let then = match (waiting.workspaces.as_slice(), waiting.groups.as_slice()) {
            ([], []) => String::new(),
            (workspaces, groups) => format!("; then {}", resources(workspaces, groups)),
        };
        (waiting.email.to_string(), format!("{cause}{then}"))
    };
    Note {
        heading: format!("{} declared {people} {have} not joined yet", thousands(waiting.len())),
        lines: waiting.iter().map(line).collect(),
    }
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

fn locked(locked: &[Locked]) -> Note {
    let line = |locked: &Locked| {
        let Locked { kind, within, target, aspect, values, reason } = locked;
        let aspect = match aspect {
            LockedAspect::Roles => "roles: ",
            LockedAspect::Seats => "seats: ",
            LockedAspect::All => "group",
        };
        let of = if *kind == LockedKind::Invitation { "invitation, " } else { "" };
        let within = within.as_ref().map_or_else(String::new, |within| format!(" in the workspace {within}"));
        let values = values.join(", ");
        (escape::line(target).into_owned(), format!("{of}{aspect}{values}{within} ({reason})"))
    };
    Note {
        heading: format!("Locked: orgsync leaves these as they are ({})", thousands(locked.len())),
        lines: locked.iter().map(line).collect(),
    }
}

fn unmanaged(unmanaged: &[Unmanaged]) -> Note {
    let line = |left: &Unmanaged| {
        let note = left.note.as_ref().map_or_else(String::new, |note| format!(", {note}"));
        let within = left.within.as_deref().unwrap_or_default();
        let what = match left.kind {
            UnmanagedKind::Member => roles(&left.held),
            UnmanagedKind::Invitation => format!("invitation as {}", roles(&left.held)),
            UnmanagedKind::Workspace => "workspace".to_owned(),
            UnmanagedKind::Group if left.held.roles.is_empty() => "group".to_owned(),
            UnmanagedKind::Group => format!("group with the organization role {}", roles(&left.held)),
            UnmanagedKind::WorkspaceMember => format!("in the workspace {within} as {}", roles(&left.held)),
            UnmanagedKind::GroupMember => format!("in the group {within}"),
        };
        (left.target.clone(), format!("{what}{}{note}", rest(&left.held)))
    };
    Note {
        heading: format!("Left alone, because no file declares them ({})", thousands(unmanaged.len())),
        lines: unmanaged.iter().map(line).collect(),
    }
}
