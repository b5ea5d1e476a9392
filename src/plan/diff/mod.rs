//! Compares the desired with the live organization: person by person, then groups, then workspaces.
//!
//! Gives the operations that make live what is desired, without order, and what else a plan reports.

mod group_diff;
mod invitation_diff;
mod matching;
mod member_diff;
mod notes;
mod workspace_diff;

use super::findings::{Locked, PendingSeats, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use super::limits::LiveCounts;
use super::operation::{Operation, Reference};
use super::state::{GroupGraph, SeatCount};
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{Desired, Email, Live, LiveInvitation, LiveMember, LiveWorkspace, Seats};
use crate::source::Span;
use matching::Matching;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;
use workspace_diff::Inherited;

/// What the comparison gives.
#[derive(Default)]
pub(super) struct Difference {
    pub(super) operations: Vec<(Operation, Vec<Span>)>,
    pub(super) unmanaged: Vec<Unmanaged>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) locked: Vec<Locked>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) counts: LiveCounts,
    pub(super) before: SeatCount,
    pub(super) pending: Vec<PendingSeats>,
}

pub(super) fn diff(desired: &Desired, live: &Live) -> Difference {
    let mut out = Difference { counts: LiveCounts::of(live), ..Difference::default() };
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
    differ.people();
    differ.groups(&workspaces);
    let operations = differ.out.operations.iter().map(|(operation, _)| operation);
    let inherited = Inherited::new(GroupGraph::of(live), operations);
    differ.workspaces(&workspaces, &inherited);
    differ.note_what_waits();
    differ.note_what_stays_behind();
    let mut difference = differ.out;
    difference.unmanaged.sort();
    difference.waiting.sort();
    difference.pending.sort_by(|a, b| a.target.cmp(&b.target));
    difference
}

/// The workspaces that each invitation names: live ones in which the person is declared, but for the default one, in
/// which every member is.
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

/// What must wait until a person has joined.
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
    /// Live members by address that have not been compared yet.
    members: HashMap<&'a Email, &'a LiveMember>,
    /// Invitations by address that have not been compared yet; those that can be accepted first.
    invitations: HashMap<&'a Email, Vec<&'a LiveInvitation>>,
    /// The addresses of all live members: no person joins with an invitation to one.
    joined: HashSet<&'a Email>,
    /// Addresses that several live members share, so that no entry can mean one of them.
    ambiguous: BTreeMap<&'a Email, Vec<Uuid>>,
    /// Declared people who are members, or become members with this plan: only they can be in groups.
    present: BTreeMap<&'a Email, Reference>,
    /// Members whom this plan removes.
    leaving: HashSet<Uuid>,
    /// The workspaces that an invitation names, by person.
    invited_into: HashMap<&'a Email, Vec<Reference>>,
    /// What the others wait for.
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

    fn change(&mut self, operation: impl Into<Operation>, sources: Vec<Span>) {
        self.out.operations.push((operation.into(), sources));
    }

    /// What a person waits for who has not joined.
    fn awaited(&mut self, email: &'a Email) -> &mut Awaited {
        self.awaited.entry(email).or_default()
    }

    /// A live member, as operations name people.
    fn member(&self, id: Uuid) -> Reference {
        let name = self.by_id.get(&id).map(|member| match &member.email {
            Some(email) => email.to_string(),
            // Several can have one name.
            None => format!("{} ({id})", escape::excerpt(&member.label)),
        });
        Reference::live(name.unwrap_or_else(|| id.to_string()), id)
    }

    /// Counts seats that a person takes on joining, also if there are none.
    fn expect_seats(&mut self, person: &str, seats: Seats) {
        self.out.before.add_pending(seats);
        self.out.pending.push(PendingSeats { target: escape::excerpt(person), seats });
    }

    fn leave_alone(&mut self, kind: UnmanagedKind, target: &str, note: Option<&'static str>) {
        let (target, note) = (escape::excerpt(target), note.map(Cow::Borrowed));
        self.out.unmanaged.push(Unmanaged { kind, within: None, target, note });
    }

    /// Leaves a person in a workspace or group.
    fn leave_in(&mut self, kind: UnmanagedKind, person: &str, within: &str, note: Option<&'static str>) {
        let (target, note) = (escape::excerpt(person), note.map(Cow::Borrowed));
        self.out.unmanaged.push(Unmanaged { kind, within: Some(escape::excerpt(within)), target, note });
    }

    fn wait(&mut self, cause: WaitingCause, email: &Email) {
        let (workspaces, groups) = (Vec::new(), Vec::new());
        self.out.waiting.push(Waiting { cause, email: email.clone(), workspaces, groups });
    }
}
