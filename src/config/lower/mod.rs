//! Lowers the types of the file format to the desired organization. Pure; reports all faults at once.
//!
//! All modules share one [`Lowering`]: [`main_keys`] reads the keys that only the main file has, [`people`] reads the
//! people and the teams, [`workspaces`] and [`groups`] read the other resources, and [`cross`] checks across resources.
//! [`warnings`] looks at the result.

mod context;
mod cross;
mod groups;
mod main_keys;
mod names;
mod people;
mod warnings;
mod workspaces;

pub use warnings::warnings;

use super::file::ConfigFile;
use crate::diag::Faults;
use crate::model::Desired;
use context::Lowering;
use jiff::civil::Date;

/// Lowers the main file and the included files to the desired organization, and adds to the faults. Leaves out faulty
/// parts.
pub(super) fn lower(
    main: &ConfigFile,
    included: &[ConfigFile],
    today: Date,
    faults: Faults,
) -> (Desired, Faults) {
    let mut lowering = Lowering::new(today, faults);
    lowering.settings(main);
    included.iter().for_each(|file| lowering.refuse_main_keys(file));
    let files: Vec<&ConfigFile> = std::iter::once(main).chain(included).collect();
    lowering.people(&files);
    lowering.workspaces(&files);
    lowering.teams(&files);
    lowering.groups(&files);
    // Without members, faults point at the start of the main file.
    lowering.cross(main.members.span.unwrap_or_default());
    (lowering.desired, lowering.faults)
}
