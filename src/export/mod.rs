//! Configuration out of a live organization: what a person would write who declares it just as it is.
//!
//! Takes [`Live`], gives text that plans to no change. Pure. What can't be declared (people without an address, roles
//! that the API can't write) is said in comments. Names are hostile text: `scalar` writes them so that every YAML
//! reader gives them back, and no terminal obeys them.

mod scalar;

use crate::escape;
use crate::model::{Access, Email, Live, LiveInvitation, LiveMember, Product, Role, Roles, Seats};
use jiff::civil::Date;
use scalar::scalar;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// A configuration in two parts, which make one file or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Everything but the people.
    pub settings: String,
    /// The people, from `members:` on.
    pub members: String,
    /// Nobody who can be declared as an admin is one: the configuration is not valid as it is.
    pub lacks_admin: bool,
}

/// Why an organization can't be declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Nobody can tell which of them an entry would mean.
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

/// The modeline that tells editors where the schema is.
const MODELINE: &str = "# yaml-language-server: $schema=orgsync.schema.json\n";

/// Declares an organization as it is.
///
/// # Errors
///
/// Two members share an address.
pub fn export(live: &Live, today: Date) -> Result<Exported, ExportError> {
    let members = by_address(live)?;
    let invitations = pending(live, &members);
    let defaults = Access {
        roles: most_common(members.values().filter(|m| m.locked_roles.is_empty()).map(|m| m.access.roles))
            // Whoever is added with nothing but an address must not become an admin.
            .filter(|roles| !roles.contains(Role::Admin))
            .unwrap_or(Role::Member.into()),
        seats: most_common(members.values().map(|member| member.access.seats)).unwrap_or_default(),
    };
    // As the reader of the files will see it: whoever has a custom role stands there without roles.
    let as_admin = |roles: Roles, locked: &[String]| {
        let declared = if locked.is_empty() { roles } else { defaults.roles };
        declared.contains(Role::Admin)
    };
    let lacks_admin = !members.values().any(|member| as_admin(member.access.roles, &member.locked_roles))
        && !invitations.values().any(|invitation| as_admin(invitation.roles, &invitation.locked_roles));
    Ok(Exported {
        settings: settings(live, defaults, today),
        members: people(live, &members, &invitations, defaults),
        lacks_admin,
    })
}

impl Exported {
    /// All in one file.
    #[must_use]
    pub fn one_file(&self) -> String {
        format!("{MODELINE}{}\n{}", self.settings, self.members)
    }

    /// The main file, which includes the other.
    #[must_use]
    pub fn main_file(&self, members_file: &str) -> String {
        format!("{MODELINE}{}\ninclude: [{members_file}]\n", self.settings)
    }

    /// The file of the people.
    #[must_use]
    pub fn members_file(&self) -> String {
        format!("{MODELINE}\n{}", self.members)
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

/// The invitations that can be accepted, one for each person who is not in. Expired ones are left out: to declare
/// somebody whose invitation has expired is to send it anew.
fn pending<'l>(
    live: &'l Live,
    members: &BTreeMap<&Email, &LiveMember>,
) -> BTreeMap<&'l Email, &'l LiveInvitation> {
    let mut open: Vec<_> = live.invitations.iter().filter(|invitation| !invitation.expired).collect();
    // Of several, the one that a plan takes for the person's.
    open.sort_by_key(|invitation| std::cmp::Reverse(invitation.id));
    let mut pending = BTreeMap::new();
    for invitation in open {
        if let Some(email) = invitation.email.as_ref().filter(|email| !members.contains_key(email)) {
            pending.insert(email, invitation);
        }
    }
    pending
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

fn settings(live: &Live, defaults: Access, today: Date) -> String {
    let mut out = format!(
        "#\n# The organization as it was on {today}. Lines that say \"correct\" hold what orgsync could not know.\n\n\
         version: 1\n\norganization:\n  name: My organization    # correct: shown in output\n"
    );
    let domains = most_common_domain(live);
    if let Some(domain) = domains {
        let _ = writeln!(
            out,
            "  # domains: [{}]    # with this line, other addresses need `external: true`",
            scalar(domain)
        );
    }
    let used = |product: &Product| live.members.iter().filter(|m| m.access.seats.contains(*product)).count();
    let held: Vec<_> =
        Seats::all().into_iter().map(|p| (p, used(&p))).filter(|(_, used)| *used > 0).collect();
    if !held.is_empty() {
        out.push_str("\nseats:\n");
    }
    for (product, used) in held {
        let name = product.name();
        let _ = writeln!(
            out,
            "  {name}: {{ purchased: {used} }}    # correct: so many are in use; write how many were bought"
        );
    }
    out.push_str("\npolicy:\n  unmanaged: report    # who is not declared is listed and left alone\n");
    let _ =
        writeln!(out, "\ndefaults:\n  roles: {}\n  seats: {}", roles(defaults.roles), seats(defaults.seats));
    out
}

/// The domain of most addresses.
fn most_common_domain(live: &Live) -> Option<&str> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for email in live.members.iter().filter_map(|member| member.email.as_ref()) {
        *counts.entry(email.domain()).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(domain, _)| domain)
}

fn people(
    live: &Live,
    members: &BTreeMap<&Email, &LiveMember>,
    invitations: &BTreeMap<&Email, &LiveInvitation>,
    defaults: Access,
) -> String {
    let mut lines: BTreeMap<&Email, String> =
        members.iter().map(|(email, m)| (*email, member(m, defaults))).collect();
    lines.extend(invitations.iter().map(|(email, invitation)| (*email, invited(invitation, defaults))));
    let mut out = String::from(if lines.is_empty() { "members: {}\n" } else { "members:\n" });
    for (email, line) in lines {
        let _ = writeln!(out, "  {}:{line}", scalar(email.as_str()));
    }
    let nameless = live.members.iter().filter(|member| member.email.is_none()).map(|member| &member.label);
    let nameless: Vec<String> = nameless.map(|label| escape::excerpt(label)).collect();
    if !nameless.is_empty() {
        out.push_str("\n# Not declared, because they have no address that orgsync can write:\n");
        for label in nameless {
            let _ = writeln!(out, "#   {label}");
        }
    }
    out
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
fn invited(invitation: &LiveInvitation, defaults: Access) -> String {
    let mut keys = Vec::new();
    let locked = !invitation.locked_roles.is_empty();
    if !locked && invitation.roles != defaults.roles {
        keys.push(format!("roles: {}", roles(invitation.roles)));
    }
    if !defaults.seats.is_empty() {
        keys.push("seats: []".to_owned());
    }
    line(&keys, &invitation.locked_roles, "invited; the seats that the person is to have can't be read")
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

fn roles(roles: Roles) -> String {
    format!("[{}]", roles.into_iter().map(Role::name).collect::<Vec<_>>().join(", "))
}

fn seats(seats: Seats) -> String {
    format!("[{}]", seats.into_iter().map(Product::name).collect::<Vec<_>>().join(", "))
}
