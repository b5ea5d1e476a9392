//! Addresses of the files that nobody has, and that resemble one that somebody has.
//!
//! A typo in the address of an admin invites a stranger with all power, and one under `protected` protects nobody.

use super::findings::Waiting;
use super::operation::Operation;
use super::renames::{PossibleRename, joining_people, undeclared_members, undeclared_removals};
use crate::model::{Desired, Email, Live, Role, nearest_email};
use crate::source::Span;
use std::collections::{BTreeSet, HashMap};

/// An address that is probably misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimilarAddress {
    /// A declared admin joins, and an undeclared live member has a similar address.
    Admin {
        declared: Email,
        declared_at: Span,
        live: Email,
        /// What removes the live member; empty if the member is left alone.
        removed_by: Vec<Span>,
    },
    /// A protected address is neither declared nor live, and a live member has a similar one.
    Protected { email: Email, at: Span, live: Email },
}

/// The most searches of each kind, which are slow.
const MOST_SEARCHES: usize = 100;

/// All such addresses, by address: those of admins first.
pub(super) fn similar_addresses(
    desired: &Desired,
    live: &Live,
    operations: &[(Operation, Vec<Span>)],
    waiting: &[Waiting],
    possible_renames: &[PossibleRename],
) -> Vec<SimilarAddress> {
    let admins = joining_admins(desired, operations, waiting);
    let (undeclared, removals) = match admins.is_empty() {
        true => (Vec::new(), HashMap::new()),
        false => {
            let undeclared = undeclared_members(desired, live).map(|(email, _)| email);
            (undeclared.collect(), undeclared_removals(operations))
        }
    };
    let is_rename = |declared: &Email, live: &Email| {
        possible_renames.iter().any(|pair| pair.declared == *declared && pair.live == *live)
    };
    let admin = |(declared, declared_at): (&Email, Span)| {
        let live = nearest_email(declared, undeclared.iter().copied())?;
        (!is_rename(declared, live)).then(|| SimilarAddress::Admin {
            declared: declared.clone(),
            declared_at,
            live: live.clone(),
            removed_by: removals.get(live).copied().unwrap_or_default().to_vec(),
        })
    };
    admins.into_iter().filter_map(admin).chain(similar_protected(desired, live)).collect()
}

/// The declared people who join as admins, directly or through a declared group.
fn joining_admins<'d>(
    desired: &'d Desired,
    operations: &[(Operation, Vec<Span>)],
    waiting: &[Waiting],
) -> Vec<(&'d Email, Span)> {
    let joining = joining_people(operations, waiting);
    if joining.is_empty() {
        return Vec::new();
    }
    let through_groups = desired.admins_through_groups();
    let members = joining.into_iter().filter_map(|email| desired.members.get_key_value(email));
    let admins = members.filter(|(email, member)| {
        member.access.roles.contains(Role::Admin) || through_groups.contains_key(email)
    });
    admins.map(|(email, member)| (email, member.at)).take(MOST_SEARCHES).collect()
}

fn similar_protected(desired: &Desired, live: &Live) -> Vec<SimilarAddress> {
    let protected = &desired.policy.protected;
    if protected.is_empty() {
        return Vec::new();
    }
    let members = || live.members.iter().filter_map(|member| member.email.as_ref());
    let invited = live.invitations.iter().filter_map(|invitation| invitation.email.as_ref());
    let former = desired.members.values().filter_map(|member| member.previously.as_ref());
    let known: BTreeSet<&Email> =
        members().chain(invited).chain(desired.members.keys()).chain(former).collect();
    let unknown = protected.iter().filter(|(email, _)| !known.contains(email)).take(MOST_SEARCHES);
    let similar = unknown.filter_map(|(email, at)| {
        let live = nearest_email(email, members())?.clone();
        Some(SimilarAddress::Protected { email: email.clone(), at: *at, live })
    });
    similar.collect()
}
