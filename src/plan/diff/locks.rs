//! What a plan leaves as it is although the files declare it: roles that the API can't write, and words that this version
//! of orgsync doesn't know. Only the change that would lose such a word is left out; the rest of the plan is made.

use super::differ::Differ;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{DesiredMember, Email, LiveInvitation, LiveMember, WordKind};
use crate::plan::findings::{Locked, LockedAspect, LockedKind};
use crate::source::Span;

/// Roles that the API can't write.
pub(super) struct LockedRoles<'l> {
    pub(super) kind: LockedKind,
    /// The workspace, for roles in one.
    pub(super) within: Option<&'l str>,
    /// The address of a person, or the name of a group.
    pub(super) target: &'l str,
    /// Names of the roles, at least one. Hostile text.
    pub(super) roles: Vec<&'l str>,
    /// The lines that declare other roles; empty if none does.
    pub(super) asked_at: &'l [Span],
    /// How the files keep the roles as they are.
    pub(super) help: &'static str,
}

impl Differ<'_> {
    /// Warns of each word that this version doesn't know.
    pub(super) fn unknown_words(&mut self) {
        for (kind, word, count) in self.live.unknown.iter() {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let (kind, word) = (kind.name(), escape::excerpt(word));
            let message = format!(
                "the live organization has the {kind} `{word}` ({times}), which this version of orgsync doesn't know: it stays as it is"
            );
            let help = "update orgsync; until then, orgsync leaves out only what would change it";
            self.out.warnings.push(Diagnostic::new(Code::UnknownWord, message, help));
        }
    }

    /// Lists a declared member's roles and seats that stay as they are.
    pub(super) fn lock_member(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        if !live.locked_roles.is_empty() {
            self.lock_roles(&LockedRoles {
                kind: LockedKind::Member,
                within: None,
                target: email.as_str(),
                roles: live.locked_roles.iter().map(String::as_str).collect(),
                asked_at: member.roles_at.as_slice(),
                help: "leave `roles` out to keep the roles as they are, or change them in the members panel",
            });
        }
        let words = &live.locked_seats.words;
        if !words.is_empty() {
            self.out.locked.push(Locked {
                kind: LockedKind::Member,
                within: None,
                target: email.to_string(),
                aspect: LockedAspect::Seats,
                values: words.iter().map(|word| escape::excerpt(word)).collect(),
                reason: "this version of orgsync doesn't know it; the seat is kept".to_owned(),
            });
        }
    }

    /// Lists the roles of a pending invitation of a declared person that stay as they are.
    pub(super) fn lock_invitation(&mut self, email: &Email, member: &DesiredMember, live: &LiveInvitation) {
        self.lock_roles(&LockedRoles {
            kind: LockedKind::Invitation,
            within: None,
            target: email.as_str(),
            roles: live.locked_roles.iter().map(String::as_str).collect(),
            asked_at: member.roles_at.as_slice(),
            help: "leave `roles` out to keep the invitation, or revoke it in the members panel to have it sent again",
        });
    }

    /// Lists roles that stay as they are, and warns if the files declare others.
    pub(super) fn lock_roles(&mut self, locked: &LockedRoles<'_>) {
        let LockedRoles { kind, within, target, roles, asked_at, help } = locked;
        let word = if within.is_some() { WordKind::WorkspaceRole } else { WordKind::Role };
        let is_unknown = roles.iter().any(|role| self.live.unknown.contains(word, role));
        let why = if is_unknown {
            "this version of orgsync doesn't know it"
        } else {
            "the Admin API can't write it"
        };
        let left_out = if asked_at.is_empty() { "" } else { Locked::LEFT_OUT };
        let values: Vec<String> = roles.iter().map(|role| escape::excerpt(role)).collect();
        if !asked_at.is_empty() {
            let (target, names) = (escape::line(target), values.join(", "));
            let (what, of) = match kind {
                LockedKind::Member => ("", ""),
                LockedKind::Invitation => ("the invitation of ", ""),
                LockedKind::Group => ("the group `", "`"),
            };
            let within = within.map(|within| format!(" in the workspace `{}`", escape::excerpt(within)));
            let message = format!(
                "the declared roles of {what}{target}{of}{} are left out, because a write would lose {names}: {why}",
                within.unwrap_or_default(),
            );
            let warning = Diagnostic::new(Code::LockedRoles, message, *help);
            self.out.warnings.push(warning.places(asked_at, "declares roles"));
        }
        self.out.locked.push(Locked {
            kind: *kind,
            within: within.map(escape::excerpt),
            target: (*target).to_owned(),
            aspect: LockedAspect::Roles,
            values,
            reason: format!("{why}{left_out}"),
        });
    }
}
