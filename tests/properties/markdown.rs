//! Whatever a plan is and whatever names it holds: the comment is short enough, closed, harmless and complete.

use jiff::Timestamp;
use orgsync::apply::{Outcome, OutcomeKind, Report, RunRecord, Status};
use orgsync::diag::{Code, Diagnostic};
use orgsync::escape;
use orgsync::model::{Product, WorkspaceSettings};
use orgsync::plan::{Operation, Reference, Resource, WorkspaceArchive};
use orgsync::plan_file::SeatsDocument;
use orgsync::render::{Changes, Line, Note, Part, Sign, View, plan_markdown, report_markdown};
use orgsync::source::{Sources, Span};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Each stretch of hostile text says so: what says so must stand in a code span.
const HOSTILE: [&str; 22] = [
    "@evil",
    " #1evil",
    "<img src=evil>",
    "</details>evil",
    "[evil](https://evil.example)",
    "![evil]",
    "|evil",
    "\\|evil",
    "\\",
    "|",
    "`",
    "``",
    "```evil",
    "\r\n::error::evil",
    "\n\n# evil\n",
    "\u{1b}[evil",
    "##[evil]",
    "*evil*",
    "&lt;evil",
    " ",
    "evil@evil.example",
    "\u{202e}evil",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&HOSTILE[..]), 0..8).prop_map(|parts| parts.concat())
}

/// The same few again and again: that they are many is what matters.
fn lines(most: usize) -> impl Strategy<Value = Vec<Line<'static>>> {
    let line = (hostile(), prop::collection::vec(hostile(), 1..3));
    (prop::collection::vec(line, 1..5), 0..most).prop_map(|(lines, number)| {
        let lines = lines.into_iter().cycle().take(number);
        lines.map(|(target, changes)| Line { target, actions: 1, changes, ..Line::default() }).collect()
    })
}

fn view() -> impl Strategy<Value = View<'static>> {
    let notes = prop::collection::vec((hostile(), hostile()), 0..300);
    (hostile(), [lines(3000), lines(40), lines(3000)], notes).prop_map(|(organization, lines, note)| View {
        organization,
        parts: [Sign::Add, Sign::Change, Sign::Remove]
            .into_iter()
            .zip(lines)
            .map(|(sign, lines)| {
                let (resource, heading) = (Resource::Person, "people".to_owned());
                let changes = vec![Changes { sign, resource, heading, lines }];
                Part { title: Some("From somewhere"), changes }
            })
            .collect(),
        effects: Vec::new(),
        seats: BTreeMap::new(),
        power: None,
        no_longer_declared: None,
        no_longer_declared_in: Vec::new(),
        notes: vec![Note { heading: "left alone".to_owned(), lines: note, brief: None }],
        marks: Vec::new(),
        warnings: Vec::new(),
        basis: Vec::new(),
        conclusion: "so many changes".to_owned(),
        summary: String::new(),
    })
}

fn refusals() -> impl Strategy<Value = Vec<Diagnostic>> {
    let refusal =
        (hostile(), hostile(), 0..30_u32, 0..30_usize).prop_map(|(message, label, places, more)| {
            let refusal = Diagnostic::new(Code::MaxRemovals, message, label.clone()).in_file(&label);
            let refusal = Diagnostic { more, ..refusal };
            let spans = (0..places).map(|start| Span { file: 0, start, end: start });
            spans.fold(refusal, |refusal, span| refusal.label(span, label.clone()))
        });
    prop::collection::vec(refusal, 0..60)
}

/// A line without its code spans, as CommonMark finds them: a run of backticks closes at the next one of its length.
fn outside_of_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let opened = &rest[start..];
        let fence = opened.len() - opened.trim_start_matches('`').len();
        let mut inside = &opened[fence..];
        loop {
            let Some(at) = inside.find('`') else { panic!("a backtick is part of no fence: {line:?}") };
            let run = inside[at..].len() - inside[at..].trim_start_matches('`').len();
            inside = &inside[at + run..];
            if run == fence {
                break;
            }
        }
        rest = inside;
    }
    out + rest
}

/// The bars that end cells, as GitHub finds them: a backslash takes the character behind it along.
fn bars(line: &str) -> usize {
    let mut chars = line.chars();
    let mut bars = 0;
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '|' => bars += 1,
            _ => {}
        }
    }
    bars
}

fn assert_safe(text: &str) {
    assert!(text.chars().count() <= 65_000, "{}", text.chars().count());
    let mut open = 0_i32;
    for line in text.lines() {
        let own = outside_of_code(line);
        assert!(!own.contains("evil"), "{line:?}");
        let raw = |c: char| escape::is_hostile(c);
        assert!(
            !line.contains(raw) && !line.contains("##[") && !line.trim_start().starts_with("::"),
            "{line:?}"
        );
        let bare = own.replace("<details><summary>", "").replace("</summary>", "").replace("</details>", "");
        assert!(!bare.contains(['<', '>', '[', ']', '@', '!', '&', '\\']), "{line:?}");
        open += i32::from(own.starts_with("<details>")) - i32::from(own.starts_with("</details>"));
        assert!((0..=1).contains(&open), "{line:?}");
        // Markup within an element of HTML begins after an empty line.
        assert!(!own.contains("<summary>") || own.ends_with("</summary>"), "{line:?}");
    }
    assert_eq!(open, 0);
}

/// Archives a workspace of this name.
fn archive(name: &str) -> Operation {
    let before = WorkspaceSettings { name: name.to_owned(), description: String::new(), icon: String::new() };
    WorkspaceArchive { workspace: Reference::new(name), before }.into()
}

fn record() -> impl Strategy<Value = RunRecord> {
    [hostile(), hostile(), hostile()].prop_map(|[organization, commit, actor]| RunRecord {
        digest: String::new(),
        organization,
        organization_id: None,
        started_at: Timestamp::MIN,
        ended_at: Timestamp::MAX,
        commit: Some(commit),
        actor: Some(actor),
    })
}

/// How many are told to be left out.
fn left_out(text: &str) -> usize {
    let told = text.lines().filter_map(|line| line.strip_prefix("… and "));
    told.map(|rest| rest.split(' ').next().unwrap().replace(',', "").parse::<usize>().unwrap()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_short_closed_harmless_and_complete(view in view(), refusals in refusals()) {
        let mut sources = Sources::default();
        sources.add("evil`|@evil.yaml".to_owned(), "\n".repeat(40));
        let text = plan_markdown(&view, &refusals, &sources);
        assert_safe(&text);
        let shown = text.lines().filter(|line| line.starts_with("- ")).count();
        let changes = view.parts.iter().flat_map(|part| &part.changes).map(|changes| changes.lines.len());
        let notes = view.notes.iter().map(|note| note.lines.len()).sum::<usize>();
        let all = view.parts.len() + changes.sum::<usize>() + notes + refusals.len();
        prop_assert_eq!(shown + left_out(&text), all);
        // Nothing is left out where there is room for more than the longest entry.
        prop_assert!(left_out(&text) == 0 || text.chars().count() > 45_000);
        prop_assert_eq!(&text, &plan_markdown(&view, &refusals, &sources));
    }

    #[test]
    fn a_report_is_short_closed_harmless_and_complete(
        results in prop::collection::vec((hostile(), hostile(), 0..4_usize), 0..4),
        number in 0..4000_usize,
        run in record(),
    ) {
        let outcome = |(action, (id, reason, status)): (usize, (String, String, usize))| Outcome {
            action,
            operation: archive(&id),
            id,
            kind: if action % 3 == 2 { OutcomeKind::SecondLook } else { OutcomeKind::Planned },
            status: Status::ALL[status],
            reason: Some(reason),
            help: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let outcomes: Vec<_> = results.into_iter().cycle().take(number).enumerate().map(outcome).collect();
        let looked = outcomes.iter().filter(|one| one.kind == OutcomeKind::SecondLook).count();
        let report = Report { outcomes, ..Report::default() };
        let text = report_markdown(&report, &run);
        assert_safe(&text);
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
        prop_assert!(rows.iter().all(|row| bars(row) == 3), "{rows:?}");
        let unfinished = report.count(Status::Failed) + report.count(Status::NotTried);
        let failures = rows.iter().filter(|row| row.starts_with("| `")).count();
        let shown = failures + text.lines().filter(|line| line.starts_with("- ")).count();
        prop_assert_eq!(shown + left_out(&text), report.outcomes.len() + looked + unfinished);
    }
}

/// A plan that says nothing.
fn bare() -> View<'static> {
    View {
        organization: String::new(),
        parts: Vec::new(),
        effects: Vec::new(),
        seats: BTreeMap::new(),
        power: None,
        no_longer_declared: None,
        no_longer_declared_in: Vec::new(),
        notes: Vec::new(),
        marks: Vec::new(),
        warnings: Vec::new(),
        basis: Vec::new(),
        conclusion: String::new(),
        summary: String::new(),
    }
}

#[test]
fn what_is_short_is_shown_whole_beside_what_is_not() {
    let lines = |number: usize| {
        let line = |at: usize| Line {
            target: format!("p{at}"),
            marks: vec!["new admin"],
            actions: 2,
            changes: vec!["x".repeat(80)],
            operations: Vec::new(),
        };
        (0..number).map(line).collect::<Vec<_>>()
    };
    let changes = |sign, lines| Changes { sign, resource: Resource::Person, heading: String::new(), lines };
    let changes = vec![changes(Sign::Add, lines(10_000)), changes(Sign::Remove, lines(50))];
    let view = View { parts: vec![Part { title: None, changes }], ..bare() };
    let text = plan_markdown(&view, &[], &Sources::default());
    let shown = |sign: &str| text.lines().filter(|line| line.starts_with(sign)).count();
    assert_eq!(shown("- `-`"), 50);
    // Actions are counted, not lines.
    assert_eq!(shown("- `+`") * 2 + left_out(&text), 20_000);
    assert!(text.chars().count() > 64_900, "{}", text.chars().count());
}

#[test]
fn a_bar_is_full_only_where_nothing_is_free() {
    let cases = [
        ((50, 0, 0), "░░░░░░░░░░░░░░░░░░░░"),
        ((50, 1, 0), "▓░░░░░░░░░░░░░░░░░░░"),
        ((50, 25, 10), "▓▓▓▓▓▓▓▓▓▓▒▒▒▒░░░░░░"),
        ((50, 49, 0), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░"),
        ((50, 40, 10), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒"),
        ((50, 60, i64::MAX), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓"),
        ((0, 0, 0), "░░░░░░░░░░░░░░░░░░░░"),
        ((0, 1, 0), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓"),
    ];
    for ((purchased, used_after, pending), shown) in cases {
        let seats =
            SeatsDocument { purchased, reserve: 0, used_before: 0, used_after, pending, available: 0 };
        let view = View { seats: BTreeMap::from([(Product::LeChat, seats)]), ..bare() };
        let text = plan_markdown(&view, &[], &Sources::default());
        let rows: Vec<_> =
            text.lines().filter_map(|line| line.strip_prefix("| `le_chat (Vibe)` | ")).collect();
        let bars: Vec<_> = rows.iter().filter_map(|row| row.split(" | ").next()).collect();
        assert_eq!(bars, [shown], "{used_after} and {pending} of {purchased}");
    }
}
