//! Reads what the audit log tells, as far as a plan depends on it.

use super::console::Console;
use super::failure::Failure;
use super::live::Connection;
use crate::api::AuditLog;
use crate::model::{
    AuditEvent, AuditEventType, AuditEventTypes, Departed, Desired, Email, ExpiredInvitations, KeyOwner,
    KnownEvents, Live, LiveApiKey, LiveInvitation, Onboarding, in_or_out,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use uuid::Uuid;

/// How many days of the audit log are read.
#[derive(Debug, clap::Args)]
pub(super) struct HistoryArgs {
    /// Read this many days of the audit log, where a plan depends on it; 0 turns it off. For people who left, and for
    /// what new people wait for, its few types of events are read further back
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(super) audit_days: u16,
}

/// What a plan needs to know.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    /// Who left, and how many mails there were: a declared person is neither live nor invited, or has not answered. Or
    /// whose an API key is: only events tell which identifier a person had who has left.
    events: bool,
    /// What was revoked since this time, from people who have joined lately.
    revoked_since: Option<Timestamp>,
}

impl Wanted {
    fn of(desired: &Desired, live: &Live, today: Date) -> Self {
        let members = live.members.iter().filter_map(|member| member.email.as_ref());
        let invited = live.invitations.iter().filter_map(|invitation| invitation.email.as_ref());
        let known: HashSet<&Email> = members.chain(invited).collect();
        let is_absent = |(email, former): (&Email, Option<&Email>)| {
            !known.contains(email) && former.is_none_or(|former| !known.contains(former))
        };
        let is_unanswered = |invitation: &LiveInvitation| {
            let email = invitation.email.as_ref();
            invitation.expired && email.is_some_and(|email| desired.members.contains_key(email))
        };
        let mut declared = desired.members.iter().map(|(email, member)| (email, member.previously.as_ref()));
        let days = i64::from(desired.policy.complete_within);
        let is_new = |joined: &Timestamp| {
            today.duration_since(TimeZone::UTC.to_datetime(*joined).date()).as_hours() / 24 <= days
        };
        let joined = live.members.iter().filter_map(|member| member.created_at).filter(is_new).min();
        let members: HashSet<Uuid> = live.members.iter().map(|member| member.id).collect();
        let is_stray = |key: &LiveApiKey| matches!(key.owner, KeyOwner::Id(id) if !members.contains(&id));
        Self {
            events: !desired.removals.is_empty() && live.api_keys.iter().flatten().any(is_stray)
                || desired.policy.departed == Departed::Report && declared.any(is_absent)
                || matches!(desired.policy.expired_invitations, ExpiredInvitations::Limited(_))
                    && live.invitations.iter().any(is_unanswered),
            revoked_since: joined,
        }
    }
}

/// The types of events that tell what was revoked.
fn revocations(onboarding: Onboarding) -> AuditEventTypes {
    use AuditEventType as Type;
    let always = Type::SeatRevoked
        | Type::WorkspaceMemberRemoved
        | Type::WorkspaceMemberRolesChanged
        | Type::GroupMemberRemoved;
    if onboarding == Onboarding::Sso { always | Type::MemberRolesChanged } else { always }
}

impl Connection {
    /// Reads the events that a plan depends on.
    pub(super) async fn read_events(
        &self,
        args: &HistoryArgs,
        desired: &Desired,
        live: &Live,
        today: Date,
    ) -> Result<KnownEvents, Failure> {
        if args.audit_days == 0 {
            return Ok(KnownEvents::NotRead);
        }
        let Wanted { events, revoked_since } = Wanted::of(desired, live, today);
        let types: AuditEventTypes = if events {
            AuditEventTypes::all().iter().filter(|event| in_or_out(*event)).collect()
        } else {
            AuditEventTypes::empty()
        };
        let revoking =
            revoked_since.map_or(AuditEventTypes::empty(), |_| revocations(desired.policy.onboarding));
        if types.is_empty() && revoking.is_empty() {
            return Ok(KnownEvents::Read(Vec::new()));
        }
        let (departures, revocations) = futures::try_join!(
            self.client.read_audit_log(types, None),
            self.client.read_audit_log(revoking, revoked_since),
        )?;
        Ok(match (departures, revocations) {
            (AuditLog::Events(first), AuditLog::Events(second)) => {
                KnownEvents::Read(newest_first(first, second))
            }
            _ => KnownEvents::Withheld,
        })
    }
}

/// Says that the log can't be read, where a plan depends on it.
pub(super) fn report_withheld(log: &KnownEvents, console: &mut Console) -> std::io::Result<()> {
    if *log != KnownEvents::Withheld {
        return Ok(());
    }
    writeln!(
        console.err(),
        "The audit log can't be read with this key: people who left are planned as if they had never joined, and what \
         new people wait for is not due. --audit-days 0 asks for no log."
    )
}

fn newest_first(mut first: Vec<AuditEvent>, second: Vec<AuditEvent>) -> Vec<AuditEvent> {
    first.extend(second);
    first.sort_by_key(|event| std::cmp::Reverse((event.at, event.log_id)));
    first
}
