//! The bodies of `/user-groups`.

use super::field::{one_of, short_text, uuid, uuids};
use super::roles::{ORGANIZATION, WORKSPACE, assigned_roles, named, spelled};
use super::{At, Faults, Fields};
use crate::organization::Role;
use crate::organization::{GroupChange, NewGroup, Spelling, TargetType};
use serde_json::Value;
use uuid::Uuid;

const TARGETS: [(&str, TargetType); 2] = [("W", TargetType::W), ("O", TargetType::O)];

/// A group to be made.
pub(crate) fn new_group(body: &Value, faults: &mut Faults) -> NewGroup {
    let fields = Fields::of(body, At::BODY, faults);
    NewGroup {
        name: fields.required("name", faults, short_text),
        description: fields.optional("description", faults, short_text),
        target_type: fields.optional("target_type", faults, target),
        parents: fields.defaulted("parent_group_ids", faults, uuids).unwrap_or_default(),
    }
}

/// A change of a group.
pub(crate) fn group_change(body: &Value, faults: &mut Faults) -> GroupChange {
    let fields = Fields::of(body, At::BODY, faults);
    GroupChange {
        name: fields.optional("name", faults, short_text),
        description: fields.optional("description", faults, short_text),
        target_type: fields.optional("target_type", faults, target),
        parents: fields.optional("parent_group_ids", faults, uuids),
    }
}

/// Members who join or leave a group.
pub(crate) fn users(body: &Value, faults: &mut Faults) -> Vec<Uuid> {
    Fields::of(body, At::BODY, faults).required("user_uuids", faults, uuids)
}

/// The groups that are to be nested in another one.
pub(crate) fn children(body: &Value, faults: &mut Faults) -> Vec<Uuid> {
    Fields::of(body, At::BODY, faults).required("child_group_uuids", faults, uuids)
}

/// The role of a group in the organization.
pub(crate) fn organization_role(body: &Value, faults: &mut Faults) -> Spelling {
    let fields = Fields::of(body, At::BODY, faults);
    let role = fields.required("organization_role", faults, |value, at, faults| {
        spelled(&ORGANIZATION, value, at, faults).map(Some)
    });
    // Nothing comes of what stands in for a fault.
    role.unwrap_or(Spelling::Letter(Role::Member))
}

/// The workspace that a group is assigned to, and the roles there.
pub(crate) fn assignment(body: &Value, faults: &mut Faults) -> (Uuid, Vec<Uuid>) {
    let fields = Fields::of(body, At::BODY, faults);
    let roles = assigned_roles(&WORKSPACE, &fields, faults).unwrap_or_default();
    (fields.required("workspace_uuid", faults, uuid), roles)
}

/// Other roles of a group in a workspace.
pub(crate) fn other_roles(body: &Value, faults: &mut Faults) -> Option<Vec<Uuid>> {
    let fields = Fields::of(body, At::BODY, faults);
    assigned_roles(&WORKSPACE, &fields, faults)
}

/// A group, a workspace, and the role there.
pub(crate) fn provision(body: &Value, faults: &mut Faults) -> (Uuid, Uuid, Vec<Uuid>) {
    let fields = Fields::of(body, At::BODY, faults);
    fields.exclusive("workspace_role", "workspace_role_name", faults);
    let name = fields
        .optional("workspace_role_name", faults, |value, at, faults| named(&WORKSPACE, value, at, faults));
    let role =
        fields.optional("workspace_role", faults, |value, at, faults| spelled(&WORKSPACE, value, at, faults));
    (
        fields.required("user_group_uuid", faults, uuid),
        fields.required("workspace_uuid", faults, uuid),
        name.or(role).into_iter().collect(),
    )
}

fn target(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<TargetType> {
    one_of(&TARGETS, "enum", value, at, faults)
}
