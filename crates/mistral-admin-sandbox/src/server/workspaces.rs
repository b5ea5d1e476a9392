//! `/v1/admin/workspaces`.

use super::call::Call;
use super::response::{Failure, Listing, ok};
use crate::organization::{Grant, NewWorkspace, ShownWorkspace, WorkspaceChange};
use crate::validation::{self, Input, Page, WORKSPACE};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the id in a path is called.
const ID: &str = "workspace_uuid";

/// The vendor's `WorkspaceEnrichedOUT`: the holder of the key has all rights in each workspace.
#[derive(Serialize)]
struct CreatedWorkspace<'a> {
    #[serde(flatten)]
    workspace: ShownWorkspace<'a>,
    raw_roles: [&'static str; 1],
    raw_role: &'static str,
}

pub(super) async fn list(call: Call) -> Result<Response, Failure> {
    let (archived, page, search) =
        call.query(|query| (query.boolean("is_archived"), Page::read(query, None), query.text("search")))?;
    Ok(call.look(|organization, _| {
        let found = organization.find_workspaces(archived, search.as_deref()).collect();
        Listing::of(page, found, |workspace| organization.shown_workspace(workspace), Some("list"))
    }))
}

pub(super) async fn create(mut call: Call) -> Result<Response, Failure> {
    let new = call.body(new_workspace).await?;
    let change = call.change(|organization, now| {
        let id = organization.create_workspace(new, now)?;
        let workspace = organization.shown_workspace(organization.workspace(id)?);
        Ok(ok(&CreatedWorkspace { workspace, raw_roles: ["A"], raw_role: "A" }))
    });
    change.await
}

pub(super) async fn update(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let change = call.body(workspace_change).await?;
    let change = call.change(|organization, now| {
        organization.update_workspace(id, change, now)?;
        Ok(ok(&organization.shown_workspace(organization.workspace(id)?)))
    });
    change.await
}

pub(super) async fn archive(call: Call) -> Result<StatusCode, Failure> {
    let id = call.id(ID);
    call.check()?;
    call.change(|organization, now| organization.archive(id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn add_users(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let grants = call.body(grants).await?;
    let change = call.change(|organization, now| organization.add_to_workspace(id, &grants, false, now));
    Ok(ok(&json!({"added_members_count": change.await?.added})))
}

pub(super) async fn set_users(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let grants = call.body(grants).await?;
    let change = call.change(|organization, now| organization.add_to_workspace(id, &grants, true, now));
    let outcome = change.await?;
    Ok(ok(&json!({"added_members_count": outcome.added, "updated_members_count": outcome.updated})))
}

pub(super) async fn remove_users(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(ID);
    let users = call.body(leaving).await?;
    let (users, left_out) = call.split(users, |user| *user);
    let change = call.change(|organization, now| organization.remove_from_workspace(id, &users, now));
    let mut outcome = change.await?;
    outcome.not_deleted_members.extend(left_out.into_iter().collect::<BTreeSet<_>>());
    Ok(ok(&outcome))
}

fn new_workspace(body: Input<'_>) -> NewWorkspace {
    let fields = body.fields();
    NewWorkspace {
        name: fields.required("name", Input::short_text),
        description: fields.defaulted("description", Input::short_text).unwrap_or_default(),
        icon: fields.defaulted("icon", Input::icon).unwrap_or_default(),
        add_all_members: fields.defaulted("add_all_org_members", Input::boolean).unwrap_or_default(),
        admin: fields.required("admin_user_id", Input::uuid),
    }
}

fn workspace_change(body: Input<'_>) -> WorkspaceChange {
    let fields = body.fields();
    WorkspaceChange {
        name: fields.optional("name", Input::short_text),
        description: fields.optional("description", Input::short_text),
        icon: fields.optional("icon", Input::icon),
    }
}

fn grants(body: Input<'_>) -> Vec<Grant> {
    let members = body.fields().optional("members", |members| {
        members.list(|member| {
            let fields = member.fields();
            let user = fields.required("user_uuid", Input::uuid);
            Some(Grant { user, roles: validation::roles(&WORKSPACE, &fields).unwrap_or_default() })
        })
    });
    members.unwrap_or_default()
}

fn leaving(body: Input<'_>) -> Vec<Uuid> {
    body.fields().required("members", |members| {
        members.list(|member| Some(member.fields().required("user_uuid", Input::uuid)))
    })
}
