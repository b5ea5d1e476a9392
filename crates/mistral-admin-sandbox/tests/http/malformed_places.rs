//! Requests about workspaces, groups and logs that are wrong.

use crate::client::TestSandbox;
use crate::malformed::told;
use serde_json::json;

#[tokio::test]
async fn they_are_refused_with_every_fault_and_its_place() {
    let world = TestSandbox::fresh().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (method, path, body, expected) in [
        (
            "GET",
            "/workspaces?is_archived=maybe&page=0",
            "",
            "422: query.is_archived bool_parsing, query.page greater_than",
        ),
        (
            "POST",
            "/workspaces",
            r#"{"icon": "abc", "description": null, "add_all_org_members": 1}"#,
            "422: body.name missing, body.description string_type, body.icon string_too_long, \
             body.add_all_org_members bool_type, body.admin_user_id missing",
        ),
        (
            "PATCH",
            "/workspaces/x",
            r#"{"name": 1}"#,
            "422: path.workspace_uuid uuid_parsing, body.name string_type",
        ),
        ("DELETE", "/workspaces/NOBODY", "", "404: not_found"),
        ("GET", "/workspaces/NOBODY", "", "405: method_not_allowed"),
        ("POST", "/workspaces/NOBODY/add-users", r#"{"members": {}}"#, "422: body.members list_type"),
        (
            "PATCH",
            "/workspaces/NOBODY/users",
            r#"{"members": [{"user_uuid": "x", "role_names": ["chief"], "roles": ["A"]}, 7]}"#,
            "422: body.members.0.user_uuid uuid_parsing, body.members.0 value_error, \
             body.members.0.role_names.0 literal_error, body.members.1 model_attributes_type",
        ),
        ("DELETE", "/workspaces/NOBODY/remove-users", r#"{"members": null}"#, "422: body.members list_type"),
        ("DELETE", "/workspaces/NOBODY/remove-users", "", "422: body missing"),
        ("GET", "/user-groups?page_size=101", "", "422: query.page_size less_than_equal"),
        (
            "POST",
            "/user-groups",
            r#"{"name": null, "target_type": "X", "parent_group_ids": null}"#,
            "422: body.name string_type, body.target_type enum, body.parent_group_ids list_type",
        ),
        (
            "PATCH",
            "/user-groups/NOBODY",
            r#"{"parent_group_ids": ["x"]}"#,
            "422: body.parent_group_ids.0 uuid_parsing",
        ),
        ("GET", "/user-groups/NOBODY/members?page=x", "", "422: query.page int_parsing"),
        ("POST", "/user-groups/NOBODY/members", "{}", "422: body.user_uuids missing"),
        (
            "POST",
            "/user-groups/NOBODY/workspaces",
            r#"{"roles": ["B"], "role_names": []}"#,
            "422: body value_error, body.role_names too_short, body.roles.0 enum, body.workspace_uuid missing",
        ),
        (
            "DELETE",
            "/user-groups/x/workspaces/y",
            "",
            "422: path.group_uuid uuid_parsing, path.workspace_uuid uuid_parsing",
        ),
        ("DELETE", "/user-groups/NOBODY/workspaces/NOBODY", "", "404: not_found"),
        ("PATCH", "/user-groups/NOBODY/organization-role", "{}", "422: body.organization_role missing"),
        (
            "PATCH",
            "/user-groups/NOBODY/organization-role",
            r#"{"organization_role": null}"#,
            "422: body.organization_role enum",
        ),
        ("PATCH", "/user-groups/NOBODY/nested", "{}", "422: body.child_group_uuids missing"),
        (
            "POST",
            "/user-groups/provision-workspace",
            r#"{"workspace_role": "M", "workspace_role_name": "dev"}"#,
            "422: body value_error, body.user_group_uuid missing, body.workspace_uuid missing",
        ),
        ("GET", "/user-groups/NOBODY/provision", "", "404: not_found"),
        ("GET", "/api-keys?limit=x&offset=1.5", "", "422: query.limit int_parsing, query.offset int_parsing"),
        ("POST", "/api-keys", "{}", "405: method_not_allowed"),
        (
            "GET",
            "/audit-logs?sort=up&event_type=user.create&event_type=x&after=soon&actor_type=ME",
            "",
            "422: query.sort.0 enum, query.actor_type.0 enum, query.event_type.1 enum, \
             query.after datetime_from_date_parsing",
        ),
    ] {
        let path = path.replace("NOBODY", nobody);
        let answer = world.raw(method, &path, "application/json", body.to_owned().into_bytes()).await;
        assert_eq!(told(answer), expected, "{method} {path} {body}");
    }
    let long = json!({"name": "é".repeat(256), "admin_user_id": nobody, "icon": "👩‍🚀"});
    let answer = world.send("POST", "/workspaces", long).await;
    assert_eq!(told(answer), "422: body.name string_too_long, body.icon string_too_long");
}
