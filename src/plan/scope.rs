//! What a plan is about: the whole organization, what is due, or some people in an emergency.

use crate::model::{Desired, Email, Live, Onboarding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// What a plan is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    #[default]
    Whole,
    /// Only what revokes from these people.
    Only(BTreeSet<Email>),
    /// Only the invitations of these declared people, which are sent again.
    Renew(BTreeSet<Email>),
    /// Only what is due, without the actions with these ids, which a guard or the budget holds back.
    Due(BTreeSet<String>),
}

/// Why a plan can't be about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The person is neither a member nor invited.
    NotLive,
    /// No file declares the person.
    NotDeclared,
    /// The person is a member already, and needs no invitation.
    Member,
    /// The person has no invitation, and the files say that orgsync sends none.
    NotInvited,
}

impl Scope {
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// The people that it is about; `None` for the whole organization.
    #[must_use]
    pub fn people(&self) -> Option<&BTreeSet<Email>> {
        match self {
            Self::Whole | Self::Due(_) => None,
            Self::Only(people) | Self::Renew(people) => Some(people),
        }
    }

    #[must_use]
    pub fn is_due(&self) -> bool {
        matches!(self, Self::Due(_))
    }

    /// The ids of the actions that a plan of what is due leaves out.
    #[must_use]
    pub fn held_back(&self) -> Option<&BTreeSet<String>> {
        if let Self::Due(held_back) = self { Some(held_back) } else { None }
    }

    /// The people whom it only revokes from; `None` if it also grants.
    #[must_use]
    pub fn revokes_from(&self) -> Option<&BTreeSet<Email>> {
        match self {
            Self::Only(people) => Some(people),
            Self::Whole | Self::Renew(_) | Self::Due(_) => None,
        }
    }

    /// Whether the invitation of a person is sent again in any case.
    pub(super) fn renews(&self, email: &Email) -> bool {
        matches!(self, Self::Renew(people) if people.contains(email))
    }

    /// The people that it can't be about, in order.
    #[must_use]
    pub fn unfit(&self, desired: &Desired, live: &Live) -> Vec<(&Email, Unfit)> {
        let why = |email: &Email| {
            let named = NamedPeople::one(email, desired, live);
            let (is_member, is_invited) = (!named.members.is_empty(), !named.invitations.is_empty());
            match self {
                Self::Whole | Self::Due(_) => None,
                Self::Only(_) => (!is_member && !is_invited).then_some(Unfit::NotLive),
                Self::Renew(_) if !desired.members.contains_key(email) => Some(Unfit::NotDeclared),
                Self::Renew(_) if is_member => Some(Unfit::Member),
                Self::Renew(_) if is_invited => None,
                Self::Renew(_) => {
                    (desired.policy.onboarding != Onboarding::Invite).then_some(Unfit::NotInvited)
                }
            }
        };
        self.people().into_iter().flatten().filter_map(|email| Some((email, why(email)?))).collect()
    }
}

/// What a scope leaves out of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reduction {
    /// The changes of the whole plan that are left out, in whole or in part.
    pub left_out: usize,
    /// The declared people in the scope for whom there is nothing to do.
    pub untouched: Vec<Email>,
}

/// The live members and invitations of people who are named by an address: their own, or their former one.
#[derive(Default)]
pub(super) struct NamedPeople {
    /// The addresses under which they may be live.
    addresses: HashSet<Email>,
    pub(super) members: HashSet<Uuid>,
    pub(super) invitations: HashSet<Uuid>,
}

impl NamedPeople {
    pub(super) fn new(people: &BTreeSet<Email>, desired: &Desired, live: &Live) -> Self {
        let mut named = Self::default();
        for email in people {
            let declared = desired.members.get(email).and_then(|member| member.previously.as_ref());
            let removed = desired.removals.get(email).and_then(|removal| removal.previously.as_ref());
            named.addresses.extend([Some(email), declared, removed].into_iter().flatten().cloned());
        }
        let is_named = |email: &Option<Email>| email.as_ref().is_some_and(|email| named.has(email));
        let members = live.members.iter().filter(|member| is_named(&member.email));
        let invitations = live.invitations.iter().filter(|invitation| is_named(&invitation.email));
        let (members, invitations) =
            (members.map(|one| one.id).collect(), invitations.map(|one| one.id).collect());
        Self { members, invitations, ..named }
    }

    pub(super) fn one(email: &Email, desired: &Desired, live: &Live) -> Self {
        Self::new(&BTreeSet::from([email.clone()]), desired, live)
    }

    /// Whether a person is live under this address, or would be.
    pub(super) fn has(&self, email: &Email) -> bool {
        self.addresses.contains(email)
    }
}
