//! The state of a comparison of desired and live, and its results so far.

use super::held::Holdings;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{
    Departure, Departures, Desired, DesiredWorkspace, Email, History, ListedGrant, Live, LiveInvitation,
    LiveMember, Seats, WorkspaceRole,
};
use crate::plan::action::Causes;
use crate::plan::api_keys::ApiKeyLeft;
use crate::plan::findings::{
    DepartedPerson, Held, Locked, PendingSeats, RevokedSince, UndeclaredPower, Unmanaged, UnmanagedKind,
    Waiting, WaitingCause,
};
use crate::plan::hidden_roles::HiddenRoles;
use crate::plan::limits::LiveCounts;
use crate::plan::operation::{Operation, Reference};
use crate::plan::scope::{Reduction, Scope};
use crate::plan::state::{SeatCount, WorkspaceAdmins};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The results of the comparison.
#[derive(Default)]
pub(in crate::plan) struct Difference {
    pub(in crate::plan) operations: Vec<(Operation, Vec<Span>)>,
    pub(in crate::plan) reduction: Reduction,
    pub(in crate::plan) revoked_since: Vec<RevokedSince>,
    pub(in crate::plan) uncounted: Vec<Email>,
    pub(in crate::plan) unmanaged: Vec<Unmanaged>,
    pub(in crate::plan) undeclared_power: Vec<UndeclaredPower>,
    pub(in crate::plan) waiting: Vec<Waiting>,
    pub(in crate::plan) locked: Vec<Locked>,
    pub(in crate::plan) api_keys_left: Vec<ApiKeyLeft>,
    pub(in crate::plan) hidden_roles: Vec<HiddenRoles>,
    pub(in crate::plan) faults: Vec<Diagnostic>,
    pub(in crate::plan) warnings: Vec<Diagnostic>,
    pub(in crate::plan) counts: LiveCounts,
    pub(in crate::plan) before: SeatCount,
    pub(in crate::plan) pending: Vec<PendingSeats>,
    /// The causes of operations that are due in whole or in part, by their ids.
    pub(in crate::plan) causes: HashMap<String, Causes>,
}

/// The access that a person gets after joining.
#[derive(Default)]
pub(super) struct Awaited {
    pub(super) workspaces: Vec<String>,
    pub(super) groups: Vec<String>,
}

pub(super) struct Differ<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) history: &'a History,
    pub(super) departures: Departures<'a>,
    pub(super) scope: &'a Scope,
    /// All live members.
    pub(super) by_id: HashMap<Uuid, &'a LiveMember>,
    pub(super) managed: Seats,
    pub(super) holdings: Holdings<'a>,
    /// Live members by address that have not been compared yet.
    pub(super) members: HashMap<&'a Email, &'a LiveMember>,
    /// Invitations by address that have not been compared yet; those that can be accepted first.
    pub(super) invitations: HashMap<&'a Email, Vec<&'a LiveInvitation>>,
    /// The addresses of all live members: no person joins with an invitation to one.
    pub(super) joined: HashSet<&'a Email>,
    /// Addresses that several live members share, so that an entry would be ambiguous.
    pub(super) ambiguous: BTreeMap<&'a Email, Vec<Uuid>>,
    /// Declared people who are members, or become members with this plan: only they can be in groups.
    pub(super) present: BTreeMap<&'a Email, Reference>,
    /// Members whom this plan removes.
    pub(super) leaving: HashSet<Uuid>,
    /// The workspaces that an invitation names, by person.
    pub(super) invited_into: HashMap<&'a Email, Vec<Reference>>,
    /// The live workspaces that the files declare, without the default one.
    pub(super) declared_workspaces: HashMap<Uuid, (&'a str, &'a DesiredWorkspace)>,
    /// People with ended roles in a workspace, by its name.
    pub(super) ended_in_workspaces: HashMap<&'a str, BTreeSet<&'a Email>>,
    /// People whose membership of a group has ended, by its name.
    pub(super) ended_in_groups: HashMap<&'a str, BTreeSet<&'a Email>>,
    /// People whose expired invitation is sent again.
    pub(super) renewed: HashSet<&'a Email>,
    /// People who have not joined yet, and why.
    pub(super) awaited: BTreeMap<&'a Email, Awaited>,
    pub(super) out: Difference,
}

impl<'a> Differ<'a> {
    pub(super) fn index_ended(&mut self) {
        for (email, ended) in &self.desired.ended {
            for grant in ended.grants() {
                match grant {
                    ListedGrant::WorkspaceRole(name, _) => {
                        self.ended_in_workspaces.entry(name).or_default().insert(email);
                    }
                    ListedGrant::Group(name) => {
                        self.ended_in_groups.entry(name).or_default().insert(email);
                    }
                    ListedGrant::Role(_) | ListedGrant::Seat(_) | ListedGrant::Team(_) => {}
                }
            }
        }
    }

    /// Refuses any organization except the one that the files name.
    pub(super) fn organization(&mut self) {
        let Some((wanted, at)) = self.desired.organization_id else { return };
        let (message, help) = match self.live.organization_id {
            Some(id) if id == wanted => return,
            Some(id) => (
                format!("the live organization is {id}, but the files are for {wanted}"),
                "use the key of the other organization, or correct `organization.id`",
            ),
            None => (
                format!(
                    "orgsync can't check that the live organization is {wanted}: its audit log is empty, or the key can't read it"
                ),
                "use a key that may read the audit log, or remove `organization.id` from the files",
            ),
        };
        self.out.faults.push(Diagnostic::at(Code::OtherOrganization, at, message, help));
    }

    pub(super) fn change(&mut self, operation: impl Into<Operation>, sources: Vec<Span>) {
        self.out.operations.push((operation.into(), sources));
    }

    /// The access that a person who has not joined waits for.
    pub(super) fn awaited(&mut self, email: &'a Email) -> &mut Awaited {
        self.awaited.entry(email).or_default()
    }

    /// A live member, as operations name people.
    pub(super) fn member(&self, id: Uuid) -> Reference {
        let name = self.by_id.get(&id).map(|member| match &member.email {
            Some(email) => email.to_string(),
            // Several can have one name.
            None => format!("{} ({id})", escape::excerpt(&member.label)),
        });
        Reference::live(name.unwrap_or_else(|| id.to_string()), id)
    }

    /// Counts seats that a person takes on joining, even if there are none.
    pub(super) fn expect_seats(&mut self, person: &str, seats: Seats) {
        self.out.before.add_pending(seats);
        self.out.pending.push(PendingSeats { target: escape::excerpt(person), seats });
    }

    /// Leaves out a person who left, or whom somebody removed by hand.
    pub(super) fn note_departure(&mut self, email: &Email, departure: &Departure) {
        let by = departure.by.map(|id| self.member(id).name);
        self.wait(WaitingCause::Departed, email);
        if let Some(waiting) = self.out.waiting.last_mut() {
            let (at, left) = (departure.at.to_string(), departure.is_own);
            waiting.departed = Some(DepartedPerson { at, by, left });
        }
    }

    pub(super) fn leave_alone(
        &mut self,
        kind: UnmanagedKind,
        target: &str,
        held: Held,
        note: Option<&'static str>,
    ) {
        let (target, note) = (escape::excerpt(target), note.map(Cow::Borrowed));
        self.out.unmanaged.push(Unmanaged { kind, within: None, target, held, note });
    }

    /// Leaves a person in a workspace or group.
    pub(super) fn leave_in(
        &mut self,
        kind: UnmanagedKind,
        person: &Reference,
        within: &str,
        held: Held,
        note: Option<&'static str>,
    ) {
        let email = person.id.and_then(|id| self.by_id.get(&id)?.email.as_ref());
        let held = Held { outside_domains: self.holdings.is_outside(email), ..held };
        let (target, note) = (escape::excerpt(&person.name), note.map(Cow::Borrowed));
        self.out.unmanaged.push(Unmanaged {
            kind,
            within: Some(escape::excerpt(within)),
            target,
            held,
            note,
        });
    }

    pub(super) fn wait(&mut self, cause: WaitingCause, email: &Email) {
        let (email, workspaces, groups) = (email.clone(), Vec::new(), Vec::new());
        self.out.waiting.push(Waiting { cause, email, workspaces, groups, departed: None });
    }

    /// Adds what each leaver leaves behind beside API keys. Needs the people who stay.
    pub(super) fn note_what_stays_behind(&mut self) {
        if self.leaving.is_empty() {
            return;
        }
        let staying = self.live.members.iter().filter(|member| !self.leaving.contains(&member.id));
        let mut admins = WorkspaceAdmins::of(staying);
        let removes = |(operation, _): &(Operation, _)| matches!(operation, Operation::MemberRemove(_));
        if self.live.api_keys.is_none() && self.out.operations.iter().any(removes) {
            self.out.warnings.push(unknown_keys());
        }
        self.out.operations.iter().for_each(|(operation, _)| admins.apply(operation));
        for (operation, _) in &mut self.out.operations {
            let Operation::MemberRemove(op) = operation else { continue };
            let member = self.by_id.get(&op.member_id);
            let managed = self.live.workspaces.iter().filter(|workspace| {
                let access = member.and_then(|member| member.workspaces.get(&workspace.id));
                access.is_some_and(|access| access.roles.contains(WorkspaceRole::WorkspaceAdmin))
            });
            let without = managed.filter(|workspace| admins.is_without(workspace.id));
            op.leaves.workspaces =
                without.map(|workspace| escape::excerpt(&workspace.settings.name)).collect();
            op.leaves.workspaces.sort();
        }
    }

    /// Adds the access that has to wait for each person who has not joined yet.
    pub(super) fn note_what_waits(&mut self) {
        for waiting in &mut self.out.waiting {
            if let Some(awaited) = self.awaited.remove(&waiting.email) {
                waiting.workspaces = awaited.workspaces;
                waiting.groups = awaited.groups;
            }
        }
        // The others are invited with this very plan, or share their address.
        for (email, awaited) in std::mem::take(&mut self.awaited) {
            if !self.ambiguous.contains_key(email) {
                let Awaited { workspaces, groups } = awaited;
                let (cause, email) = (WaitingCause::Acceptance, email.clone());
                self.out.waiting.push(Waiting { cause, email, workspaces, groups, departed: None });
            }
        }
    }
}

fn unknown_keys() -> Diagnostic {
    let message = "the API keys can't be read, so it is not known which ones the people who leave have made; these go \
                   on working";
    let help = "look for them under API keys in the panel, use an Admin API key that may read them, or take a new \
                snapshot";
    Diagnostic::new(Code::ApiKeysUnknown, message, help)
}
