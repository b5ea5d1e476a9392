//! Options from environment variables: `ORGSYNC_FORMAT` is `--format`.
//!
//! Not through clap, which would treat a variable as a given option: it would report conflicts with options of the
//! command line, which here win silently.

use super::console::{LOG_FORMAT_VARIABLE, LOG_VARIABLE};
use super::live::URL_VARIABLE;
use crate::diag;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::{OsStr, OsString};

/// How the variables of orgsync start.
const PREFIX: &str = "ORGSYNC_";

/// Options that a person has to write anew each time: they confirm something, or are about one run.
const WITHOUT: [&str; 9] =
    ["yes", "allow-irreversible", "allow-removals", "two-people", "only", "renew", "due", "today", "force"];

/// Variables that belong to no option, or are read elsewhere.
const OTHERS: [&str; 3] = [LOG_VARIABLE, LOG_FORMAT_VARIABLE, URL_VARIABLE];

/// A command line with the options from variables.
pub(super) struct Completed {
    pub(super) words: Vec<OsString>,
    /// The options that come from variables, each with its variable.
    pub(super) added: Vec<(String, String)>,
}

/// Adds the options of variables to a command line. Its own options win, even over variables that they exclude.
pub(super) fn complete(
    words: &[OsString],
    program: &Command,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Completed {
    let mut completed = Completed { words: words.to_vec(), added: Vec::new() };
    let mut program = program.clone().ignore_errors(true);
    program.build();
    let Ok(matches) = program.clone().try_get_matches_from(words) else { return completed };
    let Some((name, given)) = matches.subcommand() else { return completed };
    let Some(command) = program.find_subcommand(name) else { return completed };
    let Some(place) = words.iter().position(|word| word == name) else { return completed };
    let mut options = Vec::new();
    for option in command.get_arguments() {
        let Some((long, variable_name)) = variable_of(option) else { continue };
        let Some(value) = variable(&variable_name).filter(|value| !value.is_empty()) else { continue };
        if is_given(option, given) || excluded(option, command, given) {
            continue;
        }
        if let Some(word) = word(option, long, &value) {
            options.push(word);
            completed.added.push((format!("--{long}"), variable_name));
        }
    }
    completed.words.splice(place + 1..=place, options);
    completed
}

/// The name of an option and its variable, unless it has none.
fn variable_of(option: &Arg) -> Option<(&str, String)> {
    let long =
        option.get_long().filter(|long| !WITHOUT.contains(long) && *long != "help" && *long != "version")?;
    let name = format!("{PREFIX}{}", long.to_uppercase().replace('-', "_"));
    (!OTHERS.contains(&name.as_str())).then_some((long, name))
}

fn is_given(option: &Arg, given: &ArgMatches) -> bool {
    given.try_contains_id(option.get_id().as_str()).is_ok_and(|there| there)
        && given.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine)
}

/// Whether an option of the command line excludes this one.
fn excluded(option: &Arg, command: &Command, given: &ArgMatches) -> bool {
    let excludes = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|conflict| conflict.get_id() == other.get_id())
    };
    let others = command.get_arguments().filter(|other| is_given(other, given));
    others.into_iter().any(|other| excludes(option, other) || excludes(other, option))
}

/// The option as a word of the command line; `None` for a switch that is off. A value that is neither on nor off is
/// left to clap, which refuses it.
fn word(option: &Arg, long: &str, value: &OsStr) -> Option<OsString> {
    if !matches!(option.get_action(), ArgAction::SetTrue) {
        let mut word = OsString::from(format!("--{long}="));
        word.push(value);
        return Some(word);
    }
    match value.to_str().map(str::to_lowercase).as_deref() {
        Some("0" | "false" | "no" | "off") => None,
        Some("1" | "true" | "yes" | "on") => Some(format!("--{long}").into()),
        _ => {
            let mut word = OsString::from(format!("--{long}="));
            word.push(value);
            Some(word)
        }
    }
}

/// Warnings about variables that orgsync does not know.
pub(super) fn unknown(program: &Command, set: impl Iterator<Item = OsString>) -> Vec<String> {
    let options = program.get_subcommands().chain([program]).flat_map(Command::get_arguments);
    let mut known: Vec<String> = options.filter_map(|option| Some(variable_of(option)?.1)).collect();
    known.extend(OTHERS.map(str::to_owned));
    let set = set.filter_map(|name| name.into_string().ok());
    let mut unknown: Vec<String> =
        set.filter(|name| name.starts_with(PREFIX) && !known.contains(name)).collect();
    unknown.sort();
    let warning = |name: &String| {
        // All names have the prefix, which would make them alike.
        let bare = |name: &String| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
        let names: Vec<String> = known.iter().map(bare).collect();
        let near = diag::nearest(&bare(name), names.iter().map(String::as_str));
        let tip = near.map_or_else(String::new, |near| format!("; did you mean {PREFIX}{near}?"));
        format!("the variable {name} is not one of orgsync{tip}")
    };
    unknown.iter().map(warning).collect()
}
