//! The API keys that people leave behind.
//!
//! A key goes on working when its creator has left. The API shows a creator as an address or an identifier, and keys that
//! were made with another key under that key's name. A key is listed for everyone who leaves with the plan, and for people
//! of the files who have left before. A key without a known owner may belong to any of them, so it is listed too.

use super::operation::{MemberRemove, Operation};
use crate::escape;
use crate::model::{Desired, Email, KeyOwner, Live, LiveApiKey, RemovalCause};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An API key that goes on working although its owner leaves or has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyLeft {
    pub key_id: Uuid,
    /// Escaped, as are all texts here.
    pub name: Option<String>,
    /// The key with its middle left out.
    pub hidden_key: String,
    pub workspace: Option<String>,
    /// The address of the person who created it; null if that is not known.
    pub owner: Option<String>,
    /// The day on which it was last used (UTC); null if never.
    pub last_used: Option<String>,
    /// The day on which it expires; null if never.
    pub expires: Option<String>,
    pub reason: KeyLeftReason,
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
    /// Nobody knows who created it: it may be a person who leaves.
    UnknownOwner,
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
        let members: HashSet<Uuid> = live.members.iter().map(|member| member.id).collect();
        let mut owners = Self { by_address: HashMap::new(), by_id: HashMap::new(), unknown: Vec::new() };
        for key in live.api_keys.as_ref()? {
            match &key.owner {
                KeyOwner::Address(email) => owners.by_address.entry(email).or_default().push(key),
                KeyOwner::Id(id) if members.contains(id) => owners.by_id.entry(*id).or_default().push(key),
                KeyOwner::Id(_) | KeyOwner::Unknown => owners.unknown.push(key),
            }
        }
        Some(owners)
    }

    /// The keys of a member who leaves.
    pub(super) fn of_member(&self, leaver: &MemberRemove) -> impl Iterator<Item = &'l LiveApiKey> {
        let by_id = self.by_id.get(&leaver.member_id).into_iter().flatten();
        self.of_address(&leaver.email).chain(by_id.copied())
    }

    fn of_address(&self, email: &Email) -> impl Iterator<Item = &'l LiveApiKey> {
        self.by_address.get(email).into_iter().flatten().copied()
    }
}

impl ApiKeyLeft {
    fn new(key: &LiveApiKey, owner: Option<&Email>, reason: KeyLeftReason) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(escape::excerpt);
        Self {
            key_id: key.id,
            name: text(&key.name),
            hidden_key: escape::excerpt(&key.masked),
            workspace: text(&key.workspace),
            owner: owner.map(ToString::to_string),
            last_used: text(&key.last_used),
            expires: text(&key.expires),
            reason,
        }
    }
}

/// The API keys that are left behind: by owner, those without one last. Empty if the list can't be read, and if nobody
/// leaves or has left. `gone` includes the people who have left before.
pub(super) fn api_keys_left<'o>(
    desired: &Desired,
    live: &Live,
    operations: impl Iterator<Item = &'o Operation>,
    gone: bool,
) -> Vec<ApiKeyLeft> {
    let Some(owners) = KeysByOwner::of(live) else { return Vec::new() };
    let leavers = operations.filter_map(|operation| match operation {
        Operation::MemberRemove(op) => Some(op),
        _ => None,
    });
    let (mut left, mut anyone_leaves) = (Vec::new(), false);
    for leaver in leavers {
        anyone_leaves = true;
        let keys = owners.of_member(leaver);
        left.extend(keys.map(|key| ApiKeyLeft::new(key, Some(&leaver.email), KeyLeftReason::Leaves)));
    }
    if gone {
        left.extend(keys_of_gone(desired, live, &owners));
    }
    if anyone_leaves || !left.is_empty() {
        let unknown = owners.unknown.iter();
        left.extend(unknown.map(|key| ApiKeyLeft::new(key, None, KeyLeftReason::UnknownOwner)));
    }
    left.sort_by(|a, b| {
        let order = |key: &ApiKeyLeft| (key.owner.is_none(), key.owner.clone(), key.name.clone(), key.key_id);
        order(a).cmp(&order(b))
    });
    left
}

/// The keys of removed and expired people who are not live, also under a former address.
fn keys_of_gone<'l>(
    desired: &'l Desired,
    live: &'l Live,
    owners: &'l KeysByOwner<'l>,
) -> impl Iterator<Item = ApiKeyLeft> {
    let present: HashSet<&Email> = live.members.iter().filter_map(|member| member.email.as_ref()).collect();
    desired.removals.iter().flat_map(move |(email, removal)| {
        let reason = match removal.cause {
            RemovalCause::Expired => KeyLeftReason::Expired,
            _ => KeyLeftReason::Removed,
        };
        let addresses = std::iter::once(email).chain(&removal.previously);
        let addresses: Vec<_> = addresses.filter(|email| !present.contains(email)).collect();
        addresses.into_iter().flat_map(move |address| {
            owners.of_address(address).map(move |key| ApiKeyLeft::new(key, Some(address), reason))
        })
    })
}
