//! `orgsync explain`: explains a person's access, or prints the page of a code.

use super::config::{self, LookupArgs, TodayArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{self, HistoryArgs};
use super::live::SourceArgs;
use super::output::{self, Format};
use crate::diag::Code;
use crate::model::{Email, nearest_email};
use crate::query;
use crate::render::explanation_text;
use crate::{diag, escape};
use anstyle::Style;

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The address of a person, or the code of a fault or refusal
    #[arg(value_name = "EMAIL|CODE")]
    about: String,
    #[command(flatten)]
    config: LookupArgs,
    #[command(flatten)]
    today: TodayArgs,
    /// Print the explanation of a person in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    source: SourceArgs,
}

const USAGE: &str =
    "name a person, as in orgsync explain ada@acme.example, or a code, as in orgsync explain seat_budget";

pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    if args.about.contains('@') { person(args, console) } else { code(args, console) }
}

fn code(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    let codes = || Code::ALL.iter().copied();
    let Some(code) = codes().find(|code| code.name() == args.about) else {
        let message = format!("`{}` is neither an address nor a code", escape::line(&args.about));
        let near = diag::nearest(&args.about, codes().map(Code::name));
        let help = near.map_or_else(|| USAGE.to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::usage(message, help));
    };
    if args.format == Format::Json {
        return Err(Failure::usage(
            "the page of a code is only available as text",
            "leave out --format json",
        ));
    }
    write!(console.out(), "{}", readable(&code.page_without_links()))?;
    Ok(Exit::Done)
}

/// A page as plain text for a terminal: bold headings and indented code.
fn readable(page: &str) -> String {
    let bold = Style::new().bold();
    let (mut text, mut in_code) = (String::new(), false);
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            text.push_str(&format!("    {line}\n"));
        } else if let Some(heading) =
            line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
        {
            text.push_str(&format!("{bold}{heading}{bold:#}\n"));
        } else {
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}

fn person(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    let email = Email::parse(&args.about).map_err(|why| {
        let message = format!("`{}` is not a valid address: {why}", escape::line(&args.about));
        Failure::usage(message, USAGE)
    })?;
    let Some(config) =
        config::look_up(&args.config, &args.source.live.key, today(Some(&args.today)), console)?
    else {
        return Ok(Exit::Refused);
    };
    let types = query::person_events();
    let (live, plan, events) = history::read_and_plan(&args.source, &args.history, &config, types, console)?;
    let Some(person) = query::explain(&email, &config.desired, &live, &plan, &config.sources, &events) else {
        let message =
            format!("no person has the address {email}, neither in the files nor in the organization");
        let declared = config.desired.members.keys();
        let joined = live.members.iter().filter_map(|member| member.email.as_ref());
        let invited = live.invitations.iter().filter_map(|invitation| invitation.email.as_ref());
        let help = nearest_email(&email, declared.chain(joined).chain(invited)).map_or_else(
            || "check the spelling; `orgsync members TEXT` finds people by a part of their name or address".to_owned(),
            |near| format!("did you mean {near}? `orgsync members TEXT` finds people by a part of their name or address"),
        );
        return Err(Failure::failed(message, help));
    };
    match args.format {
        Format::Text => {
            let layout = console.out_layout(false);
            explanation_text(console.out(), &person, layout)?;
        }
        Format::Json => write!(console.out(), "{}", output::json(&person)?)?,
    }
    Ok(Exit::Done)
}
