//! Describes each kind of operation in words. All texts are escaped.

use super::super::{count, thousands};
use crate::escape;
use crate::model::{
    Access, RemovalCause, Roles, Seats, Setting, Settings, WorkspaceRole, WorkspaceRoles, role_names,
    seat_names, workspace_role_names,
};
use crate::plan::{
    ApiKeyState, Assignment, ChangedBy, GroupChange, InvitationRenew, LeftBehind, Membership, Operation,
    Reference,
};
use std::collections::BTreeSet;

/// The effect of a change on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// It adds the resource.
    Add,
    /// It changes the resource.
    Change,
    /// It removes the resource.
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

/// The sign and the phrase of an operation.
pub(in crate::render) fn phrase(operation: &Operation) -> (Sign, String) {
    match operation {
        Operation::MemberCreate(op) => (Sign::Add, format!("create the account as {}", holding(op.after))),
        Operation::MemberUpdate(op) => (Sign::Change, access_difference(op.before, op.after)),
        Operation::MemberRemove(op) => {
            let (was, why, behind) = (holding(op.before), reason(op.cause), behind(&op.leaves));
            (Sign::Remove, format!("remove, was {was} ({why}){behind}"))
        }
        Operation::InvitationSend(op) => {
            (Sign::Add, format!("invite as {}{}", holding(op.after), into(&op.workspaces)))
        }
        Operation::InvitationRenew(op) => (Sign::Add, renewal(op)),
        Operation::InvitationRevoke(op) => {
            let state = if op.before.expired { "expired " } else { "" };
            let (as_what, why) = (roles(op.before.roles), reason(op.cause));
            (Sign::Remove, format!("revoke the {state}invitation as {as_what} ({why})"))
        }
        Operation::ApiKeyDelete(op) => {
            let (key, why) = (api_key(&op.before), reason(op.cause));
            (Sign::Remove, format!("delete the API key {key} ({why})"))
        }
        Operation::WorkspaceCreate(op) => {
            (Sign::Add, format!("create, with {} as the first admin", escape::line(&op.admin.name)))
        }
        Operation::WorkspaceUpdate(op) => (Sign::Change, settings(&op.before, &op.after)),
        Operation::WorkspaceArchive(_) => (Sign::Remove, "archive, which can't be undone".to_owned()),
        Operation::WorkspaceMembersSet(op) => (Sign::Change, memberships(&op.members)),
        Operation::WorkspaceMembersRemove(op) => (Sign::Change, memberships(&op.members)),
        Operation::GroupCreate(op) => {
            let role = op.after.organization_role.map(|role| format!(", organization role {}", role.name()));
            (Sign::Add, format!("create{}", role.unwrap_or_default()))
        }
        Operation::GroupUpdate(op) => {
            let text = match &op.change {
                GroupChange::Settings { before, after } => settings(before, after),
                GroupChange::Parents { before, after } => nesting(before, after),
            };
            (Sign::Change, text)
        }
        Operation::GroupDelete(op) => {
            let members = count(op.member_count, "member");
            (Sign::Remove, format!("delete, with {members} (no file declares it)"))
        }
        Operation::GroupMembersAdd(op) => (Sign::Change, members('+', &op.members)),
        Operation::GroupMembersRemove(op) => (Sign::Change, members('-', &op.members)),
        Operation::GroupWorkspacesSet(op) => (Sign::Change, assignments(&op.assignments)),
        Operation::GroupWorkspacesRemove(op) => (Sign::Change, assignments(&op.assignments)),
    }
}

/// `roles: member → admin; seats: none → le_chat`.
pub(super) fn access_difference(before: Access, after: Access) -> String {
    let mut parts = Vec::new();
    if before.roles != after.roles {
        parts.push(format!("roles: {} → {}", roles(before.roles), roles(after.roles)));
    }
    if before.seats != after.seats {
        parts.push(format!("seats: {} → {}", seats(before.seats), seats(after.seats)));
    }
    parts.join("; ")
}

fn renewal(op: &InvitationRenew) -> String {
    let is_same = op.before.roles.is_empty() || op.before.roles == op.after.roles;
    let was = match (op.before.expired, is_same) {
        (true, _) => "the expired invitation".to_owned(),
        (false, true) => "the invitation".to_owned(),
        (false, false) => format!("the invitation, which was as {},", role_names(op.before.roles)),
    };
    let without = if op.without.is_empty() {
        String::new()
    } else {
        format!(", no longer into {}", names(op.without.iter()))
    };
    format!("renew {was} as {}{}{without}", holding(op.after), into(&op.workspaces))
}

/// `, into Research, Support as workspace_contributor`.
fn into(workspaces: &[Reference]) -> String {
    if workspaces.is_empty() {
        return String::new();
    }
    format!(", into {} as {}", names(workspaces.iter()), WorkspaceRole::ON_ACCEPTANCE.name())
}

/// `; leaves 2 API keys, and Research without an admin`.
fn behind(leaves: &LeftBehind) -> String {
    let keys = leaves.api_keys.filter(|keys| *keys > 0).map(|keys| count(keys, "API key"));
    let alone = match leaves.workspaces.as_slice() {
        [] => None,
        alone => Some(format!("{} without an admin", list(alone.iter().cloned()))),
    };
    let parts: Vec<String> = keys.into_iter().chain(alone).collect();
    if parts.is_empty() { String::new() } else { format!("; leaves {}", parts.join(", and ")) }
}

fn reason(cause: RemovalCause) -> &'static str {
    match cause {
        RemovalCause::Removed => "listed under `removed`",
        RemovalCause::Expired => "the last day of access is over",
        RemovalCause::Undeclared => "no file declares them",
        RemovalCause::Surplus => "the person has another invitation",
        RemovalCause::Excessive => "it grants more than the files",
        RemovalCause::Departed => "the person has left",
    }
}

/// `Pilot (HQSx...Ug6Y): workspace Pilot, never used, never expires`.
pub(super) fn api_key(key: &ApiKeyState) -> String {
    let name = key.name.as_deref().filter(|name| !name.is_empty()).unwrap_or("without a name");
    let workspace = match &key.workspace {
        Some(workspace) => format!("workspace {workspace}"),
        None => "no workspace".to_owned(),
    };
    let used = match &key.last_used {
        Some(day) => format!("last used {day}"),
        None => "never used".to_owned(),
    };
    let expires = match &key.expires {
        Some(day) => format!("expires {day}"),
        None => "never expires".to_owned(),
    };
    format!("{name} ({}): {workspace}, {used}, {expires}", key.hidden_key)
}

/// `changed by alice@acme.example, 2026-11-23 14:02 UTC`.
pub(in crate::render) fn changed_by(by: &ChangedBy) -> String {
    let at = by.at.strftime("%F %R UTC");
    match (by.actor_type.as_str(), &by.actor) {
        ("API_KEY", _) => format!("changed with an Admin API key, {at}"),
        (_, Some(actor)) => format!("changed by {}, {at}", escape::line(actor)),
        (_, None) => format!("changed {at}; the audit log does not tell by whom"),
    }
}

/// `admin with le_chat, mistral_code`.
fn holding(access: Access) -> String {
    match access.seats.is_empty() {
        true => format!("{} without a seat", roles(access.roles)),
        false => format!("{} with {}", roles(access.roles), seats(access.seats)),
    }
}

fn roles(roles: Roles) -> String {
    or_none(role_names(roles))
}

fn seats(seats: Seats) -> String {
    or_none(seat_names(seats))
}

/// `description: "old" → "new"; organization role: none → member`.
fn settings(before: &impl Settings, after: &impl Settings) -> String {
    let both = before.fields().into_iter().zip(after.fields());
    let changed = both.filter(|((_, before), (_, after))| before != after);
    let difference = |((name, before), (_, after))| {
        let [before, after] = setting_change(before, after);
        format!("{name}: {before} → {after}")
    };
    changed.map(difference).collect::<Vec<_>>().join("; ")
}

fn setting_change(before: Setting<'_>, after: Setting<'_>) -> [String; 2] {
    let (Setting::Text(old), Setting::Text(new)) = (before, after) else {
        return [before, after].map(word);
    };
    let shown = |text: &str, shown: &str| match text {
        "" => "none".to_owned(),
        _ => format!("\"{shown}\""),
    };
    let [from, to] = differing_parts(old, new);
    let [from, to] = escape::apart(&from, &to);
    [shown(old, &from), shown(new, &to)]
}

fn word(value: Setting<'_>) -> String {
    match value {
        Setting::Word(Some(word)) => word.to_owned(),
        Setting::Text(_) | Setting::Word(None) => "none".to_owned(),
    }
}

/// `members: + ada@acme.example dev; ~ bob@acme.example user → dev; - cyd@acme.example user`.
fn memberships(all: &[Membership]) -> String {
    let one = |membership: &Membership| {
        signed_roles(&membership.member.name, " ", membership.before, membership.after)
    };
    // A long list is cut at its end: who becomes an admin of the workspace, or was one, comes first.
    let mut all: Vec<&Membership> = all.iter().collect();
    let has_power = |roles: WorkspaceRoles| roles.contains(WorkspaceRole::WorkspaceAdmin);
    all.sort_by_key(|one| has_power(one.before) == has_power(one.after));
    format!("members: {}", signed_list(all.into_iter().map(one)))
}

/// `workspaces: + Research: user; ~ Pilot: user → dev`.
fn assignments(all: &[Assignment]) -> String {
    let one =
        |one: &Assignment| signed_roles(&one.workspace.name, ": ", one.before.unwrap_or_default(), one.after);
    format!("workspaces: {}", signed_list(all.iter().map(one)))
}

/// Roles that are new, changed or gone, with the sign of each.
fn signed_roles(name: &str, separator: &str, before: WorkspaceRoles, after: WorkspaceRoles) -> String {
    let (old, new) = (workspace_role_names(before), workspace_role_names(after));
    match (before.is_empty(), after.is_empty()) {
        (true, true) => format!("+ {name}"),
        (true, false) => format!("+ {name}{separator}{new}"),
        (false, true) => format!("- {name}{separator}{old}"),
        // So far they may only inherit it; the plan makes it direct.
        (false, false) if before == after => format!("~ {name} keeps {new}"),
        (false, false) => format!("~ {name}{separator}{old} → {new}"),
    }
}

/// `members: + ada@acme.example; + bob@acme.example`.
fn members(sign: char, all: &[Reference]) -> String {
    format!("members: {}", signed_list(all.iter().map(|member| format!("{sign} {}", member.name))))
}

fn nesting(before: &BTreeSet<Reference>, after: &BTreeSet<Reference>) -> String {
    let names = |groups: BTreeSet<&Reference>| names(groups.into_iter());
    let (new, old) = (after.difference(before).collect(), before.difference(after).collect());
    match after.is_subset(before) {
        true => format!("no longer nested in {}", names(old)),
        false => format!("nested in {}", names(new)),
    }
}

fn names<'r>(all: impl Iterator<Item = &'r Reference>) -> String {
    list(all.map(|one| one.name.clone()))
}

/// The longest list of a line of a plan, in characters; `--verbose` shows all.
const LONGEST_LIST: usize = 400;

/// `ada@acme.example, bob@acme.example and 3 more`.
pub(in crate::render) fn list(all: impl Iterator<Item = String>) -> String {
    joined(all, ", ")
}

/// `+ ada@acme.example dev, user; - bob@acme.example dev and 3 more`. Each entry has a sign.
fn signed_list(all: impl Iterator<Item = String>) -> String {
    joined(all, "; ")
}

/// A list that is complete unless it is too long. At least the first entry is shown.
fn joined(all: impl Iterator<Item = String>, separator: &str) -> String {
    let all: Vec<String> = all.map(|name| escape::line(&name).into_owned()).collect();
    let mut length = 0;
    let fits = all.iter().take_while(|name| {
        length += name.chars().count() + separator.len();
        length <= LONGEST_LIST
    });
    let shown = fits.count().clamp(1, all.len().max(1));
    let more = match all.len().saturating_sub(shown) {
        0 => String::new(),
        more => format!(" and {} more", thousands(more)),
    };
    let shown: Vec<String> = all.into_iter().take(shown).collect();
    format!("{}{more}", shown.join(separator))
}

/// Two texts with their spaces, cut if they are long, such that both show where they differ.
fn differing_parts(one: &str, other: &str) -> [String; 2] {
    /// In characters.
    const LONGEST: usize = 120;
    /// The part of it that is shown before the difference.
    const CONTEXT: usize = 20;
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let start = if alike < LONGEST { 0 } else { alike - CONTEXT };
    [one, other].map(|text| {
        let part: String = text.chars().skip(start).take(LONGEST).collect();
        let (before, after) = (if start > 0 { "…" } else { "" }, text.chars().count() - start > LONGEST);
        format!("{before}{part}{}", if after { "…" } else { "" })
    })
}

fn or_none(names: String) -> String {
    if names.is_empty() { "none".to_owned() } else { names }
}
