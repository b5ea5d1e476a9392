//! Who is declared and who is to leave, from all files.

use super::super::file::Member;
use super::super::load::ReadFile;
use super::super::values::{Address, Date as DateText};
use super::super::yaml::Field;
use super::email;
use super::grants::{granted, grants, roles, seats, twice};
use super::settings::Settings;
use crate::diag::{Code, Diagnostic, Faults, Quoted, nearest};
use crate::model::{Access, DesiredMember, Email, Removal, RemovalCause, Roles, Seats};
use crate::source::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// The people of all files.
pub(super) struct People {
    pub(super) members: BTreeMap<Email, DesiredMember>,
    pub(super) removals: BTreeMap<Email, Removal>,
    pub(super) places: Places,
    /// More people may be declared where nothing could be read.
    incomplete: bool,
    /// For how many more unknown things a known one is searched: each search looks at all of them.
    suggestions: u32,
}

/// See [`People::suggestions`].
const SUGGESTIONS: u32 = 100;

/// What people are listed in: the kind of thing and its name.
#[derive(Clone, Copy)]
pub(super) struct Whose<'n>(pub(super) &'static str, pub(super) &'n str);

impl fmt::Display for Whose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.0, Quoted(self.1))
    }
}

/// Where things stand that checks want to point at, those of expired people included.
#[derive(Default)]
pub(super) struct Places {
    /// Everybody who is declared.
    pub(super) declared: BTreeMap<Email, Span>,
    /// Everybody who is listed under `removed`.
    pub(super) removed: BTreeMap<Email, Span>,
    /// Everybody whose access ends.
    pub(super) expires: BTreeMap<Email, Span>,
    /// Former addresses, of whom they are, and where that is said.
    pub(super) previously: BTreeMap<Email, Span>,
    /// Somebody's roles or address could not be read.
    pub(super) doubtful: bool,
}

pub(super) fn lower<'f>(
    files: impl Iterator<Item = &'f ReadFile>,
    settings: &Settings,
    today: Date,
    faults: &mut Faults,
) -> People {
    let (members, removals) = (BTreeMap::new(), BTreeMap::new());
    let (places, incomplete) = (Places::default(), !faults.hide_nothing());
    let mut people = People { members, removals, places, incomplete, suggestions: SUGGESTIONS };
    for file in files {
        let members = file.content.members.value.as_ref();
        let unreadable = members.is_none() && file.content.members.is_written();
        people.places.doubtful |= unreadable;
        people.incomplete |= unreadable;
        for (key, entry) in members.iter().flat_map(|members| &members.0.0) {
            people.take(key, entry, settings, today, faults);
        }
        for (text, span) in file.content.removed.value.iter().flatten().filter_map(Field::get) {
            let Some(email) = email(&text.0, span, faults) else { continue };
            if let Some(first) = people.places.removed.get(&email) {
                faults.push(twice(email.as_str(), span, *first));
                continue;
            }
            let removal = Removal { cause: RemovalCause::Removed, previously: None, at: span };
            people.removals.insert(email.clone(), removal);
            people.places.removed.insert(email, span);
        }
    }
    people
}

impl People {
    fn take(
        &mut self,
        key: &Field<String>,
        entry: &Field<Option<Member>>,
        settings: &Settings,
        today: Date,
        faults: &mut Faults,
    ) {
        let Some((email, at)) = key.get().and_then(|(text, span)| Some((email(text, span, faults)?, span)))
        else {
            self.places.doubtful = true;
            return;
        };
        if let Some(first) = self.places.declared.get(&email) {
            let message = format!("{email} is declared twice (letter case does not matter)");
            let fault = Diagnostic::new(Code::DuplicateMember, message, "keep one entry for each person");
            faults.push(fault.label(at, "again").label(*first, "first"));
            return;
        }
        self.places.declared.insert(email.clone(), at);
        self.places.doubtful |= entry.value.is_none();
        let empty = Member::default();
        let written = entry.value.as_ref().and_then(Option::as_ref).unwrap_or(&empty);
        let readable = |roles: &Vec<Field<_>>| roles.iter().all(|role| role.value.is_some());
        let roles_known = written.roles.value.as_ref().map_or(!written.roles.is_written(), readable);
        self.places.doubtful |= !roles_known;

        self.check_domain(&email, at, written, settings, faults);
        let previously = self.previously(&email, written, faults);
        let member = member(at, written, previously, settings, faults);
        let expires = date(&written.expires, faults);
        if let Some((_, span)) = expires {
            self.places.expires.insert(email.clone(), span);
        }
        match expires {
            Some((last_day, at)) if today > last_day => {
                let previously = member.previously;
                self.removals.insert(email, Removal { cause: RemovalCause::Expired, previously, at });
            }
            _ => {
                self.members.insert(email, member);
            }
        }
    }

    /// The people of a list who have access, and where they are listed. Who has none any more drops out silently.
    pub(super) fn listed(
        &mut self,
        list: &[Field<Address>],
        whose: Whose<'_>,
        faults: &mut Faults,
    ) -> BTreeMap<Email, Span> {
        let mut listed = BTreeMap::<Email, Span>::new();
        for (text, at) in list.iter().filter_map(Field::get) {
            let Some(email) = email(&text.0, at, faults) else { continue };
            if let Some(first) = listed.get(&email) {
                faults.push(twice(email.as_str(), at, *first));
                continue;
            }
            self.has_access(&email, at, whose, faults);
            listed.insert(email, at);
        }
        listed.retain(|email, _| self.members.contains_key(email));
        listed
    }

    /// Whether somebody who is listed in something has access. Who has none any more is known; others are a fault.
    pub(super) fn has_access(
        &mut self,
        email: &Email,
        at: Span,
        whose: Whose<'_>,
        faults: &mut Faults,
    ) -> bool {
        if self.members.contains_key(email) {
            return true;
        }
        if self.incomplete || self.places.declared.contains_key(email) {
            return false;
        }
        let message = format!("{email} is in {whose} and not declared");
        let searched = self.search();
        let known = self.places.declared.keys().map(Email::as_str).take(searched);
        let help = match nearest(email.as_str(), known) {
            Some(known) => format!("did you mean {known}? If not, declare the person under `members`"),
            None => "declare the person under `members`".to_owned(),
        };
        faults.push(Diagnostic::at(Code::UndeclaredMember, at, message, help));
        false
    }

    /// How many known things may be searched for one that was meant: all of them, until that has been done often.
    pub(super) fn search(&mut self) -> usize {
        let searched = if self.suggestions > 0 { usize::MAX } else { 0 };
        self.suggestions = self.suggestions.saturating_sub(1);
        searched
    }

    fn check_domain(
        &mut self,
        email: &Email,
        at: Span,
        written: &Member,
        settings: &Settings,
        faults: &mut Faults,
    ) {
        let Some(domains) = &settings.domains else { return };
        let external = written.external.value.unwrap_or_default();
        // A faulty `external` is a fault already.
        if external
            || domains.contains(email.domain())
            || (written.external.is_written() && written.external.value.is_none())
        {
            return;
        }
        let message = format!("{email} is outside the organization's domains");
        let searched = self.search();
        let known = domains.iter().map(String::as_str).take(searched);
        let mut help = match nearest(email.domain(), known) {
            Some(domain) => format!("did you mean `{domain}`? If not, add `external: true` to the person"),
            None => "add `external: true` to the person, or the domain to `organization.domains`".to_owned(),
        };
        if settings.domains_doubtful {
            help += "; an entry of `organization.domains` can't be read: correct it first";
        }
        faults.push(Diagnostic::at(Code::ForeignDomain, at, message, help));
    }

    fn previously(&mut self, email: &Email, written: &Member, faults: &mut Faults) -> Option<Email> {
        let (text, span) = written.previously.get()?;
        let former = super::email(&text.0, span, faults)?;
        if former == *email {
            let message = format!("{email} is the person's present address");
            let help = "write the former address, or remove `previously`";
            faults.push(Diagnostic::at(Code::InvalidValue, span, message, help));
            return None;
        }
        if let Some(first) = self.places.previously.get(&former) {
            let message = format!("{former} can't be the former address of two people");
            let fault =
                Diagnostic::new(Code::PreviouslyTaken, message, "keep it with the person whose it was");
            faults.push(fault.label(span, "again").label(*first, "first"));
            return None;
        }
        self.places.previously.insert(former.clone(), span);
        Some(former)
    }
}

fn member(
    at: Span,
    written: &Member,
    previously: Option<Email>,
    settings: &Settings,
    faults: &mut Faults,
) -> DesiredMember {
    let own_roles = roles(&written.roles, faults);
    let own_seats = seats(&written.seats, settings.managed(), faults);
    let roles_at = own_roles.as_ref().and(written.roles.span);
    // Seats that can't be read are a fault already, and no claim on the budget.
    let default_seats = if written.seats.is_written() { Seats::empty() } else { settings.defaults.seats };
    let default = Access {
        roles: if own_roles.is_some() { Roles::empty() } else { settings.defaults.roles },
        seats: if own_seats.is_some() { Seats::empty() } else { default_seats },
    };
    let grants = grants(own_roles.unwrap_or_default(), own_seats.unwrap_or_default());
    let own = granted(&grants);
    let access = Access { roles: own.roles | default.roles, seats: own.seats | default.seats };
    DesiredMember {
        name: written.name.value.clone(),
        access,
        roles_at,
        previously,
        at,
        grants,
        from_defaults: default,
    }
}

fn date(field: &Field<DateText>, faults: &mut Faults) -> Option<(Date, Span)> {
    let (text, span) = field.get()?;
    // The parser would take times and other spellings too; a file has one.
    let spelt = text.0.len() == 10 && text.0.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match text.0.parse().ok().filter(|_| spelt) {
        Some(date) => Some((date, span)),
        None => {
            let message = format!("{} is not a date", Quoted(&text.0));
            faults.push(Diagnostic::at(Code::InvalidDate, span, message, "write it as in 2026-12-31"));
            None
        }
    }
}
