//! The audit log.
//!
//! The API has no pages for it: a part is what happened before a time, newest first. Parts overlap by the time of the
//! oldest entry, because several entries may have the same one.

use super::client::{Client, MOST_PAGES, PAGE_SIZE, is_withheld};
use super::transport::{ApiError, Fault, Request};
use crate::model::{ActorType, AuditEvent, AuditEventType, AuditEventTypes, AuditMetadata};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashSet;
use uuid::Uuid;

/// The documented default of `limit`. No server sends fewer entries while it has more.
const LEAST_PART: usize = 20;

/// The largest `limit` that is tried, when one time has more entries than a part. None is documented.
const LARGEST_LIMIT: u64 = 100 * PAGE_SIZE;

/// The unit of times in requests. Python, and so the vendor, has no smaller one.
const UNIT: SignedDuration = SignedDuration::from_micros(1);

/// `AuditLogOut`, of which only the organization matters.
#[derive(Debug, Deserialize)]
pub(super) struct AuditEntry {
    organization_uuid: Option<Uuid>,
}

/// `AuditLogOut`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedEvent {
    log_id: i64,
    #[serde(deserialize_with = "time")]
    created_at: Timestamp,
    actor_type: String,
    event_type: String,
    #[serde(default)]
    actor_metadata: Value,
    #[serde(default)]
    event_metadata: Value,
    #[serde(default)]
    target_metadata: Value,
    organization_uuid: Option<Uuid>,
    workspace_uuid: Option<Uuid>,
}

/// An entry of a list.
trait Entry: DeserializeOwned {
    fn log_id(&self) -> i64;
    fn created_at(&self) -> Timestamp;
}

impl Entry for ListedEvent {
    fn log_id(&self) -> i64 {
        self.log_id
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }
}

/// An unchanged entry.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RawEvent {
    #[serde(skip)]
    log_id: i64,
    #[serde(skip)]
    created_at: Timestamp,
    json: Box<RawValue>,
}

impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let ListedEvent { log_id, created_at, .. } =
            serde_json::from_str(json.get()).map_err(de::Error::custom)?;
        Ok(Self { log_id, created_at, json })
    }
}

impl Entry for RawEvent {
    fn log_id(&self) -> i64 {
        self.log_id
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }
}

/// A time; without an offset, in UTC.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let naive = || text.parse::<DateTime>().ok().and_then(|time| Offset::UTC.to_timestamp(time).ok());
    text.parse().ok().or_else(naive).ok_or_else(|| de::Error::custom("it is not a time"))
}

/// The event; `None` if its type is not one that orgsync reads.
pub(super) fn event(listed: ListedEvent) -> Option<AuditEvent> {
    let actor_metadata = AuditMetadata::from(&listed.actor_metadata);
    Some(AuditEvent {
        log_id: listed.log_id,
        at: listed.created_at,
        event: AuditEventType::named(&listed.event_type)?,
        actor_type: ActorType::named(&listed.actor_type),
        actor: actor_metadata.get("user_uuid").and_then(|text| Uuid::parse_str(text).ok()),
        organization_uuid: listed.organization_uuid,
        workspace_uuid: listed.workspace_uuid,
        actor_metadata,
        event_metadata: (&listed.event_metadata).into(),
        target_metadata: (&listed.target_metadata).into(),
    })
}

/// What the audit log tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditLog {
    /// The events that were asked for, the newest first.
    Events(Vec<AuditEvent>),
    /// The key may not read the log, or there is none.
    Withheld,
}

/// Which events to read.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    types: AuditEventTypes,
    since: Option<Timestamp>,
    before: Option<Timestamp>,
    limit: u64,
}

impl Wanted {
    fn includes(&self, event: &AuditEvent) -> bool {
        self.types.contains(event.event) && self.is_recent(event.at)
    }

    fn is_recent(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since)
    }

    /// What to ask for after a part, given its length, its oldest time, and whether it had anything new. `None` if
    /// nothing is left, and an error if some entries of one time can't be read.
    fn after_part(self, length: usize, oldest: Timestamp, is_new: bool) -> Result<Option<Self>, String> {
        if length < LEAST_PART || self.since.is_some_and(|since| oldest < since) {
            return Ok(None);
        }
        let oldest = in_units(oldest);
        if is_new {
            return Ok(Some(Self { before: oldest.checked_add(UNIT).ok(), ..self }));
        }
        // All entries of one time are known, unless the part was cut at the limit. No server is expected to have a lower
        // one that it does not mention, and more entries of one microsecond than that.
        let is_cut = length as u64 >= self.limit;
        if is_cut && self.limit < LARGEST_LIMIT {
            return Ok(Some(Self { limit: 10 * self.limit, ..self }));
        }
        if is_cut {
            return Err(format!("{length} or more entries have the same time, {oldest}"));
        }
        if self.before.is_some_and(|before| oldest >= before) {
            return Err(format!("an entry of {oldest} is listed before {oldest}"));
        }
        Ok(Some(Self { before: Some(oldest), ..self }))
    }
}

/// The time, rounded down to what requests can express.
fn in_units(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

impl Request {
    /// The newest entry of the audit log.
    pub(super) fn newest_audit_entry() -> Self {
        Self { query: vec![("limit", 1)], ..Self::new(Method::GET, "/audit-logs") }
    }

    /// Entries of the audit log. The API excludes both times, so that the earliest wanted one is after its predecessor.
    fn audit_log(wanted: &Wanted) -> Self {
        let types = wanted.types.iter().map(|event| ("event_type", event.api_name().to_owned()));
        let after = wanted.since.and_then(|since| in_units(since).checked_sub(UNIT).ok());
        let times = [("after", after), ("before", wanted.before)];
        let times = times.into_iter().filter_map(|(name, time)| Some((name, time?.to_string())));
        Self {
            query: vec![("limit", wanted.limit)],
            filters: types.chain(times).collect(),
            ..Self::new(Method::GET, "/audit-logs")
        }
    }
}

impl Client {
    /// Reads the organization's identifier, which only the audit log shows; `None` if the key may not read the log.
    ///
    /// # Errors
    ///
    /// The API can't be reached or fails.
    pub async fn read_organization_id(&self) -> Result<Option<Uuid>, ApiError> {
        match self.send::<Vec<AuditEntry>>(&Request::newest_audit_entry()).await {
            Ok(entries) => Ok(entries.first().and_then(|entry| entry.organization_uuid)),
            Err(error) if is_withheld(error.fault()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the events of some types since a time, or as far back as the log reaches. Without types, sends nothing.
    ///
    /// Sequential, because each part depends on the one before it.
    ///
    /// # Errors
    ///
    /// The API can't be reached or fails, or has more entries of one time than it lists.
    pub async fn read_audit_log(
        &self,
        types: impl Into<AuditEventTypes>,
        since: Option<Timestamp>,
    ) -> Result<AuditLog, ApiError> {
        let wanted = Wanted { types: types.into(), since, before: None, limit: PAGE_SIZE };
        let Some(entries) = self.read_entries::<ListedEvent>(wanted).await? else {
            return Ok(AuditLog::Withheld);
        };
        Ok(AuditLog::Events(newest_first(entries.into_iter().filter_map(event), |event| {
            wanted.includes(event)
        })))
    }

    /// Reads the unchanged entries that orgsync knows the types of, since a time; `None` if the key may not read the log.
    ///
    /// # Errors
    ///
    /// As [`Self::read_audit_log`].
    pub(super) async fn read_raw_log(&self, since: Timestamp) -> Result<Option<Vec<RawEvent>>, ApiError> {
        let types = AuditEventTypes::all();
        let wanted = Wanted { types, since: Some(since), before: None, limit: PAGE_SIZE };
        let entries = self.read_entries::<RawEvent>(wanted).await?;
        Ok(entries.map(|mut entries| {
            entries.retain(|entry| wanted.is_recent(entry.created_at));
            entries.sort_by_key(|entry| std::cmp::Reverse((entry.created_at, entry.log_id)));
            entries
        }))
    }

    /// Reads entries part by part, each once. `None` if the key may not read the log.
    async fn read_entries<E: Entry>(&self, mut wanted: Wanted) -> Result<Option<Vec<E>>, ApiError> {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        if wanted.types.is_empty() {
            return Ok(Some(entries));
        }
        for number in 0..MOST_PAGES {
            let request = Request::audit_log(&wanted);
            let part = match self.send::<Vec<E>>(&request).await {
                Err(error) if number == 0 && is_withheld(error.fault()) => return Ok(None),
                part => part?,
            };
            let (length, known) = (part.len(), seen.len());
            let Some(oldest) = part.iter().map(Entry::created_at).min() else { break };
            entries.extend(part.into_iter().filter(|entry| seen.insert(entry.log_id())));
            let next = wanted.after_part(length, oldest, seen.len() > known);
            let next = next.map_err(|detail| {
                self.error(&request, Fault::Unexpected { field: "created_at".to_owned(), detail })
            })?;
            let Some(next) = next else { break };
            wanted = next;
        }
        Ok(Some(entries))
    }
}

/// The events of stored entries, the newest first.
pub(super) fn stored_events(entries: Vec<ListedEvent>) -> Vec<AuditEvent> {
    newest_first(entries.into_iter().filter_map(event), |_| true)
}

fn newest_first(
    events: impl Iterator<Item = AuditEvent>,
    is_wanted: impl Fn(&AuditEvent) -> bool,
) -> Vec<AuditEvent> {
    let mut events: Vec<AuditEvent> = events.filter(|event| is_wanted(event)).collect();
    events.sort_by_key(|event| std::cmp::Reverse((event.at, event.log_id)));
    events
}
