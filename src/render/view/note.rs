//! A note below the changes of a plan.

use super::brief::Brief;

/// Resources that the plan does not change, and why.
#[derive(Debug)]
pub struct Note {
    /// The heading, with their number. Needs no escaping.
    pub heading: String,
    /// Each with a remark.
    pub lines: Vec<(String, String)>,
    /// The same in one line, for a reader who does not ask for more. `None` if it may not be shortened.
    pub brief: Option<Brief>,
}

impl Note {
    pub(super) fn full(heading: String, lines: Vec<(String, String)>) -> Self {
        Self { heading, lines, brief: None }
    }

    /// A note that may be shortened, unless all of its lines are to be named anyway.
    pub(super) fn short(heading: String, lines: Vec<(bool, (String, String))>, text: String) -> Self {
        let named: Vec<_> = lines.iter().filter(|(named, _)| *named).map(|(_, line)| line.clone()).collect();
        let brief = (named.len() < lines.len()).then_some(Brief { text, named, counts: true });
        Self { heading, lines: lines.into_iter().map(|(_, line)| line).collect(), brief }
    }
}
