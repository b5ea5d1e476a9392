//! What stands in the main file alone: version, organization, budgets, policy, defaults.

use super::super::file::{ConfigFile, PolicyFile, SeatBudget};
use super::super::values::UnmanagedFile;
use super::super::yaml::Field;
use super::email;
use super::grants::{granted, grants, roles, seats, twice};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{
    Access, Budget, Email, Grant, Limit, Policy, Product, Role, Seats, UnmanagedPolicy, is_domain,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The settings that hold for everybody.
pub(super) struct Settings {
    pub(super) organization: String,
    /// The organization's own domains in lower case; none where any will do.
    pub(super) domains: Option<BTreeSet<String>>,
    pub(super) budgets: BTreeMap<Product, (Budget, Span)>,
    pub(super) policy: Policy,
    /// What members have who don't say otherwise.
    pub(super) defaults: Access,
    /// The places that give it.
    pub(super) default_grants: Vec<Grant>,
}

/// The version of the file format that this program reads.
const VERSION: u32 = 1;

pub(super) fn lower(file: &ConfigFile, number: u32, faults: &mut Faults) -> Settings {
    version(file, number, faults);
    let budgets = budgets(file, faults);
    let managed = budgets.keys().copied().collect();
    let (defaults, default_grants) = defaults(file, managed, faults);
    Settings {
        organization: organization(file),
        domains: domains(file, faults),
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

fn domains(file: &ConfigFile, faults: &mut Faults) -> Option<BTreeSet<String>> {
    let listed = file.organization.value.as_ref()?.domains.value.as_ref()?;
    let mut domains = BTreeSet::new();
    for (text, span) in listed.iter().filter_map(Field::get) {
        if is_domain(text) {
            domains.insert(text.to_ascii_lowercase());
        } else {
            let message = format!("{} is not a domain", Quoted(text));
            faults.push(Diagnostic::at(Code::InvalidValue, span, message, "write it as in acme.example"));
        }
    }
    // With a domain that can't be read, every address of it would seem foreign.
    Some(domains).filter(|domains| domains.len() == listed.len())
}

fn budgets(file: &ConfigFile, faults: &mut Faults) -> BTreeMap<Product, (Budget, Span)> {
    let Some(seats) = &file.seats.value else {
        return BTreeMap::new();
    };
    if let (Some(first), Some(second)) = (seats.le_chat.span, seats.vibe.span) {
        let message = "`vibe` is another name of `le_chat`: the product stands here twice";
        let fault = Diagnostic::new(Code::DuplicateKey, message, "keep one of the two");
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
    Some((Budget { purchased: *purchased, reserve: reserve.map_or(0, |(reserve, _)| *reserve) }, at))
}

fn policy(file: Option<&PolicyFile>, faults: &mut Faults) -> Policy {
    let empty = PolicyFile::default();
    let file = file.unwrap_or(&empty);
    let min_admins = file.min_admins.get().map_or(1, |(min, span)| {
        if *min == 0 {
            let message = "an organization needs at least one admin";
            faults.push(Diagnostic::at(Code::InvalidValue, span, message, "write 1 or more"));
        }
        (*min).max(1)
    });
    let mut protected = BTreeMap::<Email, Span>::new();
    for (text, span) in file.protected.value.iter().flatten().filter_map(Field::get) {
        let Some(email) = email(&text.0, span, faults) else { continue };
        if let Some(first) = protected.get(&email) {
            faults.push(twice(&email, span, *first));
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
            UnmanagedPolicy { members: word, invitations: word, ..UnmanagedPolicy::default() }
        }
        Some((UnmanagedFile::ByKind(kinds), _)) => UnmanagedPolicy {
            members: (kinds.members.value.unwrap_or_default(), kinds.members.span),
            invitations: (kinds.invitations.value.unwrap_or_default(), kinds.invitations.span),
            ..UnmanagedPolicy::default()
        },
    }
}

fn defaults(file: &ConfigFile, managed: Seats, faults: &mut Faults) -> (Access, Vec<Grant>) {
    let written = file.defaults.value.as_ref();
    let roles = written.and_then(|defaults| roles(&defaults.roles, faults));
    let seats = written.and_then(|defaults| seats(&defaults.seats, managed, faults));
    let grants = grants(roles.unwrap_or_default(), seats.unwrap_or_default());
    let mut access = granted(&grants);
    if access.roles.is_empty() {
        access.roles = Role::Member.into();
    }
    (access, grants)
}
