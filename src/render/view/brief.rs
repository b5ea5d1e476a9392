//! Notes in one line: what a plan leaves as it is, counted by kind and role. All texts are escaped.
//!
//! A reader who has seen them once does not want to read them with every plan. Resources that hold power, and those of
//! which a declared change is left out, are named nevertheless.

use super::phrases::list;
use crate::model::{Desired, Email, Role, Roles, Seats, WorkspaceRole, WorkspaceRoles};
use crate::plan::{Held, Locked, LockedAspect, LockedKind, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use crate::render::{count, thousands};
use std::collections::BTreeMap;

/// A note in one line.
#[derive(Debug)]
pub struct Brief {
    /// What there is, and how many. Escaped.
    pub text: String,
    /// The lines of the note that are shown below it.
    pub named: Vec<(String, String)>,
    /// Whether it counts what the note lists.
    pub counts: bool,
}

/// `1 has to accept an invitation, 2 join at the first sign-in`.
pub(super) fn waiting(waiting: &[Waiting]) -> String {
    let mut by_cause = BTreeMap::<WaitingCause, usize>::new();
    for one in waiting {
        *by_cause.entry(one.cause).or_default() += 1;
    }
    let part = |(cause, number): (WaitingCause, usize)| {
        let verb = match (cause, number) {
            (WaitingCause::Acceptance, 1) => "has to accept an invitation",
            (WaitingCause::Acceptance, _) => "have to accept an invitation",
            (WaitingCause::ExpiredInvitation, 1) => "has an expired invitation",
            (WaitingCause::ExpiredInvitation, _) => "have an expired invitation",
            (WaitingCause::Departed, 1) => "has left and is not invited again",
            (WaitingCause::Departed, _) => "have left and are not invited again",
            (WaitingCause::SignIn, 1) => "joins at the first sign-in",
            (WaitingCause::SignIn, _) => "join at the first sign-in",
        };
        match number {
            1 if waiting.len() == 1 => verb.to_owned(),
            all if all == waiting.len() => format!("all {verb}"),
            some => format!("{} {verb}", thousands(some)),
        }
    };
    by_cause.into_iter().map(part).collect::<Vec<_>>().join(", ")
}

/// Whether someone who is waiting gets power on joining.
pub(super) fn awaits_power(waiting: &Waiting, desired: &Desired) -> bool {
    let admin_there = |name: &String| {
        let workspace = desired.workspaces.get(name);
        workspace.is_some_and(|all| all.roles_of(&waiting.email).contains(WorkspaceRole::WorkspaceAdmin))
    };
    let member = desired.members.get(&waiting.email);
    member.is_some_and(|member| Role::POWERS.iter().any(|power| member.access.roles.contains(*power)))
        || waiting.workspaces.iter().any(admin_there)
}

/// `roles of 2 members (ada@acme.example, bob@acme.example), 12 groups`. A few are named.
pub(super) fn locked(locked: &[Locked]) -> String {
    const FEW: usize = 3;
    let mut by_kind = BTreeMap::<(LockedAspect, LockedKind), Vec<&str>>::new();
    for one in locked {
        by_kind.entry((one.aspect, one.kind)).or_default().push(&one.target);
    }
    let part = |((aspect, kind), targets): ((LockedAspect, LockedKind), Vec<&str>)| {
        let noun = match kind {
            LockedKind::Member => "member",
            LockedKind::Invitation => "invitation",
            LockedKind::Group => "group",
        };
        let of = match aspect {
            LockedAspect::Roles => "roles of ",
            LockedAspect::Seats => "seats of ",
            LockedAspect::All => "",
        };
        let names = match targets.len() {
            ..=FEW => format!(" ({})", list(targets.iter().map(|target| (*target).to_owned()))),
            _ => String::new(),
        };
        format!("{of}{}{names}", count(targets.len(), noun))
    };
    by_kind.into_iter().map(part).collect::<Vec<_>>().join(", ")
}

/// Whether a declared change is left out, or the files give the person power.
pub(super) fn is_asked_or_powerful(locked: &Locked, desired: &Desired) -> bool {
    let holds_power = || {
        let email = Email::parse(&locked.target).ok();
        let member = email.and_then(|email| desired.members.get(&email));
        member.is_some_and(|member| Role::POWERS.iter().any(|power| member.access.roles.contains(*power)))
    };
    locked.is_left_out() || (locked.kind != LockedKind::Group && holds_power())
}

/// `2 members (1 with le_chat), 1 workspace (Pilot), 1 workspace member (dev)`.
pub(super) fn unmanaged(unmanaged: &[Unmanaged]) -> String {
    let mut by_kind = BTreeMap::<UnmanagedKind, Vec<&Unmanaged>>::new();
    for one in unmanaged {
        by_kind.entry(one.kind).or_default().push(one);
    }
    let part = |(kind, all): (UnmanagedKind, Vec<&Unmanaged>)| {
        let noun = match kind {
            UnmanagedKind::Member => "member",
            UnmanagedKind::Invitation => "invitation",
            UnmanagedKind::Workspace => "workspace",
            UnmanagedKind::Group => "group",
            UnmanagedKind::WorkspaceMember => "workspace member",
            UnmanagedKind::GroupMember => "group member",
        };
        let remark = match kind {
            UnmanagedKind::Workspace => list(all.iter().map(|one| one.target.clone())),
            _ => holdings(kind, &all),
        };
        let remark = if remark.is_empty() { remark } else { format!(" ({remark})") };
        format!("{}{remark}", count(all.len(), noun))
    };
    by_kind.into_iter().map(part).collect::<Vec<_>>().join(", ")
}

/// `1 admin, 2 with le_chat, 1 outside the domains`: what distinguishes them. A number that is that of all is left out.
fn holdings(kind: UnmanagedKind, all: &[&Unmanaged]) -> String {
    let number = |is: &dyn Fn(&Held) -> bool| all.iter().filter(|one| is(&one.held)).count();
    let (known, by_default) = roles_of(kind);
    let telling = known.iter().filter(|name| **name != by_default);
    let roles = telling.map(|name| (number(&|held| held.roles.iter().any(|role| role == name)), *name));
    let is_custom = |role: &String| !known.contains(&role.as_str());
    let custom = (number(&|held| held.roles.iter().any(is_custom)), "with a custom role");
    let outside = (number(&|held| held.outside_domains), "outside the domains");
    let roles = roles.chain([custom]).map(|(number, what)| (number, what.to_owned()));
    let seats = Seats::all().into_iter().map(|product| {
        let holders = number(&|held| held.seats.contains(product));
        (holders, format!("with {}", product.name()))
    });
    let parts = roles.chain(seats).chain([(outside.0, outside.1.to_owned())]);
    let part = |(number, what): (usize, String)| match number {
        _ if number == all.len() => what,
        _ => format!("{} {what}", thousands(number)),
    };
    parts.filter(|(number, _)| *number > 0).map(part).collect::<Vec<_>>().join(", ")
}

/// The known roles of such resources, and the one that everybody has. A role of the same name in a workspace and in the
/// organization is not the same.
fn roles_of(kind: UnmanagedKind) -> (Vec<&'static str>, &'static str) {
    if kind == UnmanagedKind::WorkspaceMember {
        let roles = WorkspaceRoles::all().into_iter().map(WorkspaceRole::name);
        return (roles.collect(), WorkspaceRole::ON_ACCEPTANCE.name());
    }
    (Roles::all().into_iter().map(Role::name).collect(), Role::DEFAULT.name())
}

/// Whether what is left alone has power over others or over money.
pub(super) fn has_power(left: &Unmanaged) -> bool {
    let is_power = |role: &String| match left.kind {
        UnmanagedKind::WorkspaceMember => role == WorkspaceRole::WorkspaceAdmin.name(),
        _ => Role::POWERS.iter().any(|power| role == power.name()),
    };
    left.held.roles.iter().any(is_power)
}
