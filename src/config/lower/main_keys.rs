//! Lowers the keys that only the main file has: version, organization, budgets, policy and defaults.

use super::super::file::{ConfigFile, ONE_PRODUCT, PolicyFile, SeatBudget, VERSION};
use super::super::leaver_keys::LeaverKeysFile;
use super::super::values::{Days, Domain, ExpiredFile, OrganizationId, UnmanagedFile};
use super::super::yaml::Field;
use super::context::Lowering;
use crate::diag::{Code, Diagnostic, Quoted};
use crate::model::{
    Budget, COMPLETE_WITHIN, Email, ExpiredInvitations, Holder, LeaverKeys, Limit, MIN_ADMINS, Offboarding,
    Policy, Product, RenewalLimit, UnmanagedPolicy, UnusedKeys, is_domain,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Lowering {
    pub(super) fn settings(&mut self, file: &ConfigFile) {
        self.version(file);
        if let Some(organization) = &file.organization.value {
            self.desired.organization = self.display_name(&organization.name).unwrap_or_default();
            self.desired.organization_id = self.organization_id(&organization.id);
            self.domains(&organization.domains);
        }
        self.desired.budgets = self.budgets(file);
        if let Some(defaults) = &file.defaults.value {
            let mut grants = self.grants(&Holder::Defaults, &defaults.roles, &defaults.seats);
            self.ended_defaults = std::mem::take(&mut grants.ended);
            self.desired.defaults = grants.now();
        }
        if let Some(policy) = &file.policy.value {
            self.desired.policy = self.policy(policy);
        }
    }

    /// Refuses keys in an included file that only the main file may have.
    pub(super) fn refuse_main_keys(&mut self, file: &ConfigFile) {
        let keys = std::iter::once(("version", file.version.span)).chain(file.main_keys());
        for (key, span) in keys.filter_map(|(key, span)| Some((key, span?))) {
            let message = format!("an included file can't have `{key}`");
            self.fault(Code::NotInInclude, span, message, format!("move `{key}` to the main file"));
        }
    }

    fn version(&mut self, file: &ConfigFile) {
        if let Some((version, at)) = file.version.get() {
            if *version != VERSION {
                let message =
                    format!("this orgsync reads version {VERSION} of the file format, not version {version}");
                let help = "update orgsync if this file is newer, or start it with `version: 1`";
                self.fault(Code::UnsupportedVersion, at, message, help);
            }
            return;
        }
        let first = file.main_keys().into_iter().filter_map(|(key, at)| Some((at?, key))).min();
        if let Some((at, key)) = first.filter(|_| !file.version.is_written()) {
            let message = format!("a file with `{key}` needs a `version`");
            self.fault(Code::UnsupportedVersion, at, message, "start the file with `version: 1`");
        }
    }

    fn organization_id(&mut self, field: &Field<OrganizationId>) -> Option<(Uuid, Span)> {
        let (OrganizationId(text), at) = field.get()?;
        // The parser also accepts other spellings; files allow only one.
        let id = Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH);
        let invalid = || {
            let message = format!("{} is not the identifier of an organization", Quoted(text));
            let help = "write it as in 5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10, or remove `id`";
            Diagnostic::at(Code::InvalidValue, at, message, help)
        };
        Some((self.noted(id.ok_or_else(invalid))?, at))
    }

    fn domains(&mut self, field: &Field<Vec<Field<Domain>>>) {
        let Some(listed) = &field.value else { return };
        self.domains_doubtful = !field.is_whole();
        let mut domains = BTreeSet::new();
        for (Domain(text), at) in listed.iter().filter_map(Field::get) {
            if is_domain(text) {
                domains.insert(text.to_ascii_lowercase());
            } else {
                self.domains_doubtful = true;
                let message = format!("{} is not a domain", Quoted(text));
                self.fault(Code::InvalidValue, at, message, "write it as in acme.example");
            }
        }
        // Without a valid domain, every address would seem foreign.
        let nothing_known = self.domains_doubtful && domains.is_empty();
        self.desired.domains = Some(domains).filter(|_| !nothing_known);
    }

    fn budgets(&mut self, file: &ConfigFile) -> BTreeMap<Product, (Budget, Span)> {
        let Some(seats) = &file.seats.value else { return BTreeMap::new() };
        if let (Some(first), Some(second)) = (seats.le_chat.span, seats.vibe.span) {
            let fault = Diagnostic::new(Code::DuplicateKey, ONE_PRODUCT, "keep one of the two");
            self.faults.push(fault.label(second, "again").label(first, "first"));
        }
        let le_chat = if seats.le_chat.is_written() { &seats.le_chat } else { &seats.vibe };
        [(Product::LeChat, le_chat), (Product::MistralCode, &seats.mistral_code)]
            .into_iter()
            .filter_map(|(product, entry)| Some((product, (self.budget(product, entry)?, entry.span?))))
            .collect()
    }

    /// The budget of a product. An invalid one still counts as declared, so that its seats are not reported too.
    fn budget(&mut self, product: Product, entry: &Field<SeatBudget>) -> Option<Budget> {
        let at = entry.span?;
        let unlimited = Budget { purchased: u32::MAX, reserve: 0 };
        let Some(written) = &entry.value else { return Some(unlimited) };
        let Some(purchased) = written.purchased.value else {
            if !written.purchased.is_written() {
                let message = format!("`purchased` is missing for `{}`", product.name());
                self.fault(Code::MissingKey, at, message, "add the number of seats that you have bought");
            }
            return Some(unlimited);
        };
        let reserve = written.reserve.value.unwrap_or_default();
        if reserve > purchased {
            let message = format!("a reserve of {reserve} seats is more than the {purchased} purchased");
            let (at, help) = (written.reserve.span.unwrap_or(at), "lower `reserve`, or correct `purchased`");
            self.fault(Code::ReserveAbovePurchased, at, message, help);
            return Some(Budget { purchased, reserve: 0 });
        }
        Some(Budget { purchased, reserve })
    }

    fn policy(&mut self, file: &PolicyFile) -> Policy {
        if let Some((_, at)) = file.min_admins.get().filter(|(min, _)| **min < MIN_ADMINS) {
            let message = "an organization needs at least one admin";
            self.fault(Code::InvalidValue, at, message, "write 1 or more");
        }
        Policy {
            onboarding: file.onboarding.value.unwrap_or_default(),
            unmanaged: self.unmanaged(&file.unmanaged),
            expired_invitations: self.expired_invitations(&file.expired_invitations),
            departed: file.departed.value.unwrap_or_default(),
            offboarding: Offboarding {
                api_keys: file
                    .offboarding
                    .value
                    .as_ref()
                    .map_or_else(LeaverKeys::default, |offboarding| self.leaver_keys(&offboarding.api_keys)),
            },
            complete_within: self.days(&file.complete_within).unwrap_or(COMPLETE_WITHIN),
            min_admins: file.min_admins.value.unwrap_or(MIN_ADMINS).max(MIN_ADMINS),
            max_removals: file.max_removals.value.map_or(Limit::DEFAULT, |limit| limit.0),
            protected: self.emails(file.protected.value.as_deref().unwrap_or_default()),
            invitation_language: file.invitation_language.value,
        }
    }

    fn expired_invitations(&mut self, field: &Field<ExpiredFile>) -> ExpiredInvitations {
        match &field.value {
            None => ExpiredInvitations::default(),
            Some(ExpiredFile::Renew) => ExpiredInvitations::Renew,
            Some(ExpiredFile::Report) => ExpiredInvitations::Report,
            Some(ExpiredFile::Limited(written)) => {
                let RenewalLimit { renew, every } = RenewalLimit::default();
                ExpiredInvitations::Limited(RenewalLimit {
                    renew: written.renew.value.unwrap_or(renew),
                    every: self.days(&written.every).unwrap_or(every),
                })
            }
        }
    }

    fn leaver_keys(&mut self, field: &Field<LeaverKeysFile>) -> LeaverKeys {
        let Some((LeaverKeysFile::Limited(written), at)) = field.get() else {
            return match field.value {
                Some(LeaverKeysFile::Revoke) => LeaverKeys::Revoke,
                _ => LeaverKeys::Report,
            };
        };
        let help = "write for how long a key has to be unused, as in { revoke: { unused_for: 7d } }";
        let Some((unused, at)) = written.revoke.get() else {
            if !written.revoke.is_written() {
                self.fault(Code::MissingKey, at, "`revoke` is missing", help);
            }
            return LeaverKeys::Report;
        };
        if !unused.unused_for.is_written() {
            self.fault(Code::MissingKey, at, "`unused_for` is missing", help);
        }
        match self.days(&unused.unused_for) {
            Some(unused_for) => LeaverKeys::RevokeUnused { revoke: UnusedKeys { unused_for } },
            None => LeaverKeys::Report,
        }
    }

    fn days(&mut self, field: &Field<Days>) -> Option<u16> {
        let (Days(text), at) = field.get()?;
        let digits = text.strip_suffix('d').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let days = digits.and_then(|digits| digits.parse().ok()).filter(|days| (1..=365).contains(days));
        let invalid = || {
            let message = format!("{} is not a number of days", Quoted(text));
            Diagnostic::at(Code::InvalidValue, at, message, "write it as in 30d, from 1d to 365d")
        };
        self.noted(days.ok_or_else(invalid))
    }

    fn unmanaged(&mut self, field: &Field<UnmanagedFile>) -> UnmanagedPolicy {
        let default = UnmanagedPolicy::default();
        match field.get() {
            None => default,
            Some((UnmanagedFile::All(word), at)) => {
                let word = (*word, Some(at));
                UnmanagedPolicy { members: word, invitations: word, groups: word, ..default }
            }
            Some((UnmanagedFile::ByKind(kinds), _)) => UnmanagedPolicy {
                members: word(&kinds.members, default.members),
                invitations: word(&kinds.invitations, default.invitations),
                groups: word(&kinds.groups, default.groups),
                workspace_members: word(&kinds.workspace_members, default.workspace_members),
                group_members: word(&kinds.group_members, default.group_members),
                admins: word(&kinds.admins, default.admins),
                acknowledged: self.acknowledged(kinds.acknowledged.value.as_deref().unwrap_or_default()),
            },
        }
    }

    /// Addresses and identifiers of members.
    fn acknowledged(&mut self, listed: &[Field<String>]) -> BTreeSet<String> {
        let mut acknowledged = BTreeSet::new();
        for (text, at) in listed.iter().filter_map(Field::get) {
            let id = Uuid::try_parse(text).ok().map(|id| id.to_string());
            match id.or_else(|| Email::parse(text).ok().map(|email| email.to_string())) {
                Some(holder) => drop(acknowledged.insert(holder)),
                None => {
                    let message = format!("{} is neither an address nor an identifier", Quoted(text));
                    let help = "write the address, or the `uuid` that `orgsync plan --format json` shows";
                    self.fault(Code::InvalidValue, at, message, help);
                }
            }
        }
        acknowledged
    }
}

/// A value and its position; the default if it is absent.
fn word<T: Copy>(field: &Field<T>, default: (T, Option<Span>)) -> (T, Option<Span>) {
    (field.value.unwrap_or(default.0), field.span)
}
