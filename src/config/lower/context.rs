//! The state of lowering, and readers for shared values.
//!
//! A [`Lowering`] has the organization so far and all faults. A reader returns valid values and records faults, so that
//! lowering never stops at the first fault.

use super::super::file::{Item, List, Terms, WorkspaceRoleList};
use super::super::values::{Address, Date as DateText, Name};
use super::super::yaml::Field;
use super::names::{Kind, Names, Word, add};
use crate::diag::{Code, Diagnostic, Faults, Quoted, nearest};
use crate::escape;
use crate::model::{
    Access, Desired, Email, Grant, Granted, Holder, LONGEST_NAME, ListedGrant, Product, Role, TimedGrant,
    WorkspaceRole, WorkspaceRoles, nearest_email, unfit_name,
};
use crate::source::Span;
use enumset::EnumSetType;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The organization so far, and the faults of the files.
pub(super) struct Lowering {
    pub(super) desired: Desired,
    pub(super) faults: Faults,
    /// The day on which `expires` and `until` are evaluated.
    pub(super) today: Date,
    /// One of the domains could not be read.
    pub(super) domains_doubtful: bool,
    /// Declared and former addresses, including those of expired people.
    pub(super) people: Names<Email>,
    /// Where people are listed under `removed`.
    pub(super) removed: BTreeMap<Email, Span>,
    /// Where people have a last day.
    pub(super) expires: BTreeMap<Email, Span>,
    pub(super) workspaces: Names<String>,
    pub(super) groups: Names<String>,
    /// Something that affects who is an admin could not be read.
    pub(super) admins_doubtful: bool,
    pub(super) suggestions: Suggestions,
    /// The default grants that have ended.
    pub(super) ended_defaults: Vec<Grant>,
}

/// A word of a list.
pub(super) struct Listed<T> {
    word: T,
    at: Span,
    /// Its grant has ended, so it counts as not written.
    ended: bool,
}

/// The people of a list.
#[derive(Default)]
pub(super) struct ListedPeople {
    pub(super) now: BTreeMap<Email, Span>,
    /// Those whose membership has ended.
    pub(super) ended: BTreeMap<Email, Span>,
}

/// The roles in a workspace of one entry.
#[derive(Default)]
pub(super) struct ListedRoles {
    /// Those without terms together, and each of the others.
    pub(super) now: Vec<(WorkspaceRoles, Span)>,
    pub(super) ended: Vec<(WorkspaceRole, Span)>,
}

/// The roles and seats of an entry; `None` for either if it is missing or invalid.
#[derive(Default)]
pub(super) struct Grants {
    pub(super) roles: Option<Vec<Grant>>,
    pub(super) seats: Option<Vec<Grant>>,
    /// Those that have ended.
    pub(super) ended: Vec<Grant>,
}

impl Grants {
    /// Keeps the words that have ended, and returns the grants of the others.
    fn add<T>(&mut self, listed: Vec<Listed<T>>, what: impl Fn(T) -> Granted) -> Vec<Grant> {
        let mut now = Vec::new();
        for Listed { word, at, ended } in listed {
            let grant = Grant { what: what(word), at, through: None };
            if ended { &mut self.ended } else { &mut now }.push(grant);
        }
        now
    }

    /// The grants that have not ended.
    pub(super) fn now(self) -> Vec<Grant> {
        self.roles.into_iter().chain(self.seats).flatten().collect()
    }
}

/// The remaining searches for similar names, which are limited because they are slow.
pub(super) struct Suggestions(u32);

impl Suggestions {
    /// The most similar known name, unless the searches are used up.
    pub(super) fn nearest<'k>(
        &mut self,
        written: &str,
        known: impl Iterator<Item = &'k str>,
    ) -> Option<&'k str> {
        self.0 = self.0.checked_sub(1)?;
        nearest(written, known)
    }

    /// The most similar declared address, unless the searches are used up.
    fn nearest_email<'k>(
        &mut self,
        written: &Email,
        known: impl Iterator<Item = &'k Email> + Clone,
    ) -> Option<&'k Email> {
        self.0 = self.0.checked_sub(1)?;
        nearest_email(written, known)
    }

    /// The help for an undeclared name: suggests a similar declared one, otherwise to declare it.
    pub(super) fn or_declare<'k>(
        &mut self,
        written: &str,
        known: impl Iterator<Item = &'k str>,
        declare: &str,
    ) -> String {
        match self.nearest(written, known) {
            Some(known) => format!("did you mean {}? If not, {declare}", told_from(known, written)),
            None => declare.to_owned(),
        }
    }
}

const CORRECT: &str = "write the name without it";

const RENAME: &str =
    "write the name without it; if the live name has it, rename the resource with `previously`";

/// A name in backticks, such that it differs visibly from another one.
fn told_from(name: &str, other: &str) -> String {
    match escape::apart(name, other) {
        [spelled, _] if spelled != name => format!("`{spelled}`"),
        _ => Quoted(name).to_string(),
    }
}

/// The combined access of grants.
pub(super) fn granted(grants: &[Grant]) -> Access {
    let mut access = Access::default();
    for grant in grants {
        match grant.what {
            Granted::Role(role) => access.roles.insert(role),
            Granted::Seat(product) => access.seats.insert(product),
        };
    }
    access
}

impl Lowering {
    pub(super) fn new(today: Date, faults: Faults) -> Self {
        let unread = !faults.hide_nothing();
        Self {
            desired: Desired::default(),
            faults,
            today,
            domains_doubtful: false,
            people: Names::new(Kind::Person, unread),
            removed: BTreeMap::new(),
            expires: BTreeMap::new(),
            workspaces: Names::new(Kind::Workspace, unread),
            groups: Names::new(Kind::Group, unread),
            admins_doubtful: false,
            suggestions: Suggestions(100),
            ended_defaults: Vec::new(),
        }
    }

    /// Records a fault at one position.
    pub(super) fn fault(
        &mut self,
        code: Code,
        at: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faults.push(Diagnostic::at(code, at, message, help));
    }

    /// Records the fault, if there is one.
    pub(super) fn noted<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// A valid address.
    pub(super) fn email(&mut self, field: &Field<Address>) -> Option<(Email, Span)> {
        let (Address(text), at) = field.get()?;
        Some((self.address(text, at)?, at))
    }

    fn address(&mut self, text: &str, at: Span) -> Option<Email> {
        let email = Email::parse(text).map_err(|why| {
            let message = format!("{} is not a valid address: {why}", Quoted(text));
            let help = "write the address that the person signs in with, such as ada@acme.example";
            Diagnostic::at(Code::InvalidEmail, at, message, help)
        });
        self.noted(email)
    }

    /// The addresses of a list, without duplicates.
    pub(super) fn emails(&mut self, list: &[Field<Address>]) -> BTreeMap<Email, Span> {
        let mut emails = BTreeMap::new();
        for field in list {
            if let Some((email, at)) = self.email(field) {
                self.noted(add(&mut emails, email, at));
            }
        }
        emails
    }

    /// The declared people of a list who have access. Expired people drop out silently. `grant` is what being listed
    /// gives.
    pub(super) fn members_of(
        &mut self,
        owner: &str,
        list: &List<Address>,
        grant: &ListedGrant,
    ) -> ListedPeople {
        let (mut seen, mut people) = (BTreeMap::new(), ListedPeople::default());
        for field in list {
            let Some((Address(text), at)) = field.word() else { continue };
            let Some(email) = self.address(text, at) else { continue };
            let added = add(&mut seen, email.clone(), at);
            if self.noted(added).is_none() || !self.has_access(&email, at, owner) {
                continue;
            }
            let ended = self.terms(field, at, || (grant.clone(), Holder::Person(email.clone())));
            if ended { &mut people.ended } else { &mut people.now }.insert(email, at);
        }
        people
    }

    /// Records the terms of an item of a list. Returns whether its grant has ended.
    fn terms<T>(
        &mut self,
        item: &Field<Item<T, Terms>>,
        at: Span,
        granted: impl FnOnce() -> (ListedGrant, Holder),
    ) -> bool {
        let Some(terms) = item.value.as_ref().and_then(|item| item.more.value.as_ref()) else { return false };
        let until = self.date(&terms.until).map(|(date, _)| date);
        let why = self.shown_text("reason", &terms.why, "write the reason without it");
        if until.is_some() || why.is_some() {
            let (grant, holder) = granted();
            let timed = TimedGrant { grant, holder, until, why };
            self.desired.timed.entry(at).or_default().push(timed);
        }
        until.is_some_and(|last_day| self.today > last_day)
    }

    pub(super) fn date(&mut self, field: &Field<DateText>) -> Option<(Date, Span)> {
        let (DateText(text), at) = field.get()?;
        // The parser also accepts times and other spellings; files allow only one.
        let spelt = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date = text.parse().ok().filter(|_| spelt);
        let invalid = || {
            let message = format!("{} is not a date", Quoted(text));
            Diagnostic::at(Code::InvalidDate, at, message, "write it as in 2026-12-31")
        };
        Some((self.noted(date.ok_or_else(invalid))?, at))
    }

    /// Whether a person in the list of `owner` has access. An undeclared person is a fault.
    pub(super) fn has_access(&mut self, email: &Email, at: Span, owner: &str) -> bool {
        if self.desired.members.contains_key(email) {
            return true;
        }
        if !self.people.may_be_declared(email) {
            let message = format!("{email} is in {owner} but not declared");
            let (declared, declare) = (&self.people.declared, "declare the person under `members`");
            let help = match self.suggestions.nearest_email(email, declared.keys()) {
                Some(known) => format!("did you mean {known}? If not, {declare}, or delete this line"),
                None => format!("{declare}, or delete this line"),
            };
            self.fault(Code::UndeclaredMember, at, message, help);
        }
        false
    }

    /// The name of a workspace or group entry; `None` if it can't be read or is a duplicate.
    pub(super) fn name<'f>(&mut self, kind: Kind, key: &'f Field<Name>) -> Option<(&'f String, Span)> {
        let (Name(name), at) = key.get()?;
        let declared = self.names(kind).declare(name, at);
        self.noted(declared)?;
        self.check_name(kind, name, at);
        Some((name, at))
    }

    /// The former name of the workspace or group `own`. It may be any that a live resource has.
    pub(super) fn former_name(&mut self, kind: Kind, own: &String, field: &Field<String>) -> Option<String> {
        let (former, at) = field.get()?;
        if former.is_empty() {
            let message = format!("a {} can't have an empty name", kind.noun());
            self.fault(Code::InvalidValue, at, message, "write a name");
        }
        self.check_length("a name", former, LONGEST_NAME, at);
        let renamed = Some(former).filter(|former| !former.is_empty());
        let renamed = renamed.map(|former| self.names(kind).rename(former, own, at));
        self.noted(renamed?).map(|()| former.clone())
    }

    fn names(&mut self, kind: Kind) -> &mut Names<String> {
        if matches!(kind, Kind::Group) { &mut self.groups } else { &mut self.workspaces }
    }

    /// Checks a name that the files give to a resource.
    pub(super) fn check_name(&mut self, kind: Kind, name: &str, at: Span) {
        let help = match kind {
            Kind::Workspace | Kind::Group => RENAME,
            Kind::Person | Kind::Team => CORRECT,
        };
        self.check_visible("name", name, at, help);
        self.check_length("a name", name, LONGEST_NAME, at);
    }

    /// Checks that a name can be seen as a whole.
    fn check_visible(&mut self, what: &str, name: &str, at: Span, help: &str) {
        if let Some(why) = unfit_name(name) {
            let message = format!("the {what} {} {why}", told_from(name, name.trim()));
            let write = format!("write a {what}");
            self.fault(Code::InvalidValue, at, message, if name.is_empty() { &write } else { help });
        }
    }

    fn check_length(&mut self, what: &str, text: &str, longest: usize, at: Span) {
        let length = text.chars().count();
        if length > longest {
            let message = format!("{what} can have at most {longest} characters, but has {length}");
            self.fault(Code::InvalidValue, at, message, "shorten it");
        }
    }

    /// A name that is only shown.
    pub(super) fn display_name(&mut self, field: &Field<String>) -> Option<String> {
        self.shown_text("name", field, CORRECT)
    }

    /// A text that is only shown.
    fn shown_text(&mut self, what: &str, field: &Field<String>, help: &str) -> Option<String> {
        if let Some((text, at)) = field.get() {
            self.check_visible(what, text, at, help);
        }
        field.value.clone()
    }

    /// A text of at most `longest` characters.
    pub(super) fn text(&mut self, field: &Field<String>, key: &str, longest: usize) -> Option<String> {
        let (text, at) = field.get()?;
        self.check_length(&format!("`{key}`"), text, longest, at);
        Some(text.clone())
    }

    /// The grants of roles and seats of an entry.
    pub(super) fn grants(
        &mut self,
        holder: &Holder,
        roles: &Field<List<Role>>,
        seats: &Field<List<Product>>,
    ) -> Grants {
        let mut grants = Grants::default();
        grants.roles = self.roles(holder, roles).map(|list| grants.add(list, Granted::Role));
        grants.seats = self.seats(holder, seats).map(|list| grants.add(list, Granted::Seat));
        grants
    }

    fn roles(&mut self, holder: &Holder, field: &Field<List<Role>>) -> Option<Vec<Listed<Role>>> {
        let (list, span) = field.get()?;
        if list.is_empty() {
            let message = "the list of roles can't be empty: every person in the organization has a role";
            let help =
                "name a role, leave `roles` out to use the default, or list the person under `removed`";
            self.fault(Code::EmptyRoles, span, message, help);
        }
        let roles = self.each_once(list, |role| (ListedGrant::Role(*role), holder.clone()));
        Some(roles).filter(|roles| !roles.is_empty())
    }

    fn seats(&mut self, holder: &Holder, field: &Field<List<Product>>) -> Option<Vec<Listed<Product>>> {
        let list = field.value.as_ref()?;
        let mut seats = self.each_once(list, |product| (ListedGrant::Seat(*product), holder.clone()));
        seats.retain(|Listed { word: product, at, .. }| {
            let budgeted = self.desired.budgets.contains_key(product);
            if !budgeted {
                let name = product.name();
                let message = format!("`{name}` has no budget: orgsync does not manage its seats");
                let help = format!("add `{name}: {{ purchased: … }}` under `seats` in the main file");
                self.fault(Code::UnbudgetedProduct, *at, message, help);
            }
            budgeted
        });
        Some(seats)
    }

    /// Roles in the workspace `name`, in an entry at `at`.
    pub(super) fn workspace_roles(
        &mut self,
        field: &Field<WorkspaceRoleList>,
        (name, at): (&str, Span),
        holder: &Holder,
    ) -> ListedRoles {
        let mut roles = ListedRoles::default();
        let Some((WorkspaceRoleList(list), span)) = field.get() else { return roles };
        if list.is_empty() {
            let message = "the list of roles can't be empty: every person in a workspace has a role";
            self.fault(Code::EmptyRoles, span, message, "name a role, or remove the entry");
        }
        let grant =
            |role: &WorkspaceRole| (ListedGrant::WorkspaceRole(name.to_owned(), *role), holder.clone());
        let listed = self.each_once(list, grant);
        let (ended, now): (Vec<_>, Vec<_>) = listed.into_iter().partition(|listed| listed.ended);
        roles.ended.extend(ended.into_iter().map(|listed| (listed.word, listed.at)));
        let (timed, plain): (Vec<_>, Vec<_>) =
            now.into_iter().partition(|listed| self.desired.timed.contains_key(&listed.at));
        let plain: WorkspaceRoles = plain.into_iter().map(|listed| listed.word).collect();
        roles.now.extend((!plain.is_empty()).then_some((plain, at)));
        roles.now.extend(timed.into_iter().map(|listed| (listed.word.into(), listed.at)));
        roles
    }

    /// The words of a list in their order, without duplicates.
    fn each_once<T: Word + EnumSetType>(
        &mut self,
        list: &List<T>,
        grant: impl Fn(&T) -> (ListedGrant, Holder),
    ) -> Vec<Listed<T>> {
        let (mut seen, mut words) = (BTreeMap::new(), Vec::new());
        for item in list {
            let Some((word, at)) = item.word() else { continue };
            let added = add(&mut seen, *word, at);
            if self.noted(added).is_some() {
                let ended = self.terms(item, at, || grant(word));
                words.push(Listed { word: *word, at, ended });
            }
        }
        words
    }
}
