//! Renders the people that a search has found, as text and as CSV.

use super::{BOLD, FAINT, count, thousands};
use crate::escape;
use crate::model::WorkspaceRole;
use crate::query::{
    Declaration, FoundPerson, FoundRole, FoundWorkspace, InvitationDates, MembersReport, Presence,
};
use std::io::{self, Write};

/// Writes each person with their access, and how many there are.
///
/// # Errors
///
/// Those of the writer.
pub fn members_text(out: &mut dyn Write, report: &MembersReport) -> io::Result<()> {
    for person in &report.people {
        let name = person.name.iter().filter(|name| **name != person.target);
        let name: String = name.map(|name| format!("  {name}")).collect();
        writeln!(out, "{BOLD}{}{BOLD:#}{name}", person.target)?;
        for (heading, text) in lines(person) {
            writeln!(out, "  {FAINT}{:12}{FAINT:#}{text}", format!("{heading}:"))?;
        }
        writeln!(out)?;
    }
    match report.people.len() {
        0 => writeln!(out, "No person was found."),
        1 => writeln!(out, "1 person was found."),
        number => writeln!(out, "{} people were found.", thousands(number)),
    }
}

/// What is known of a person, each with its heading.
fn lines(person: &FoundPerson) -> Vec<(&'static str, String)> {
    let is_live = matches!(person.live, Presence::Member | Presence::Invited);
    let mut lines = vec![("live", live(person))];
    lines.extend(declared(person).map(|text| ("declared", text)));
    if is_live {
        lines.push(("roles", list(person.roles.iter().map(role))));
        let seats = person.seats.as_ref();
        lines.push(("seats", seats.map_or("unknown".to_owned(), |seats| list(seats.iter().cloned()))));
    }
    let workspaces = workspaces(person);
    for (heading, list) in [("workspaces", workspaces), ("groups", groups(person))] {
        if !list.is_empty() {
            lines.push((heading, list.join(", ")));
        }
    }
    lines
}

fn list(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// The presence in words, with the dates of an invitation.
fn live(person: &FoundPerson) -> String {
    let (sent, until) = match (&person.invitation, person.live) {
        (None, _) | (_, Presence::Member | Presence::Absent) => (String::new(), String::new()),
        (Some(dates), Presence::Invited) => (sent(dates), format!(", ends on {}", day(&dates.ends_at))),
        (Some(dates), Presence::InvitationExpired) => (sent(dates), format!(" on {}", day(&dates.ends_at))),
    };
    match person.live {
        Presence::Member => "a member".to_owned(),
        Presence::Absent => "not in the organization".to_owned(),
        Presence::Invited => format!("invited{sent}, has not accepted{until}"),
        Presence::InvitationExpired => format!("invited{sent}, and the invitation has expired{until}"),
    }
}

fn sent(InvitationDates { created_at, age_days, mails, .. }: &InvitationDates) -> String {
    let age = usize::try_from(*age_days).unwrap_or_default();
    let mails = mails.map_or_else(String::new, |mails| format!(", {} so far", count(mails, "mail")));
    format!(" on {} ({} ago{mails})", day(created_at), count(age, "day"))
}

/// The day of a time, in UTC.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

/// What the files say; `None` if no files were read.
fn declared(person: &FoundPerson) -> Option<String> {
    let at =
        person.declared.as_ref().map(|at| escape::line(&at.to_string()).into_owned()).unwrap_or_default();
    let mut text = match person.declaration? {
        Declaration::Declared => at,
        Declaration::Removed => format!("to be removed, at {at}"),
        Declaration::Expired => format!("the access has ended, at {at}"),
        Declaration::Undeclared => "nowhere".to_owned(),
    };
    if let Some(email) = &person.declared_address {
        text.push_str(&format!(", as {email}"));
    }
    if let Some(name) = &person.declared_name {
        text.push_str(&format!(", named {name}"));
    }
    if person.outside_domains {
        text.push_str("; outside the domains");
    }
    Some(text)
}

/// A role, and the groups that grant it.
fn role(FoundRole { role, direct, through }: &FoundRole) -> String {
    match (through.as_slice(), direct) {
        ([], _) => role.clone(),
        (groups, Some(true)) => format!("{role} (also through {})", groups.join(", ")),
        (groups, _) => format!("{role} (through {})", groups.join(", ")),
    }
}

/// The workspaces with the roles in each. The default one is left out if the person is in it only as everybody is.
fn workspaces(person: &FoundPerson) -> Vec<String> {
    let by_default = WorkspaceRole::WorkspaceContributor.name();
    let is_implied = |workspace: &FoundWorkspace| {
        workspace.is_default
            && matches!(workspace.roles.as_slice(), [only] if only.role == by_default && only.through.is_empty())
    };
    person.workspaces.iter().filter(|workspace| !is_implied(workspace)).map(workspace).collect()
}

/// `Research: dev + user`.
fn workspace(workspace: &FoundWorkspace) -> String {
    let roles: Vec<String> = workspace.roles.iter().map(role).collect();
    format!("{}: {}", workspace.name, roles.join(" + "))
}

fn groups(person: &FoundPerson) -> Vec<String> {
    let nested = |direct: bool| if direct { "" } else { " (through nesting)" };
    person.groups.iter().map(|group| format!("{}{}", group.name, nested(group.direct))).collect()
}

/// The columns of the CSV.
const COLUMNS: [&str; 14] = [
    "target",
    "name",
    "live",
    "declaration",
    "declared_at",
    "outside_domains",
    "roles",
    "seats",
    "workspaces",
    "groups",
    "invited_at",
    "invitation_ends_at",
    "mails",
    "uuid",
];

/// Writes one row for each person. Cells that a spreadsheet would compute start with an apostrophe.
///
/// # Errors
///
/// Those of the writer.
pub fn members_csv(out: &mut dyn Write, report: &MembersReport) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    for person in &report.people {
        rows.write_record(row(person).iter().map(|cell| escape::cell(cell)))?;
    }
    rows.flush()
}

fn row(person: &FoundPerson) -> [String; COLUMNS.len()] {
    let texts = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join("; ");
    let mails = person.invitation.as_ref().and_then(|dates| dates.mails);
    let date =
        |of: fn(&InvitationDates) -> &String| person.invitation.as_ref().map(of).cloned().unwrap_or_default();
    [
        person.target.clone(),
        person.name.clone().unwrap_or_default(),
        <&str>::from(person.live).to_owned(),
        person.declaration.map_or("", <&str>::from).to_owned(),
        person.declared.as_ref().map(ToString::to_string).unwrap_or_default(),
        person.outside_domains.to_string(),
        texts(&mut person.roles.iter().map(role)),
        person.seats.as_ref().map_or("unknown".to_owned(), |seats| seats.join("; ")),
        texts(&mut person.workspaces.iter().map(workspace)),
        texts(&mut groups(person).into_iter()),
        date(|dates| &dates.created_at),
        date(|dates| &dates.ends_at),
        mails.map(|mails| mails.to_string()).unwrap_or_default(),
        person.uuid.map(|id| id.to_string()).unwrap_or_default(),
    ]
}
