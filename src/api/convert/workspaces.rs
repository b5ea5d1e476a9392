//! Workspaces.

use crate::api::wire::Workspace;
use crate::model::{LiveWorkspace, WorkspaceSettings};

/// One workspace, from a list or from the answer to a change.
pub(in crate::api) fn workspace(workspace: Workspace) -> LiveWorkspace {
    LiveWorkspace {
        id: workspace.uuid,
        settings: WorkspaceSettings {
            name: workspace.name,
            description: workspace.description.unwrap_or_default(),
            icon: workspace.icon.unwrap_or_default(),
        },
        is_default: workspace.is_default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn what_a_workspace_lacks_is_empty() {
        let lacking = json!({"uuid": Uuid::nil(), "name": "W", "description": null, "icon": null,
            "is_default": true, "members_count": null});
        let seen = workspace(serde_json::from_value(lacking).unwrap());
        assert_eq!(
            (seen.settings.description.as_str(), seen.settings.icon.as_str(), seen.is_default),
            ("", "", true)
        );
    }
}
