//! Compares the desired with the live organization: person by person, then groups, then workspaces.
//!
//! Returns the operations that make the live organization as desired, in no order, and the findings of the plan.

mod differ;
mod due;
mod group_diff;
mod held;
mod invitation_diff;
mod key_diff;
mod locks;
mod matching;
mod member_diff;
mod no_longer_declared;
mod power;
mod reduce;
mod workspace_diff;

pub(super) use differ::Difference;
pub(super) use no_longer_declared::no_longer_declared;

use super::limits::LiveCounts;
use super::operation::Reference;
use super::scope::Scope;
use super::state::GroupGraph;
use crate::model::{Desired, DesiredWorkspace, Email, History, Live, LiveWorkspace, WorkspaceRole};
use differ::Differ;
use held::Holdings;
use matching::Matching;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;
use workspace_diff::Inherited;

pub(super) fn diff(desired: &Desired, live: &Live, history: &History, scope: &Scope) -> Difference {
    let mut out = Difference { counts: LiveCounts::of(live), ..Difference::default() };
    let workspaces = Matching::new(&desired.workspaces, &live.workspaces, &mut out.faults);
    let groups = Matching::new(&desired.groups, live.groups.as_deref().unwrap_or_default(), &mut out.faults);
    let mut differ = Differ {
        desired,
        live,
        history,
        departures: history.departures(live),
        scope,
        by_id: live.members.iter().map(|member| (member.id, member)).collect(),
        managed: desired.managed(),
        holdings: Holdings::new(desired, live),
        members: HashMap::with_capacity(live.members.len()),
        invitations: HashMap::with_capacity(live.invitations.len()),
        joined: HashSet::with_capacity(live.members.len()),
        ambiguous: BTreeMap::new(),
        present: BTreeMap::new(),
        leaving: HashSet::new(),
        invited_into: invited_into(desired, &workspaces),
        declared_workspaces: declared_workspaces(desired, &workspaces).collect(),
        ended_in_workspaces: HashMap::new(),
        ended_in_groups: HashMap::new(),
        renewed: HashSet::new(),
        awaited: BTreeMap::new(),
        out,
    };
    differ.index_ended();
    differ.organization();
    differ.unknown_words();
    differ.people();
    differ.delete_api_keys();
    differ.groups(&groups, &workspaces);
    differ.reduce_operations();
    let operations = differ.out.operations.iter().map(|(operation, _)| operation);
    let inherited = Inherited::new(GroupGraph::of(live), operations);
    differ.workspaces(&workspaces, &inherited);
    differ.reduce_operations();
    differ.note_causes(&inherited);
    differ.leave_workspaces_alone(&workspaces);
    differ.power(&groups, &workspaces);
    differ.note_what_waits();
    differ.note_what_stays_behind();
    differ.note_left_keys();
    differ.reduce_findings();
    let mut difference = differ.out;
    difference.unmanaged.sort();
    difference.waiting.sort();
    difference.locked.sort();
    difference.hidden_roles.sort();
    difference.revoked_since.sort();
    difference.revoked_since.dedup();
    difference.pending.sort_by(|a, b| a.target.cmp(&b.target));
    difference
}

/// The live workspaces that the files declare, except for the default one, which includes every member.
fn declared_workspaces<'a>(
    desired: &'a Desired,
    workspaces: &Matching<'a, LiveWorkspace>,
) -> impl Iterator<Item = (Uuid, (&'a str, &'a DesiredWorkspace))> {
    let live = |name: &str| workspaces.declared.get(name).copied().flatten().filter(|live| !live.is_default);
    let kept = desired.workspaces.iter().filter(|(_, workspace)| workspace.archived.is_none());
    kept.filter_map(move |(name, workspace)| Some((live(name)?.id, (name.as_str(), workspace))))
}

/// The workspaces of each invitation: those in which a file grants the person what acceptance grants.
fn invited_into<'a>(
    desired: &'a Desired,
    workspaces: &Matching<'a, LiveWorkspace>,
) -> HashMap<&'a Email, Vec<Reference>> {
    let mut into = HashMap::<&Email, Vec<Reference>>::new();
    for (id, (name, workspace)) in declared_workspaces(desired, workspaces) {
        for email in workspace.members.keys() {
            if workspace.roles_of(email).contains(WorkspaceRole::ON_ACCEPTANCE) {
                into.entry(email).or_default().push(Reference::live(name, id));
            }
        }
    }
    into
}
