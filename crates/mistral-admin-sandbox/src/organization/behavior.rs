//! What a sandbox does where the vendor's document leaves it open, or as a later version of the API might.

use super::audit::AuditMetadata;
use super::role::Spelling;
use super::{Organization, Refusal};
use serde::{Deserialize, Serialize};

/// The settings of a sandbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Behavior {
    pub(crate) audit_metadata: AuditMetadata,
    pub(crate) invited_seats: InvitedSeats,
    /// Whether words that the vendor's document does not list are valid.
    pub(crate) unknown_words: bool,
}

/// What becomes of the seats of an invitation when it is accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InvitedSeats {
    /// The person gets those that are free.
    #[default]
    Granted,
    /// The person gets none.
    Not,
}

/// What `POST /sandbox/settings` changes.
#[derive(Debug, Default)]
pub(crate) struct BehaviorChange {
    pub(crate) audit_metadata: Option<AuditMetadata>,
    pub(crate) invited_seats: Option<InvitedSeats>,
    pub(crate) unknown_words: Option<bool>,
}

impl Organization {
    /// Changes the settings. Unknown words stay valid as long as there are some.
    pub(crate) fn behave(&mut self, change: &BehaviorChange) -> Result<Behavior, Refusal> {
        if change.unknown_words == Some(false) && self.has_unknown_words() {
            return Err(Refusal::UnknownWords);
        }
        let Behavior { audit_metadata, invited_seats, unknown_words } = &mut self.behavior;
        *audit_metadata = change.audit_metadata.unwrap_or(*audit_metadata);
        *invited_seats = change.invited_seats.unwrap_or(*invited_seats);
        *unknown_words = change.unknown_words.unwrap_or(*unknown_words);
        Ok(self.behavior)
    }

    fn has_unknown_words(&self) -> bool {
        let roles = |roles: &[Spelling]| roles.iter().any(|role| matches!(role, Spelling::Word(_)));
        let member =
            self.members.iter().any(|member| member.unknown_product().is_some() || roles(&member.raw_roles));
        member || self.invitations.iter().any(|invitation| roles(&invitation.raw_roles))
    }
}
