//! What a plan does, in one sentence: numbers that a reader can count in the plan.

use super::left_keys;
use super::phrases::Sign;
use crate::model::Product;
use crate::plan::{Action, Operation, Plan, Resource};
use crate::render::{count, thousands};

/// `4 to join, 6 to change, 4 to leave, 1 group; 1 new admin; le_chat −4; 1 API key left behind`. Empty if the plan does
/// nothing. `targets` are what it changes, and how. Needs no escaping.
pub(super) fn summary(plan: &Plan, targets: &[(Resource, Sign)]) -> String {
    let parts = [numbers(targets), admins(plan), seats(plan), api_keys(plan)];
    let parts = parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.join(", "));
    parts.collect::<Vec<_>>().join("; ")
}

fn numbers(targets: &[(Resource, Sign)]) -> Vec<String> {
    let number = |is: &dyn Fn(&(Resource, Sign)) -> bool| targets.iter().filter(|target| is(target)).count();
    let people = [(Sign::Add, "join"), (Sign::Change, "change"), (Sign::Remove, "leave")]
        .map(|(sign, verb)| (number(&|target| *target == (Resource::Person, sign)), verb))
        .map(|(number, verb)| (number, format!("{} to {verb}", thousands(number))));
    let others = [(Resource::Workspace, "workspace"), (Resource::Group, "group")]
        .map(|(resource, noun)| (number(&|target| target.0 == resource), noun))
        .map(|(number, noun)| (number, count(number, noun)));
    people.into_iter().chain(others).filter(|(number, _)| *number > 0).map(|(_, text)| text).collect()
}

fn admins(plan: &Plan) -> Vec<String> {
    let some = [(plan.new_admins(), "new admin"), (plan.admins.lost, "lost admin")];
    some.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect()
}

/// `le_chat −4`, for each managed product whose used seats change.
fn seats(plan: &Plan) -> Vec<String> {
    let change = |product: Product| plan.after.used.get(product) - plan.before.used.get(product);
    let changes = plan.limits.managed().into_iter().map(|product| (product, change(product)));
    let shown = |(product, change): (Product, i64)| {
        let sign = if change < 0 { '−' } else { '+' };
        let number = usize::try_from(change.unsigned_abs()).unwrap_or(usize::MAX);
        format!("{} {sign}{}", product.name(), thousands(number))
    };
    changes.filter(|(_, change)| *change != 0).map(shown).collect()
}

fn api_keys(plan: &Plan) -> Vec<String> {
    let deletes = |action: &&Action| matches!(action.operation, Operation::ApiKeyDelete(_));
    let some = [
        (plan.actions.iter().filter(deletes).count(), "to delete"),
        (left_keys::counts(plan).0, "left behind"),
    ];
    let some = some.into_iter().filter(|(number, _)| *number > 0);
    some.map(|(number, what)| format!("{} {what}", count(number, "API key"))).collect()
}
