//! `orgsync members`.

use super::config::{self, Config, LookupArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{HistoryArgs, of_snapshot};
use super::live::{self, SourceArgs};
use super::output;
use crate::clock;
use crate::model::{History, KnownEvents, Product, Role, Roles, Seats};
use crate::query::{self, MemberFilter};
use crate::render::{members_csv, members_text};
use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

#[derive(Debug, clap::Args)]
pub(super) struct MembersArgs {
    /// A part of the name or address, in any letter case, with or without accents [default: find everybody]
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Find only people with this organization role, directly or through a group
    #[arg(long, value_name = "ROLE", value_parser = roles())]
    role: Option<Role>,
    /// Find only members with a seat of this product
    #[arg(long, value_name = "PRODUCT", value_parser = products())]
    seat: Option<Product>,
    /// Find only people whom no file declares or removes
    #[arg(long)]
    undeclared: bool,
    /// Find only people with an invitation that they can still accept
    #[arg(long)]
    pending: bool,
    #[command(flatten)]
    config: LookupArgs,
    /// Print the people in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MembersFormat::Text)]
    format: MembersFormat,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MembersFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// For spreadsheets
    Csv,
}

/// The names of roles, in files and in the API.
fn roles() -> impl TypedValueParser<Value = Role> {
    let names = Roles::all().into_iter().map(|role| PossibleValue::new(role.name()).alias(role.api_name()));
    let is = |text: &str, role: Role| role.name() == text || role.api_name() == text;
    PossibleValuesParser::new(names).try_map(move |text| {
        Roles::all().into_iter().find(|role| is(&text, *role)).ok_or("write the name of a role")
    })
}

/// The names of products in files.
fn products() -> impl TypedValueParser<Value = Product> {
    let names = Seats::all().into_iter().map(|product| PossibleValue::new(product.name()));
    let names = names.chain([PossibleValue::new("vibe").hide(true)]);
    PossibleValuesParser::new(names)
        .try_map(|text| Product::from_name(&text).ok_or("write the name of a product"))
}

pub(super) fn run(args: &MembersArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(config) = config::look_up(&args.config, &args.source.live.key, today(None), console)? else {
        return Ok(Exit::Refused);
    };
    if args.undeclared && !config.has_files() {
        let help = "name the files with --config FILE or DIR, or leave --undeclared out";
        return Err(Failure::usage("without files, nobody is known to be declared or not", help));
    }
    // Only whoever looks at open invitations needs the number of mails.
    let wants_mails = args.pending && args.history.audit_days > 0;
    let name = &config.desired.organization;
    let stored = |events| of_snapshot(&args.history, events).log;
    let (live, _, log) = live::read_with(&args.source, name, console, stored, async |connection, _| {
        if wants_mails { connection.read_invitations().await } else { Ok(KnownEvents::NotRead) }
    })?;
    let history = History { log, ..History::default() };
    let Config { desired, sources, .. } = &config;
    let files = config.has_files().then_some((desired, sources));
    let filter = MemberFilter {
        text: args.text.clone().unwrap_or_default(),
        role: args.role,
        seat: args.seat,
        undeclared: args.undeclared,
        pending: args.pending,
    };
    let report = query::members(files, &live, &history, &filter, clock::now());
    match args.format {
        MembersFormat::Text => members_text(console.out(), &report)?,
        MembersFormat::Json => write!(console.out(), "{}", output::json(&report)?)?,
        MembersFormat::Csv => members_csv(console.out(), &report)?,
    }
    Ok(Exit::Done)
}
