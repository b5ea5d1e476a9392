//! Configuration out of a live organization: what a person would write who declares it just as it is.
//!
//! Takes [`Live`], gives text that plans to no change. Pure. What can't be declared (people without an address, roles
//! that the API can't write) is said in comments, and whatever refers to it is left as it is. Names are hostile text:
//! `scalar` writes them so that every YAML reader gives them back, and no terminal obeys them.

mod groups;
mod layout;
mod names;
mod people;
mod scalar;
mod workspaces;

use crate::model::{Access, Email, Live, MOST_WORKSPACES, Product, Role, Roles, Seats};
use groups::Groups;
use jiff::civil::Date;
use names::Names;
use people::People;
use scalar::scalar;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// A configuration in parts, which make one file or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Everything but the sections.
    settings: String,
    /// The people, the workspaces and the groups.
    sections: [Section; 3],
    /// Nobody who can be declared as an admin is one: the configuration is not valid as it is.
    pub lacks_admin: bool,
}

/// One top-level key that can stand in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    key: &'static str,
    /// From the key on; empty where there is nothing to declare.
    content: String,
    /// Comments on what is not declared.
    notes: String,
}

impl Section {
    fn new(key: &'static str) -> Self {
        Self { key, content: String::new(), notes: String::new() }
    }

    /// Where the next entry goes.
    fn entries(&mut self) -> &mut String {
        if self.content.is_empty() {
            let _ = writeln!(self.content, "{}:", self.key);
        }
        &mut self.content
    }
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

/// The file that includes the others.
const MAIN_FILE: &str = "orgsync.yaml";

/// Declares an organization as it is.
///
/// # Errors
///
/// Two members share an address.
pub fn export(live: &Live, today: Date) -> Result<Exported, ExportError> {
    let people = People::of(live)?;
    let workspaces = live.workspaces.iter().map(|workspace| (workspace.id, workspace.settings.name.as_str()));
    let workspaces = Names::new(workspaces, MOST_WORKSPACES);
    let groups = Groups::of(live, &workspaces, &people);
    let defaults = people::defaults(&people);
    // As the reader of the files will see it: whoever has a custom role stands there without roles.
    let as_admin = |roles: Roles, locked: &[String]| {
        let declared = if locked.is_empty() { roles } else { defaults.roles };
        declared.contains(Role::Admin)
    };
    let has_admin = people.members.values().any(|member| as_admin(member.access.roles, &member.locked_roles))
        || people.invitations.values().any(|invitation| as_admin(invitation.roles, &invitation.locked_roles))
        || groups.make_admins();
    let used = used(live);
    Ok(Exported {
        settings: settings(live, defaults, &used, groups.hold_others(), today),
        sections: [
            Section {
                content: people.write(defaults, used.keys().copied().collect()),
                ..Section::new("members")
            },
            workspaces::write(live, &workspaces, &people),
            groups.write(),
        ],
        lacks_admin: !has_admin,
    })
}

impl Exported {
    /// The files that [`files`](Self::files) may name.
    pub const FILES: [&str; 4] = ["members.yaml", "workspaces.yaml", "groups.yaml", MAIN_FILE];

    /// All in one file.
    #[must_use]
    pub fn one_file(&self) -> String {
        let mut file = format!("{MODELINE}{}", self.settings);
        for section in &self.sections {
            if !section.content.is_empty() {
                let _ = write!(file, "\n{}", section.content);
            }
            file.push_str(&section.notes);
        }
        file
    }

    /// One file for each section that has anything, and the main one, which includes them. The main one comes last:
    /// without it the others are nothing.
    #[must_use]
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let (mut files, mut main) = (Vec::new(), format!("{MODELINE}{}", self.settings));
        for (section, name) in self.sections.iter().zip(Self::FILES) {
            if section.content.is_empty() {
                main.push_str(&section.notes);
            } else {
                files.push((name, format!("{MODELINE}\n{}{}", section.content, section.notes)));
            }
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let _ = writeln!(main, "\ninclude: [{}]", names.join(", "));
        files.push((MAIN_FILE, main));
        files
    }
}

/// The products of which seats are in use, and how many.
fn used(live: &Live) -> BTreeMap<Product, usize> {
    let mut used = BTreeMap::new();
    for product in live.members.iter().flat_map(|member| member.access.seats) {
        *used.entry(product).or_default() += 1;
    }
    used
}

fn settings(
    live: &Live,
    defaults: Access,
    used: &BTreeMap<Product, usize>,
    groups_hold_others: bool,
    today: Date,
) -> String {
    let mut out = format!(
        "#\n# The organization as it was on {today}. Lines that say \"correct\" hold what orgsync could not know.\n\n\
         version: 1\n\norganization:\n  name: My organization    # correct: shown in output\n"
    );
    if let Some(id) = live.organization_id {
        let _ = writeln!(out, "  id: {id}    # these files are for no other organization");
    }
    let domains = most_common_domain(live);
    if let Some(domain) = domains {
        let _ = writeln!(
            out,
            "  # domains: [{}]    # with this line, other addresses need `external: true`",
            scalar(domain)
        );
    }
    if !used.is_empty() {
        out.push_str("\nseats:\n");
    }
    for (product, used) in used {
        let name = product.name();
        let _ = writeln!(
            out,
            "  {name}: {{ purchased: {used} }}    # correct: so many are in use; write how many were bought"
        );
    }
    out.push_str("\npolicy:\n");
    out.push_str(if groups_hold_others {
        "  unmanaged:    # who is not declared is listed and left alone\n    members: report\n    invitations: report\n    \
         groups: report\n    workspace_members: report\n    # Without this line, people who can't be listed would be \
         taken out of their groups: see the comments there.\n    group_members: report\n"
    } else {
        "  unmanaged: report    # who is not declared is listed and left alone\n"
    });
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

fn roles(roles: Roles) -> String {
    format!("[{}]", roles.into_iter().map(Role::name).collect::<Vec<_>>().join(", "))
}

fn seats(seats: Seats) -> String {
    format!("[{}]", seats.into_iter().map(Product::name).collect::<Vec<_>>().join(", "))
}
