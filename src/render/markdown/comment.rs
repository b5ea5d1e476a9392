//! A comment of limited length: omitted entries are counted, and all markup is closed.

use crate::render::thousands;

/// The most characters of a comment. GitHub and GitLab allow a little more.
pub(super) const LONGEST: usize = 65_000;

/// A list from which entries may be omitted.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The heading, with the number of entries. Needs no escaping.
    pub(super) heading: String,
    /// Folded until a reader opens it.
    pub(super) folded: bool,
    /// Text above the entries, such as the head of a table.
    pub(super) head: String,
    /// What is counted if entries are omitted: `changes`, or empty for the entries themselves.
    pub(super) noun: &'static str,
    /// The entries, the most important first.
    pub(super) entries: Vec<Entry>,
}

/// An entry of a list, which is shown as a whole or not at all.
#[derive(Debug)]
pub(super) struct Entry {
    /// Complete lines, or nothing.
    pub(super) text: String,
    /// The number that it adds to the count if it is omitted.
    pub(super) counts: usize,
}

impl Entry {
    fn length(&self) -> usize {
        self.text.chars().count()
    }
}

impl Section {
    /// Writes as many entries as fit into `room` characters, and the number of the others.
    fn write(&self, out: &mut String, mut room: usize) {
        let (heading, head) = (&self.heading, &self.head);
        out.push_str(&match self.folded {
            true => format!("\n<details><summary>{heading}</summary>\n\n{head}"),
            false => format!("\n#### {heading}\n\n{head}"),
        });
        let fits = |entry: &&Entry| take(&mut room, entry.length());
        let shown = self.entries.iter().take_while(fits).inspect(|entry| out.push_str(&entry.text)).count();
        let left_out: usize = self.entries.iter().skip(shown).map(|entry| entry.counts).sum();
        if left_out > 0 {
            out.push_str(&format!("\n… and {} more{}\n", thousands(left_out), self.noun));
        }
        if self.folded {
            out.push_str("\n</details>\n");
        }
    }

    /// The length of all entries, in characters.
    fn length(&self) -> usize {
        self.entries.iter().map(Entry::length).sum()
    }
}

/// Subtracts a part from the room, if it fits.
fn take(room: &mut usize, part: usize) -> bool {
    let rest = room.checked_sub(part);
    *room = rest.unwrap_or(0);
    rest.is_some()
}

/// Assembles a comment. If not everything fits, long sections are cut before short ones.
pub(super) fn comment(opening: &str, sections: &[Section]) -> String {
    let written = |room: usize| {
        let mut out = opening.to_owned();
        sections.iter().for_each(|section| section.write(&mut out, room));
        out
    };
    // With all entries left out, the counts are as long as they can be.
    let room = LONGEST.saturating_sub(written(0).chars().count());
    written(share(sections.iter().map(Section::length).collect(), room))
}

/// The fair share: the largest limit for each section so that all of them fit into the room together.
fn share(mut wanted: Vec<usize>, mut room: usize) -> usize {
    wanted.sort_unstable();
    for (left, one) in (1..=wanted.len()).rev().zip(wanted) {
        if one > room / left {
            return room / left;
        }
        room -= one;
    }
    usize::MAX
}
