//! Revalidates a saved plan against the current live organization.

use super::document::Origin;
use super::precondition::{PlanContext, Precondition, preconditions};
use super::saved::SavedPlan;
use crate::escape;
use crate::model::{Email, Live, LiveInvitation, Seats};
use crate::plan::{
    Action, Base, GroupChange, HiddenRoles, Limits, LiveCounts, Operation, OrganizationState, PendingSeats,
    Plan, Reduction, Reference, Scope, SeatChange, SeatCount, Subject, forecast, shown_roles,
};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// The result of a revalidation.
#[derive(Debug, Clone)]
pub struct Revalidated {
    /// The precondition of each action of the saved plan, in its order.
    pub preconditions: Vec<Precondition>,
    /// The plan of the remaining actions.
    pub plan: Plan,
}

/// How the live organization was matched with that of a saved plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationMatch {
    /// By its identifier, from the audit log.
    Id,
    /// By the base URL of the Admin API and the identifiers of the resources in the plan.
    Url,
    /// Only by the identifiers of the resources in the plan.
    Objects,
}

impl SavedPlan {
    /// Matches the live organization with that of the plan.
    ///
    /// # Errors
    ///
    /// It is another one. Returns the organization of the plan and the live one.
    pub fn match_organization(&self, origin: &Origin) -> Result<OrganizationMatch, (String, String)> {
        let document = &self.document;
        let unknown = || "one whose identifier can't be read".to_owned();
        // If none of the plan's resources existed, only the name can distinguish organizations.
        let touches = self.actions.iter().any(|action| names_live_object(&action.operation));
        match (document.organization_id, origin.organization_id, &document.api_url, &origin.api_url) {
            (Some(planned), Some(live), ..) if planned == live => Ok(OrganizationMatch::Id),
            (Some(planned), Some(live), ..) => Err((planned.to_string(), live.to_string())),
            (Some(planned), None, ..) if !touches => Err((planned.to_string(), unknown())),
            (_, _, Some(planned), Some(live)) if planned == live => Ok(OrganizationMatch::Url),
            (_, _, Some(planned), Some(live)) => Err((planned.clone(), live.clone())),
            _ if touches => Ok(OrganizationMatch::Objects),
            _ => Err((unknown(), "apparently another one".to_owned())),
        }
    }

    /// Compares the plan with the live organization. `deleted` are the invitations that an earlier run of the plan has
    /// deleted to renew them.
    #[must_use]
    pub fn revalidate(&self, live: &Live, deleted: &BTreeSet<Uuid>) -> Revalidated {
        let resolved =
            |action: &Action| Action { operation: resolve(&action.operation, live), ..action.clone() };
        let mut actions: Vec<Action> = self.actions.iter().map(resolved).collect();
        let preconditions = preconditions(&actions, live, PlanContext { actions: &actions, deleted });
        let mut applied = preconditions.iter().map(|one| *one == Precondition::AlreadyApplied);
        actions.retain(|_| !applied.next().unwrap_or(false));
        let hidden_roles = self.hidden_roles(live, actions.is_empty());
        let (counts, before) = self.count(live, &preconditions);
        let limits = Limits::of(&self.desired);
        let mut state = OrganizationState::new(live, before, limits.managed());
        let (admins, demotions) = forecast(&self.desired, live, &mut state, &actions);
        let plan = Plan {
            scope: Scope::Whole,
            held_back: Vec::new(),
            revoked_since: Vec::new(),
            uncounted: Vec::new(),
            reduction: Reduction::default(),
            actions,
            undeclared_power: self.document.undeclared_power.clone(),
            unmanaged: Vec::new(),
            waiting: Vec::new(),
            pending: self.document.pending.clone(),
            locked: Vec::new(),
            api_keys_left: self.document.api_keys_left.clone(),
            hidden_roles,
            faults: Vec::new(),
            warnings: Vec::new(),
            // The plan was made with or without `--two-people`.
            possible_renames: Vec::new(),
            similar_addresses: Vec::new(),
            counts,
            before,
            after: state.seats,
            admins,
            demotions,
            limits,
            base: self.document.summary.change.as_ref().map(|_| Base::Planned),
            no_longer_declared: self.document.no_longer_declared.clone(),
            no_longer_planned: Vec::new(),
        };
        Revalidated { preconditions, plan }
    }

    /// The hidden roles of the plan. If nothing else is left to do, those that show by now: a run may have been
    /// interrupted before it revoked them.
    fn hidden_roles(&self, live: &Live, all_applied: bool) -> Vec<HiddenRoles> {
        let hidden = &self.document.hidden_roles;
        if all_applied { shown_roles(hidden, live) } else { hidden.clone() }
    }

    /// Counts the current seats. The pending seats of the plan stay pending for people who have not joined yet. A new
    /// invitation counts as a seat of every managed product.
    fn count(&self, live: &Live, preconditions: &[Precondition]) -> (LiveCounts, SeatCount) {
        let managed: Seats = self.desired.managed();
        let (mut counts, mut seats) = (LiveCounts::of(live), SeatCount::default());
        live.members.iter().for_each(|member| seats.add_used(member.access.seats & managed));
        let addresses = live.members.iter().filter_map(|member| member.email.as_ref());
        let joined: HashSet<&str> = addresses.map(Email::as_str).collect();
        let open = || live.invitations.iter().filter(|invitation| !invitation.expired);
        let name = |invitation: &LiveInvitation| match &invitation.email {
            Some(email) => email.to_string(),
            None => escape::excerpt(&invitation.label),
        };
        let invited: HashSet<String> = open().map(name).collect();
        let pending = &self.document.pending;
        for PendingSeats { target, seats: pending } in pending {
            if !joined.contains(target.as_str()) || invited.contains(target) {
                seats.add_pending(*pending);
            }
        }
        let (mut addresses, mut ids) = (HashSet::new(), HashSet::new());
        for (action, precondition) in self.actions.iter().zip(preconditions) {
            let email = match &action.operation {
                Operation::InvitationSend(op) => &op.email,
                Operation::InvitationRenew(op) => {
                    ids.insert(op.invitation_id);
                    &op.email
                }
                Operation::InvitationRevoke(op) => {
                    ids.insert(op.invitation_id);
                    &op.email
                }
                _ => continue,
            };
            addresses.insert(email);
            // The plan's own changes are not among its pending seats.
            if *precondition == Precondition::AlreadyApplied && !joined.contains(email.as_str()) {
                seats.apply(SeatChange::of(&action.operation, managed));
            }
        }
        let expected: HashSet<&str> = pending.iter().map(|one| one.target.as_str()).collect();
        for invitation in open() {
            let touched = invitation.email.as_ref().is_some_and(|email| addresses.contains(email));
            let known =
                touched || ids.contains(&invitation.id) || expected.contains(name(invitation).as_str());
            if !known {
                counts.undeclared_invitations += 1;
                seats.add_pending(managed);
            }
        }
        (counts, seats)
    }
}

/// Whether the target of an operation existed when the plan was made.
fn names_live_object(operation: &Operation) -> bool {
    match operation.subject() {
        Subject::Workspace(resource) | Subject::Group(resource) => resource.id.is_some(),
        Subject::ApiKey(_) => true,
        Subject::Person(_) => !matches!(operation, Operation::MemberCreate(_) | Operation::InvitationSend(_)),
    }
}

/// An operation with every identifier that can be known by now: resources that did not exist when the plan was made, and
/// that an earlier run of it has created, are found by name.
fn resolve(operation: &Operation, live: &Live) -> Operation {
    let mut operation = operation.clone();
    match &mut operation {
        Operation::WorkspaceCreate(op) => member(&mut op.admin, live),
        Operation::WorkspaceMembersSet(op) => {
            workspace(&mut op.workspace, live);
            op.members.iter_mut().for_each(|one| member(&mut one.member, live));
        }
        Operation::WorkspaceMembersRemove(op) => {
            workspace(&mut op.workspace, live);
            op.members.iter_mut().for_each(|one| member(&mut one.member, live));
        }
        Operation::GroupUpdate(op) => {
            group(&mut op.group, live);
            if let GroupChange::Parents { before, after } = &mut op.change {
                for parents in [before, after] {
                    let resolved = std::mem::take(parents).into_iter().map(|mut one| {
                        group(&mut one, live);
                        one
                    });
                    *parents = resolved.collect();
                }
            }
        }
        Operation::GroupMembersAdd(op) => {
            group(&mut op.group, live);
            op.members.iter_mut().for_each(|one| member(one, live));
        }
        Operation::GroupMembersRemove(op) => {
            group(&mut op.group, live);
            op.members.iter_mut().for_each(|one| member(one, live));
        }
        Operation::GroupWorkspacesSet(op) => {
            group(&mut op.group, live);
            op.assignments.iter_mut().for_each(|one| workspace(&mut one.workspace, live));
        }
        Operation::GroupWorkspacesRemove(op) => {
            group(&mut op.group, live);
            op.assignments.iter_mut().for_each(|one| workspace(&mut one.workspace, live));
        }
        // They name resources that existed, or create theirs.
        Operation::MemberUpdate(_)
        | Operation::MemberRemove(_)
        | Operation::MemberCreate(_)
        | Operation::InvitationSend(_)
        | Operation::InvitationRenew(_)
        | Operation::InvitationRevoke(_)
        | Operation::ApiKeyDelete(_)
        | Operation::WorkspaceUpdate(_)
        | Operation::WorkspaceArchive(_)
        | Operation::GroupCreate(_)
        | Operation::GroupDelete(_) => {}
    }
    operation
}

fn member(member: &mut Reference, live: &Live) {
    if member.id.is_none() {
        let found = live
            .members
            .iter()
            .find(|one| one.email.as_ref().is_some_and(|email| email.as_str() == member.name));
        member.id = found.map(|one| one.id);
    }
}

fn workspace(workspace: &mut Reference, live: &Live) {
    if workspace.id.is_none() {
        let found = live.workspaces.iter().find(|one| one.settings.name == workspace.name);
        workspace.id = found.map(|one| one.id);
    }
}

fn group(group: &mut Reference, live: &Live) {
    if group.id.is_none() {
        let found = live.groups.iter().flatten().find(|one| one.settings.name == group.name);
        group.id = found.map(|one| one.id);
    }
}
