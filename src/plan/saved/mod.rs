//! A saved plan beside the organization as it is by now.
//!
//! [`Saved::revise`] is pure: it tells for each action whether what it touches is as the plan saw it, or already as
//! wanted, or has changed, whatever else has drifted; and makes a plan of what is left to do, with seats and admins
//! counted anew, for the checks to approve.

mod groups;
mod people;
mod resolve;
mod workspaces;

use super::action::{Action, Operation, PersonOperation};
use super::document::{Origin, Saved};
use super::own::own_places;
use super::tally::Tally;
use super::{Base, Limits, Plan, Promise, outlook};
use crate::escape;
use crate::model::{Email, Live, LiveInvitation, Seats};
use people::People;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;
use workspaces::Workspaces;

/// How an action of a saved plan stands by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// What it touches is as the plan saw it.
    AsPlanned,
    /// What it wants is there already.
    AsWanted,
    /// Neither.
    Changed {
        /// What the plan saw. Harmless text.
        saw: String,
        /// What is there now. Harmless text.
        now: String,
    },
}

/// A saved plan, whatever part of it is looked at: any of it may have been done by an earlier run, or by a phase before.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'p> {
    /// All its actions.
    pub actions: &'p [Action],
    /// The invitations that an earlier run of it has deleted in order to send them anew.
    pub deleted: &'p BTreeSet<Uuid>,
}

/// A saved plan, held against the organization as it is.
#[derive(Debug, Clone)]
pub struct Revised {
    /// How each action of the saved plan stands, in its order.
    pub standings: Vec<Standing>,
    /// What is left to do.
    pub plan: Plan,
}

/// How it was made sure that a saved plan is for this organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognized {
    /// By the identifier that the audit log tells.
    Id,
    /// By the base URL of the Admin API, and by the identifiers of what the plan touches.
    Url,
    /// By the identifiers of what the plan touches alone.
    Objects,
}

impl Saved {
    /// Tells how the organization is recognized as the plan's, or what tells that it is another one.
    ///
    /// # Errors
    ///
    /// What the plan is for, and what is there.
    pub fn recognize(&self, origin: &Origin) -> Result<Recognized, (String, String)> {
        let document = &self.document;
        let unknown = || "one whose identifier can't be read".to_owned();
        // Where nothing that it touches is there already, only its name can tell one organization from another.
        let touches = document.actions.iter().any(|action| action.requires.names_something());
        match (document.organization_id, origin.organization_id, &document.api_url, &origin.api_url) {
            (Some(planned), Some(live), ..) if planned == live => Ok(Recognized::Id),
            (Some(planned), Some(live), ..) => Err((planned.to_string(), live.to_string())),
            (Some(planned), None, ..) if !touches => Err((planned.to_string(), unknown())),
            (_, _, Some(planned), Some(live)) if planned == live => Ok(Recognized::Url),
            (_, _, Some(planned), Some(live)) => Err((planned.clone(), live.clone())),
            _ if touches => Ok(Recognized::Objects),
            _ => Err((unknown(), "another one, as far as can be told".to_owned())),
        }
    }

    /// Holds the plan against the organization as it is. `deleted` are the invitations that an earlier run of it has
    /// deleted in order to send them anew.
    #[must_use]
    pub fn revise(&self, live: &Live, deleted: &BTreeSet<Uuid>) -> Revised {
        let resolved = |action: &Action| Action {
            operation: resolve::resolve(&action.operation, live),
            ..action.clone()
        };
        let mut actions: Vec<Action> = self.actions.iter().map(resolved).collect();
        let standings = standings(&actions, live, Whole { actions: &actions, deleted });
        let mut wanted = standings.iter().map(|standing| *standing == Standing::AsWanted);
        actions.retain(|_| !wanted.next().unwrap_or(false));
        let before = self.tally(live, &standings);
        let mut after = before.clone();
        for action in &actions {
            after.add(action.operation.delta());
        }
        let (admins, demotions) = outlook::outlook(&self.desired, live, &actions);
        let plan = Plan {
            actions,
            unmanaged: Vec::new(),
            waiting: Vec::new(),
            promised: self.promised.clone(),
            locked: Vec::new(),
            faults: Vec::new(),
            before,
            after,
            admins,
            demotions,
            limits: Limits::of(&self.desired),
            base: self.document.summary.change.as_ref().map(|_| Base::Planned),
            withdrawn: Vec::new(),
        };
        Revised { standings, plan }
    }

    /// Counts seats as they are now. Who was to take seats then and is not in yet still is to; an invitation that
    /// nobody knew then counts with every managed product.
    fn tally(&self, live: &Live, standings: &[Standing]) -> Tally {
        let managed: Seats = self.desired.managed();
        let mut tally = Tally::default();
        for member in &live.members {
            tally.member(member.access, managed);
        }
        tally.invitations = live.invitations.len();
        tally.workspaces = live.workspaces.len();
        tally.workspace_members = own_places(live);
        tally.groups = live.groups.iter().flatten().count();
        tally.group_members = live.groups.iter().flatten().map(|group| group.members.len()).sum();
        let addresses = live.members.iter().filter_map(|member| member.email.as_ref());
        let joined: HashSet<&str> = addresses.map(Email::as_str).collect();
        let open = || live.invitations.iter().filter(|invitation| !invitation.expired);
        let name = |invitation: &LiveInvitation| match &invitation.email {
            Some(email) => email.to_string(),
            None => escape::excerpt(&invitation.label),
        };
        let invited: HashSet<String> = open().map(name).collect();
        for Promise { who, seats } in &self.promised {
            if !joined.contains(who.as_str()) || invited.contains(who) {
                tally.promise(*seats);
            }
        }
        let (mut addresses, mut ids) = (HashSet::new(), HashSet::new());
        for (action, standing) in self.actions.iter().zip(standings) {
            let Some(operation) = action.operation.person() else { continue };
            match operation {
                PersonOperation::InvitationSend { .. } => {}
                PersonOperation::InvitationRenew { id, .. }
                | PersonOperation::InvitationRevoke { id, .. } => {
                    ids.insert(*id);
                }
                _ => continue,
            }
            addresses.insert(operation.email());
            // What this very plan has done meanwhile is not in the promises of the time.
            if *standing == Standing::AsWanted && !joined.contains(operation.email().as_str()) {
                tally.add(operation.delta());
            }
        }
        let promised: HashSet<&str> = self.promised.iter().map(|promise| promise.who.as_str()).collect();
        for invitation in open() {
            let touched = invitation.email.as_ref().is_some_and(|email| addresses.contains(email));
            let known =
                touched || ids.contains(&invitation.id) || promised.contains(name(invitation).as_str());
            if !known {
                tally.undeclared_invitations += 1;
                tally.promise(managed);
            }
        }
        tally
    }
}

/// How actions of a plan stand, each after those before it.
#[must_use]
pub fn standings(actions: &[Action], live: &Live, whole: Whole<'_>) -> Vec<Standing> {
    let mut people = People::new(live, whole);
    let workspaces = Workspaces::new(live, whole.actions);
    let mut groups = groups::Groups::new(live, whole.actions);
    let standing = |action: &Action| match &action.operation {
        Operation::Person(operation) => people.standing(operation),
        Operation::Workspace(operation) => workspaces.standing(operation),
        Operation::Group(operation) => groups.standing(operation),
    };
    actions.iter().map(standing).collect()
}

/// As planned, as wanted, or the difference in words.
fn compare<T: PartialEq>(now: &T, before: &T, after: &T, show: impl Fn(&T) -> String) -> Standing {
    if now == after {
        Standing::AsWanted
    } else if now == before {
        Standing::AsPlanned
    } else {
        Standing::Changed { saw: show(before), now: show(now) }
    }
}

/// What was there, and is not any more.
fn gone(saw: impl Into<String>) -> Standing {
    Standing::Changed { saw: saw.into(), now: "it is gone".to_owned() }
}
