//! The scope of a plan: the people whom `--only` and `--renew` name.

use super::failure::Failure;
use crate::model::{Desired, Email, InvalidEmail, Live, Onboarding, nearest_email};
use crate::plan::{Scope, Unfit};
use std::collections::BTreeSet;

/// The argument for people to revoke from.
#[derive(Debug, clap::Args)]
pub(super) struct OnlyArgs {
    /// Only revoke what these people have beyond the files: for emergencies, even if the rest of the plan is refused or
    /// the seat budget is exceeded
    #[arg(long, value_name = "EMAIL", num_args = 1.., value_parser = email)]
    only: Vec<Email>,
}

impl OnlyArgs {
    pub(super) fn scope(&self) -> Scope {
        some(&self.only).map_or(Scope::Whole, Scope::Only)
    }
}

/// The argument for people to invite again.
#[derive(Debug, clap::Args)]
pub(super) struct RenewArgs {
    /// Only send the invitations of these declared people again, whether they are pending or expired
    #[arg(long, value_name = "EMAIL", num_args = 1.., value_parser = email, conflicts_with_all = ["only", "due"])]
    renew: Vec<Email>,
}

impl RenewArgs {
    /// The scope, if people to invite again are named; else another one.
    pub(super) fn scope_or(&self, other: Scope) -> Scope {
        some(&self.renew).map_or(other, Scope::Renew)
    }
}

fn some(people: &[Email]) -> Option<BTreeSet<Email>> {
    (!people.is_empty()).then(|| people.iter().cloned().collect())
}

pub(super) fn email(text: &str) -> Result<Email, InvalidEmail> {
    Email::parse(text)
}

/// Refuses people that a plan can't be about: a misspelt address must not look like nothing to do.
pub(super) fn verify(scope: &Scope, desired: &Desired, live: &Live) -> Result<(), Failure> {
    if matches!(scope, Scope::Renew(_)) && desired.policy.onboarding == Onboarding::Sso {
        let message = "the files say `onboarding: sso`: people appear at their first sign-in, and orgsync sends no invitations";
        return Err(Failure::refused(message, "leave out --renew, or change `policy.onboarding`"));
    }
    let unfit = scope.unfit(desired, live);
    let Some((email, why)) = unfit.first() else { return Ok(()) };
    let others = match unfit.len() {
        1 => String::new(),
        number => format!(" (and {} more of these people)", number - 1),
    };
    let (message, help) = match why {
        Unfit::NotLive => (
            format!("{email} is neither a member nor invited{others}"),
            live_alike(email, live)
                .unwrap_or_else(|| "check the spelling; `orgsync members` lists everyone".to_owned()),
        ),
        Unfit::NotDeclared => (
            format!("no file declares {email}{others}"),
            nearest_email(email, desired.members.keys()).map_or_else(
                || "declare the person under `members` first".to_owned(),
                |near| format!("did you mean {near}?"),
            ),
        ),
        Unfit::Member => (
            format!("{email} is a member already{others}"),
            "leave the person out: members need no invitation".to_owned(),
        ),
        Unfit::NotInvited => (
            format!("{email} has no invitation{others}, and the files say that orgsync sends none"),
            "see `policy.onboarding` in the files; `orgsync apply` onboards the person as they say"
                .to_owned(),
        ),
    };
    Err(Failure::usage(message, help))
}

fn live_alike(email: &Email, live: &Live) -> Option<String> {
    let members = live.members.iter().filter_map(|member| member.email.as_ref());
    let invited = live.invitations.iter().filter_map(|invitation| invitation.email.as_ref());
    nearest_email(email, members.chain(invited)).map(|near| format!("did you mean {near}?"))
}
