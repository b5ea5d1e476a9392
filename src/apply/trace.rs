//! Signs by which the organization's lists show that something was made.

use crate::model::{Email, Live};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What was made, or may have been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// Somebody was invited, or an account made.
    Person {
        /// Who, in lower case.
        email: String,
        /// Invitations that are not meant: they are deleted, and a list that lags behind may show them still.
        except: BTreeSet<Uuid>,
    },
    /// A workspace was made.
    Workspace(String),
    /// A group was made.
    Group(String),
}

impl Trace {
    /// Whether the lists show it.
    #[must_use]
    pub fn is_visible(&self, live: &Live) -> bool {
        match self {
            Self::Person { email, except } => {
                let is = |other: &Option<Email>| other.as_ref().is_some_and(|other| other.as_str() == email);
                live.members.iter().any(|member| is(&member.email))
                    || live.invitations.iter().any(|invitation| {
                        is(&invitation.email) && !invitation.expired && !except.contains(&invitation.id)
                    })
            }
            Self::Workspace(name) => live.workspaces.iter().any(|workspace| workspace.settings.name == *name),
            Self::Group(name) => live.groups.iter().flatten().any(|group| group.settings.name == *name),
        }
    }
}
