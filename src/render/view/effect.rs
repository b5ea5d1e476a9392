//! The roles that people gain and lose in the end, in words. All texts are escaped.

use super::super::{people, thousands};
use super::phrases::list;
use crate::escape;
use crate::plan::EffectiveChange;

/// What people gain and lose in a workspace, or of the roles of the organization.
#[derive(Debug)]
pub struct Effect {
    /// The workspace, or `the organization`.
    pub target: String,
    pub changes: Vec<RoleChange>,
}

/// The people who gain or lose a role.
#[derive(Debug)]
pub struct RoleChange {
    /// `+ dev for 5 people`.
    pub text: String,
    pub people: Vec<String>,
}

impl RoleChange {
    /// `+ dev for 5 people (ada@acme.example, …)`, with all people, or with those for whom there is room.
    #[must_use]
    pub fn line(&self, whole: bool) -> String {
        let names = if whole { self.people.join(", ") } else { list(self.people.iter().cloned()) };
        format!("{} ({names})", self.text)
    }
}

/// What people gain and lose, by workspace. The organization comes first.
pub(super) fn effects(changes: &[EffectiveChange]) -> Vec<Effect> {
    let of_workspace = |changes: &[EffectiveChange]| {
        let workspace = changes.first().and_then(|change| change.workspace.as_deref());
        Effect {
            target: workspace
                .map_or_else(|| "the organization".to_owned(), |name| escape::line(name).into_owned()),
            changes: changes.iter().map(role_change).collect(),
        }
    };
    changes.chunk_by(|one, next| one.workspace == next.workspace).map(of_workspace).collect()
}

fn role_change(change: &EffectiveChange) -> RoleChange {
    let sign = if change.is_gain { '+' } else { '-' };
    RoleChange {
        text: format!("{sign} {} for {}", escape::excerpt(change.role.name()), people(change.people.len())),
        people: change.people.iter().map(|name| escape::line(name).into_owned()).collect(),
    }
}

/// `Roles that people gain or lose in the end (3)`. Needs no escaping.
pub(in crate::render) fn effects_heading(effects: &[Effect]) -> String {
    let number = effects.iter().map(|effect| effect.changes.len()).sum();
    format!("Roles that people gain or lose in the end ({})", thousands(number))
}
