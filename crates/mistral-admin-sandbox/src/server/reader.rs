//! The organization as a list shows it, which may be that of some time ago.

use super::World;
use crate::faults::Partial;
use crate::organization::Organization;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How old the state is that a request gets to see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stale(pub(super) Option<Duration>);

/// Reads for lists.
pub(crate) struct Reader {
    world: Arc<World>,
    stale: Option<Duration>,
}

impl Reader {
    /// Looks at the organization.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Organization, Timestamp) -> T) -> T {
        match self.stale.and_then(|age| self.world.past(age)) {
            Some(past) => look(&past, past.now(Timestamp::now())),
            None => self.world.read(look),
        }
    }
}

impl FromRequestParts<Arc<World>> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Infallible> {
        let stale = parts.extensions.get::<Stale>().and_then(|stale| stale.0);
        Ok(Self { world: Arc::clone(world), stale })
    }
}

impl<S: Sync> FromRequestParts<S> for Partial {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
