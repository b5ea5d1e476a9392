//! Pairs of a live member whom no file declares and a declared person who joins, with the same name.
//!
//! An identity provider may change an address: then both are one person, who would lose everything.

use super::findings::{Waiting, WaitingCause};
use super::operation::Operation;
use crate::model::{Desired, Email, Live, LiveMember, RemovalCause};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A live member and a declared person who may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleRename {
    /// The address of the live member, whom no file declares.
    pub live: Email,
    /// The address of the declared person, who joins.
    pub declared: Email,
    /// The name of both, as the files write it. Hostile text.
    pub name: String,
    /// Where the person is declared.
    pub declared_at: Span,
    /// What removes the live member; empty if the member is left alone.
    pub removed_by: Vec<Span>,
}

/// All such pairs, by the address of the live member. People with a pending invitation or under `removed` are in none.
pub(super) fn possible_renames(
    desired: &Desired,
    live: &Live,
    operations: &[(Operation, Vec<Span>)],
    waiting: &[Waiting],
) -> Vec<PossibleRename> {
    let mut joining = BTreeMap::<String, Vec<(&Email, &str, Span)>>::new();
    for email in joining_people(operations, waiting) {
        let Some(member) = desired.members.get(email) else { continue };
        let name = member.name.as_deref().unwrap_or_default();
        if let Some(folded) = folded(name) {
            joining.entry(folded).or_default().push((email, name, member.at));
        }
    }
    if joining.is_empty() {
        return Vec::new();
    }
    let removals = undeclared_removals(operations);
    let mut renames = Vec::new();
    for (email, member) in undeclared_members(desired, live) {
        let alike = member.name.as_deref().and_then(folded).and_then(|name| joining.get(&name));
        let Some(alike) = alike else { continue };
        let removed_by = removals.get(email).copied().unwrap_or_default();
        for (declared, name, declared_at) in alike {
            renames.push(PossibleRename {
                live: email.clone(),
                declared: (*declared).clone(),
                name: (*name).to_owned(),
                declared_at: *declared_at,
                removed_by: removed_by.to_vec(),
            });
        }
    }
    renames.sort_by(|a, b| (&a.live, &a.declared).cmp(&(&b.live, &b.declared)));
    renames
}

/// The declared people who join with the plan, or at their first sign-in.
pub(super) fn joining_people<'p>(
    operations: &'p [(Operation, Vec<Span>)],
    waiting: &'p [Waiting],
) -> BTreeSet<&'p Email> {
    let joins = operations.iter().filter_map(|(operation, _)| match operation {
        Operation::InvitationSend(op) => Some(&op.email),
        Operation::InvitationRenew(op) if op.before.expired => Some(&op.email),
        Operation::MemberCreate(op) => Some(&op.email),
        _ => None,
    });
    let signs_in = waiting.iter().filter(|one| one.cause == WaitingCause::SignIn).map(|one| &one.email);
    joins.chain(signs_in).collect()
}

/// The live members whom no file names: neither as declared, nor as removed, nor under a former address.
pub(super) fn undeclared_members<'l>(
    desired: &'l Desired,
    live: &'l Live,
) -> impl Iterator<Item = (&'l Email, &'l LiveMember)> {
    let former = desired.members.values().filter_map(|member| member.previously.as_ref());
    let removed =
        desired.removals.iter().flat_map(|(email, removal)| [Some(email), removal.previously.as_ref()]);
    let named: BTreeSet<&Email> = desired.members.keys().chain(former).chain(removed.flatten()).collect();
    let members = live.members.iter().filter_map(|member| Some((member.email.as_ref()?, member)));
    members.filter(move |(email, _)| !named.contains(email))
}

/// The members who are removed because no file declares them, with the positions that remove them.
pub(super) fn undeclared_removals(operations: &[(Operation, Vec<Span>)]) -> HashMap<&Email, &[Span]> {
    let removals = operations.iter().filter_map(|(operation, sources)| match operation {
        Operation::MemberRemove(op) if op.cause == RemovalCause::Undeclared => {
            Some((&op.email, sources.as_slice()))
        }
        _ => None,
    });
    removals.collect()
}

/// A name without its letter case and extra spaces; `None` if nothing is left.
fn folded(name: &str) -> Option<String> {
    let folded = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (!folded.is_empty()).then_some(folded)
}
