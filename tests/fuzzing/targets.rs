//! What must hold for any text that comes from outside: for the fuzzer, and for a bounded run in the suite.
//!
//! Each function takes any bytes and panics where something does not hold. Beyond "no panic": whatever is shown holds no
//! character that a terminal would obey or hide and no line that a CI would take for a command; every place that is
//! named exists; what is read back from a plan, a journal or a state equals what was written.
#![allow(unreachable_pub, reason = "as a library of the fuzzer it is reachable")]

use camino::Utf8Path;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use mistral_admin_sandbox::{FaultRules, Seed};
use orgsync::api::Snapshot;
use orgsync::api::fuzzing::{KEY, Outcome, answer};
use orgsync::apply::fuzzing as journals;
use orgsync::check::{Checked, check};
use orgsync::config::{self, Loaded};
use orgsync::diag::{self, Diagnostic};
use orgsync::escape;
use orgsync::export::{Known, export};
use orgsync::model::{Allowance, Desired, Live};
use orgsync::plan;
use orgsync::plan_file::{Origin, PlanDocument, ReadError, SavedPlan};
use orgsync::query;
use orgsync::render::{Layout, View, explanation_text, plan_text, seats_text};
use orgsync::source::Sources;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A function that takes anything.
pub type Target = fn(&[u8]);

/// Everything that reads text from outside, by name.
pub const TARGETS: [(&str, Target); 7] = [
    ("answers", answers),
    ("config", config),
    ("faults", faults),
    ("journal", journal),
    ("plan", plan),
    ("seed", seed),
    ("snapshot", snapshot),
];

/// What stands between a main file and the file `team.yaml` that it may include.
const INCLUDED: &str = "\n===== team.yaml\n";

/// The day on which everything happens.
const TODAY: Date = date(2026, 11, 24);

/// The moment at which everything happens.
const NOW: Timestamp = Timestamp::constant(1_795_478_400, 0);

/// The most faults of one file, and people of one organization, that are looked at.
const MOST: usize = 50;

/// The organization of the example, declared and live.
static EXAMPLE: LazyLock<(Desired, Sources, Live)> = LazyLock::new(|| {
    // The package is orgsync, or the fuzzer in a folder of it.
    let mut folders =
        Utf8Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|at| at.join("examples/acme"));
    let Some(folder) = folders.find(|folder| folder.is_dir()) else { panic!("there is no example") };
    let Loaded { sources, desired, .. } = config::load(&folder, TODAY, &|_| false);
    let live = Snapshot::read_live(&include_bytes!("../../examples/acme/sandbox.json")[..]);
    match (desired, live) {
        (Ok(desired), Ok(stored)) => (desired, sources, stored.live),
        failed => panic!("the example is broken: {failed:?}"),
    }
});

/// A configuration.
pub fn config(data: &[u8]) {
    let (_, _, live) = &*EXAMPLE;
    let Loaded { sources, desired, .. } = load(data);
    match desired {
        Ok(desired) => planned(&desired, &sources, live),
        Err(faults) => {
            assert!(!faults.is_empty(), "neither an organization nor a fault");
            faults.iter().take(MOST).for_each(|fault| rendered(fault, &sources));
        }
    }
}

/// A saved plan. Whoever changes one can make a digest that fits, so the digest is made to fit.
pub fn plan(data: &[u8]) {
    let (_, _, live) = &*EXAMPLE;
    let text = String::from_utf8_lossy(data);
    if let Err(error) = SavedPlan::read(&text) {
        assert_harmless(&error.to_string());
    }
    let Ok(mut document) = serde_json::from_str::<PlanDocument>(&text) else { return };
    let bare = PlanDocument { created_at: String::new(), digest: String::new(), ..document.clone() };
    document.digest = bare.compute_digest();
    let written = json(&document);
    match SavedPlan::read(&written) {
        Err(ReadError::Digest) => panic!("what is written reads otherwise"),
        Err(error) => assert_harmless(&error.to_string()),
        Ok(saved) => {
            assert_eq!(saved.document, document);
            assert_eq!(json(&saved.document), written);
            let ids = |document: &PlanDocument| -> Vec<_> {
                document.actions.iter().map(|action| action.id.clone()).collect()
            };
            assert_eq!(ids(&document), saved.actions.iter().map(plan::Action::id).collect::<Vec<_>>());
            let revalidated = saved.revalidate(live, &BTreeSet::new());
            let checked = check(revalidated.plan, &saved.desired, &Allowance::default());
            shown(&checked, &saved.desired, live, &Sources::default());
        }
    }
}

/// A journal.
pub fn journal(data: &[u8]) {
    if let Some(error) = journals::journal(&String::from_utf8_lossy(data)) {
        assert_harmless(&error);
    }
}

/// A snapshot.
pub fn snapshot(data: &[u8]) {
    let live = match Snapshot::read_live(data) {
        Ok(stored) => stored.live,
        Err(error) => return assert_harmless(&error.to_string()),
    };
    organization(&live);
    match export(&live, &Known::default(), TODAY) {
        Err(error) => assert_harmless(&error.to_string()),
        Ok(exported) => {
            let text = exported.one_file();
            assert_harmless(&text);
            if let Err(faults) = load(text.as_bytes()).desired {
                let codes: Vec<_> = faults.iter().map(|fault| fault.code.name()).collect();
                assert!(exported.lacks_admin && codes == ["no_admin"], "{codes:?}\n{text}");
            }
        }
    }
}

/// An answer of the Admin API, of whatever kind.
pub fn answers(data: &[u8]) {
    match answer(data) {
        Outcome::Error(text) => {
            assert!(!text.contains(KEY), "{text}");
            assert_harmless(&text);
        }
        Outcome::Live(live) => {
            assert!(!format!("{live:?}").contains(KEY) || escaped(data), "{live:?}");
            organization(&live);
        }
        Outcome::Other => {}
    }
}

/// Whether a body could spell the key in JSON's own escapes, which nobody looks for.
fn escaped(data: &[u8]) -> bool {
    data.contains(&b'\\')
}

/// A seed of the sandbox.
pub fn seed(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let seed = match Seed::parse("seed.json", &text) {
        Ok(seed) => seed,
        Err(error) => return assert_harmless(&error.to_string()),
    };
    let written = |seed: Seed| match seed.into_state(NOW) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => panic!("{error}"),
    };
    let first = written(seed);
    match Seed::parse("state.json", &first) {
        Ok(again) => assert_eq!(written(again), first),
        Err(error) => panic!("{error}\n{first}"),
    }
    match Snapshot::read_live(first.as_bytes()) {
        Ok(stored) => organization(&stored.live),
        Err(error) => assert_harmless(&error.to_string()),
    }
}

/// Rules for faults.
pub fn faults(data: &[u8]) {
    if let Err(error) = FaultRules::parse(&String::from_utf8_lossy(data)) {
        assert_harmless(&error.to_string());
    }
}

fn load(data: &[u8]) -> Loaded {
    thread_local! {
        static FOLDER: TempDir = TempDir::new().unwrap_or_else(|error| panic!("{error}"));
    }
    FOLDER.with(|folder| {
        let split = data.windows(INCLUDED.len()).position(|window| window == INCLUDED.as_bytes());
        let (main, team) = data.split_at(split.unwrap_or(data.len()));
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &[u8]| fs_err::write(path(name), text);
        let written = match team.get(INCLUDED.len()..) {
            Some(team) => write("team.yaml", team),
            None => fs_err::remove_file(path("team.yaml")).or(Ok(())),
        };
        if let Err(error) = written.and_then(|()| write("orgsync.yaml", main)) {
            panic!("{error}");
        }
        match Utf8Path::from_path(folder.path()) {
            Some(folder) => config::load(folder, TODAY, &|_| false),
            None => panic!("temporary files have no names"),
        }
    })
}

/// A live organization, held against the files of the example.
fn organization(live: &Live) {
    let (desired, sources, _) = &*EXAMPLE;
    planned(desired, sources, live);
}

/// A plan is shown without harm, and reads back from its document as it was.
fn planned(desired: &Desired, sources: &Sources, live: &Live) {
    let plan = plan::plan(desired, live);
    let addresses = live.members.iter().filter_map(|member| member.email.as_ref());
    for email in addresses.chain(desired.members.keys()).take(MOST / 10) {
        if let Some(person) = query::explain(email, desired, live, &plan, sources, &[]) {
            text(|out| explanation_text(out, &person, Layout { verbose: false, columns: Some(60) }));
            assert_harmless(&json(&person));
        }
    }
    let seats = query::seats(desired, live, &plan);
    text(|out| seats_text(out, &seats, Layout { verbose: false, columns: Some(80) }));
    assert_harmless(&json(&seats));
    let checked = check(plan, desired, &Allowance { irreversible: true, ..Allowance::default() });
    shown(&checked, desired, live, sources);
    let (plan, refusals) = (checked.plan(), checked.refusals());
    refusals.iter().for_each(|refusal| rendered(refusal, sources));
    let document = PlanDocument::new(plan, refusals, desired, sources, Origin::default(), TODAY, NOW);
    let written = json(&document);
    match SavedPlan::read(&written) {
        Ok(saved) => {
            assert!(refusals.is_empty());
            assert_eq!(saved.document, document);
            let operations = saved.actions.iter().map(|action| &action.operation);
            assert!(operations.eq(plan.actions.iter().map(|action| &action.operation)), "{written}");
        }
        Err(ReadError::Refused(_)) => assert!(!refusals.is_empty()),
        Err(error) => panic!("{error}\n{written}"),
    }
}

fn shown(checked: &Checked, desired: &Desired, live: &Live, sources: &Sources) {
    let view = View::new(checked, desired, sources).in_effect(checked, desired, live);
    for (verbose, columns) in [(false, None), (true, None), (false, Some(40)), (true, Some(200))] {
        let layout = Layout { verbose, columns };
        text(|out| plan_text(out, &view, checked.refusals(), sources, layout));
    }
}

/// A fault is shown without harm, and every place of it is there.
fn rendered(fault: &Diagnostic, sources: &Sources) {
    let shown = without_styles(&diag::render(fault, sources, None));
    assert_harmless(&shown);
    for label in &fault.labels {
        let Some(source) = sources.file(label.span.file) else { panic!("{label:?} is in no file") };
        let position = sources.position(label.span);
        let line = source.text().split('\n').nth(position.line as usize - 1).unwrap_or_default();
        assert!(position.column as usize <= line.chars().count() + 1, "{position} is behind its line");
        let place = format!(":{}:{}", position.line, position.column);
        assert!(shown.contains(&place), "{position} is not in {shown}");
    }
}

/// What is written for people.
fn text(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) {
    let mut out = Vec::new();
    assert!(write(&mut out).is_ok());
    assert_harmless(&without_styles(&String::from_utf8_lossy(&out)));
}

/// A document as it is written.
fn json(document: &impl serde::Serialize) -> String {
    match serde_json::to_string_pretty(document) {
        Ok(text) => escape::json(&text).into_owned(),
        Err(error) => panic!("{error}"),
    }
}

/// A text without the styles that this program itself gives it, which are colours and no other sequences.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => out.extend(["\u{1b}[", part]),
        }
    }
    out
}

/// Whether a terminal, or the log of a CI, would only show a text.
fn assert_harmless(text: &str) {
    let hostile = text.chars().find(|c| *c != '\n' && escape::is_hostile(*c));
    assert_eq!(hostile, None, "{text:?}");
    assert_eq!(text.lines().find(|line| escape::is_command(line)), None, "{text:?}");
}
