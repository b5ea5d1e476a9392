//! The people who can be declared, and the values of their entries.

use super::yaml::{Section, line, note, task};
use crate::config::file::{Field, List, Member};
use crate::escape;
use crate::model::{
    Access, Email, Live, LiveInvitation, LiveMember, LiveWorkspace, Role, Roles, Seats, unfit_name,
};
use enumset::{EnumSet, EnumSetType};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Why an organization can't be declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Several members have this address, so an entry would be ambiguous.
    #[error("{} live members have the address {email}: {}", ids.len(), join(ids))]
    DuplicateMember {
        /// The address.
        email: Email,
        /// The vendor's identifiers of all of them.
        ids: Vec<Uuid>,
    },
}

fn join(ids: &[Uuid]) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")
}

/// The people who can be declared, and those who can't.
pub(super) struct People<'l> {
    pub(super) members: BTreeMap<&'l Email, &'l LiveMember>,
    /// Invitations that can still be accepted.
    pub(super) invitations: BTreeMap<&'l Email, &'l LiveInvitation>,
    by_id: HashMap<Uuid, &'l LiveMember>,
    /// Members without a usable address.
    nameless: Vec<String>,
    /// Members and invited people without any role.
    without_role: Vec<String>,
    /// Invited people whose invitation has expired.
    expired: Vec<String>,
    /// Invited people who have several invitations.
    several: Vec<String>,
}

impl<'l> People<'l> {
    pub(super) fn of(live: &'l Live) -> Result<Self, ExportError> {
        let mut people = Self {
            members: by_address(live)?,
            invitations: BTreeMap::new(),
            by_id: live.members.iter().map(|member| (member.id, member)).collect(),
            nameless: Vec::new(),
            without_role: Vec::new(),
            expired: Vec::new(),
            several: Vec::new(),
        };
        let nameless = live.members.iter().filter(|member| member.email.is_none());
        people.nameless = nameless.map(|member| escape::excerpt(&member.label)).collect();
        people.invite(live);
        people.members.retain(|email, member| {
            let declarable = !member.access.roles.is_empty() || !member.locked_roles.is_empty();
            if !declarable {
                people.without_role.push(email.to_string());
            }
            declarable
        });
        Ok(people)
    }

    /// Leaves out people whose declaration would lead to changes: an expired invitation would be renewed, and of
    /// several invitations, all but one would be revoked.
    fn invite(&mut self, live: &'l Live) {
        let mut invitations = BTreeMap::<&Email, Vec<&LiveInvitation>>::new();
        for invitation in &live.invitations {
            match &invitation.email {
                Some(email) if self.members.contains_key(email) => {}
                Some(email) => invitations.entry(email).or_default().push(invitation),
                None => self.nameless.push(format!("{} (invited)", escape::excerpt(&invitation.label))),
            }
        }
        for (email, invitations) in invitations {
            match invitations.as_slice() {
                sent if sent.iter().all(|one| one.expired) => self.expired.push(email.to_string()),
                [one] if one.roles.is_empty() && one.locked_roles.is_empty() => {
                    self.without_role.push(email.to_string());
                }
                [one] => drop(self.invitations.insert(email, one)),
                _ => self.several.push(email.to_string()),
            }
        }
    }

    /// The invited people whose invitation carries a workspace.
    pub(super) fn invited_into(&self, workspace: &LiveWorkspace) -> impl Iterator<Item = &'l Email> {
        let carries = self.invitations.iter().filter(|(_, one)| one.workspaces.contains(&workspace.id));
        carries.map(|(email, _)| *email)
    }

    /// The address of a person who can be listed, otherwise a label for comments.
    pub(super) fn listed(&self, id: Uuid) -> Result<&'l Email, String> {
        let Some(member) = self.by_id.get(&id) else { return Err(id.to_string()) };
        match &member.email {
            Some(email) if self.members.contains_key(email) => Ok(email),
            Some(email) => Err(email.to_string()),
            None => Err(escape::excerpt(&member.label)),
        }
    }

    /// The people, from `members:` on.
    pub(super) fn write(&self, defaults: Access, managed: Seats) -> Section {
        let members = self.members.iter().map(|(email, live)| (*email, member(live, defaults)));
        let mut lines: BTreeMap<&Email, (Option<Member>, String)> = members.collect();
        let invited = self.invitations.iter();
        lines.extend(invited.map(|(email, live)| (*email, invited_person(live, defaults, managed))));
        let mut section = Section::new("members");
        for (email, (member, comment)) in &lines {
            section.push(&line(email.as_str(), member, comment));
        }
        if lines.is_empty() {
            section.content = "members: {}\n".to_owned();
        }
        for (why, people) in [
            ("they have no address that orgsync supports", &self.nameless),
            ("they have no role, which a declared person needs", &self.without_role),
            ("their invitation has expired; if you declare them, orgsync invites them again", &self.expired),
            (
                "they have several invitations; if you declare them, orgsync revokes all but one",
                &self.several,
            ),
        ] {
            section.notes += &note(&format!("Not declared, because {why}"), people.clone());
        }
        section
    }
}

fn by_address(live: &Live) -> Result<BTreeMap<&Email, &LiveMember>, ExportError> {
    let mut members = BTreeMap::new();
    for member in &live.members {
        let Some(email) = &member.email else { continue };
        if members.insert(email, member).is_some() {
            let same = live.members.iter().filter(|other| other.email.as_ref() == Some(email));
            let mut ids: Vec<Uuid> = same.map(|member| member.id).collect();
            ids.sort_unstable();
            return Err(ExportError::DuplicateMember { email: email.clone(), ids });
        }
    }
    Ok(members)
}

/// The most common access. It is never admin, so that a new person without roles does not become one.
pub(super) fn defaults(people: &People<'_>) -> Access {
    let members = || people.members.values();
    let roles = most_common(members().filter(|m| m.locked_roles.is_empty()).map(|m| m.access.roles));
    Access {
        roles: roles.filter(|roles| !roles.contains(Role::Admin)).unwrap_or(Role::Member.into()),
        seats: most_common(members().map(|member| member.access.seats)).unwrap_or_default(),
    }
}

/// The most common value; among equally common ones, the first in order of its bits.
fn most_common<T: EnumSetType<Repr = u8>>(values: impl Iterator<Item = EnumSet<T>>) -> Option<EnumSet<T>> {
    let mut counts = BTreeMap::<u8, (usize, EnumSet<T>)>::new();
    for value in values {
        counts.entry(value.as_u8()).or_insert((0, value)).0 += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, (count, _))| *count).map(|(_, (_, value))| value)
}

/// The entry of a member, and a comment; `None` if the member has only defaults.
fn member(live: &LiveMember, defaults: Access) -> (Option<Member>, String) {
    let name = live.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let unfit = name.and_then(unfit_name).map(|why| format!("without the name, which {why}"));
    let name = name.filter(|_| unfit.is_none()).map(str::to_owned);
    let seats = Some(live.access.seats).filter(|seats| *seats != defaults.seats);
    let roles = roles(live.access.roles, &live.locked_roles, defaults);
    let is_default = name.is_none() && roles.value.is_none() && seats.is_none();
    let member = Member { name: name.into(), roles, seats: set(seats), ..Member::default() };
    let unfit = unfit.unwrap_or_default();
    (Some(member).filter(|_| !is_default), comment(&unfit, &live.locked_roles, &live.locked_seats.words))
}

/// The entry of an invited person, and a comment. It claims no seats, because the API does not show those of the
/// invitation.
fn invited_person(live: &LiveInvitation, defaults: Access, managed: Seats) -> (Option<Member>, String) {
    let roles = roles(live.roles, &live.locked_roles, defaults);
    let (seats, remark) = if managed.is_empty() {
        (None, "invited".to_owned())
    } else {
        (Some(Seats::empty()), task("invited; write the seats to keep, others are revoked once accepted"))
    };
    let is_default = roles.value.is_none() && seats.is_none();
    let member = Member { roles, seats: set(seats), ..Member::default() };
    (Some(member).filter(|_| !is_default), comment(&remark, &live.locked_roles, &[]))
}

/// Roles that differ from the defaults; absent if the person has a role that the API can't write.
fn roles(roles: Roles, locked: &[String], defaults: Access) -> Field<List<Role>> {
    set(Some(roles).filter(|roles| locked.is_empty() && *roles != defaults.roles))
}

/// A list of the file format, which is written even if it is empty.
pub(super) fn set<T: EnumSetType>(items: Option<EnumSet<T>>) -> Field<List<T>> {
    items.map(|items| items.into_iter().map(|item| Some(item.into()).into()).collect()).into()
}

fn comment(remark: &str, locked_roles: &[String], locked_seats: &[String]) -> String {
    let locked = |what: &str, words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| escape::excerpt(word)).collect();
        (!words.is_empty()).then(|| format!("{what} stay as they are: {}", words.join(", ")))
    };
    let remark = Some(remark.to_owned()).filter(|remark| !remark.is_empty());
    let locked = [remark, locked("roles", locked_roles), locked("seats", locked_seats)];
    locked.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
