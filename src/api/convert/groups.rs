//! Groups.

use super::RoleNames;
use crate::api::wire::{Assignment, Group, WholeGroup};
use crate::model::{GroupSettings, LiveGroup};

/// One group.
pub(super) fn group(whole: WholeGroup<Group, Assignment>, names: &RoleNames) -> LiveGroup {
    let WholeGroup { group, members, workspaces } = whole;
    let access = |part: Assignment| (part.workspace_uuid, names.of_assignment(part.roles));
    let (organization_role, locked_role) = match group.organization_role.map(|role| names.of_group(role)) {
        Some(Ok(role)) => (Some(role), None),
        Some(Err(name)) => (None, Some(name)),
        None => (None, None),
    };
    LiveGroup {
        id: group.uuid,
        settings: GroupSettings {
            name: group.name,
            description: group.description.unwrap_or_default(),
            organization_role,
        },
        locked_role,
        externally_managed: group.externally_managed.unwrap_or_default(),
        parents: group.parent_group_ids.into_iter().collect(),
        members: members.into_iter().collect(),
        workspaces: workspaces.into_iter().map(access).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Role, WorkspaceAccess, WorkspaceRole};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const DEV: &str = "375cd0db-3bbe-4b79-80f3-954ccf04f3d1";
    const CUSTOM: &str = "48436751-ee56-44bd-8a2d-712233977821";
    const BILLING: &str = "c955f4e1-9477-43f0-8349-6fbc629fccc9";
    const AUDITOR: &str = "7bde5959-d676-47d2-b779-35b64323d278";

    fn read(fields: Value) -> LiveGroup {
        let role = |uuid: &str, name: &str, custom: bool| json!({"uuid": uuid, "name": name, "description": "", "is_custom_role": custom});
        let list = json!({
            "workspace_roles": [role(DEV, "dev", false), role(CUSTOM, "user", true)],
            "organization_roles": [role(BILLING, "billing_manager", false), role(AUDITOR, "admin", true)],
        });
        let mut object = json!({"uuid": Uuid::nil(), "name": "G", "description": null, "new_field": {}});
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        group(serde_json::from_value(object).unwrap(), &RoleNames::new(serde_json::from_value(list).unwrap()))
    }

    #[test]
    fn what_a_group_lacks_is_empty() {
        let group = read(json!({"externally_managed": null, "organization_role": null}));
        assert_eq!((group.settings.description.as_str(), group.externally_managed), ("", false));
        assert_eq!((group.settings.organization_role, group.locked_role), (None, None));
        assert!(group.parents.is_empty() && group.members.is_empty() && group.workspaces.is_empty());
    }

    #[test]
    fn a_groups_organization_role_is_read_in_each_spelling() {
        let role = |text: &str| read(json!({"organization_role": text}));
        for text in ["B", BILLING, "billing_manager", "billing"] {
            assert_eq!(role(text).settings.organization_role, Some(Role::Billing), "{text}");
        }
        for (text, name) in [(AUDITOR, "admin"), (DEV, DEV), ("auditor", "auditor"), ("Z", "Z")] {
            assert_eq!(role(text).locked_role.as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn an_assignment_is_known_by_identifier_before_name_and_else_locked() {
        let other = Uuid::max().to_string();
        let access = |role: Value| {
            let part = json!({"workspace_uuid": Uuid::max(), "workspace_name": "W", "roles": [role]});
            let group = read(json!({"members": [Uuid::max()], "workspaces": [part]}));
            assert_eq!(group.members.first(), Some(&Uuid::max()));
            group.workspaces[&Uuid::max()].clone()
        };
        for role in [
            json!({"uuid": DEV, "name": "user"}),
            json!({"uuid": DEV}),
            json!({"name": "dev"}),
            json!({"uuid": other, "name": "dev"}),
        ] {
            let dev = WorkspaceAccess { roles: WorkspaceRole::Dev.into(), ..WorkspaceAccess::default() };
            assert_eq!(access(role.clone()), dev, "{role}");
        }
        for (role, name) in [
            (json!({"uuid": CUSTOM, "name": "user"}), "user"),
            (json!({"uuid": other, "name": "painter"}), "painter"),
            (json!({"uuid": other}), other.as_str()),
            (json!({"name": "painter"}), "painter"),
        ] {
            assert_eq!(access(role.clone()).locked_roles, [name], "{role}");
        }
    }

    #[test]
    fn a_role_without_identifier_and_name_is_refused() {
        let part = json!({"workspace_uuid": Uuid::max(), "roles": [{}]});
        assert!(serde_json::from_value::<Assignment>(part).is_err());
    }
}
