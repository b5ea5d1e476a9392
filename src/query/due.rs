//! What ends, expires or is sent again in the next days.

use super::members::ACCEPTABLE;
use crate::escape;
use crate::model::{Desired, ExpiredInvitations, Holder, ListedGrant, Live, Onboarding, TimedGrant};
use crate::plan::Plan;
use crate::source::{Position, Sources};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoStaticStr;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// What is due in the next days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DueReport {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
    /// The first day, in UTC.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The ids of the actions that are due now: `apply --due` does them. Null if the live organization was not read.
    pub now: Option<Vec<String>>,
    /// By day.
    pub entries: Vec<DueEntry>,
}

/// What happens on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct DueEntry {
    /// The last day of what ends, or the day on which an invitation expires.
    pub day: String,
    pub kind: DueKind,
    /// The person, or `team NAME`, `group NAME` or `defaults`. Harmless text.
    pub holder: String,
    /// What ends: a role, a product, or the name of a group or team; absent for a person's access and an invitation.
    /// Harmless text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The workspace, for a role in one. Harmless text.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// What it is for. Harmless text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Where the files say it; absent for an invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
}

/// What ends or expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DueKind {
    /// All access of a person.
    Access,
    Role,
    Seat,
    WorkspaceRole,
    /// Membership of a group.
    Group,
    /// Membership of a team.
    Team,
    /// An invitation expires that nobody has accepted.
    Invitation,
    /// An invitation expires, and is then sent again.
    Renewal,
}

/// Lists what is due from a day on, for some days. `live` is the live organization with its plan of what is due, if it was
/// read.
#[must_use]
pub fn due(
    desired: &Desired,
    sources: &Sources,
    live: Option<(&Live, &Plan)>,
    today: Date,
    days: u16,
) -> DueReport {
    let last = today.saturating_add(i64::from(days).days());
    let is_near = |day: &Date| (today..=last).contains(day);
    let mut entries: Vec<DueEntry> = Vec::new();
    for (email, member) in &desired.members {
        if let Some((day, at)) = member.last_day.filter(is_near).zip(member.expires) {
            let (day, holder, at) = (day.to_string(), email.to_string(), Some(sources.position(at)));
            entries.push(DueEntry {
                day,
                kind: DueKind::Access,
                holder,
                name: None,
                within: None,
                why: None,
                at,
            });
        }
    }
    for (at, grants) in &desired.timed {
        let near = grants.iter().filter_map(|grant| Some((grant.until.filter(is_near)?, grant)));
        entries.extend(near.map(|(day, grant)| listed(day, grant, sources.position(*at))));
    }
    if let Some((live, _)) = live {
        entries.extend(invitations(desired, live).filter(|(day, _)| is_near(day)).map(|(_, entry)| entry));
    }
    entries.sort();
    DueReport {
        format_version: FORMAT_VERSION.to_owned(),
        organization: escape::line(&desired.organization).into_owned(),
        from: today.to_string(),
        to: last.to_string(),
        now: live.map(|(_, plan)| {
            plan.actions.iter().map(|action| escape::line(&action.id()).into_owned()).collect()
        }),
        entries,
    }
}

fn listed(day: Date, grant: &TimedGrant, at: Position) -> DueEntry {
    let (kind, name, within) = match &grant.grant {
        ListedGrant::Role(role) => (DueKind::Role, role.name(), None),
        ListedGrant::Seat(product) => (DueKind::Seat, product.name(), None),
        ListedGrant::WorkspaceRole(workspace, role) => {
            (DueKind::WorkspaceRole, role.name(), Some(escape::line(workspace).into_owned()))
        }
        ListedGrant::Group(name) => (DueKind::Group, name.as_str(), None),
        ListedGrant::Team(name) => (DueKind::Team, name.as_str(), None),
    };
    let holder = match &grant.holder {
        Holder::Person(email) => email.to_string(),
        Holder::Team(name) => format!("team {}", escape::line(name)),
        Holder::Group(name) => format!("group {}", escape::line(name)),
        Holder::Defaults => "defaults".to_owned(),
    };
    DueEntry {
        day: day.to_string(),
        kind,
        holder,
        name: Some(escape::line(name).into_owned()),
        within,
        why: grant.why.as_deref().map(escape::excerpt),
        at: Some(at),
    }
}

/// The days on which pending invitations expire.
fn invitations<'l>(desired: &'l Desired, live: &'l Live) -> impl Iterator<Item = (Date, DueEntry)> + 'l {
    let renews = desired.policy.onboarding != Onboarding::Sso
        && desired.policy.expired_invitations != ExpiredInvitations::Report;
    let pending = live.invitations.iter().filter(|invitation| !invitation.expired);
    pending.filter_map(move |invitation| {
        let ends = invitation.created_at?.saturating_add(ACCEPTABLE).unwrap_or(Timestamp::MAX);
        let day = TimeZone::UTC.to_datetime(ends).date();
        let email = invitation.email.as_ref();
        let is_declared = email.is_some_and(|email| desired.members.contains_key(email));
        let kind = if renews && is_declared { DueKind::Renewal } else { DueKind::Invitation };
        let holder = email.map_or_else(|| escape::excerpt(&invitation.label), ToString::to_string);
        let day_text = day.to_string();
        let entry = DueEntry { day: day_text, kind, holder, name: None, within: None, why: None, at: None };
        Some((day, entry))
    })
}

impl DueEntry {
    /// What happens, in a few words: `admin ends`, `dev in Research ends`, `the invitation expires`.
    #[must_use]
    pub fn words(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        match (self.kind, &self.within) {
            (DueKind::Access, _) => "all access ends".to_owned(),
            (DueKind::Role, _) => format!("the role {name} ends"),
            (DueKind::Seat, _) => format!("the seat {name} ends"),
            (DueKind::WorkspaceRole, Some(workspace)) => format!("{name} in the workspace {workspace} ends"),
            (DueKind::WorkspaceRole, None) => format!("{name} ends"),
            (DueKind::Group, _) => format!("membership of the group {name} ends"),
            (DueKind::Team, _) => format!("membership of the team {name} ends"),
            (DueKind::Invitation, _) => "the invitation expires".to_owned(),
            (DueKind::Renewal, _) => "the invitation expires, and is sent again".to_owned(),
        }
    }
}
