//! How changes of people stand.

use super::{Standing, Whole, compare, gone};
use crate::model::{Access, Email, Live, LiveInvitation, LiveMember, Roles, role_names, seat_names};
use crate::plan::action::PersonOperation;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The people as they are, and the last state that a plan wants of each member.
pub(super) struct People<'l> {
    members: HashMap<Uuid, &'l LiveMember>,
    by_email: HashMap<&'l Email, &'l LiveMember>,
    invitations: HashMap<Uuid, &'l LiveInvitation>,
    invited: HashMap<&'l Email, Vec<&'l LiveInvitation>>,
    /// What members have once actions before have been carried out.
    now: HashMap<Uuid, Access>,
    last: HashMap<Uuid, Access>,
    /// Invitations that an earlier run has deleted in order to send them anew.
    deleted: &'l BTreeSet<Uuid>,
}

impl<'l> People<'l> {
    pub(super) fn new(live: &'l Live, whole: Whole<'l>) -> Self {
        let mut invited = HashMap::<&Email, Vec<&LiveInvitation>>::new();
        for invitation in &live.invitations {
            if let Some(email) = &invitation.email {
                invited.entry(email).or_default().push(invitation);
            }
        }
        let last = whole.actions.iter().filter_map(|action| match action.operation.person()? {
            PersonOperation::MemberUpdate { id, after, .. } => Some((*id, *after)),
            _ => None,
        });
        Self {
            members: live.members.iter().map(|member| (member.id, member)).collect(),
            by_email: live
                .members
                .iter()
                .filter_map(|member| Some((member.email.as_ref()?, member)))
                .collect(),
            invitations: live.invitations.iter().map(|invitation| (invitation.id, invitation)).collect(),
            invited,
            now: live.members.iter().map(|member| (member.id, member.access)).collect(),
            last: last.collect(),
            deleted: whole.deleted,
        }
    }

    pub(super) fn standing(&mut self, operation: &PersonOperation) -> Standing {
        match operation {
            PersonOperation::MemberUpdate { id, before, after, .. } => self.update(*id, *before, *after),
            PersonOperation::MemberRemove { id, before, .. } => match self.members.get(id) {
                None => Standing::AsWanted,
                Some(member) => compare(&Some(member.access), &Some(*before), &None, |access| {
                    access.map_or_else(String::new, holding)
                }),
            },
            PersonOperation::MemberCreate { email, access, .. } => self.newcomer(email, *access, false),
            PersonOperation::InvitationSend { email, access, .. } => self.newcomer(email, *access, true),
            PersonOperation::InvitationRenew { email, id, before, expired, access, .. } => {
                match self.invitations.get(id) {
                    Some(invitation) => invitation_standing(invitation, *before, *expired),
                    // It may have been renewed already, or accepted.
                    None => match self.newcomer(email, *access, true) {
                        Standing::AsPlanned if !self.deleted.contains(id) => gone(invited(*before, *expired)),
                        other => other,
                    },
                }
            }
            PersonOperation::InvitationRevoke { email, id, before, expired, spare, .. } => {
                match (self.invitations.get(id), self.by_email.get(email)) {
                    (Some(invitation), _) => invitation_standing(invitation, *before, *expired),
                    (None, Some(member)) if !*spare => Standing::Changed {
                        saw: invited(*before, *expired),
                        now: format!("has accepted, and is {}", holding(member.access)),
                    },
                    (None, _) => Standing::AsWanted,
                }
            }
        }
    }

    /// A person's change may have two halves: both are done where the end is reached.
    fn update(&mut self, id: Uuid, before: Access, after: Access) -> Standing {
        let Some(now) = self.now.get(&id).copied() else { return gone(holding(before)) };
        if self.last.get(&id) == Some(&now) {
            return Standing::AsWanted;
        }
        let standing = compare(&now, &before, &after, |access| holding(*access));
        if standing == Standing::AsPlanned {
            self.now.insert(id, after);
        }
        standing
    }

    /// Somebody who was neither in nor invited.
    fn newcomer(&self, email: &Email, access: Access, invites: bool) -> Standing {
        let nobody = || "neither in nor invited".to_owned();
        if let Some(member) = self.by_email.get(email) {
            return match member.access == access {
                true => Standing::AsWanted,
                false => {
                    Standing::Changed { saw: nobody(), now: format!("is in as {}", holding(member.access)) }
                }
            };
        }
        match self.invited.get(email).and_then(|invitations| invitations.first()) {
            None => Standing::AsPlanned,
            Some(invitation) if invites && !invitation.expired && invitation.roles == access.roles => {
                Standing::AsWanted
            }
            Some(invitation) => {
                Standing::Changed { saw: nobody(), now: invited(invitation.roles, invitation.expired) }
            }
        }
    }
}

fn invitation_standing(invitation: &LiveInvitation, roles: Roles, expired: bool) -> Standing {
    match invitation.roles == roles && invitation.expired == expired {
        true => Standing::AsPlanned,
        false => Standing::Changed {
            saw: invited(roles, expired),
            now: invited(invitation.roles, invitation.expired),
        },
    }
}

fn invited(roles: Roles, expired: bool) -> String {
    let state = if expired { "an expired invitation" } else { "an invitation" };
    format!("{state} as {}", or_none(role_names(roles)))
}

fn holding(access: Access) -> String {
    format!("{} with {}", or_none(role_names(access.roles)), or_none(seat_names(access.seats)))
}

fn or_none(names: String) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names }
}
