//! Reads what the audit log tells, as far as a plan depends on it.

use super::config::Config;
use super::console::Console;
use super::failure::Failure;
use super::live::{self, Connection, SourceArgs};
use crate::api::AuditLog;
use crate::check::Checked;
use crate::clock;
use crate::model::{
    AuditEvent, AuditEventType, AuditEventTypes, Departed, Desired, Email, ExpiredInvitations, History,
    KeyOwner, KnownEvents, Live, LiveApiKey, LiveInvitation, Onboarding, in_or_out,
};
use crate::plan::{Plan, Scope, plan_for};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashSet};
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
        let is_new = |joined: &Timestamp| desired.policy.is_new(*joined, today);
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
        scope: &Scope,
    ) -> Result<KnownEvents, Failure> {
        if args.audit_days == 0 {
            return Ok(KnownEvents::NotRead);
        }
        let Wanted { events, revoked_since } = Wanted::of(desired, live, today);
        let types: AuditEventTypes = if events || matches!(scope, Scope::Renew(_)) {
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

/// The time so many days ago.
pub(super) fn days_ago(days: u16) -> Timestamp {
    let days = SignedDuration::from_hours(24 * i64::from(days));
    clock::now().saturating_sub(days).unwrap_or(Timestamp::MIN)
}

/// What the events of a snapshot tell.
pub(super) fn of_snapshot(args: &HistoryArgs, events: Option<Vec<AuditEvent>>) -> History {
    let events = events.filter(|_| args.audit_days > 0);
    let changes = events.clone().unwrap_or_default();
    History { log: events.map_or(KnownEvents::NotRead, KnownEvents::Read), changes, ..History::default() }
}

/// Reads the live organization and the events that a plan of it depends on, and plans. Also returns the events of more
/// types in the last days.
pub(super) fn read_and_plan(
    source: &SourceArgs,
    args: &HistoryArgs,
    config: &Config,
    more: AuditEventTypes,
    console: &mut Console,
) -> Result<(Live, Plan, Vec<AuditEvent>), Failure> {
    let Config { desired, today, .. } = config;
    let name = &desired.organization;
    let stored = |events| of_snapshot(args, events);
    let (live, _, history) = live::read_with(source, name, console, stored, async |connection, live| {
        let log = connection.read_events(args, desired, live, *today, &Scope::Whole).await?;
        let changes = if log == KnownEvents::Withheld {
            Vec::new()
        } else {
            connection.read_lately(args, more).await?
        };
        Ok(History { log, changes, ..History::default() })
    })?;
    report_withheld(&history.log, console)?;
    let history = History { today: Some(*today), ..history };
    let plan = plan_for(desired, &live, &history, Scope::Whole);
    Ok((live, plan, history.changes))
}

impl Connection {
    /// Reads the events that may tell who made the changes that a plan undoes: only types that fit, and only if there are
    /// any such changes. `plan` makes the plan; if it can't, there is nothing to attribute.
    pub(super) async fn read_changes(
        &self,
        args: &HistoryArgs,
        live: &Live,
        history: &History,
        plan: impl FnOnce(&History) -> Result<Checked, Failure>,
    ) -> Result<Vec<AuditEvent>, Failure> {
        let is_off = args.audit_days == 0 || history.log == KnownEvents::Withheld;
        let Some(checked) = (!is_off).then(|| plan(history).ok()).flatten() else { return Ok(Vec::new()) };
        self.read_lately(args, checked.plan().attributable(live)).await
    }

    /// Reads the events of some types in the last days. None if the log can't be read.
    async fn read_lately(
        &self,
        args: &HistoryArgs,
        types: AuditEventTypes,
    ) -> Result<Vec<AuditEvent>, Failure> {
        if args.audit_days == 0 {
            return Ok(Vec::new());
        }
        let since = Some(days_ago(args.audit_days));
        Ok(match self.client.read_audit_log(types, since).await? {
            AuditLog::Events(events) => events,
            AuditLog::Withheld => Vec::new(),
        })
    }

    /// Reads the events that tell how often people were invited.
    pub(super) async fn read_invitations(&self) -> Result<KnownEvents, Failure> {
        let types: AuditEventTypes =
            AuditEventTypes::all().iter().filter(|event| in_or_out(*event)).collect();
        Ok(match self.client.read_audit_log(types, None).await? {
            AuditLog::Events(events) => KnownEvents::Read(events),
            AuditLog::Withheld => KnownEvents::Withheld,
        })
    }
}

/// Says that a snapshot has no log, where a plan depends on one.
pub(super) fn report_unknown(
    log: &KnownEvents,
    desired: &Desired,
    live: &Live,
    today: Date,
    console: &mut Console,
) -> std::io::Result<()> {
    if *log != KnownEvents::NotRead || !Wanted::of(desired, live, today).events {
        return Ok(());
    }
    console.say(
        "The snapshot has no audit log, so it is not known who has left and how often people were invited: \
         `orgsync snapshot --audit-days N` adds it.",
    )
}

/// Says that the log can't be read, where a plan depends on it.
pub(super) fn report_withheld(log: &KnownEvents, console: &mut Console) -> std::io::Result<()> {
    if *log != KnownEvents::Withheld {
        return Ok(());
    }
    console.say(
        "The audit log can't be read with this key: people who left are planned as if they had never joined, and what \
         new people wait for is given only once. --audit-days 0 asks for no log."
    )
}

fn newest_first(mut first: Vec<AuditEvent>, second: Vec<AuditEvent>) -> Vec<AuditEvent> {
    first.extend(second);
    first.sort_by_key(|event| std::cmp::Reverse((event.at, event.log_id)));
    first
}

/// The members who get what had to wait until they joined, with a run that carries out the whole or all that is due. Only
/// where the log can't tell what was taken away from them since.
pub(super) fn completing(plan: &Plan, desired: &Desired, live: &Live, history: &History) -> BTreeSet<Email> {
    let is_complete = plan.scope.is_whole() || plan.scope.is_due() && plan.held_back.is_empty();
    let (true, Some(today)) = (is_complete && !matches!(history.log, KnownEvents::Read(_)), history.today)
    else {
        return BTreeSet::new();
    };
    let is_new = |joined: Timestamp| desired.policy.is_new(joined, today);
    let new = live.members.iter().filter(|member| member.created_at.is_some_and(is_new));
    let declared = new.filter_map(|member| member.email.as_ref());
    declared.filter(|email| desired.members.contains_key(*email)).cloned().collect()
}
