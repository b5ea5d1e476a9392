//! The API keys of people who leave: which of them the plan deletes, and which go on working.
//!
//! A key goes on working when its creator has left. The API shows a creator as an address or an identifier, and keys that
//! were made with another key under that key's name. A key is looked at for everyone who leaves with the plan, and for
//! people of the files who have left before. A key without a known owner may belong to any of them, so it is listed too.

use super::operation::{ApiKeyDelete, ApiKeyState};
use crate::escape;
use crate::model::{Email, KeyOwner, LeaverKeys, Live, LiveApiKey, RemovalCause, UnusedKeys};
use crate::source::Span;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// An API key that goes on working although its owner leaves or has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyLeft {
    pub key_id: Uuid,
    #[serde(flatten)]
    pub key: ApiKeyState,
    /// The address of the person who created it; null if that is not known.
    pub owner: Option<String>,
    pub reason: KeyLeftReason,
    /// Why it is not deleted although the policy asks for that; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeyKept>,
}

/// Why an API key is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyLeftReason {
    /// The plan removes its owner.
    Leaves,
    /// Its owner is listed under `removed`, and has left before.
    Removed,
    /// The last day of access of its owner is over, and they have left before.
    Expired,
    /// Its owner left by themselves, or somebody removed them by hand.
    Departed,
    /// Nobody knows who created it: it may be a person who leaves.
    UnknownOwner,
}

/// Why an API key is not deleted although the policy asks for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKept {
    /// It was used lately (`unused_for`), or it is not known when.
    InUse,
    /// The API says that the Admin API key may not delete it.
    Forbidden,
    /// `--allow-irreversible` is missing, without which an emergency leaves it.
    NotAllowed,
}

/// A person who leaves with the plan, or has left.
pub(super) struct Leaver<'o> {
    /// The address under which they are shown.
    pub(super) email: &'o Email,
    /// All addresses that they have or had.
    pub(super) addresses: Vec<&'o Email>,
    /// The identifiers that they have or had, as far as known.
    pub(super) ids: BTreeSet<Uuid>,
    pub(super) cause: RemovalCause,
    /// They are still a member.
    pub(super) is_live: bool,
    /// The positions in the files that cause it.
    pub(super) sources: Vec<Span>,
}

/// The live API keys by their owners.
pub(super) struct KeysByOwner<'l> {
    by_address: HashMap<&'l Email, Vec<&'l LiveApiKey>>,
    by_id: HashMap<Uuid, Vec<&'l LiveApiKey>>,
    unknown: Vec<&'l LiveApiKey>,
}

impl<'l> KeysByOwner<'l> {
    /// `None` if the list can't be read.
    pub(super) fn of(live: &'l Live) -> Option<Self> {
        let mut owners = Self { by_address: HashMap::new(), by_id: HashMap::new(), unknown: Vec::new() };
        for key in live.api_keys.as_ref()? {
            match &key.owner {
                KeyOwner::Address(email) => owners.by_address.entry(email).or_default().push(key),
                KeyOwner::Id(id) => owners.by_id.entry(*id).or_default().push(key),
                KeyOwner::Unknown => owners.unknown.push(key),
            }
        }
        Some(owners)
    }

    /// The keys of a person, in no order.
    pub(super) fn of_leaver<'o>(
        &'o self,
        leaver: &'o Leaver<'_>,
    ) -> impl Iterator<Item = &'l LiveApiKey> + 'o {
        let by_address = leaver.addresses.iter().filter_map(|email| self.by_address.get(*email));
        let by_id = leaver.ids.iter().filter_map(|id| self.by_id.get(id));
        by_address.chain(by_id).flatten().copied()
    }

    /// The keys whose owner is not known: neither a member nor one of these people.
    fn without_owner(&self, live: &Live, leavers: &[Leaver<'_>]) -> Vec<&'l LiveApiKey> {
        let members = live.members.iter().map(|member| member.id);
        let known: HashSet<Uuid> =
            members.chain(leavers.iter().flat_map(|one| one.ids.iter().copied())).collect();
        let by_id = self.by_id.iter().filter(|(id, _)| !known.contains(id)).flat_map(|(_, keys)| keys);
        self.unknown.iter().chain(by_id).copied().collect()
    }
}

/// What the policy says about the keys of leavers, on a day.
#[derive(Clone, Copy)]
pub(super) struct KeyPolicy {
    pub(super) keys: LeaverKeys,
    /// `None` if the day is not known: then every key counts as used.
    pub(super) today: Option<Date>,
}

impl KeyPolicy {
    /// The deletion of a key, or why it stays.
    fn decide(self, key: &LiveApiKey, leaver: &Leaver<'_>) -> Result<ApiKeyDelete, Option<KeyKept>> {
        let unused_for = match self.keys {
            LeaverKeys::Report => return Err(None),
            LeaverKeys::Revoke => None,
            LeaverKeys::RevokeUnused { revoke: UnusedKeys { unused_for } } => Some(unused_for),
        };
        if key.deletable == Some(false) {
            return Err(Some(KeyKept::Forbidden));
        }
        if unused_for.is_some_and(|days| !self.is_unused(key, days)) {
            return Err(Some(KeyKept::InUse));
        }
        let (email, before) = (leaver.email.clone(), state(key));
        Ok(ApiKeyDelete { email, key_id: key.id, before, cause: leaver.cause, unused_for })
    }

    /// Whether the last use of a key, or else its creation, is more than so many days ago.
    fn is_unused(self, key: &LiveApiKey, days: u16) -> bool {
        let last = key.last_used.as_deref().or(key.created_at.as_deref()).and_then(day);
        let (Some(last), Some(today)) = (last, self.today) else { return false };
        today.duration_since(last).as_hours() / 24 > i64::from(days)
    }

    /// The keys of the leavers that are deleted, with the positions that cause it.
    pub(super) fn deletions<'o>(
        self,
        keys: &'o KeysByOwner<'_>,
        leavers: &'o [Leaver<'_>],
    ) -> impl Iterator<Item = (ApiKeyDelete, Vec<Span>)> + 'o {
        leavers.iter().flat_map(move |leaver| {
            let decided = keys.of_leaver(leaver).filter_map(move |key| self.decide(key, leaver).ok());
            decided.map(|deletion| (deletion, leaver.sources.clone()))
        })
    }

    /// The keys that are left behind: by owner, those without one last. Empty if nobody leaves, and none is left by
    /// people who have left before. `deleted` are the keys that the plan deletes.
    pub(super) fn left(
        self,
        live: &Live,
        keys: &KeysByOwner<'_>,
        leavers: &[Leaver<'_>],
        deleted: &HashSet<Uuid>,
    ) -> Vec<ApiKeyLeft> {
        let mut left = Vec::new();
        for leaver in leavers {
            for key in keys.of_leaver(leaver).filter(|key| !deleted.contains(&key.id)) {
                let kept = self.decide(key, leaver).err().flatten();
                let (owner, reason) = (Some(leaver.email.to_string()), leaver.reason());
                left.push(ApiKeyLeft { key_id: key.id, key: state(key), owner, reason, kept });
            }
        }
        if leavers.iter().any(|leaver| leaver.is_live) || !left.is_empty() || !deleted.is_empty() {
            let reason = KeyLeftReason::UnknownOwner;
            let unknown = keys.without_owner(live, leavers).into_iter();
            left.extend(unknown.map(|key| ApiKeyLeft {
                key_id: key.id,
                key: state(key),
                owner: None,
                reason,
                kept: None,
            }));
        }
        left.sort_by(|a, b| {
            let order =
                |one: &ApiKeyLeft| (one.owner.is_none(), one.owner.clone(), one.key.name.clone(), one.key_id);
            order(a).cmp(&order(b))
        });
        left
    }
}

impl Leaver<'_> {
    fn reason(&self) -> KeyLeftReason {
        match self.cause {
            _ if self.is_live => KeyLeftReason::Leaves,
            RemovalCause::Expired => KeyLeftReason::Expired,
            RemovalCause::Departed => KeyLeftReason::Departed,
            _ => KeyLeftReason::Removed,
        }
    }
}

/// A key that an emergency leaves because it may not delete it.
pub(crate) fn not_allowed(deletion: &ApiKeyDelete) -> ApiKeyLeft {
    ApiKeyLeft {
        key_id: deletion.key_id,
        key: deletion.before.clone(),
        owner: Some(deletion.email.to_string()),
        reason: KeyLeftReason::Leaves,
        kept: Some(KeyKept::NotAllowed),
    }
}

fn state(key: &LiveApiKey) -> ApiKeyState {
    let text = |text: &Option<String>| text.as_deref().map(escape::excerpt);
    ApiKeyState {
        name: text(&key.name),
        hidden_key: escape::excerpt(&key.masked),
        workspace: text(&key.workspace),
        last_used: text(&key.last_used),
        expires: text(&key.expires),
    }
}

/// The day (UTC) of a date or a time.
fn day(text: &str) -> Option<Date> {
    let of_time = |time: Timestamp| TimeZone::UTC.to_datetime(time).date();
    text.parse().map(of_time).ok().or_else(|| text.parse().ok())
}
