//! Checks whether the actions of a saved plan can still be applied as reviewed.

mod comparison;
mod group_precondition;
mod person_precondition;
mod workspace_precondition;

pub use comparison::{PlanContext, Precondition};

use crate::escape;
use crate::model::Live;
use crate::plan::{Action, ApiKeyDelete, ApiKeyOperation, ByResource};
use group_precondition::GroupPreconditions;
use person_precondition::PersonPreconditions;
use workspace_precondition::WorkspacePreconditions;

/// The precondition of each action, after the previous ones.
#[must_use]
pub fn preconditions(actions: &[Action], live: &Live, context: PlanContext<'_>) -> Vec<Precondition> {
    let mut people = PersonPreconditions::new(live, context);
    let workspaces = WorkspacePreconditions::new(live, context.actions);
    let mut groups = GroupPreconditions::new(live, context.actions);
    let precondition = |action: &Action| match action.operation.by_resource() {
        ByResource::Person(operation) => people.of(operation),
        ByResource::ApiKey(ApiKeyOperation::ApiKeyDelete(op)) => api_key(op, live),
        ByResource::Workspace(operation) => workspaces.of(operation),
        ByResource::Group(operation) => groups.of(operation),
    };
    actions.iter().map(precondition).collect()
}

/// A key that was used since the plan was made is not the one that was reviewed as unused. A list that can't be read says
/// nothing.
fn api_key(op: &ApiKeyDelete, live: &Live) -> Precondition {
    let Some(keys) = &live.api_keys else { return Precondition::Holds };
    let Some(key) = keys.iter().find(|key| key.id == op.key_id) else { return Precondition::AlreadyApplied };
    let last_used = key.last_used.as_deref().map(escape::excerpt);
    if op.unused_for.is_none() || last_used == op.before.last_used {
        return Precondition::Holds;
    }
    let used =
        |day: Option<String>| day.map_or_else(|| "never used".to_owned(), |day| format!("last used {day}"));
    Precondition::Conflict { expected: used(op.before.last_used.clone()), found: used(last_used) }
}
