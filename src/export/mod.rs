//! Exports a live organization as a configuration that declares it.
//!
//! Pure. Takes [`Live`], returns files whose plan has no changes and no undeclared power. Three modules make values
//! of the file format, and `yaml` writes them. Comments list what can't be declared, such as people without an address
//! or roles that the API can't write. Keys that would refer to it are left out.

mod groups;
mod names;
mod people;
mod workspaces;
mod yaml;

use crate::config::{self, file::SeatBudget};
use crate::model::{Access, Email, Live, MOST_WORKSPACES, Product, Role, Roles};
use crate::plan::{UndeclaredPower, plan};
use camino::Utf8Path;
use groups::Groups;
use jiff::civil::Date;
use names::Names;
pub use people::ExportError;
use people::{People, set};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use yaml::{Section, line, task};

/// A configuration in parts, for one file or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Everything but the sections.
    settings: String,
    /// The people, the workspaces and the groups.
    sections: [Section; 3],
    /// No declared person is an admin, so the configuration is not valid yet.
    pub lacks_admin: bool,
}

/// What the user knows and the API does not report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The name of the organization.
    pub name: Option<String>,
    /// The purchased seats.
    pub purchased: BTreeMap<Product, u32>,
}

/// The modeline with the schema, for editors.
const MODELINE: &str = "# yaml-language-server: $schema=orgsync.schema.json\n";

/// The file that includes the others.
const MAIN_FILE: &str = "orgsync.yaml";

/// Exports an organization.
///
/// # Errors
///
/// Two members share an address.
pub fn export(live: &Live, known: &Known, today: Date) -> Result<Exported, ExportError> {
    let people = People::of(live)?;
    let workspaces = live.workspaces.iter().map(|workspace| (workspace.id, workspace.settings.name.as_str()));
    let workspaces = Names::new(workspaces, MOST_WORKSPACES);
    let groups = Groups::of(live, &workspaces, &people);
    let defaults = people::defaults(&people);
    // In the files, a person with a custom role has no roles.
    let as_admin = |roles: Roles, locked: &[String]| {
        let declared = if locked.is_empty() { roles } else { defaults.roles };
        declared.contains(Role::Admin)
    };
    let has_admin = people.members.values().any(|member| as_admin(member.access.roles, &member.locked_roles))
        || people.invitations.values().any(|invitation| as_admin(invitation.roles, &invitation.locked_roles))
        || groups.make_admins();
    let mut used = used(live);
    for product in known.purchased.keys() {
        used.entry(*product).or_default();
    }
    let hold_others = groups.hold_others();
    let settings =
        |acknowledged: &[String]| settings(live, known, defaults, &used, hold_others, acknowledged, today);
    let mut exported = Exported {
        settings: settings(&[]),
        sections: [
            people.write(defaults, used.keys().copied().collect()),
            workspaces::write(live, &workspaces, &people),
            groups.write(),
        ],
        lacks_admin: !has_admin,
    };
    exported.settings = settings(&undeclarable_power(&exported, live, today));
    Ok(exported)
}

/// The addresses, or else the identifiers, of holders of power that the exported files don't grant.
fn undeclarable_power(exported: &Exported, live: &Live, today: Date) -> Vec<String> {
    let loaded =
        config::load_text(Utf8Path::new(MAIN_FILE), &mut exported.one_file().as_bytes(), today, &|_| false);
    let Ok(desired) = loaded.desired else { return Vec::new() };
    let power = plan(&desired, live).undeclared_power.into_iter();
    let holder = |power: UndeclaredPower| match Email::parse(&power.target) {
        Ok(email) => email.to_string(),
        Err(_) => power.uuid.to_string(),
    };
    power.map(holder).collect::<BTreeSet<_>>().into_iter().collect()
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

    /// One file for each section with content, and the main file, which includes them. The main file comes last, so
    /// that it never includes missing files.
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

/// The used seats of each product.
fn used(live: &Live) -> BTreeMap<Product, u32> {
    let mut used = BTreeMap::new();
    for product in live.members.iter().flat_map(|member| member.access.seats) {
        *used.entry(product).or_default() += 1;
    }
    used
}

fn settings(
    live: &Live,
    known: &Known,
    defaults: Access,
    used: &BTreeMap<Product, u32>,
    groups_hold_others: bool,
    acknowledged: &[String],
    today: Date,
) -> String {
    let mut out = format!(
        "#\n# The organization as it was on {today}. Lines with TODO have values that orgsync could not know.\n\n\
         version: 1\n\norganization:\n"
    );
    out += &match &known.name {
        Some(name) => line("name", name, ""),
        None => line("name", &"My organization", &task("write the name; output shows it")),
    };
    if let Some(id) = live.organization_id {
        out += &format!("  id: {id}    # only this organization\n");
    }
    if let Some(domain) = most_common_domain(live) {
        let comment = "with this line, other addresses need `external: true`";
        out += &format!("  # {}", line("domains", &[domain], comment).trim_start_matches(' '));
    }
    if !used.is_empty() {
        out += "\nseats:\n";
    }
    for (product, used) in used {
        let known = known.purchased.get(product);
        let budget = SeatBudget { purchased: Some(*known.unwrap_or(used)).into(), ..SeatBudget::default() };
        let comment = match known {
            Some(_) => String::new(),
            None => task("this is the number in use; write the number purchased"),
        };
        out += &line(product.name(), &budget, &comment);
    }
    out += "\npolicy:\n";
    if groups_hold_others || !acknowledged.is_empty() {
        out += "  unmanaged:    # undeclared resources are listed and left alone\n    members: report\n    \
                invitations: report\n    groups: report\n    workspace_members: report\n";
    } else {
        out += "  unmanaged: report    # undeclared resources are listed and left alone\n";
    }
    if groups_hold_others {
        out += "    # Without this line, people who can't be listed would be taken out of their groups: see the comments \
                there.\n    group_members: report\n";
    }
    if !acknowledged.is_empty() {
        out += "    # They hold power that these files can't declare. Without this line, each plan warns about them.\n";
        out += &format!("  {}", line("acknowledged", &acknowledged, ""));
    }
    out += "\ndefaults:\n";
    out += &line("roles", &set(Some(defaults.roles)), "");
    out + &line("seats", &set(Some(defaults.seats)), "")
}

/// The most common domain of addresses.
fn most_common_domain(live: &Live) -> Option<&str> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for email in live.members.iter().filter_map(|member| member.email.as_ref()) {
        *counts.entry(email.domain()).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(domain, _)| domain)
}
