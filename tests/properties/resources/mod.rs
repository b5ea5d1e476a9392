//! Workspaces and groups: random ones, beside the people of the other properties.
//!
//! `generate` makes them out of `genes`, `files` writes them down, `seen` is what a reading shows, `contract` says in its own way what
//! must be there after a plan, and `guards` what is refused. The properties are in `whole`, `partly`, `only` and `guards`.

pub(crate) mod contract;
mod files;
pub(crate) mod found;
pub(crate) mod generate;
mod genes;
pub(crate) mod guards;
mod only;
mod partly;
mod saved;
pub(crate) mod seen;
mod vendor;
pub(crate) mod whole;
pub(crate) mod world;

use proptest::test_runner::TestCaseError;
use world::Case;

/// Runs a property over `cases` worlds with workspaces and groups; see [`generate::cases`].
fn over_resources(
    tame: f64,
    cases: u32,
    shrinks: u32,
    property: impl Fn(&Case) -> Result<(), TestCaseError>,
) {
    crate::over_all(&generate::cases(tame), (cases, shrinks), shown, property);
}

/// A case, for people.
pub(crate) fn shown(case: &Case) -> String {
    let lines = |lines: Vec<String>| lines.join("\n");
    let people = case.people.org.members.iter().map(|one| format!("{one:?}"));
    let invited = case.people.org.invitations.iter().map(|one| format!("{one:?}"));
    let workspaces = case.workspaces.iter().map(|one| format!("{one:?}"));
    let groups = case.groups.iter().flatten().map(|one| format!("{one:?}"));
    let all = people.chain(invited).chain(workspaces).chain(groups);
    format!("{}\napart: {}\n{}", case.files().concat(), case.apart, lines(all.collect()))
}
