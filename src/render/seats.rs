//! Renders seats: as bars on a terminal and in Markdown, as a table of numbers elsewhere.
//!
//! Columns in which every number is zero or unknown are left out, except for the last one, what is available.

use super::layout::{LISTED, Layout};
use super::{ADDED, BOLD, CHANGED, FAINT, REMOVED, signed, thousands};
use crate::model::Product;
use crate::plan_file::SeatsDocument;
use crate::query::{ProductSeats, SeatsReport};
use anstyle::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// The width of a bar, in characters.
pub(super) const BAR: usize = 20;

/// A narrower bar says nothing.
const NARROWEST_BAR: usize = 8;

/// The space between columns.
const GAP: usize = 2;

/// The seats of a product, where they are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seats {
    product: Product,
    purchased: Option<i64>,
    reserve: Option<i64>,
    /// Now, and after the plan if there is one.
    used: (i64, Option<i64>),
    pending: Option<i64>,
    available: Option<i64>,
}

impl Seats {
    /// The seats of a plan.
    pub(super) fn of_plan((product, seats): (&Product, &SeatsDocument)) -> Self {
        Self {
            product: *product,
            purchased: Some(i64::from(seats.purchased)),
            reserve: Some(i64::from(seats.reserve)),
            used: (seats.used_before, Some(seats.used_after)),
            pending: Some(seats.pending),
            available: Some(seats.available),
        }
    }

    /// The seats now.
    fn now(product: Product, seats: &ProductSeats) -> Self {
        Self {
            product,
            purchased: seats.purchased.map(i64::from),
            reserve: seats.reserve.map(i64::from),
            used: (seats.used, None),
            pending: seats.pending,
            available: seats.available,
        }
    }

    /// The name of the product, which needs no escaping.
    pub(super) fn title(&self) -> &'static str {
        self.product.title()
    }

    fn used_at_the_end(&self) -> i64 {
        self.used.1.unwrap_or(self.used.0)
    }

    /// `46 → 42`, or only one number if they are the same.
    fn change(&self) -> String {
        match self.used {
            (before, Some(after)) if before != after => format!("{} → {}", signed(before), signed(after)),
            (now, _) => signed(now),
        }
    }

    /// The last column is the most important one.
    fn style(&self) -> Style {
        match self.available {
            Some(..0) => REMOVED,
            Some(0) => CHANGED,
            _ => ADDED,
        }
    }

    /// A bar of used and pending seats. It looks full only if it is full. Empty if the number of seats is unknown.
    pub(super) fn bar(&self, width: usize) -> String {
        let Some(purchased) = self.purchased else { return String::new() };
        let (whole, widest) = (purchased.max(1), i64::try_from(width).unwrap_or(i64::MAX));
        let cells = |number: i64| {
            let some = i64::from(number > 0);
            usize::try_from((number.clamp(0, whole) * widest / whole).max(some)).unwrap_or(0)
        };
        let used = cells(self.used_at_the_end());
        let taken = cells(self.used_at_the_end().saturating_add(self.pending.unwrap_or(0))).max(used);
        format!("{}{}{}", "▓".repeat(used), "▒".repeat(taken - used), "░".repeat(width.saturating_sub(taken)))
    }
}

/// What a table shows of each product.
pub(super) struct Column {
    pub(super) heading: &'static str,
    /// One cell for each product.
    pub(super) cells: Vec<String>,
}

/// The columns of numbers, without those that say nothing.
pub(super) fn columns(all: &[Seats]) -> Vec<Column> {
    let column = |heading, number: fn(&Seats) -> Option<i64>| Column {
        heading,
        cells: match all.iter().all(|seats| number(seats).unwrap_or(0) == 0) {
            true => Vec::new(),
            false => all.iter().map(|seats| or_unknown(number(seats))).collect(),
        },
    };
    let is_planned = all.iter().any(|seats| seats.used.1.is_some());
    let before = if is_planned { "used now" } else { "used" };
    let columns = [
        column("purchased", |seats| seats.purchased),
        column("reserve", |seats| seats.reserve),
        column(before, |seats| Some(seats.used.0)),
        column("after", |seats| seats.used.1),
        column("pending", |seats| seats.pending),
        available(all),
    ];
    columns.into_iter().filter(|column| !column.cells.is_empty()).collect()
}

/// The columns beside the bars: with used seats before and after as one column.
fn columns_beside_bars(all: &[Seats]) -> Vec<Column> {
    let mut columns = columns(all);
    columns.retain(|column| !matches!(column.heading, "after" | "used now" | "used"));
    let used = Column { heading: "used", cells: all.iter().map(Seats::change).collect() };
    columns.insert(0, used);
    columns
}

/// What is available; nothing if it is known of no product.
fn available(all: &[Seats]) -> Column {
    let is_known = all.iter().any(|seats| seats.available.is_some());
    let cells = all.iter().filter(|_| is_known).map(|seats| or_unknown(seats.available));
    Column { heading: "available", cells: cells.collect() }
}

fn or_unknown(number: Option<i64>) -> String {
    number.map_or_else(|| "—".to_owned(), signed)
}

/// Writes the seats of products: with bars if there is a terminal of so many columns, and room for them.
pub(super) fn write_seats(out: &mut dyn Write, all: &[Seats], terminal: Option<usize>) -> io::Result<()> {
    let columns = if terminal.is_some() { columns_beside_bars(all) } else { columns(all) };
    let width = |column: &Column| {
        let widest = column.cells.iter().map(|cell| cell.width()).max();
        widest.unwrap_or(0).max(column.heading.width()) + GAP
    };
    let titles = all.iter().map(|seats| seats.title().width()).max().unwrap_or(0) + GAP;
    let taken = titles + columns.iter().map(width).sum::<usize>() + GAP;
    let has_budget = all.iter().any(|seats| seats.purchased.is_some());
    let bar = terminal.filter(|_| has_budget).map_or(0, |terminal| terminal.saturating_sub(taken).min(BAR));
    let bar = if bar < NARROWEST_BAR { 0 } else { bar };
    let beside = if bar == 0 { 0 } else { bar + GAP };
    write!(out, "{BOLD}{:1$}", "Seats", titles + beside)?;
    for column in &columns {
        write!(out, "{:>1$}", column.heading, width(column))?;
    }
    writeln!(out, "{BOLD:#}")?;
    for (row, seats) in all.iter().enumerate() {
        write!(out, "  {:1$}", seats.title(), titles - GAP)?;
        if bar > 0 {
            let drawn = seats.bar(bar);
            write!(out, "  {drawn}{:1$}", "", bar.saturating_sub(drawn.width()))?;
        }
        for column in &columns {
            let cell = column.cells.get(row).map_or("", String::as_str);
            let style = if column.heading == "available" { seats.style() } else { Style::new() };
            let pad = width(column).saturating_sub(cell.width());
            write!(out, "{:pad$}{style}{cell}{style:#}", "")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the seats of each product, and their holders. On a terminal, a long list is cut without `layout.verbose`, so
/// that the table stays in sight.
///
/// # Errors
///
/// Those of the writer.
pub fn seats_text(out: &mut dyn Write, report: &SeatsReport, layout: Layout) -> io::Result<()> {
    let products = report.seats.iter().filter_map(|(name, seats)| Some((Product::from_name(name)?, seats)));
    let all: Vec<_> = products.clone().map(|(product, seats)| Seats::now(product, seats)).collect();
    write_seats(out, &all, layout.columns)?;
    let cuts = layout.columns.is_some() && !layout.verbose;
    for (product, seats) in products {
        for (what, people) in [("held by", &seats.holders), ("expected by", &seats.expected)] {
            if people.is_empty() {
                continue;
            }
            let number = thousands(people.len());
            writeln!(out, "\n{BOLD}{} {what} ({number}):{BOLD:#}", product.title())?;
            let shown = if cuts && people.len() > LISTED { LISTED / 2 } else { people.len() };
            people.iter().take(shown).try_for_each(|person| writeln!(out, "    {person}"))?;
            if shown < people.len() {
                let more = thousands(people.len() - shown);
                writeln!(out, "    {FAINT}… and {more} more (--verbose lists them){FAINT:#}")?;
            }
        }
    }
    if report.seats.values().all(|seats| seats.purchased.is_none()) {
        writeln!(out, "\nNo product is managed: declare the products that you have bought under `seats`.")?;
    }
    Ok(())
}
