//! What stands in the main file alone: version, organization, budgets, policy, defaults.

use super::super::file::{ConfigFile, ONE_PRODUCT, PolicyFile, SeatBudget, VERSION};
use super::super::values::UnmanagedFile;
use super::super::yaml::Field;
use super::email;
use super::grants::{granted, grants, roles, seats, twice};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{
    Access, Budget, Email, Grant, Limit, MIN_ADMINS, Policy, Product, Role, Seats, Unmanaged,
    UnmanagedPolicy, is_domain,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The settings that hold for everybody.
pub(super) struct Settings {
    pub(super) organization: String,
    /// The only organization on which to work, and where the files say so.
    pub(super) organization_id: Option<(Uuid, Span)>,
    /// The organization's own domains in lower case; none where any will do.
    pub(super) domains: Option<BTreeSet<String>>,
    /// One of the domains could not be read.
    pub(super) domains_doubtful: bool,
    pub(super) budgets: BTreeMap<Product, (Budget, Span)>,
    pub(super) policy: Policy,
    /// What members have who don't say otherwise.
    pub(super) defaults: Access,
    /// The places that give it.
    pub(super) default_grants: Vec<Grant>,
}

pub(super) fn lower(file: &ConfigFile, number: u32, faults: &mut Faults) -> Settings {
    version(file, number, faults);
    let budgets = budgets(file, faults);
    let managed = budgets.keys().copied().collect();
    let (defaults, default_grants) = defaults(file, managed, faults);
    let (domains, domains_doubtful) = domains(file, faults);
    Settings {
        organization: organization(file),
        organization_id: organization_id(file, faults),
        domains,
        domains_doubtful,
        defaults,
        default_grants,
        policy: policy(file.policy.value.as_ref(), faults),
        budgets,
    }
}

impl Settings {
    /// The products whose seats are managed.
    pub(super) fn managed(&self) -> Seats {
        self.budgets.keys().copied().collect()
    }
}

fn version(file: &ConfigFile, number: u32, faults: &mut Faults) {
    const HELP: &str = "begin the file with `version: 1`";
    if let Some((version, span)) = file.version.get() {
        if *version != VERSION {
            let message = format!("this orgsync reads version {VERSION} of the file format, not {version}");
            let help = "update orgsync if this file is newer, or begin it with `version: 1`";
            faults.push(Diagnostic::at(Code::UnsupportedVersion, span, message, help));
        }
        return;
    }
    let first = file.main_keys().into_iter().filter_map(|(key, span)| Some((span?, key))).min();
    if let Some((span, key)) = first.filter(|_| !file.version.is_written()) {
        let message = format!("a file with `{key}` needs a `version`");
        faults.push(Diagnostic::at(Code::UnsupportedVersion, Span { file: number, ..span }, message, HELP));
    }
}

fn organization(file: &ConfigFile) -> String {
    let name = file.organization.value.as_ref().and_then(|organization| organization.name.value.clone());
    name.unwrap_or_default()
}

fn organization_id(file: &ConfigFile, faults: &mut Faults) -> Option<(Uuid, Span)> {
    let (text, at) = file.organization.value.as_ref()?.id.get()?;
    // The parser would take other spellings too; a file has one.
    let id = Uuid::try_parse(&text.0).ok().filter(|_| text.0.len() == uuid::fmt::Hyphenated::LENGTH);
    if id.is_none() {
        let message = format!("{} is not the identifier of an organization", Quoted(&text.0));
        let help = "write it as in 5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10, or remove `id`";
        faults.push(Diagnostic::at(Code::InvalidValue, at, message, help));
    }
    Some((id?, at))
}

/// The organization's own domains, and whether one could not be read.
fn domains(file: &ConfigFile, faults: &mut Faults) -> (Option<BTreeSet<String>>, bool) {
    let listed =
        file.organization.value.as_ref().and_then(|organization| organization.domains.value.as_ref());
    let Some(listed) = listed else { return (None, false) };
    let (mut domains, mut doubtful) = (BTreeSet::new(), false);
    for domain in listed {
        match domain.get() {
            Some((text, _)) if is_domain(&text.0) => {
                domains.insert(text.0.to_ascii_lowercase());
            }
            Some((text, span)) => {
                doubtful = true;
                let message = format!("{} is not a domain", Quoted(&text.0));
                faults.push(Diagnostic::at(Code::InvalidValue, span, message, "write it as in acme.example"));
            }
            None => doubtful = true,
        }
    }
    // With none that can be read, every address would seem foreign.
    let nothing_known = doubtful && domains.is_empty();
    (Some(domains).filter(|_| !nothing_known), doubtful)
}

fn budgets(file: &ConfigFile, faults: &mut Faults) -> BTreeMap<Product, (Budget, Span)> {
    let Some(seats) = &file.seats.value else {
        return BTreeMap::new();
    };
    if let (Some(first), Some(second)) = (seats.le_chat.span, seats.vibe.span) {
        let fault = Diagnostic::new(Code::DuplicateKey, ONE_PRODUCT, "keep one of the two");
        faults.push(fault.label(second, "again").label(first, "first"));
    }
    let le_chat = if seats.le_chat.is_written() { &seats.le_chat } else { &seats.vibe };
    [(Product::LeChat, le_chat), (Product::MistralCode, &seats.mistral_code)]
        .into_iter()
        .filter_map(|(product, entry)| Some((product, budget(product, entry, faults)?)))
        .collect()
}

/// One product's budget. A faulty one still counts as declared, so that no seat of it is reported as unbudgeted.
fn budget(product: Product, entry: &Field<SeatBudget>, faults: &mut Faults) -> Option<(Budget, Span)> {
    let at = entry.span?;
    let unlimited = Budget { purchased: u32::MAX, reserve: 0 };
    let Some(written) = &entry.value else {
        return Some((unlimited, at));
    };
    let Some((purchased, _)) = written.purchased.get() else {
        if !written.purchased.is_written() {
            let message = format!("`purchased` is missing for `{}`", product.name());
            faults.push(Diagnostic::at(Code::MissingKey, at, message, "add how many seats have been bought"));
        }
        return Some((unlimited, at));
    };
    let reserve = written.reserve.get();
    if let Some((reserve, span)) = reserve.filter(|(reserve, _)| *reserve > purchased) {
        let message = format!("a reserve of {reserve} seats is more than the {purchased} purchased");
        faults.push(Diagnostic::at(
            Code::ReserveAbovePurchased,
            span,
            message,
            "lower `reserve`, or correct `purchased`",
        ));
        return Some((Budget { purchased: *purchased, reserve: 0 }, at));
    }
    Some((Budget { purchased: *purchased, reserve: written.reserve.value.unwrap_or_default() }, at))
}

fn policy(file: Option<&PolicyFile>, faults: &mut Faults) -> Policy {
    let empty = PolicyFile::default();
    let file = file.unwrap_or(&empty);
    let min_admins = file.min_admins.get().map_or(MIN_ADMINS, |(min, span)| {
        if *min < MIN_ADMINS {
            let message = "an organization needs at least one admin";
            faults.push(Diagnostic::at(Code::InvalidValue, span, message, "write 1 or more"));
        }
        (*min).max(MIN_ADMINS)
    });
    let mut protected = BTreeMap::<Email, Span>::new();
    for (text, span) in file.protected.value.iter().flatten().filter_map(Field::get) {
        let Some(email) = email(&text.0, span, faults) else { continue };
        if let Some(first) = protected.get(&email) {
            faults.push(twice(email.as_str(), span, *first));
        } else {
            protected.insert(email, span);
        }
    }
    Policy {
        onboarding: file.onboarding.value.unwrap_or_default(),
        unmanaged: unmanaged(&file.unmanaged),
        expired_invitations: file.expired_invitations.value.unwrap_or_default(),
        min_admins,
        max_removals: file.max_removals.value.map_or(Limit::DEFAULT, |limit| limit.0),
        protected,
        invitation_language: file.invitation_language.value,
    }
}

fn unmanaged(field: &Field<UnmanagedFile>) -> UnmanagedPolicy {
    match field.get() {
        None => UnmanagedPolicy::default(),
        Some((UnmanagedFile::All(word), span)) => {
            let word = (*word, Some(span));
            UnmanagedPolicy { members: word, invitations: word, groups: word, ..UnmanagedPolicy::default() }
        }
        Some((UnmanagedFile::ByKind(kinds), _)) => {
            let default = UnmanagedPolicy::default();
            let word = |field: &Field<Unmanaged>, default: (Unmanaged, Option<Span>)| {
                (field.value.unwrap_or(default.0), field.span)
            };
            UnmanagedPolicy {
                members: word(&kinds.members, default.members),
                invitations: word(&kinds.invitations, default.invitations),
                groups: word(&kinds.groups, default.groups),
                workspace_members: word(&kinds.workspace_members, default.workspace_members),
                group_members: word(&kinds.group_members, default.group_members),
            }
        }
    }
}

fn defaults(file: &ConfigFile, managed: Seats, faults: &mut Faults) -> (Access, Vec<Grant>) {
    let written = file.defaults.value.as_ref();
    let roles = written.and_then(|defaults| roles(&defaults.roles, faults));
    let seats = written.and_then(|defaults| seats(&defaults.seats, managed, faults));
    let grants = grants(roles.unwrap_or_default(), seats.unwrap_or_default());
    let mut access = granted(&grants);
    if access.roles.is_empty() {
        access.roles = Role::DEFAULT.into();
    }
    (access, grants)
}
