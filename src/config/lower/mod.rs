//! From the shape of the files to the desired organization: pure, and with all faults at once.
//!
//! Every part adds to one [`Lowering`]: [`settings`] reads what only the main file has, [`people`] (with the teams), [`workspaces`]
//! and [`groups`] read the resources, and [`cross`] checks what concerns several resources.

mod context;
mod cross;
mod groups;
mod names;
mod people;
mod settings;
mod workspaces;

use super::file::ConfigFile;
use crate::diag::Faults;
use crate::model::Desired;
use context::Lowering;
use jiff::civil::Date;

/// Makes the desired organization out of the main file and those that it includes, and adds to the faults. Whatever is
/// faulty is left out of it.
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
    // Without any member, faults point at the start of the first file, the main one.
    lowering.cross(main.members.span.unwrap_or_default());
    (lowering.desired, lowering.faults)
}
