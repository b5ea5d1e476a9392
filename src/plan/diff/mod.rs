//! Compares the desired with the live organization: person by person, then groups, then workspaces.
//!
//! Returns the operations that make the live organization as desired, in no order, and the findings of the plan.

mod differ;
mod group_diff;
mod invitation_diff;
mod locks;
mod matching;
mod member_diff;
mod workspace_diff;

pub(super) use differ::Difference;

use super::limits::LiveCounts;
use super::operation::Reference;
use super::state::GroupGraph;
use crate::model::{Desired, Email, Live, LiveWorkspace};
use differ::Differ;
use matching::Matching;
use std::collections::{BTreeMap, HashMap, HashSet};
use workspace_diff::Inherited;

pub(super) fn diff(desired: &Desired, live: &Live) -> Difference {
    let mut out = Difference { counts: LiveCounts::of(live), ..Difference::default() };
    let workspaces = Matching::new(&desired.workspaces, &live.workspaces, &mut out.faults);
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
    differ.unknown_words();
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
    difference.locked.sort();
    difference.pending.sort_by(|a, b| a.target.cmp(&b.target));
    difference
}

/// The workspaces of each invitation: live ones that list the person, except for the default one, which includes every
/// member.
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
