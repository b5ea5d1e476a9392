//! `/v1/admin/user-groups`: groups, their members and nested groups, and their assignments to workspaces.

use super::AppState;
use super::call::Call;
use super::response::{Failure, Listing, Problem, ok};
use crate::organization::{GroupChange, GroupMember, Role, Spelling, TargetType};
use crate::validation::{self, Input, ORGANIZATION, Page, WORKSPACE};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// What the ids in a path are called.
const ID: &str = "group_uuid";
const WORKSPACE_ID: &str = "workspace_uuid";

/// The largest page of groups, and of their workspaces.
const LARGEST_PAGE: Option<u64> = Some(100);

const TARGETS: [(&str, TargetType); 2] = [("W", TargetType::W), ("O", TargetType::O)];

/// Refuses each request if the organization has no groups.
pub(super) async fn guard(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    match app.read(|organization, _| organization.groups().map(drop)) {
        Ok(()) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}

pub(super) async fn list(call: Call) -> Result<Response, Failure> {
    let (page, search) = call.query(|query| (Page::read(query, LARGEST_PAGE), query.text("search")))?;
    call.look(|organization, _| {
        let found = organization.find_groups(search.as_deref())?.collect();
        Ok(Listing::of(page, found, |group| group, None))
    })
}

pub(super) async fn create(mut call: Call) -> Result<Response, Failure> {
    let new = call.body(new_group).await?;
    call.change(|organization, now| Ok(ok(organization.create_group(new, now)?))).await
}

pub(super) async fn show(call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    call.check()?;
    call.look(|organization, _| Ok(ok(organization.group(id)?)))
}

pub(super) async fn update(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let change = call.body(group_change).await?;
    call.change(|organization, now| Ok(ok(organization.update_group(id, change, now)?))).await
}

pub(super) async fn remove(call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    call.check()?;
    call.change(|organization, now| organization.delete_group(id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set_role(mut call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    let role = call.body(organization_role).await?;
    call.change(|organization, now| organization.set_organization_role(id, role, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The groups that are directly nested in a group.
pub(super) async fn nested(call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    call.check()?;
    call.look(|organization, _| Ok(ok(&organization.nested(id)?)))
}

pub(super) async fn set_nested(mut call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    let children = call.body(|body| body.fields().required("child_group_uuids", Input::uuids)).await?;
    call.change(|organization, now| organization.set_nested(id, &children, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The vendor's `AdminUserGroupMembersOut`.
#[derive(Serialize)]
struct MembersPage<'a> {
    total: usize,
    members: Vec<GroupMember<'a>>,
    page: u64,
    page_size: u64,
}

/// The direct members of a group.
pub(super) async fn members(call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let page = call.query(Page::unbounded)?;
    call.look(|organization, _| {
        let (total, members) = organization.group_members(id)?;
        let members = page.of(members).map(|member| member.in_group()).collect();
        Ok(ok(&MembersPage { total, members, page: page.page, page_size: page.page_size }))
    })
}

pub(super) async fn add_members(mut call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    let users = call.body(users).await?;
    call.change(|organization, now| organization.add_to_group(id, &users, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove_members(mut call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    let users = call.body(users).await?;
    call.change(|organization, now| organization.remove_from_group(id, &users, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn workspaces(call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let page = call.query(|query| Page::read(query, LARGEST_PAGE))?;
    call.look(|organization, _| {
        let assignments = organization.group(id)?.workspaces.iter().collect();
        Ok(Listing::of(page, assignments, |assignment| organization.shown_assignment(assignment), None))
    })
}

pub(super) async fn assign(mut call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    let (workspace, roles) = call.body(assignment).await?;
    call.change(|organization, now| organization.assign(id, workspace, &roles, false, now)).await?;
    Ok(StatusCode::CREATED)
}

pub(super) async fn reassign(mut call: Call) -> Result<StatusCode, Failure> {
    let (id, workspace) = (call.id(ID), call.id(WORKSPACE_ID));
    let roles = call.body(|body| validation::assigned_roles(&WORKSPACE, &body.fields())).await?;
    let roles = roles.as_deref();
    call.change(|organization, now| organization.reassign(id, workspace, roles, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn unassign(call: Call) -> Result<StatusCode, Failure> {
    let (id, workspace) = (call.id(ID), call.id(WORKSPACE_ID));
    call.check()?;
    call.change(|organization, now| organization.unassign(id, workspace, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Assigns a group to a workspace, or replaces its roles there.
pub(super) async fn provision(mut call: Call) -> Result<StatusCode, Failure> {
    let (id, workspace, roles) = call.body(provisioned).await?;
    call.change(|organization, now| organization.assign(id, workspace, &roles, true, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn new_group(body: Input<'_>) -> GroupChange {
    let fields = body.fields();
    GroupChange {
        name: Some(fields.required("name", Input::short_text)),
        description: fields.optional("description", Input::short_text),
        target_type: fields.optional("target_type", target),
        parents: fields.defaulted("parent_group_ids", Input::uuids),
    }
}

fn group_change(body: Input<'_>) -> GroupChange {
    let fields = body.fields();
    GroupChange {
        name: fields.optional("name", Input::short_text),
        description: fields.optional("description", Input::short_text),
        target_type: fields.optional("target_type", target),
        parents: fields.optional("parent_group_ids", Input::uuids),
    }
}

fn target(input: Input<'_>) -> Option<TargetType> {
    input.one_of(&TARGETS, "enum")
}

fn users(body: Input<'_>) -> Vec<Uuid> {
    body.fields().required("user_uuids", Input::uuids)
}

fn organization_role(body: Input<'_>) -> Spelling {
    let read = |role: Input<'_>| validation::spelled(&ORGANIZATION, role).map(Some);
    // A request with a wrong role ends before this one is used.
    body.fields().required("organization_role", read).unwrap_or(Spelling::Letter(Role::Member))
}

fn assignment(body: Input<'_>) -> (Uuid, Vec<Uuid>) {
    let fields = body.fields();
    let roles = validation::assigned_roles(&WORKSPACE, &fields).unwrap_or_default();
    (fields.required(WORKSPACE_ID, Input::uuid), roles)
}

fn provisioned(body: Input<'_>) -> (Uuid, Uuid, Vec<Uuid>) {
    let fields = body.fields();
    fields.exclusive("workspace_role", "workspace_role_name");
    let name = fields.optional("workspace_role_name", |name| validation::named(&WORKSPACE, name));
    let role = fields.optional("workspace_role", |role| validation::spelled(&WORKSPACE, role));
    (
        fields.required("user_group_uuid", Input::uuid),
        fields.required(WORKSPACE_ID, Input::uuid),
        name.or(role).into_iter().collect(),
    )
}
