//! `/v1/admin/audit-logs`.

use super::answer::{Failure, ok};
use super::reader::Reader;
use super::request;
use crate::organization::Logged;
use crate::wire::{LoggedOut, audit_query};
use axum::response::Response;

/// What happened lately, the latest first unless asked otherwise.
pub(crate) async fn list(reader: Reader, pairs: request::Pairs) -> Result<Response, Failure> {
    let query = request::query(pairs, audit_query)?;
    Ok(reader.read(|organization, _| {
        let log = organization.log();
        let log: Box<dyn Iterator<Item = &Logged>> =
            if query.ascending { Box::new(log) } else { Box::new(log.rev()) };
        let found = log.filter(|logged| query.asks_for(logged)).take(query.limit);
        ok(&found.map(|logged| LoggedOut::of(organization.uuid(), logged)).collect::<Vec<_>>())
    }))
}
