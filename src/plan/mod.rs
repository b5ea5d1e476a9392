//! The difference between the desired and the live organization, as data: the actions and their order.
//!
//! [`plan`] is pure and synchronous: the same desired and live organization give the same [`Plan`], in any order of
//! their parts. A plan is executed only after the checks have approved it. This module can't write.
//!
//! `diff` finds the operations, `order` gives them their phases, `deferral` moves back what would grant too early, and
//! `state` simulates them.

mod action;
mod api_keys;
mod attribution;
mod changed_by;
mod deferral;
mod diff;
mod effect;
mod findings;
mod forecast;
mod hidden_roles;
mod limits;
mod operation;
pub(crate) mod order;
mod renames;
mod scope;
mod similar_addresses;
mod state;

pub use action::{Action, ActionOrigin, Base, Cause, Causes, Phase};
pub(crate) use api_keys::not_allowed;
pub use api_keys::{ApiKeyLeft, KeyKept, KeyLeftReason};
pub use attribution::events_about;
pub use changed_by::ChangedBy;
pub use effect::{EffectiveChange, effective_changes};
pub use findings::{
    DepartedPerson, GroupGrant, Held, HeldBack, Locked, LockedAspect, LockedKind, NoLongerDeclared,
    PendingSeats, RevokedSince, UndeclaredPower, Unmanaged, UnmanagedKind, Waiting, WaitingCause,
};
pub(crate) use forecast::forecast;
pub use forecast::{AdminForecast, Demotion};
pub use hidden_roles::{HiddenRoles, are_uncovered, shown_roles};
pub use limits::{Limits, LiveCounts};
pub use operation::*;
pub use renames::PossibleRename;
pub use scope::{Reduction, Scope, Unfit};
pub use similar_addresses::SimilarAddress;
pub use state::{
    AccessState, DirectAccess, EffectiveRole, GroupGraph, InheritedByMember, InheritedRoles,
    OrganizationState, PerProduct, RoleHolders, SeatChange, SeatCount, WorkspaceAdmins, direct_access,
};

use crate::diag::Diagnostic;
use crate::model::{AuditEventTypes, Desired, Email, History, Live, Role, UndeclaredAdmins};
use crate::source::Sources;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The difference between the desired and the live organization.
#[derive(Debug, Clone)]
pub struct Plan {
    pub scope: Scope,
    pub reduction: Reduction,
    /// The actions, in the order of an apply.
    pub actions: Vec<Action>,
    /// What is due and left out, because a guard or the budget forbids it. The check of the plan finds it.
    pub held_back: Vec<HeldBack>,
    /// What new members wait for, and a plan of what is due does not give back: somebody has revoked it since.
    pub revoked_since: Vec<RevokedSince>,
    /// People whose renewal can't be counted: neither the audit log nor a journal tells how often they were invited.
    pub uncounted: Vec<Email>,
    /// Power that no file grants and that the plan leaves in place.
    pub undeclared_power: Vec<UndeclaredPower>,
    /// Live resources that no file declares and that are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Declared people who have not joined yet and for whom there is nothing to do now.
    pub waiting: Vec<Waiting>,
    /// Seats that people take on joining, before the plan.
    pub pending: Vec<PendingSeats>,
    /// Declared resources that the API can't change.
    pub locked: Vec<Locked>,
    /// The API keys that people leave behind.
    pub api_keys_left: Vec<ApiKeyLeft>,
    /// Direct roles that may show when people stop inheriting them. The apply revokes them after its actions.
    pub hidden_roles: Vec<HiddenRoles>,
    /// Faults that prevent a plan of some resources.
    pub faults: Vec<Diagnostic>,
    /// What a reader must know, and what does not prevent the plan.
    pub warnings: Vec<Diagnostic>,
    /// Undeclared live members and declared people who join, with the same name.
    pub possible_renames: Vec<PossibleRename>,
    /// Addresses of the files that are not live, and resemble one that is.
    pub similar_addresses: Vec<SimilarAddress>,
    /// How many resources are live.
    pub counts: LiveCounts,
    /// Seats before the plan.
    pub before: SeatCount,
    /// Seats after the plan.
    pub after: SeatCount,
    pub admins: AdminForecast,
    pub demotions: Vec<Demotion>,
    pub limits: Limits,
    /// The files that it was compared with, if any.
    pub base: Option<Base>,
    /// Resources that these files declared, and that the plan leaves alone because no file declares them now.
    pub no_longer_declared: Vec<NoLongerDeclared>,
    /// Actions that were planned with these files and are no longer planned.
    pub no_longer_planned: Vec<Action>,
}

impl Plan {
    /// The effect of an operation of this plan on seats.
    #[must_use]
    pub fn seat_change(&self, operation: &Operation) -> SeatChange {
        SeatChange::of(operation, self.limits.managed())
    }

    /// The most changes that an apply may make: the actions, and the roles that may show after them.
    #[must_use]
    pub fn most_changes(&self) -> usize {
        self.actions.len() + self.hidden_roles.len()
    }

    /// How many people become admins: directly, through a group, or on accepting an invitation.
    #[must_use]
    pub fn new_admins(&self) -> usize {
        let invited = self.actions.iter().filter(|action| {
            let (before, after) = action.operation.roles();
            let is_invitation =
                matches!(action.operation, Operation::InvitationSend(_) | Operation::InvitationRenew(_));
            is_invitation && (after - before).contains(Role::Admin)
        });
        let lost = i64::try_from(self.admins.lost).unwrap_or(i64::MAX);
        let gained = self.admins.after - self.admins.before + lost;
        usize::try_from(gained).unwrap_or(0) + invited.count()
    }

    /// The members and invitations whose power a reader must be warned about: power that no file grants, unless the
    /// files acknowledge it or say `admins: ignore`. Each once.
    pub fn power_to_report(&self, desired: &Desired) -> impl Iterator<Item = &UndeclaredPower> {
        let ignored = desired.policy.unmanaged.admins.0 == UndeclaredAdmins::Ignore;
        let mut seen = HashSet::new();
        let power = self.undeclared_power.iter().filter(move |power| !ignored && !power.acknowledged);
        power.filter(move |power| seen.insert(power.uuid))
    }

    /// Classifies each action. It is drift if the plan of the previous files, for the same live organization, has
    /// exactly the same action. An action that the change makes larger or smaller counts as the change's, so that
    /// reviewers see it. Also keeps the previous actions that are no longer planned.
    #[must_use]
    pub fn classify_origins(mut self, base: Base, before: Vec<Action>) -> Self {
        let planned: HashMap<_, _> = before.iter().map(|action| (action.id(), &action.operation)).collect();
        for action in &mut self.actions {
            let is_drift = planned.get(&action.id()).is_some_and(|before| before.does_as(&action.operation));
            action.origin = Some(match (is_drift, action.is_due()) {
                (true, true) => ActionOrigin::Due,
                (true, false) => ActionOrigin::Drift,
                (false, _) => ActionOrigin::Change,
            });
        }
        let kept: HashSet<_> = self.actions.iter().map(Action::id).collect();
        self.no_longer_planned = before.into_iter().filter(|action| !kept.contains(&action.id())).collect();
        self.base = Some(base);
        self
    }

    /// Finds what the files before declared, and what the plan leaves alone because the files now don't.
    #[must_use]
    pub fn find_no_longer_declared(mut self, before: Files<'_>, now: Files<'_>, live: &Live) -> Self {
        let counterparts = before.sources.counterparts(now.sources);
        let found = diff::no_longer_declared(before.desired, now.desired, live, &self.actions);
        let found = found.into_iter().map(|mut left| {
            left.declared_at.sort_unstable();
            left.declared_at.dedup();
            let file = left.declared_at.first().and_then(|at| counterparts.get(at.file as usize));
            NoLongerDeclared {
                kind: left.kind,
                within: left.within,
                target: left.target,
                held: left.held,
                note: left.note.map(Cow::Borrowed),
                sources: left.declared_at.iter().map(|at| before.sources.position(*at)).collect(),
                file: file.copied().unwrap_or_default(),
            }
        });
        self.no_longer_declared = found.collect();
        self.no_longer_declared.sort();
        self
    }

    /// The types of events that may tell who made the changes that it undoes, or who gave power that no file grants. Empty
    /// if there is nothing to attribute.
    #[must_use]
    pub fn attributable(&self, live: &Live) -> AuditEventTypes {
        attribution::types(&self.actions, &self.undeclared_power, live)
    }

    /// The same plan with the names of those who made these changes, as far as the events of its history tell.
    #[must_use]
    pub fn attributed(mut self, history: &History, live: &Live) -> Self {
        attribution::attribute(&mut self.actions, &mut self.undeclared_power, &history.changes, live);
        self
    }

    /// The actions of an origin.
    pub fn of(&self, origin: ActionOrigin) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |action| action.origin == Some(origin))
    }
}

/// What files declare, and their texts.
#[derive(Debug, Clone, Copy)]
pub struct Files<'f> {
    pub desired: &'f Desired,
    pub sources: &'f Sources,
}

/// Compares the desired with the live organization.
#[must_use]
pub fn plan(desired: &Desired, live: &Live) -> Plan {
    plan_for(desired, live, &History::default(), Scope::Whole)
}

/// Compares them within a scope.
#[must_use]
pub fn plan_for(desired: &Desired, live: &Live, history: &History, scope: Scope) -> Plan {
    let diff::Difference {
        operations,
        reduction,
        revoked_since,
        uncounted,
        undeclared_power,
        unmanaged,
        waiting,
        locked,
        api_keys_left,
        hidden_roles,
        pending,
        faults,
        warnings,
        counts,
        before,
        causes,
    } = diff::diff(desired, live, history, &scope);
    let possible_renames = renames::possible_renames(desired, live, &operations, &waiting);
    let similar_addresses =
        similar_addresses::similar_addresses(desired, live, &operations, &waiting, &possible_renames);
    let limits = Limits::of(desired);
    let mut actions = order::order(operations, live);
    if !causes.is_empty() {
        for action in &mut actions {
            action.causes = causes.get(&action.id()).copied().unwrap_or(action.causes);
        }
    }
    let mut state = OrganizationState::new(live, before, limits.managed());
    let (admins, demotions) = forecast(desired, live, &mut state, &actions);
    Plan {
        scope,
        reduction,
        actions,
        held_back: Vec::new(),
        revoked_since,
        uncounted,
        undeclared_power,
        unmanaged,
        waiting,
        locked,
        api_keys_left,
        hidden_roles,
        pending,
        faults,
        warnings,
        possible_renames,
        similar_addresses,
        counts,
        before,
        after: state.seats,
        admins,
        demotions,
        limits,
        base: None,
        no_longer_declared: Vec::new(),
        no_longer_planned: Vec::new(),
    }
}
