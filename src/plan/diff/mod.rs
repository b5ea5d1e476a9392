//! Compares the desired with the live organization: person by person, then groups, then workspaces.

mod groups;
mod invitations;
mod matching;
mod notes;
mod workspaces;

use super::action::{Leaves, Operation, Participant, PersonOperation, Reference};
use super::reach::Groups;
use super::tally::Tally;
use super::{Locked, Promise, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::Unmanaged as UnmanagedWord;
use crate::model::{
    Access, Desired, DesiredMember, Email, Live, LiveInvitation, LiveMember, LiveWorkspace, RemovalCause,
    Seats,
};
use crate::source::Span;
use matching::Matching;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;
use workspaces::ThroughGroups;

/// What the comparison gives.
#[derive(Default)]
pub(super) struct Difference {
    pub(super) operations: Vec<(Operation, Vec<Span>)>,
    pub(super) unmanaged: Vec<Unmanaged>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) locked: Vec<Locked>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) before: Tally,
    pub(super) promised: Vec<Promise>,
}

pub(super) fn diff(desired: &Desired, live: &Live) -> Difference {
    let mut out = Difference::default();
    let workspaces = Matching::new(&desired.workspaces, &live.workspaces, &mut out);
    let mut differ = Differ {
        desired,
        live,
        by_id: live.members.iter().map(|member| (member.id, member)).collect(),
        managed: desired.managed(),
        members: HashMap::with_capacity(live.members.len()),
        invitations: HashMap::with_capacity(live.invitations.len()),
        joined: HashSet::with_capacity(live.members.len()),
        ambiguous: BTreeMap::new(),
        present: BTreeMap::new(),
        leaving: HashSet::new(),
        invited_into: invited_into(desired, &workspaces),
        awaited: BTreeMap::new(),
        out,
    };
    differ.organization();
    differ.index(live);
    for (email, member) in &desired.members {
        differ.declared(email, member);
    }
    differ.leaving();
    differ.undeclared();
    let groups_before = Groups::of(live);
    differ.out.before.groups = live.groups.iter().flatten().count();
    differ.out.before.group_members = live.groups.iter().flatten().map(|group| group.members.len()).sum();
    differ.groups(&workspaces);
    let through = ThroughGroups::new(&groups_before, &differ.out.operations);
    differ.workspaces(&workspaces, &through);
    differ.note_what_waits();
    differ.note_what_stays_behind();
    let mut difference = differ.out;
    difference.unmanaged.sort();
    difference.waiting.sort();
    difference.promised.sort_by(|a, b| a.who.cmp(&b.who));
    difference
}

/// The workspaces that each person is invited into: those where they are to be and that are live, but for the default
/// one, where everybody is.
fn invited_into<'a>(
    desired: &'a Desired,
    workspaces: &Matching<'a, LiveWorkspace>,
) -> HashMap<&'a Email, Vec<Reference>> {
    let mut into = HashMap::<&Email, Vec<Reference>>::new();
    for (name, workspace) in &desired.workspaces {
        let live = workspaces.declared.get(name.as_str()).copied().flatten();
        if workspace.archived.is_some() || live.is_none_or(|live| live.is_default) {
            continue;
        }
        for email in workspace.members.keys() {
            into.entry(email).or_default().push(workspaces.declared(name));
        }
    }
    into
}

/// What has to wait until somebody is in.
#[derive(Default)]
struct Awaited {
    workspaces: Vec<String>,
    groups: Vec<String>,
}

struct Differ<'a> {
    desired: &'a Desired,
    live: &'a Live,
    /// All live members.
    by_id: HashMap<Uuid, &'a LiveMember>,
    managed: Seats,
    /// Live people by address; taken out when they have been dealt with.
    members: HashMap<&'a Email, &'a LiveMember>,
    /// Those to one address: the one that can still be accepted first.
    invitations: HashMap<&'a Email, Vec<&'a LiveInvitation>>,
    /// The addresses of all live members: nobody gets in with an invitation to one.
    joined: HashSet<&'a Email>,
    /// Addresses that several live members share: nobody can tell which of them is meant.
    ambiguous: BTreeMap<&'a Email, Vec<Uuid>>,
    /// Declared people who are in, or get in with this plan: only they can be in groups.
    present: BTreeMap<&'a Email, Participant>,
    /// Who leaves with this plan.
    leaving: HashSet<Uuid>,
    /// The workspaces that an invitation carries, by person.
    invited_into: HashMap<&'a Email, Vec<Reference>>,
    /// What the others have to wait for.
    awaited: BTreeMap<&'a Email, Awaited>,
    out: Difference,
}

impl<'a> Differ<'a> {
    /// Refuses to work on another organization than the one that the files name.
    fn organization(&mut self) {
        let Some((wanted, at)) = self.desired.organization_id else { return };
        let (message, help) = match self.live.organization_id {
            Some(id) if id == wanted => return,
            Some(id) => (
                format!("the live organization is {id}, and the files are for {wanted}"),
                "use the key of the other organization, or correct `organization.id`",
            ),
            None => (
                format!(
                    "nothing tells whether the live organization is {wanted}: its audit log can't be read or is empty"
                ),
                "use a key that may read the audit log, or take `organization.id` out of the files",
            ),
        };
        self.out.faults.push(Diagnostic::at(Code::OtherOrganization, at, message, help));
    }

    /// Sorts live people by address; who has none, or shares one, is noted and left alone.
    fn index(&mut self, live: &'a Live) {
        for member in &live.members {
            self.out.before.member(member.access, self.managed);
            let Some(email) = &member.email else {
                self.leave(
                    UnmanagedKind::Member,
                    &member.label,
                    Some("has no address that orgsync can write"),
                );
                continue;
            };
            self.joined.insert(email);
            match self.members.entry(email) {
                Entry::Vacant(free) => {
                    free.insert(member);
                }
                Entry::Occupied(first) => {
                    let ids = self.ambiguous.entry(email).or_insert_with(|| vec![first.get().id]);
                    ids.push(member.id);
                }
            }
        }
        for (email, ids) in &mut self.ambiguous {
            self.members.remove(*email);
            ids.sort_unstable();
            let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
            let message = format!("{} live members have the address {email}: {}", ids.len(), ids.join(", "));
            let help = "remove all but one of them in the members panel: orgsync can't tell which is meant";
            self.out.faults.push(Diagnostic::new(Code::DuplicateLiveMember, message, help));
        }
        let mut invitations: Vec<_> = live.invitations.iter().collect();
        // Of several to one address, the one that can still be accepted is the person's.
        invitations.sort_by_key(|invitation| (invitation.expired, invitation.id));
        self.out.before.invitations = invitations.len();
        for invitation in invitations {
            let Some(email) = &invitation.email else {
                // Somebody who can come in all the same.
                if !invitation.expired {
                    self.out.before.undeclared_invitations += 1;
                    self.promise(&invitation.label, self.managed);
                }
                self.leave(
                    UnmanagedKind::Invitation,
                    &invitation.label,
                    Some("has no address that orgsync can write"),
                );
                continue;
            };
            self.invitations.entry(email).or_default().push(invitation);
        }
    }

    fn declared(&mut self, email: &'a Email, member: &'a DesiredMember) {
        let previously = member.previously.as_ref();
        if self.ambiguous.contains_key(email) {
            return;
        }
        if let Some(live) = self.members.remove(email) {
            self.not_needed(email);
            self.is_present(email, Some(live.id));
            return self.update(email, member, live);
        }
        let former = previously.and_then(|former| self.members.remove(former));
        if let Some(live) = former {
            self.not_needed(email);
            previously.into_iter().for_each(|former| self.not_needed(former));
            self.is_present(email, Some(live.id));
            return self.update(email, member, live);
        }
        let addresses = std::iter::once(email).chain(previously);
        let mut invitations: Vec<_> =
            addresses.filter_map(|address| self.invitations.remove(address)).flatten().collect();
        invitations.sort_by_key(|invitation| invitation.expired);
        match invitations.split_first() {
            Some((own, spare)) => self.invited(email, member, own, spare),
            None => self.onboard(email, member),
        }
    }

    fn is_present(&mut self, email: &'a Email, id: Option<Uuid>) {
        self.present.insert(email, Participant { name: email.to_string(), id });
    }

    fn update(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        let before = live.access;
        let locked = !live.locked_roles.is_empty();
        if locked {
            self.lock(email, member, live);
        }
        let roles = if locked { before.roles } else { member.access.roles };
        let after = Access { roles, seats: member.access.seats | (before.seats - self.managed) };
        let (gained, taken) = (after.roles - before.roles, after.seats - before.seats);
        let given_up = before.seats - after.seats;
        let does_more = !gained.is_empty() || !given_up.is_empty();
        let split = !taken.is_empty() && does_more;
        let middle = if split { Access { roles, seats: after.seats - taken } } else { before };
        for (before, after, takes_seats_of_split) in [(before, middle, false), (middle, after, split)] {
            if before != after {
                let (email, id, managed) = (email.clone(), live.id, self.managed);
                let operation =
                    PersonOperation::MemberUpdate { email, id, before, after, takes_seats_of_split, managed };
                self.person_changes(operation, vec![member.at]);
            }
        }
    }

    /// Somebody's roles stay as they are; to ask for others is a fault.
    fn lock(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        let unwritable = || live.locked_roles.iter().map(|role| escape::excerpt(role));
        if let Some(at) = member.roles_at {
            let names: Vec<_> = unwritable().collect();
            let message = format!(
                "the roles of {email} can't be changed: the Admin API can't write {}",
                names.join(", ")
            );
            let help = "leave `roles` out to keep the roles as they are, or change them in the members panel";
            self.out.faults.push(Diagnostic::at(Code::LockedRoles, at, message, help));
        }
        let writable = live.access.roles.into_iter().map(|role| role.name().to_owned());
        let roles = writable.chain(unwritable()).collect();
        self.out.locked.push(Locked::Member { email: email.clone(), roles });
    }

    /// People who are listed under `removed` or whose access has ended.
    fn leaving(&mut self) {
        for (email, removal) in &self.desired.removals {
            for address in std::iter::once(email).chain(&removal.previously) {
                if let Some(live) = self.members.remove(address) {
                    self.remove(address, live, removal.cause, removal.at);
                }
                for (invitation, pending, spare) in self.counted(address) {
                    self.revoke(address, invitation, pending, spare, removal.cause, Some(removal.at));
                }
            }
        }
    }

    /// Who is left over is declared nowhere.
    fn undeclared(&mut self) {
        let (word, at) = self.desired.policy.unmanaged.members;
        for (email, live) in std::mem::take(&mut self.members) {
            match (word, at) {
                (UnmanagedWord::Remove, Some(at)) => self.remove(email, live, RemovalCause::Undeclared, at),
                _ => self.leave(UnmanagedKind::Member, email.as_str(), None),
            }
        }
        let mut left: Vec<_> = self.invitations.keys().copied().collect();
        left.sort_unstable();
        for email in left {
            for (invitation, pending, spare) in self.counted(email) {
                self.undeclared_invitation(email, invitation, pending, spare);
            }
        }
    }

    fn remove(&mut self, email: &Email, live: &LiveMember, cause: RemovalCause, at: Span) {
        let (email, id, before, managed) = (email.clone(), live.id, live.access, self.managed);
        self.leaving.insert(id);
        let leaves = Leaves::default();
        self.person_changes(
            PersonOperation::MemberRemove { email, id, before, managed, cause, leaves },
            vec![at],
        );
    }

    fn person_changes(&mut self, operation: PersonOperation, sources: Vec<Span>) {
        self.out.operations.push((operation.into(), sources));
    }

    /// What somebody who is not in has to wait for.
    fn awaited(&mut self, email: &'a Email) -> &mut Awaited {
        self.awaited.entry(email).or_default()
    }

    /// A live member, as operations name people.
    fn person(&self, id: Uuid) -> Participant {
        let member = self.by_id.get(&id);
        let name = member.map(|member| match &member.email {
            Some(email) => email.to_string(),
            // Several can have one name.
            None => format!("{} ({id})", escape::excerpt(&member.label)),
        });
        Participant { name: name.unwrap_or_else(|| id.to_string()), id: Some(id) }
    }

    /// Counts seats that somebody will take on coming in, none too.
    fn promise(&mut self, who: &str, seats: Seats) {
        self.out.before.promise(seats);
        self.out.promised.push(Promise { who: escape::excerpt(who), seats });
    }

    fn leave(&mut self, kind: UnmanagedKind, target: &str, note: Option<&'static str>) {
        self.out.unmanaged.push(Unmanaged { kind, within: None, target: escape::excerpt(target), note });
    }

    /// Leaves somebody in a workspace or group.
    fn leave_in(&mut self, kind: UnmanagedKind, target: &str, within: &str, note: Option<&'static str>) {
        let within = Some(escape::excerpt(within));
        self.out.unmanaged.push(Unmanaged { kind, within, target: escape::excerpt(target), note });
    }

    fn wait(&mut self, cause: WaitingCause, email: &Email) {
        let (workspaces, groups) = (Vec::new(), Vec::new());
        self.out.waiting.push(Waiting { cause, email: email.clone(), workspaces, groups });
    }
}
