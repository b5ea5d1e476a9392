//! From the shape of the files to the desired organization: pure, and with all faults at once.
//!
//! [`settings`] reads what stands in the main file alone, [`people`] collects who is declared and who is to leave,
//! [`workspaces`] and [`groups`] read what the organization has of them, [`teams`] adds what teams give, and [`cross`]
//! checks what concerns several things together.

mod cross;
mod grants;
mod groups;
mod names;
mod nesting;
mod people;
mod settings;
mod teams;
mod workspaces;

use super::file::ConfigFile;
use super::load::ReadFile;
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{Desired, Email, InvalidEmail};
use crate::source::Span;
use jiff::civil::Date;

/// Makes the desired organization. What is faulty is left out of it and noted in `faults`.
pub(super) fn lower(main: &ReadFile, included: &[ReadFile], today: Date, faults: &mut Faults) -> Desired {
    let settings = settings::lower(&main.content, main.number, faults);
    for file in included {
        refuse_main_keys(&file.content, faults);
    }
    let files = || std::iter::once(main).chain(included);
    let mut people = people::lower(files(), &settings, today, faults);
    let mut workspaces = workspaces::lower(files(), &mut people, faults);
    teams::add(files(), settings.managed(), &mut people, &mut workspaces, faults);
    let groups = groups::lower(files(), &workspaces, &mut people, faults);
    let desired = Desired {
        organization: settings.organization,
        organization_id: settings.organization_id,
        budgets: settings.budgets,
        policy: settings.policy,
        defaults: settings.default_grants,
        members: people.members,
        removals: people.removals,
        workspaces: workspaces.by_name,
        groups,
    };
    let start = Span { file: main.number, start: 0, end: 0 };
    let members = main.content.members.span.unwrap_or(start);
    cross::check(&desired, &people.places, members, faults);
    desired
}

fn refuse_main_keys(file: &ConfigFile, faults: &mut Faults) {
    let keys = std::iter::once(("version", file.version.span)).chain(file.main_keys());
    for (key, span) in keys.filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("an included file can't have `{key}`");
        faults.push(Diagnostic::at(
            Code::NotInInclude,
            span,
            message,
            format!("move `{key}` to the main file"),
        ));
    }
}

/// Reads an address, or notes what is wrong with it.
fn email(text: &str, span: Span, faults: &mut Faults) -> Option<Email> {
    let noted = |why: InvalidEmail| {
        let message = format!("{} is not an address: {why}", Quoted(text));
        let help = "write the address with which the person signs in, such as ada@acme.example";
        faults.push(Diagnostic::at(Code::InvalidEmail, span, message, help));
    };
    Email::parse(text).map_err(noted).ok()
}
