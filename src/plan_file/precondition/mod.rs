//! Checks whether the actions of a saved plan can still be applied as reviewed.

mod comparison;
mod group_precondition;
mod person_precondition;
mod workspace_precondition;

pub use comparison::{PlanContext, Precondition};

use crate::model::Live;
use crate::plan::{Action, ByResource};
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
        ByResource::Workspace(operation) => workspaces.of(operation),
        ByResource::Group(operation) => groups.of(operation),
    };
    actions.iter().map(precondition).collect()
}
