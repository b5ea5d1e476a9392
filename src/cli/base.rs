//! The files as they were before a change, for `plan --base`.

use super::args::LiveArgs;
use super::config::{self, write_faults};
use super::console::Console;
use super::failure::Failure;
use crate::escape;
use crate::model::{Desired, Live};
use crate::plan::{self, Base, Plan};
use crate::source::folder_of;
use camino::Utf8Path;
use jiff::civil::Date;

/// The files before they were changed.
pub(super) enum Before {
    Declared(Box<Desired>),
    Absent,
    Faulty,
}

impl Before {
    /// Reads them. Neither their absence nor a fault in them stops anything: who begins, and who mends them, must get
    /// through.
    pub(super) fn read(
        path: &Utf8Path,
        live: &LiveArgs,
        today: Date,
        console: &mut Console,
    ) -> Result<Self, Failure> {
        if let Some(file) = config::absent(path, live) {
            if !is_place_for_files(path, &file) {
                return Err(Failure::usage(
                    format!("there is no `{path}` to hold the files before the change"),
                    "name a file or a directory, such as a worktree: `git worktree add --detach ../before main`, then \
                     --base ../before",
                ));
            }
            let file = escape::line(file.as_str());
            writeln!(console.err(), "The base has no `{file}`: all changes count as this change's.")?;
            return Ok(Self::Absent);
        }
        match config::complete(config::read(path, Some(live), today), today) {
            Ok(config) => Ok(Self::Declared(Box::new(config.desired))),
            Err((faults, sources)) => {
                writeln!(
                    console.err(),
                    "The base has faults: all changes count as this change's, drift or not.\n"
                )?;
                write_faults(console.err(), "base", &faults, &sources)?;
                Ok(Self::Faulty)
            }
        }
    }

    /// Tells which actions of a plan come from the change.
    pub(super) fn classify(&self, plan: Plan, live: &Live) -> Plan {
        match self {
            Self::Declared(before) => plan.classify_origins(Base::Planned, plan::plan(before, live).actions),
            Self::Absent => plan.classify_origins(Base::Absent, Vec::new()),
            Self::Faulty => plan.classify_origins(Base::Invalid, Vec::new()),
        }
    }
}

/// Whether files that are not there could have been: their folder is there. What is misspelt, or names a branch, must not
/// make all drift look like the change's.
fn is_place_for_files(path: &Utf8Path, file: &Utf8Path) -> bool {
    let is_named = path.is_dir() || matches!(path.extension(), Some("yaml" | "yml"));
    is_named && folder_of(file).is_dir()
}
