//! Takes a request apart; all its faults are told at once.

use super::answer::Failure;
use super::body;
use crate::wire::{Faults, Query as Parameters, path_id};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request};
use serde_json::Value;
use uuid::Uuid;

/// The id in the path, whatever it looks like.
pub(crate) type Id = Result<Path<String>, PathRejection>;

/// The two ids in the path, whatever they look like.
pub(crate) type Ids = Result<Path<(String, String)>, PathRejection>;

/// The parameters of the query, whatever they look like.
pub(crate) type Pairs = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The id in the path.
pub(crate) fn id(id: Id, name: &str) -> Result<Uuid, Failure> {
    let mut faults = Faults::default();
    let id = read_id(id, name, &mut faults);
    sound(id, faults)
}

/// The two ids in the path.
pub(crate) fn ids(ids: Ids, names: [&str; 2]) -> Result<(Uuid, Uuid), Failure> {
    let mut faults = Faults::default();
    let ids = read_ids(ids, names, &mut faults);
    sound(ids, faults)
}

/// What `read` makes of the query.
pub(crate) fn query<T>(
    pairs: Pairs,
    read: impl FnOnce(Parameters<'_>, &mut Faults) -> T,
) -> Result<T, Failure> {
    let mut faults = Faults::default();
    let result = read_query(pairs, read, &mut faults);
    sound(result, faults)
}

/// The id in the path, and what `read` makes of the query.
pub(crate) fn id_and_query<T>(
    id: Id,
    name: &str,
    pairs: Pairs,
    read: impl FnOnce(Parameters<'_>, &mut Faults) -> T,
) -> Result<(Uuid, T), Failure> {
    let mut faults = Faults::default();
    let id = read_id(id, name, &mut faults);
    let result = read_query(pairs, read, &mut faults);
    sound((id, result), faults)
}

/// What `read` makes of the body.
pub(crate) async fn body<T>(
    request: Request,
    read: impl FnOnce(&Value, &mut Faults) -> T,
) -> Result<T, Failure> {
    let mut faults = Faults::default();
    let value = body::json(request, &mut faults).await?;
    finish(value, faults, read)
}

/// The id in the path, and what `read` makes of the body.
pub(crate) async fn id_and_body<T>(
    id: Id,
    name: &str,
    request: Request,
    read: impl FnOnce(&Value, &mut Faults) -> T,
) -> Result<(Uuid, T), Failure> {
    let mut faults = Faults::default();
    let id = read_id(id, name, &mut faults);
    let value = body::json(request, &mut faults).await?;
    Ok((id, finish(value, faults, read)?))
}

/// The two ids in the path, and what `read` makes of the body.
pub(crate) async fn ids_and_body<T>(
    ids: Ids,
    names: [&str; 2],
    request: Request,
    read: impl FnOnce(&Value, &mut Faults) -> T,
) -> Result<((Uuid, Uuid), T), Failure> {
    let mut faults = Faults::default();
    let ids = read_ids(ids, names, &mut faults);
    let value = body::json(request, &mut faults).await?;
    Ok((ids, finish(value, faults, read)?))
}

/// [`body()`] beside the Admin API: any content type will do, and no body stands for an empty object.
pub(crate) async fn lenient_body<T>(
    request: Request,
    read: impl FnOnce(&Value, &mut Faults) -> T,
) -> Result<T, Failure> {
    let mut faults = Faults::default();
    let value = body::lenient_json(request, &mut faults).await?;
    finish(value, faults, read)
}

fn read_id(id: Id, name: &str, faults: &mut Faults) -> Uuid {
    path_id(&id.map(|Path(id)| id).unwrap_or_default(), name, faults)
}

fn read_ids(ids: Ids, [first, second]: [&str; 2], faults: &mut Faults) -> (Uuid, Uuid) {
    let (one, other) = ids.map(|Path(ids)| ids).unwrap_or_default();
    (path_id(&one, first, faults), path_id(&other, second, faults))
}

fn read_query<T>(
    pairs: Pairs,
    read: impl FnOnce(Parameters<'_>, &mut Faults) -> T,
    faults: &mut Faults,
) -> T {
    read(Parameters(&pairs.map(|Query(pairs)| pairs).unwrap_or_default()), faults)
}

fn finish<T>(
    value: Option<Value>,
    mut faults: Faults,
    read: impl FnOnce(&Value, &mut Faults) -> T,
) -> Result<T, Failure> {
    match value.map(|value| read(&value, &mut faults)) {
        Some(result) => sound(result, faults),
        None => Err(Failure::Faults(faults)),
    }
}

fn sound<T>(value: T, faults: Faults) -> Result<T, Failure> {
    if faults.is_empty() { Ok(value) } else { Err(Failure::Faults(faults)) }
}
