//! The findings of a plan, in words: people who have not joined yet, locked resources, and resources that are left
//! alone.

use super::phrases::phrase;
use crate::escape;
use crate::plan::{
    Action, Locked, LockedAspect, LockedKind, Plan, Unmanaged, UnmanagedKind, Waiting, WaitingCause,
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
        no_longer_planned(&plan.no_longer_planned),
        waiting(&plan.waiting),
        locked(&plan.locked),
        unmanaged(&plan.unmanaged),
    ];
    all.into_iter().filter(|note| !note.lines.is_empty()).collect()
}

fn no_longer_planned(actions: &[Action]) -> Note {
    let line =
        |action: &Action| (escape::line(action.operation.target()).into_owned(), phrase(&action.operation).1);
    Note {
        heading: format!("No longer planned, because of this change ({})", thousands(actions.len())),
        lines: actions.iter().map(line).collect(),
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
            UnmanagedKind::Member => "member".to_owned(),
            UnmanagedKind::Invitation => "invitation".to_owned(),
            UnmanagedKind::Group => "group".to_owned(),
            UnmanagedKind::WorkspaceMember => format!("in the workspace {within}"),
            UnmanagedKind::GroupMember => format!("in the group {within}"),
        };
        (left.target.clone(), format!("{what}{note}"))
    };
    Note {
        heading: format!("Left alone, because no file declares them ({})", thousands(unmanaged.len())),
        lines: unmanaged.iter().map(line).collect(),
    }
}
