//! Suggestions for users of other tools. Clap itself suggests corrections of typos.

use super::args::Args;
use camino::Utf8Path;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _, Error, Parser as _};
use std::ffi::OsStr;

/// Commands, and their names in other tools.
const COMMANDS: &[(&str, &[&str])] = &[
    ("validate", &["lint", "check", "verify", "test", "doctor"]),
    ("plan", &["diff", "preview", "dry-run", "dryrun", "status", "drift"]),
    ("apply", &["sync", "up", "deploy", "push", "run", "reconcile", "update"]),
    ("export", &["import", "init", "new", "adopt", "pull", "dump", "generate"]),
    ("snapshot", &["backup", "state", "save", "get"]),
    (
        "members",
        &["list", "ls", "users", "user", "member", "people", "person", "find", "search", "grep", "whois"],
    ),
    ("seats", &["licenses", "licences", "budget", "usage"]),
    ("explain", &["why", "show", "describe", "who"]),
    #[cfg(feature = "sandbox")]
    ("sandbox", &["serve", "server", "mock", "emulator"]),
    ("completions", &["completion", "complete"]),
    ("man", &["manual", "manpage"]),
    ("--version", &["version"]),
];

/// Advice for commands of other tools without an equivalent.
const COMMAND_WAYS: [(&str, &[&str]); 6] = [
    (
        "'orgsync export --out FILE' writes the live organization as configuration; 'orgsync snapshot' writes it as JSON",
        &["workspaces", "workspace", "groups", "group"],
    ),
    (
        "there is no login: set MISTRAL_ADMIN_API_KEY, or name a file with '--api-key-file FILE'",
        &["login", "logout", "auth", "configure", "whoami"],
    ),
    (
        "declare it in the files: 'orgsync plan' shows the change, and 'orgsync apply' makes it",
        &["invite", "add", "create", "set", "edit", "remove", "delete", "rm", "grant", "revoke"],
    ),
    (
        "orgsync can't delete an organization; to remove people, list them under 'removed' in the files",
        &["destroy", "down", "teardown", "purge"],
    ),
    ("use any YAML formatter; 'orgsync validate' checks the content", &["fmt", "format", "tidy"]),
    ("every 'orgsync plan' reads the live organization", &["refresh", "fetch"]),
];

/// Options with an example value, and their names in other tools.
const OPTIONS: [(&str, &[&str]); 17] = [
    ("--format json", &["--json"]),
    ("--format markdown", &["--markdown", "--md"]),
    ("--format FORMAT", &["--output", "-o"]),
    ("--out FILE", &["--output", "-o", "--out-file", "--output-file", "--save"]),
    (
        "--yes",
        &[
            "--auto-approve",
            "--assume-yes",
            "--force",
            "--no-input",
            "--input",
            "--no-prompt",
            "--non-interactive",
            "--confirm",
            "--doit",
        ],
    ),
    ("--config FILE", &["--file", "-f", "--config-file", "--path", "--dir", "-d", "--chdir"]),
    ("--api-url URL", &["--url", "--host", "--endpoint", "--base-url", "--server"]),
    ("--listen 127.0.0.1:PORT", &["--port", "-p", "--host", "--address", "--bind"]),
    ("--concurrency N", &["--parallelism", "--parallel", "--jobs", "-j"]),
    ("--detailed-exitcode", &["--detailed-exit-code", "--exit-code", "--fail-on-changes"]),
    ("--allow-removals KIND=N", &["--allow-deletions", "--allow-delete", "--max-removals"]),
    ("--api-key-file FILE", &["--key-file", "--token-file"]),
    ("--live SNAPSHOT", &["--snapshot", "--state"]),
    ("--today DATE", &["--date", "--now"]),
    ("--base DIR", &["--against", "--compare", "--diff-base"]),
    (
        "--base-ref REF",
        &[
            "--against",
            "--compare",
            "--diff-base",
            "--since",
            "--ref",
            "--from-ref",
            "--branch",
            "--base-branch",
            "--base-sha",
            "--merge-base",
            "--target-branch",
        ],
    ),
    ("--allow-irreversible", &["--allow-destroy", "--allow-archive"]),
];

/// Advice for options of other tools without an equivalent.
const WAYS: [(&str, &[&str]); 13] = [
    (
        "'orgsync plan' changes nothing and shows what 'orgsync apply' would do",
        &["--dry-run", "--dryrun", "-n", "--check", "--diff", "--preview"],
    ),
    ("a saved plan needs no option: 'orgsync apply PLAN.json'", &["--plan", "--plan-file", "--from-plan"]),
    (
        "the command line never takes the key: set MISTRAL_ADMIN_API_KEY, or name a file with '--api-key-file FILE'",
        &["--api-key", "--key", "--token", "--api-token"],
    ),
    ("you may be looking for '--color never'", &["--no-color", "--no-colour", "--colour"]),
    ("set ORGSYNC_LOG=debug to see each request", &["--debug", "--log", "--log-level"]),
    (
        "guards are in the files: 'policy.max_removals', 'policy.min_admins'; '--allow-removals KIND=N' overrides one",
        &["--min-admins", "--maximum-removal-delta", "--maximum-removal"],
    ),
    (
        "every plan reads the live organization: 'orgsync plan --detailed-exitcode' exits with 2 if there is drift",
        &["--refresh-only"],
    ),
    ("every plan reads the live organization, or a snapshot with '--live SNAPSHOT'", &["--refresh"]),
    (
        "undeclared resources stay, unless 'policy.unmanaged' in the files is 'remove'",
        &["--prune", "--delete", "--purge"],
    ),
    (
        "the files have no variables: use 'teams' and 'include' to avoid repetition",
        &["--var", "--var-file", "--set", "--values"],
    ),
    ("'orgsync --version' prints the version", &["--version", "-V"]),
    (
        "a plan covers everything in the files; 'orgsync explain EMAIL' shows one person, and 'orgsync apply --only EMAIL' \
         revokes from one",
        &["--target", "--replace", "--exclude", "--include"],
    ),
    ("set ORGSYNC_LOG=off to silence warnings", &["--quiet", "-q", "--silent"]),
];

/// Parses a command line. Rejects known options with one dash, as in Terraform, which clap could otherwise read as a
/// one-letter option with a value.
pub(super) fn parse<W: AsRef<OsStr>>(words: &[W]) -> Result<Args, Error> {
    for word in words.iter().map(AsRef::as_ref).take_while(|word| *word != "--") {
        let Some(word) = word.to_str().map(without_value).filter(|word| is_whole(word)) else { continue };
        let option = format!("-{word}");
        let listed = |(_, others): &(&str, &[&str])| others.contains(&option.as_str());
        let known = OPTIONS.iter().any(listed) || WAYS.iter().any(listed);
        let program = Args::command();
        if known || program.get_subcommands().any(|command| has(command, &option)) {
            let mut error = Error::new(ErrorKind::UnknownArgument).with_cmd(&program);
            error.insert(ContextKind::InvalidArg, ContextValue::String(word.to_owned()));
            return Err(error);
        }
    }
    Args::try_parse_from(words)
}

/// Adds suggestions to an error about a command or option of another tool.
pub(super) fn suggest<'w>(error: &mut Error, words: impl Iterator<Item = &'w str>) {
    let mut program = Args::command();
    program.build();
    forget_values(error);
    let tips =
        match (error.kind(), error.get(ContextKind::InvalidSubcommand), error.get(ContextKind::InvalidArg)) {
            (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word)), _) => commands(word),
            (ErrorKind::UnknownArgument, _, Some(ContextValue::String(word))) => {
                let words: Vec<&str> = words.collect();
                let Some(command) = words.iter().find_map(|word| program.find_subcommand(word)) else {
                    return;
                };
                let tips = match with_one_dash(word, &words) {
                    Some(option) if has(command, &option) => vec![looking_for(&option)],
                    Some(option) => arguments(&option, command, &program),
                    None => arguments(word, command, &program),
                };
                let usage = command.clone().render_usage();
                if !tips.is_empty() {
                    // Replace the usage of the option that clap suggests.
                    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
                }
                tips
            }
            (ErrorKind::MissingRequiredArgument, _, Some(ContextValue::Strings(missing))) => {
                let is_stdin = missing.iter().any(|argument| argument == "<->");
                is_stdin
                    .then(|| "'-' reads the main file from standard input".to_owned())
                    .into_iter()
                    .collect()
            }
            _ => return,
        };
    if tips.is_empty() {
        return;
    }
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::SuggestedArg);
    let tips = tips.into_iter().map(StyledStr::from).collect();
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
}

/// Removes the advice to pass an option as a value, because no value starts with a dash. It can be recognized only by
/// its text, which a test checks.
fn forget_values(error: &mut Error) {
    let Some(ContextValue::StyledStrs(tips)) = error.get(ContextKind::Suggested) else { return };
    if tips.iter().any(|tip| tip.to_string().contains(" as a value, use ")) {
        error.remove(ContextKind::Suggested);
    }
}

/// Converts a Terraform-style option such as `-out=FILE` to its form here. For an unknown one, clap names only the
/// first letter.
fn with_one_dash(named: &str, words: &[&str]) -> Option<String> {
    let whole = || words.iter().find(|word| is_whole(word) && word.starts_with(named));
    let word = if is_whole(named) { Some(&named) } else { whole().filter(|_| named.len() == 2) };
    word.map(|word| format!("-{}", without_value(word)))
}

/// Whether a word is an option with one dash and more than one letter.
fn is_whole(word: &str) -> bool {
    word.len() > 2 && word.starts_with('-') && !word.starts_with("--")
}

fn without_value(word: &str) -> &str {
    word.split('=').next().unwrap_or_default()
}

fn commands(word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    let known = |(_, others): &&(&str, &[&str])| others.contains(&word.as_str());
    let command = COMMANDS.iter().find(known).map(|(command, _)| looking_for(command));
    let way = || COMMAND_WAYS.iter().find(known).map(|(way, _)| (*way).to_owned());
    command.or_else(way).into_iter().collect()
}

fn looking_for(what: &str) -> String {
    format!("you may be looking for '{what}'")
}

/// Suggestions for an argument that a command does not have.
fn arguments(word: &str, command: &Command, program: &Command) -> Vec<String> {
    if !word.starts_with('-') {
        return place(word, command).into_iter().collect();
    }
    if let Some((way, _)) = WAYS.iter().find(|(_, others)| others.contains(&word)) {
        return vec![(*way).to_owned()];
    }
    let options: Vec<&str> =
        OPTIONS.iter().filter(|(_, others)| others.contains(&word)).map(|(option, _)| *option).collect();
    let own: Vec<_> =
        options.iter().filter(|option| has(command, option)).map(|option| looking_for(option)).collect();
    if !own.is_empty() {
        return own;
    }
    if has(command, word) {
        return vec![format!("options come after the command: 'orgsync {} {word}'", command.get_name())];
    }
    // First, an option with the same name of another command.
    std::iter::once(word).chain(options).filter_map(|option| elsewhere(option, program)).collect()
}

/// Whether a command has an option. The option may include a value.
fn has(command: &Command, option: &str) -> bool {
    let name = option.split(' ').next().and_then(|name| name.strip_prefix("--"));
    name.is_some() && command.get_arguments().any(|argument| argument.get_long() == name)
}

/// Which commands have an option.
fn elsewhere(option: &str, program: &Command) -> Option<String> {
    let commands = program.get_subcommands().filter(|command| command.get_name() != "help");
    let names: Vec<_> = commands
        .filter(|command| has(command, option))
        .map(|command| format!("'{}'", command.get_name()))
        .collect();
    (!names.is_empty()).then(|| format!("'{option}' is an option of {}", names.join(", ")))
}

/// The option for a file or folder that was passed without one.
fn place(word: &str, command: &Command) -> Option<String> {
    let path = Utf8Path::new(word);
    let options: &[&str] = match path.extension() {
        Some("json") => &["--live", "--seed", "--out"],
        Some("yaml" | "yml") => &["--config", "--out"],
        _ if word.ends_with('/') || path.exists() => &["--config", "--out"],
        _ => &[],
    };
    let option = options.iter().find(|option| has(command, option))?;
    Some(looking_for(&format!("{option} {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_suggested_is_there() {
        let program = Args::command();
        for (command, _) in COMMANDS {
            assert!(*command == "--version" || program.find_subcommand(command).is_some(), "{command}");
        }
        for (option, _) in OPTIONS {
            assert!(elsewhere(option, &program).is_some(), "{option}");
        }
    }

    #[test]
    fn each_command_of_others_leads_to_one_thing() {
        let words = COMMANDS.iter().chain(&COMMAND_WAYS).flat_map(|(_, others)| *others);
        let mut words: Vec<_> = words.collect();
        let number = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), number);
    }

    #[test]
    fn what_is_there_is_not_taken_for_a_word_of_others() {
        let program = Args::command();
        for (_, others) in COMMANDS.iter().chain(&COMMAND_WAYS) {
            assert!(others.iter().all(|other| program.find_subcommand(other).is_none()), "{others:?}");
        }
    }
}
