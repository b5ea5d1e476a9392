//! Preconditions of operations on members and invitations.

use super::comparison::{PlanContext, Precondition, compare, gone};
use crate::escape;
use crate::model::{Access, Email, Live, LiveInvitation, LiveMember, role_names, seat_names};
use crate::plan::{
    InvitationRenew, InvitationRevoke, InvitationState, MemberRemove, MemberUpdate, Operation,
    PersonOperation,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The live people, and the state of each member after the plan.
pub(super) struct PersonPreconditions<'l> {
    members: HashMap<Uuid, &'l LiveMember>,
    by_email: HashMap<&'l Email, &'l LiveMember>,
    invitations: HashMap<Uuid, &'l LiveInvitation>,
    invited: HashMap<&'l Email, Vec<&'l LiveInvitation>>,
    /// The access of members after the actions so far.
    now: HashMap<Uuid, Access>,
    last: HashMap<Uuid, Access>,
    deleted: &'l BTreeSet<Uuid>,
}

impl<'l> PersonPreconditions<'l> {
    pub(super) fn new(live: &'l Live, context: PlanContext<'l>) -> Self {
        let mut invited = HashMap::<&Email, Vec<&LiveInvitation>>::new();
        for invitation in &live.invitations {
            if let Some(email) = &invitation.email {
                invited.entry(email).or_default().push(invitation);
            }
        }
        let last = context.actions.iter().filter_map(|action| match &action.operation {
            Operation::MemberUpdate(op) => Some((op.member_id, op.after)),
            _ => None,
        });
        let with_email = live.members.iter().filter_map(|member| Some((member.email.as_ref()?, member)));
        Self {
            members: live.members.iter().map(|member| (member.id, member)).collect(),
            by_email: with_email.collect(),
            invitations: live.invitations.iter().map(|invitation| (invitation.id, invitation)).collect(),
            invited,
            now: live.members.iter().map(|member| (member.id, member.access)).collect(),
            last: last.collect(),
            deleted: context.deleted,
        }
    }

    pub(super) fn of(&mut self, operation: PersonOperation<'_>) -> Precondition {
        match operation {
            PersonOperation::MemberUpdate(op) => self.member_update(op),
            PersonOperation::MemberRemove(op) => self.member_remove(op),
            PersonOperation::MemberCreate(op) => self.newcomer(&op.email, op.after, false),
            PersonOperation::InvitationSend(op) => self.newcomer(&op.email, op.after, true),
            PersonOperation::InvitationRenew(op) => self.invitation_renew(op),
            PersonOperation::InvitationRevoke(op) => self.invitation_revoke(op),
        }
    }

    /// A person's change may have two halves: both are done if the final state is reached.
    fn member_update(&mut self, op: &MemberUpdate) -> Precondition {
        let Some(now) = self.now.get(&op.member_id).copied() else { return gone(holding(op.before)) };
        if self.last.get(&op.member_id) == Some(&now) {
            return Precondition::AlreadyApplied;
        }
        let precondition = compare(&now, &op.before, &op.after, |access| holding(*access));
        if precondition == Precondition::Holds {
            if let Some(found) = self.members.get(&op.member_id).and_then(|live| would_lose(op, live)) {
                return Precondition::Conflict { expected: holding(op.before), found };
            }
            self.now.insert(op.member_id, op.after);
        }
        precondition
    }

    fn member_remove(&self, op: &MemberRemove) -> Precondition {
        match self.members.get(&op.member_id) {
            None => Precondition::AlreadyApplied,
            Some(member) => compare(&Some(member.access), &Some(op.before), &None, |access| {
                access.map_or_else(String::new, holding)
            }),
        }
    }

    /// Checks a person who was neither a member nor invited.
    fn newcomer(&self, email: &Email, access: Access, invites: bool) -> Precondition {
        let conflict = |found: String| Precondition::Conflict {
            expected: "neither a member nor invited".to_owned(),
            found,
        };
        if let Some(member) = self.by_email.get(email) {
            return match member.access == access {
                true => Precondition::AlreadyApplied,
                false => conflict(format!("a member as {}", holding(member.access))),
            };
        }
        match self.invited.get(email).and_then(|invitations| invitations.first()) {
            None => Precondition::Holds,
            Some(invitation) if invites && !invitation.expired && invitation.roles == access.roles => {
                Precondition::AlreadyApplied
            }
            Some(invitation) => conflict(invited(state(invitation))),
        }
    }

    fn invitation_renew(&self, op: &InvitationRenew) -> Precondition {
        if let Some(invitation) = self.invitations.get(&op.invitation_id) {
            return unchanged(invitation, op.before);
        }
        // It may already have been renewed or accepted.
        match self.newcomer(&op.email, op.after, true) {
            Precondition::Holds if !self.deleted.contains(&op.invitation_id) => gone(invited(op.before)),
            other => other,
        }
    }

    fn invitation_revoke(&self, op: &InvitationRevoke) -> Precondition {
        match (self.invitations.get(&op.invitation_id), self.by_email.get(&op.email)) {
            (Some(invitation), _) => unchanged(invitation, op.before),
            (None, Some(member)) if !op.is_surplus => Precondition::Conflict {
                expected: invited(op.before),
                found: format!("a member as {}", holding(member.access)),
            },
            (None, _) => Precondition::AlreadyApplied,
        }
    }
}

/// What a member has besides the known roles and seats, if the change would not keep it.
fn would_lose(op: &MemberUpdate, live: &LiveMember) -> Option<String> {
    let names =
        |words: &[String]| words.iter().map(|word| escape::excerpt(word)).collect::<Vec<_>>().join(", ");
    let sorted = |words: &[String]| words.iter().cloned().collect::<BTreeSet<_>>();
    let products = &live.locked_seats.products;
    if op.before.roles != op.after.roles && !live.locked_roles.is_empty() {
        Some(format!("{} and also {}", holding(live.access), names(&live.locked_roles)))
    } else if op.before.seats != op.after.seats && sorted(products) != sorted(&op.unknown_seats) {
        Some(format!("{} and also {}", holding(live.access), or_nothing(names(products))))
    } else {
        None
    }
}

fn state(invitation: &LiveInvitation) -> InvitationState {
    InvitationState { roles: invitation.roles, expired: invitation.expired }
}

fn unchanged(invitation: &LiveInvitation, before: InvitationState) -> Precondition {
    let now = state(invitation);
    match now == before {
        true => Precondition::Holds,
        false => Precondition::Conflict { expected: invited(before), found: invited(now) },
    }
}

fn invited(state: InvitationState) -> String {
    let what = if state.expired { "an expired invitation" } else { "an invitation" };
    format!("{what} as {}", or_nothing(role_names(state.roles)))
}

fn holding(access: Access) -> String {
    format!("{} with {}", or_nothing(role_names(access.roles)), or_nothing(seat_names(access.seats)))
}

fn or_nothing(names: String) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names }
}
