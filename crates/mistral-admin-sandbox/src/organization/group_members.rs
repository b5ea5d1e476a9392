//! What is in a user group: members, and other groups.

use super::audit::{About, Actor, Event};
use super::{Member, Organization, Refusal};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Organization {
    /// How many are in a group themselves, and who they are.
    pub(crate) fn group_members(&self, id: Uuid) -> Result<(usize, impl Iterator<Item = &Member>), Refusal> {
        let members = &self.group(id)?.members;
        Ok((members.len(), members.iter().filter_map(|member| self.members.get(*member))))
    }

    /// Puts members into a group; who is in it stays.
    pub(crate) fn join_group(&mut self, id: Uuid, users: &[Uuid], now: Timestamp) -> Result<(), Refusal> {
        self.own_group(id)?;
        self.all_members(users)?;
        for user in users {
            if self.groups_mut()?.join(id, *user) {
                self.audit.record(now, Actor::Key, Event::GroupMemberAdd, About::user(*user).in_group(id));
            }
        }
        Ok(())
    }

    /// Takes members out of a group; who is not in it is passed over.
    pub(crate) fn leave_group(&mut self, id: Uuid, users: &[Uuid], now: Timestamp) -> Result<(), Refusal> {
        self.own_group(id)?;
        self.all_members(users)?;
        let mut left = Vec::new();
        self.change_groups(|groups| left.extend(users.iter().filter(|user| groups.leave(id, **user))))?;
        for user in left {
            self.audit.record(now, Actor::Key, Event::GroupMemberRemove, About::user(user).in_group(id));
        }
        Ok(())
    }

    /// Makes these groups, and no others, the ones that are nested in a group. The relation is the child's: it decides
    /// whether that can be edited.
    pub(crate) fn set_nested(&mut self, id: Uuid, children: &[Uuid], now: Timestamp) -> Result<(), Refusal> {
        self.group(id)?;
        let wanted: BTreeSet<Uuid> = children.iter().copied().collect();
        for child in &wanted {
            self.group(*child)?;
            self.no_cycle(*child, id)?;
        }
        let present: BTreeSet<Uuid> = self.groups()?.children(id).map(|child| child.uuid).collect();
        let changed: Vec<Uuid> = wanted.symmetric_difference(&present).copied().collect();
        for child in &changed {
            self.own_group(*child)?;
        }
        self.change_groups(|groups| groups.nest(id, &wanted))?;
        for child in changed {
            self.audit.record(now, Actor::Key, Event::GroupUpdate, About::group(child));
        }
        Ok(())
    }

    fn all_members(&self, users: &[Uuid]) -> Result<(), Refusal> {
        users.iter().try_for_each(|user| self.member(*user).map(drop))
    }
}
