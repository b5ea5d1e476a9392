//! Random worlds and random faults: an apply that meets them, and the next ones that complete its work.
//!
//! `rules` makes the faults, `course` is one world with the runs that it goes through, `effects` tells from a reading
//! whether an operation took effect, `end` holds the last state against the files, and `batch` carries many courses out
//! at a time. The properties are in `runs`.

mod batch;
mod course;
mod effects;
mod end;
mod found;
mod rules;
mod runs;
