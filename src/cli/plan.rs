//! `orgsync plan`, and the planning for `orgsync apply`.

use super::base_ref::{self, AtRevision};
use super::config::{self, Config, ConfigArgs, TodayArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{HistoryArgs, of_snapshot, report_unknown, report_withheld};
use super::key::KeyArgs;
use super::live::{self, SourceArgs};
use super::output::{self, Overwritable, path};
use super::scope::{self, OnlyArgs, email};
use crate::check::{Checked, check, check_due};
use crate::clock;
use crate::config::Loaded;
use crate::diag::Diagnostic;
use crate::escape;
use crate::model::{Allowance, Desired, Email, History, Live, RemovalKind};
use crate::plan::{self, ActionOrigin, Base, Plan, Scope};
use crate::plan_file::{Origin, PlanDocument};
use crate::render::{
    Findings, SarifLog, View, faults_github, faults_markdown, plan_github, plan_markdown, plan_text,
};
use crate::source::{Sources, folder_of};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use jiff::Unit;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) making: MakingArgs,
    #[command(flatten)]
    pub(super) today: TodayArgs,
    /// Print the plan in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
    /// Compare with the configuration before your change, to separate the change from drift. For example, a worktree of
    /// the branch that the pull request targets
    #[arg(long, value_name = "FILE|DIR", value_parser = path, conflicts_with_all = ["only", "due"])]
    pub(super) base: Option<Utf8PathBuf>,
    /// Compare with the configuration at this branch, tag or commit of git, as --base does with a folder. Reads the
    /// repository with the program `git`, fetches nothing and changes nothing
    #[arg(long, value_name = "REF", value_parser = base_ref::revision, conflicts_with_all = ["only", "due", "base"])]
    pub(super) base_ref: Option<String>,
    /// Exit with 2 if the plan has changes, or if a person holds power that no file grants; with --base or --base-ref,
    /// if it has changes that are not drift
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// With --detailed-exitcode and a base: look at the drift instead of the change. What is merely due is neither
    #[arg(long)]
    pub(super) drift: bool,
    /// Save the plan as JSON, to review it and apply exactly this plan: `orgsync apply PLAN.json`
    #[arg(long, value_name = "FILE", value_parser = path, conflicts_with_all = ["only", "due"])]
    pub(super) out: Option<Utf8PathBuf>,
    /// Overwrite the file of --out even if it is not a plan
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// A comment for a pull request
    Markdown,
    /// Annotations for GitHub Actions, and a comment in the job summary
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

/// The arguments of planning, shared with `apply`.
#[derive(Debug, clap::Args)]
pub(super) struct MakingArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) only: OnlyArgs,
    /// Only what is due: what has ended, invitations that have expired, and what people who have joined waited for. It
    /// leaves alone what others did by hand
    #[arg(long, conflicts_with = "only")]
    due: bool,
    #[command(flatten)]
    pub(super) history: HistoryArgs,
    #[command(flatten)]
    pub(super) guards: GuardArgs,
    /// Show a diff of each change, the roles that people gain or lose in the end, and everything that is left alone
    #[arg(short, long)]
    pub(super) verbose: bool,
}

impl MakingArgs {
    /// What the plan is about.
    pub(super) fn scope(&self) -> Scope {
        if self.due { Scope::Due(BTreeSet::new()) } else { self.only.scope() }
    }
}

/// Arguments that override guards.
#[derive(Debug, clap::Args)]
pub(super) struct GuardArgs {
    /// Allow up to N removals of a kind, whatever `policy.max_removals` says; may be repeated. KIND is members,
    /// invitations, admin_roles, seats, group_members, workspace_members or groups
    #[arg(long = "allow-removals", value_name = "KIND=N", value_parser = allowance)]
    allow_removals: Vec<(RemovalKind, usize)>,
    /// Confirm that this person is not the same as one with the same name who leaves or stays; either address will do.
    /// May be repeated
    #[arg(long = "two-people", value_name = "EMAIL", value_parser = email)]
    two_people: Vec<Email>,
}

impl GuardArgs {
    /// The arguments as on a command line, each after a space.
    pub(super) fn as_given(&self) -> String {
        let given = self.allow_removals.iter();
        given.map(|(kind, number)| format!(" --allow-removals {}={number}", kind.name())).collect()
    }

    /// The largest number that was given for each kind.
    pub(super) fn allowance(&self, irreversible: bool) -> Allowance {
        let mut removals = BTreeMap::new();
        for (kind, number) in &self.allow_removals {
            let most = removals.entry(*kind).or_insert(0);
            *most = (*most).max(*number);
        }
        Allowance { removals, irreversible, two_people: self.two_people.iter().cloned().collect() }
    }
}

fn allowance(text: &str) -> Result<(RemovalKind, usize), String> {
    let (kind, number) = text.split_once('=').ok_or("expected KIND=N, as in members=3")?;
    let known = RemovalKind::ALL.iter().find(|known| known.name() == kind);
    let names: Vec<_> = RemovalKind::ALL.iter().map(|kind| kind.name()).collect();
    let kind = known.ok_or_else(|| format!("`{kind}` is no kind of removal: {}", names.join(", ")))?;
    Ok((*kind, number.parse().map_err(|_| format!("`{number}` is not a number"))?))
}

pub(super) fn run(args: &PlanArgs, console: &mut Console) -> Result<Exit, Failure> {
    if let Some(path) = args.out.as_deref().filter(|_| !args.force) {
        output::refuse_other(path, Overwritable::Plan)?;
    }
    let today = today(Some(&args.today));
    let loaded = config::read(&args.making.config.config, Some(&args.source.live.key), today);
    let scope = args.making.scope();
    let loaded = match scope.revokes_from() {
        Some(_) => config::despite_budget(loaded, console)?,
        None => loaded,
    };
    let config = match config::complete(loaded, today) {
        Ok(config) => config,
        Err((faults, sources)) => return refuse(args.format, &faults, &sources, console),
    };
    let before = Before::of(args, today, console)?;
    let name = &config.desired.organization;
    let stored = |events| of_snapshot(&args.making.history, events);
    let (live, origin, history) =
        live::read_with(&args.source, name, console, stored, async |connection, live| {
            let (making, scope) = (&args.making, args.making.scope());
            let events = connection.read_events(&making.history, &config.desired, live, today, &scope);
            let mut history = History { log: events.await?, today: Some(today), ..History::default() };
            let plan = |history: &History| {
                make(&config, before.as_ref(), live, history, making.scope(), &Allowance::default())
            };
            history.changes = connection.read_changes(&making.history, live, &history, plan).await?;
            Ok(history)
        })?;
    let history = History { today: Some(today), ..history };
    report_withheld(&history.log, console)?;
    if args.source.snapshot.is_some() && args.making.history.audit_days > 0 {
        report_unknown(&history.log, &config.desired, &live, today, console)?;
    }
    // Only `apply` needs --allow-irreversible.
    let allowance = args.making.guards.allowance(true);
    let checked = make(&config, before.as_ref(), &live, &history, scope, &allowance)?;
    let taken_at = origin.taken_at;
    let view = || {
        let view = View::new(&checked, &config.desired, &config.sources).against(taken_at, today);
        // Other formats don't show the roles in effect, and need not wait for them.
        let shows_effects =
            args.making.verbose || matches!(args.format, PlanFormat::Markdown | PlanFormat::Github);
        if shows_effects { view.in_effect(&checked, &config.desired, &live) } else { view }
    };
    let markdown = |view: &View| plan_markdown(view, checked.refusals(), &config.sources);
    let json = || output::json(&document(&checked, &config, origin));
    let json = if args.out.is_some() || args.format == PlanFormat::Json { json()? } else { String::new() };
    match args.format {
        PlanFormat::Text => {
            let layout = console.out_layout(args.making.verbose);
            plan_text(console.out(), &view(), checked.refusals(), &config.sources, layout)?;
        }
        PlanFormat::Json => write!(console.out(), "{json}")?,
        PlanFormat::Markdown => write!(console.out(), "{}", markdown(&view()))?,
        PlanFormat::Github => {
            let view = view();
            plan_github(console.out(), &view, checked.refusals(), &config.sources, &output::checkout())?;
            output::summarize(&markdown(&view), console)?;
        }
        PlanFormat::Sarif => {
            let findings =
                Findings::of_plan(&view(), checked.refusals(), &config.sources, &output::checkout());
            write!(console.out(), "{}", output::json(&SarifLog::new(&findings))?)?;
        }
    }
    if let Some(path) = &args.out {
        output::write_file(path, json.as_bytes())?;
        writeln!(console.err(), "{}", saved(&escape::line(path.as_str()), &checked, &args.making.guards))?;
    }
    Ok(if !checked.refusals().is_empty() {
        Exit::Refused
    } else if args.detailed_exitcode && has_changes(checked.plan(), &config.desired, args.drift) {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// The message about a saved plan. To apply it, the same overrides are needed.
fn saved(path: &str, checked: &Checked, guards: &GuardArgs) -> String {
    if !checked.refusals().is_empty() {
        return format!("The plan is saved in `{path}`. It is refused and can't be applied.");
    }
    let plan = checked.plan();
    if plan.actions.is_empty() {
        return format!("The plan is saved in `{path}`. It has nothing to do.");
    }
    let irreversible = plan.actions.iter().any(|action| action.operation.is_irreversible());
    let irreversible = if irreversible { " --allow-irreversible" } else { "" };
    let guards = guards.as_given();
    format!(
        "The plan is saved in `{path}`: `orgsync apply {path}{guards}{irreversible}` applies exactly this plan."
    )
}

/// Shows faults of the files instead of a plan. Formats for reviewers get them on stdout.
fn refuse(
    format: PlanFormat,
    faults: &[Diagnostic],
    sources: &Sources,
    console: &mut Console,
) -> Result<Exit, Failure> {
    match format {
        PlanFormat::Text | PlanFormat::Json => {}
        PlanFormat::Markdown => write!(console.out(), "{}", faults_markdown(faults, sources))?,
        PlanFormat::Github => {
            faults_github(console.out(), faults, sources, &output::checkout())?;
            output::summarize(&faults_markdown(faults, sources), console)?;
        }
        PlanFormat::Sarif => {
            let findings = Findings::of_files(faults, &[], sources, &output::checkout());
            write!(console.out(), "{}", output::json(&SarifLog::new(&findings))?)?;
        }
    }
    let columns = console.err_layout(false).columns;
    config::write_faults(console.err(), "configuration", faults, sources, columns)?;
    Ok(Exit::Refused)
}

/// Whether a plan has changes; with a base, changes that are not drift. Power that no file grants counts as drift.
fn has_changes(plan: &Plan, desired: &Desired, drift: bool) -> bool {
    match plan.base {
        None if plan.scope.is_due() => !plan.actions.is_empty(),
        None => !plan.actions.is_empty() || plan.power_to_report(desired).next().is_some(),
        Some(_) if drift => {
            plan.of(ActionOrigin::Drift).next().is_some() || plan.power_to_report(desired).next().is_some()
        }
        Some(_) => plan.of(ActionOrigin::Change).next().is_some(),
    }
}

/// Compares, plans and checks.
pub(super) fn make(
    config: &Config,
    before: Option<&Before>,
    live: &Live,
    history: &History,
    scope: Scope,
    allowance: &Allowance,
) -> Result<Checked, Failure> {
    scope::verify(&scope, &config.desired, live)?;
    if scope.is_due() {
        let make = |scope| plan::plan_for(&config.desired, live, history, scope).attributed(history, live);
        return Ok(check_due(make, &config.desired, allowance));
    }
    let plan = plan::plan_for(&config.desired, live, history, scope);
    let plan = match before {
        Some(before) => before.compare(plan, config, live, history),
        None => plan,
    };
    Ok(check(plan.attributed(history, live), &config.desired, allowance))
}

/// The plan as a document.
pub(super) fn document(checked: &Checked, config: &Config, origin: Origin) -> PlanDocument {
    let Config { desired, sources, today } = config;
    let now = clock::now();
    let now = now.round(Unit::Second).unwrap_or(now);
    PlanDocument::new(checked.plan(), checked.refusals(), desired, sources, origin, *today, now)
}

/// The files before the change.
pub(super) enum Before {
    Declared(Box<Config>),
    Absent,
    Faulty,
}

impl Before {
    /// Reads them from a folder or from git, if either is named.
    fn of(args: &PlanArgs, today: Date, console: &mut Console) -> Result<Option<Self>, Failure> {
        let key = &args.source.live.key;
        match (&args.base, &args.base_ref) {
            (Some(base), _) => Self::read(base, key, today, console).map(Some),
            (None, Some(revision)) => {
                let path = &args.making.config.config;
                match base_ref::read(path, revision, key, today)? {
                    AtRevision::Loaded(loaded) => Ok(Some(Self::from_loaded(*loaded, today, console)?)),
                    AtRevision::Absent(note) => {
                        writeln!(console.err(), "{note}")?;
                        Ok(Some(Self::Absent))
                    }
                }
            }
            (None, None) => Ok(None),
        }
    }

    /// Reads them from a folder. Neither their absence nor a fault in them stops anything: a user who begins, or who
    /// corrects them, needs a plan.
    fn read(path: &Utf8Path, key: &KeyArgs, today: Date, console: &mut Console) -> Result<Self, Failure> {
        if let Some(file) = config::absent(path, key) {
            if !is_place_for_files(path, &file) {
                return Err(Failure::usage(
                    format!("`{path}` does not exist, so it can't have the files before the change"),
                    match base_ref::revision(path.as_str()) {
                        Ok(_) => format!(
                            "name a file or a directory; to read them from git, use --base-ref {path}"
                        ),
                        Err(_) => {
                            "name a file or a directory; to read them from git, use --base-ref REF".to_owned()
                        }
                    },
                ));
            }
            let near = crate::config::near_file(&file).map(|near| {
                let near = escape::line(near.as_str()).into_owned();
                format!(" `{near}` is there: to compare with it, use --base {near}")
            });
            let (file, near) = (escape::line(file.as_str()), near.unwrap_or_default());
            writeln!(
                console.err(),
                "The base has no `{file}`: all changes count as part of this change.{near}"
            )?;
            return Ok(Self::Absent);
        }
        Ok(Self::from_loaded(config::read(path, Some(key), today), today, console)?)
    }

    /// Shows the faults, if there are any.
    fn from_loaded(loaded: Loaded, today: Date, console: &mut Console) -> io::Result<Self> {
        match config::complete(loaded, today) {
            Ok(config) => Ok(Self::Declared(Box::new(config))),
            Err((faults, sources)) => {
                writeln!(
                    console.err(),
                    "The base has faults: all changes count as part of this change, even drift.\n"
                )?;
                let columns = console.err_layout(false).columns;
                config::write_faults(console.err(), "base", &faults, &sources, columns)?;
                Ok(Self::Faulty)
            }
        }
    }

    /// Marks the actions of a plan that come from the change, and finds what is no longer declared.
    fn compare(&self, plan: Plan, now: &Config, live: &Live, history: &History) -> Plan {
        match self {
            Self::Declared(before) => {
                let previous = plan::plan_for(&before.desired, live, history, Scope::Whole).actions;
                let plan = plan.classify_origins(Base::Planned, previous);
                plan.find_no_longer_declared(before.files(), now.files(), live)
            }
            Self::Absent => plan.classify_origins(Base::Absent, Vec::new()),
            Self::Faulty => plan.classify_origins(Base::Invalid, Vec::new()),
        }
    }
}

/// Whether missing files may simply not exist yet: their folder exists. A misspelt name, or that of a branch, must
/// not make all drift look like the change's.
fn is_place_for_files(path: &Utf8Path, file: &Utf8Path) -> bool {
    let is_named = path.is_dir() || matches!(path.extension(), Some("yaml" | "yml"));
    is_named && folder_of(file).is_dir()
}
