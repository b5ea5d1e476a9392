//! `orgsync explain`.

use super::args::ExplainArgs;
use super::config::{self, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::formats::Format;
use super::{live, output};
use crate::escape;
use crate::model::Email;
use crate::plan;
use crate::render::explanation_text;

pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    let email = Email::parse(&args.email).map_err(|why| {
        let message = format!("`{}` is not an address: {why}", escape::line(&args.email));
        Failure::usage(message, "name one person, as in orgsync explain ada@acme.example")
    })?;
    let Some(config) = config::load(&args.config, &args.source.live, today(None), console)? else {
        return Ok(Exit::Refused);
    };
    let (live, _) = live::read(&args.source, console)?;
    let plan = plan::plan(&config.desired, &live);
    let Some(person) = plan::explain(&email, &config.desired, &live, &plan, &config.sources) else {
        let message = format!("nobody has the address {email}, neither in the files nor in the organization");
        let help = "check the spelling; `orgsync seats` lists people with a seat";
        return Err(Failure::failed(message, help));
    };
    match args.format {
        Format::Text => explanation_text(console.out(), &person)?,
        Format::Json => write!(console.out(), "{}", output::json(&person)?)?,
    }
    Ok(Exit::Done)
}
