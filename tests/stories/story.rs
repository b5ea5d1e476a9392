//! The plan between two organizations, as text for a snapshot.

use super::organization::Organization;
use orgsync::check::{Checked, check};
use orgsync::diag::Diagnostic;
use orgsync::model::Allowance;
use orgsync::plan::{Phase, Plan};
use orgsync::render::{Layout, View, plan_text};
use orgsync::source::Sources;
use std::fmt::Write as _;

/// Wide enough for any note on one line.
const LAYOUT: Layout = Layout { verbose: false, columns: Some(160) };

/// Plans the way from the live organization to the desired one. Addresses are short: `ada` for `ada@acme.example`.
pub(crate) fn plan(desired: &Organization, live: &Organization) -> String {
    plan_with(desired, live, &Allowance::default())
}

/// The same, with what is allowed on purpose.
pub(crate) fn plan_with(desired: &Organization, live: &Organization, allowance: &Allowance) -> String {
    let (desired, sources) = desired.desired();
    let checked = check(orgsync::plan::plan(&desired, &live.live()), &desired, allowance);
    let mut out = Vec::new();
    let mut view = View { warnings: Vec::new(), ..View::new(&checked, &desired, &sources) };
    // A story is about what is left as it is, too.
    view.notes.iter_mut().for_each(|note| note.brief = None);
    plan_text(&mut out, &view, &[], &Sources::default(), LAYOUT).unwrap();
    let text = plain(&String::from_utf8(out).unwrap());
    let text = text.trim_start_matches("Plan\n").trim();
    let findings = findings(&checked, &sources);
    let story = format!("{text}\n{findings}{}", phases(checked.plan()));
    story.replace("@acme.example", "").trim_end().to_owned()
}

/// A text without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// The actions of each phase, in their order.
fn phases(plan: &Plan) -> String {
    let mut text = String::new();
    for phase in Phase::ALL {
        let actions = plan.actions.iter().filter(|action| action.phase == phase);
        let ids: Vec<String> = actions.map(|action| action.id()).collect();
        if !ids.is_empty() {
            writeln!(text, "{} {phase:?}: {}", phase as u8, ids.join(", ")).unwrap();
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn findings(checked: &Checked, sources: &Sources) -> String {
    let warnings = checked.plan().warnings.iter().map(|warning| finding("warning", warning, sources));
    let refusals = checked.refusals().iter().map(|refusal| finding("refused", refusal, sources));
    warnings.chain(refusals).collect()
}

/// What is wrong, the declarations that cause it, and the way on.
fn finding(level: &str, finding: &Diagnostic, sources: &Sources) -> String {
    let mut text = format!("\n{level}[{}]: {}\n", finding.code.name(), finding.message);
    for label in &finding.labels {
        let line = sources.position(label.span).line as usize;
        let declaration =
            sources.file(0).and_then(|file| file.text().lines().nth(line - 1)).unwrap_or_default();
        match label.text.as_str() {
            "" => writeln!(text, "  {declaration}").unwrap(),
            label => writeln!(text, "  {declaration}: {label}").unwrap(),
        }
    }
    writeln!(text, "  help: {}", finding.help).unwrap();
    text
}
