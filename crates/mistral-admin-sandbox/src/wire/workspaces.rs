//! The bodies of `/workspaces`.

use super::field::{icon, item_list, short_text, truth, uuid};
use super::roles::{WORKSPACE, roles};
use super::{At, Faults, Fields};
use crate::organization::{Grant, NewWorkspace, WorkspaceChange};
use serde_json::Value;
use uuid::Uuid;

/// A workspace to be made.
pub(crate) fn new_workspace(body: &Value, faults: &mut Faults) -> NewWorkspace {
    let fields = Fields::of(body, At::BODY, faults);
    NewWorkspace {
        name: fields.required("name", faults, short_text),
        description: fields.defaulted("description", faults, short_text).unwrap_or_default(),
        icon: fields.defaulted("icon", faults, icon).unwrap_or_default(),
        everybody: fields.defaulted("add_all_org_members", faults, truth).unwrap_or_default(),
        admin: fields.required("admin_user_id", faults, uuid),
    }
}

/// A change of what a workspace is called and looks like.
pub(crate) fn workspace_change(body: &Value, faults: &mut Faults) -> WorkspaceChange {
    let fields = Fields::of(body, At::BODY, faults);
    WorkspaceChange {
        name: fields.optional("name", faults, short_text),
        description: fields.optional("description", faults, short_text),
        icon: fields.optional("icon", faults, icon),
    }
}

/// People who are given roles in a workspace.
pub(crate) fn grants(body: &Value, faults: &mut Faults) -> Vec<Grant> {
    let fields = Fields::of(body, At::BODY, faults);
    let members = fields.optional("members", faults, |value, at, faults| {
        item_list(value, at, faults, |item, at, faults| {
            let fields = Fields::of(item, *at, faults);
            let user = fields.required("user_uuid", faults, uuid);
            Some(Grant { user, roles: roles(&WORKSPACE, &fields, faults).unwrap_or_default() })
        })
    });
    members.unwrap_or_default()
}

/// People who are to leave a workspace.
pub(crate) fn leaving(body: &Value, faults: &mut Faults) -> Vec<Uuid> {
    Fields::of(body, At::BODY, faults).required("members", faults, |value, at, faults| {
        item_list(value, at, faults, |item, at, faults| {
            Some(Fields::of(item, *at, faults).required("user_uuid", faults, uuid))
        })
    })
}
