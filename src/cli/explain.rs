//! `orgsync explain`.

use super::config::{self, ConfigArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::live::{self, SourceArgs};
use super::output::{self, Format};
use crate::model::Email;
use crate::plan;
use crate::render::explanation_text;
use crate::{diag, escape};

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The person's address
    pub(super) email: String,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    let email = Email::parse(&args.email).map_err(|why| {
        let message = format!("`{}` is not an address: {why}", escape::line(&args.email));
        Failure::usage(message, "name one person, as in orgsync explain ada@acme.example")
    })?;
    let Some(config) = config::load(&args.config, &args.source.live.key, today(None), console)? else {
        return Ok(Exit::Refused);
    };
    let (live, _) = live::read(&args.source, console)?;
    let plan = plan::plan(&config.desired, &live);
    let Some(person) = plan::explain(&email, &config.desired, &live, &plan, &config.sources) else {
        let message = format!("nobody has the address {email}, neither in the files nor in the organization");
        let declared = config.desired.members.keys();
        let joined = live.members.iter().filter_map(|member| member.email.as_ref());
        let invited = live.invitations.iter().filter_map(|invitation| invitation.email.as_ref());
        let help = near(&email, declared.chain(joined).chain(invited)).map_or_else(
            || "check the spelling; `orgsync seats` lists people with a seat".to_owned(),
            |near| format!("did you mean {near}? `orgsync seats` lists people with a seat"),
        );
        return Err(Failure::failed(message, help));
    };
    match args.format {
        Format::Text => explanation_text(console.out(), &person)?,
        Format::Json => write!(console.out(), "{}", output::json(&person)?)?,
    }
    Ok(Exit::Done)
}

/// The address that may have been meant: a misspelt name at the same domain, or the same name at a near domain. As
/// wholes, all addresses of a domain are near; and of many people, some have near names.
fn near<'a>(email: &Email, known: impl Iterator<Item = &'a Email> + Clone) -> Option<String> {
    let (name, domain) = (email.local(), email.domain());
    let colleagues = known.clone().filter(|other| other.domain() == domain).map(Email::local);
    let domains = known.filter(|other| other.local() == name).map(Email::domain);
    let misspelt = |near: &&str| strsim::osa_distance(name, near) <= (name.len() / 4).max(1);
    let colleague = diag::nearest(name, colleagues).filter(misspelt).map(|near| format!("{near}@{domain}"));
    colleague.or_else(|| diag::nearest(domain, domains).map(|near| format!("{name}@{near}")))
}
