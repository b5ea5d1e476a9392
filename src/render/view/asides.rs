//! What stands beside the changes, in words: who is not in yet, what is locked, what is left alone.

use crate::escape;
use crate::plan::{Action, Locked, Plan, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use crate::render::thousands;

/// Things of which the plan changes nothing, and why.
#[derive(Debug)]
pub struct Aside {
    /// What they have in common, and how many they are. Own words alone.
    pub heading: String,
    /// Each with a remark.
    pub lines: Vec<(String, String)>,
}

/// All that there is, what is left alone last.
pub(super) fn asides(plan: &Plan) -> Vec<Aside> {
    let all = [
        withdrawn(&plan.withdrawn),
        waiting(&plan.waiting),
        locked(&plan.locked),
        unmanaged(&plan.unmanaged),
    ];
    all.into_iter().filter(|aside| !aside.lines.is_empty()).collect()
}

fn withdrawn(actions: &[Action]) -> Aside {
    let line = |action: &Action| {
        (escape::line(action.operation.target()).into_owned(), super::phrase(&action.operation).1)
    };
    Aside {
        heading: format!("Not asked for any more, because of this change ({})", thousands(actions.len())),
        lines: actions.iter().map(line).collect(),
    }
}

fn waiting(waiting: &[Waiting]) -> Aside {
    let (people, are) = if waiting.len() == 1 { ("person", "is") } else { ("people", "are") };
    let line = |waiting: &Waiting| {
        let cause = match waiting.cause {
            WaitingCause::Acceptance => "has to accept an invitation",
            WaitingCause::ExpiredInvitation => "the invitation has expired (`expired_invitations: report`)",
            WaitingCause::SignIn => "appears at first sign-in (`onboarding: sso`)",
        };
        let then = match (waiting.workspaces.as_slice(), waiting.groups.as_slice()) {
            ([], []) => String::new(),
            (workspaces, groups) => format!("; then {}", things(workspaces, groups)),
        };
        (waiting.email.to_string(), format!("{cause}{then}"))
    };
    Aside {
        heading: format!("{} declared {people} {are} not in yet", thousands(waiting.len())),
        lines: waiting.iter().map(line).collect(),
    }
}

/// `workspaces Research, Support and group Interns`.
fn things(workspaces: &[String], groups: &[String]) -> String {
    let list = |what: &str, names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("{what}{plural} {}", escape::line(&names.join(", "))))
    };
    let parts: Vec<String> =
        [list("workspace", workspaces), list("group", groups)].into_iter().flatten().collect();
    parts.join(" and ")
}

fn locked(locked: &[Locked]) -> Aside {
    let line = |locked: &Locked| match locked {
        Locked::Member { email, roles } => (email.to_string(), format!("roles: {}", roles.join(", "))),
        Locked::Group { name } => {
            (escape::line(name).into_owned(), "group, managed by the identity provider".to_owned())
        }
    };
    Aside {
        heading: format!("Locked, because the Admin API can't change it ({})", thousands(locked.len())),
        lines: locked.iter().map(line).collect(),
    }
}

fn unmanaged(unmanaged: &[Unmanaged]) -> Aside {
    let line = |thing: &Unmanaged| {
        let note = thing.note.map_or_else(String::new, |note| format!(", {note}"));
        let within = thing.within.as_deref().unwrap_or_default();
        let what = match thing.kind {
            UnmanagedKind::Member => "member".to_owned(),
            UnmanagedKind::Invitation => "invitation".to_owned(),
            UnmanagedKind::Group => "group".to_owned(),
            UnmanagedKind::WorkspaceMember => format!("in the workspace {within}"),
            UnmanagedKind::GroupMember => format!("in the group {within}"),
        };
        (thing.target.clone(), format!("{what}{note}"))
    };
    Aside {
        heading: format!("Left alone, because no file declares them ({})", thousands(unmanaged.len())),
        lines: unmanaged.iter().map(line).collect(),
    }
}
