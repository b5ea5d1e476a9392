//! Applies a saved plan, exactly as it was reviewed or not at all.

use super::super::console::Console;
use super::super::failure::Failure;
use super::arguments::ApplyArgs;
use super::carry_out::{Job, approve};
use super::events::Events;
use super::session::Session;
use crate::check::check;
use crate::clock;
use crate::escape;
use crate::plan::Action;
use crate::plan_file::{OrganizationMatch, Precondition, Revalidated, SavedPlan};
use crate::render::{View, plan_text};
use crate::source::Sources;
use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};

/// The largest plan that is read, in bytes: room for a million actions.
const LARGEST: u64 = 1 << 30;

/// The tolerated clock skew of the machine that made a plan.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A saved plan and its file.
pub(super) struct Plan {
    saved: SavedPlan,
    sources: Sources,
}

impl Plan {
    pub(super) fn organization(&self) -> &str {
        &self.saved.document.organization
    }

    pub(super) fn actions(&self) -> &[Action] {
        &self.saved.actions
    }
}

/// Reads a plan, and refuses it if possible without reading the organization.
pub(super) fn read(path: &Utf8Path, args: &ApplyArgs) -> Result<Plan, Failure> {
    const AGAIN: &str = "make a new one: `orgsync plan --out PLAN.json`";
    let name = escape::line(path.as_str()).into_owned();
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::failed(
            format!("the plan `{name}` can't be read: {error}"),
            "name a file that `orgsync plan --out` has written",
        )
    };
    let configuration = || {
        let help = format!("to apply a configuration, use --config: `orgsync apply --config {name}`");
        Failure::usage(format!("`{name}` is not a saved plan; it looks like a configuration"), help)
    };
    let length = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if length.is_dir() {
        return Err(configuration());
    }
    if !length.is_file() || length.len() > LARGEST {
        return Err(cannot(&"it is not a regular file, or is larger than 1 GiB"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| cannot(&error))?;
    if matches!(path.extension(), Some("yaml" | "yml")) && !text.trim_start().starts_with('{') {
        return Err(configuration());
    }
    let refused = |why: String| Failure::refused(format!("the plan `{name}` is refused: {why}"), AGAIN);
    let saved = SavedPlan::read(&text).map_err(|error| refused(error.to_string()))?;
    let made: Timestamp = saved
        .document
        .created_at
        .parse()
        .map_err(|_| refused("its `created_at` is not a time".to_owned()))?;
    let age = clock::now().duration_since(made);
    if age > args.max_plan_age {
        return Err(refused(format!(
            "it was made {:#} ago, but may be at most {:#} old (--max-plan-age)",
            whole_minutes(age),
            args.max_plan_age
        )));
    }
    if age < -SKEW {
        return Err(refused(
            "it was made in the future: the clock of one of the machines is wrong".to_owned(),
        ));
    }
    let mut sources = Sources::default();
    sources.add(name, String::new());
    Ok(Plan { saved, sources })
}

fn whole_minutes(age: SignedDuration) -> SignedDuration {
    SignedDuration::from_mins(age.as_secs() / 60)
}

/// Compares a plan with the live organization, and returns the remaining actions.
pub(super) fn job(
    plan: &Plan,
    args: &ApplyArgs,
    session: &Session,
    events: &Events,
    console: &mut Console,
) -> Result<Option<Job>, Failure> {
    let Plan { saved, sources } = plan;
    let matched = saved.match_organization(&session.origin).map_err(|(planned, live)| {
        Failure::refused(
            format!(
                "the plan is for the organization {}, but this is {}",
                escape::excerpt(&planned),
                escape::excerpt(&live)
            ),
            "use the key and the base URL of the organization that the plan was made for",
        )
    })?;
    let how = match matched {
        OrganizationMatch::Id => "by its identifier",
        OrganizationMatch::Url => "by the base URL of the API and the resources in the plan",
        OrganizationMatch::Objects => {
            "only by the resources in the plan: neither the identifier nor the base URL can be compared"
        }
    };
    writeln!(console.err(), "This is the organization of the plan, recognized {how}.")?;
    let compared_at = clock::now_in_milliseconds();
    let Revalidated { preconditions, plan } = saved.revalidate(&session.live, &session.deleted);
    if write_stale(saved, &preconditions, console)? {
        return Err(Failure::refused(
            "resources in the plan have changed since it was made",
            "plan again, and review the new plan",
        ));
    }
    let allowance = args.making.guards.allowance(args.allow_irreversible);
    let checked = check(plan, &saved.desired, &allowance);
    let view = View::new(&checked, &saved.desired, sources);
    let verbose = args.making.verbose;
    let view = if verbose { view.in_effect(&checked, &saved.desired, &session.live) } else { view };
    let layout = console.err_layout(verbose);
    plan_text(console.err(), &view, checked.refusals(), sources, layout)?;
    events.plan(&saved.document, &checked, args, sources, &session.origin);
    let summary = view.summary;
    Ok(approve(checked, &summary, args, console)?.map(|approved| Job {
        approved,
        digest: saved.document.digest.clone(),
        organization: saved.document.organization.clone(),
        actions: saved.actions.clone(),
        compared_at,
        holds_back: false,
    }))
}

/// Shows the conflicts between the plan and the live organization. Returns whether there are any.
fn write_stale(
    saved: &SavedPlan,
    preconditions: &[Precondition],
    console: &mut Console,
) -> std::io::Result<bool> {
    let mut stale = false;
    for (action, precondition) in saved.actions.iter().zip(preconditions) {
        let Precondition::Conflict { expected, found } = precondition else { continue };
        stale = true;
        let id = action.id();
        writeln!(console.err(), "{}\n  - {expected}\n  + {found}", escape::line(&id))?;
    }
    Ok(stale)
}
