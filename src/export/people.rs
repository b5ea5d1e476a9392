//! The people: who can be declared, and what stands behind their addresses.

use super::layout::note;
use super::scalar::scalar;
use super::{ExportError, roles, seats};
use crate::escape;
use crate::model::{Access, Email, Live, LiveInvitation, LiveMember, Role, Seats};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use uuid::Uuid;

/// Who can be declared, and who can't.
pub(super) struct People<'l> {
    pub(super) members: BTreeMap<&'l Email, &'l LiveMember>,
    /// The invitations that can be accepted, of people who are not in.
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

    /// To declare somebody whose invitation has expired is to send it anew, and to declare somebody who has several is
    /// to revoke all but one.
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

    /// Somebody who can be listed, or else what to call them.
    pub(super) fn listed(&self, id: Uuid) -> Result<&'l Email, String> {
        let Some(member) = self.by_id.get(&id) else { return Err(id.to_string()) };
        match &member.email {
            Some(email) if self.members.contains_key(email) => Ok(email),
            Some(email) => Err(email.to_string()),
            None => Err(escape::excerpt(&member.label)),
        }
    }

    /// The people, from `members:` on.
    pub(super) fn write(&self, defaults: Access, managed: Seats) -> String {
        let mut lines: BTreeMap<&Email, String> =
            self.members.iter().map(|(email, m)| (*email, member(m, defaults))).collect();
        let invited = self.invitations.iter();
        lines.extend(
            invited.map(|(email, invitation)| (*email, invited_person(invitation, defaults, managed))),
        );
        let mut out = String::from(if lines.is_empty() { "members: {}\n" } else { "members:\n" });
        for (email, line) in lines {
            let _ = writeln!(out, "  {}:{line}", scalar(email.as_str()));
        }
        for (why, people) in [
            ("they have no address that orgsync can write", &self.nameless),
            ("they have no role, and nobody can be declared without one", &self.without_role),
            ("their invitation has expired: declared, they would be invited anew", &self.expired),
            ("they have several invitations: declared, all but one would be revoked", &self.several),
        ] {
            note(&format!("Not declared, because {why}"), people.clone(), &mut out);
        }
        out
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

/// What most people have. Whoever is added with nothing but an address must not become an admin.
pub(super) fn defaults(people: &People<'_>) -> Access {
    let members = || people.members.values();
    let roles = most_common(members().filter(|m| m.locked_roles.is_empty()).map(|m| m.access.roles));
    Access {
        roles: roles.filter(|roles| !roles.contains(Role::Admin)).unwrap_or(Role::Member.into()),
        seats: most_common(members().map(|member| member.access.seats)).unwrap_or_default(),
    }
}

/// The value that most have; of several, the first in order of its bits.
fn most_common<T: enumset::EnumSetType<Repr = u8>>(
    values: impl Iterator<Item = enumset::EnumSet<T>>,
) -> Option<enumset::EnumSet<T>> {
    let mut counts = BTreeMap::<u8, (usize, enumset::EnumSet<T>)>::new();
    for value in values {
        counts.entry(value.as_u8()).or_insert((0, value)).0 += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, (count, _))| *count).map(|(_, (_, value))| value)
}

/// What stands behind a member's address.
fn member(member: &LiveMember, defaults: Access) -> String {
    let mut keys = Vec::new();
    if let Some(name) = member.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        keys.push(format!("name: {}", scalar(name)));
    }
    let locked = !member.locked_roles.is_empty();
    if !locked && member.access.roles != defaults.roles {
        keys.push(format!("roles: {}", roles(member.access.roles)));
    }
    if member.access.seats != defaults.seats {
        keys.push(format!("seats: {}", seats(member.access.seats)));
    }
    line(&keys, &member.locked_roles, "")
}

/// What stands behind an invited person's address. Nobody knows which seats the invitation brings: none is claimed.
fn invited_person(invitation: &LiveInvitation, defaults: Access, managed: Seats) -> String {
    let mut keys = Vec::new();
    let locked = !invitation.locked_roles.is_empty();
    if !locked && invitation.roles != defaults.roles {
        keys.push(format!("roles: {}", roles(invitation.roles)));
    }
    if managed.is_empty() {
        return line(&keys, &invitation.locked_roles, "invited");
    }
    keys.push("seats: []".to_owned());
    line(
        &keys,
        &invitation.locked_roles,
        "invited: once accepted, the next apply takes back all seats that are not written here",
    )
}

fn line(keys: &[String], locked_roles: &[String], remark: &str) -> String {
    let mut line = if keys.is_empty() { String::new() } else { format!(" {{ {} }}", keys.join(", ")) };
    let locked: Vec<String> = locked_roles.iter().map(|role| escape::excerpt(role)).collect();
    let locked = if locked.is_empty() {
        String::new()
    } else {
        format!("roles stay as they are: {}", locked.join(", "))
    };
    let remarks: Vec<&str> =
        [remark, locked.as_str()].into_iter().filter(|remark| !remark.is_empty()).collect();
    if !remarks.is_empty() {
        let _ = write!(line, "    # {}", remarks.join("; "));
    }
    line
}
