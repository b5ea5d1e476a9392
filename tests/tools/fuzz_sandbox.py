"""Prepares a run of the fuzzer: `fuzz_sandbox.py DOCUMENT DIRECTORY`.

Writes into the directory `openapi.json`, a copy of the vendor's document with what the sandbox serves of it, and
`seed.json`, an organization whose ids the copy names, so that requests meet somebody.

The copy says in schemas what the document says in prose or not at all: the answers to wrong requests, and the rules that
make a body wrong although its schema permits it. Answers may hold nothing that the document does not list.
"""

import json
import pathlib
import sys

import yaml

SERVED = [
    "/v1/admin/users",
    "/v1/admin/users/{user_id}",
    "/v1/admin/users-invite",
    "/v1/admin/users-invite/{invite_uuid}",
    "/v1/admin/roles",
    "/v1/admin/workspaces",
    "/v1/admin/workspaces/{workspace_uuid}",
    "/v1/admin/workspaces/{workspace_uuid}/add-users",
    "/v1/admin/workspaces/{workspace_uuid}/users",
    "/v1/admin/workspaces/{workspace_uuid}/remove-users",
    "/v1/admin/user-groups",
    "/v1/admin/user-groups/provision-workspace",
    "/v1/admin/user-groups/{group_uuid}",
    "/v1/admin/user-groups/{group_uuid}/members",
    "/v1/admin/user-groups/{group_uuid}/workspaces",
    "/v1/admin/user-groups/{group_uuid}/workspaces/{workspace_uuid}",
    "/v1/admin/user-groups/{group_uuid}/organization-role",
    "/v1/admin/user-groups/{group_uuid}/nested",
    "/v1/admin/api-keys",
    "/v1/admin/audit-logs",
]
# Served by the vendor, and not by the sandbox.
NOT_SERVED = [("/v1/admin/api-keys", "post")]
ROLES = ["OrganizationMemberCreate", "OrganizationInviteIN", "AdminOrganizationMemberUpdate", "WorkspaceMemberSingleIN"]
ASSIGNED = ["AssignGroupToWorkspaceIn", "UpdateGroupWorkspaceAssignmentIn"]
LISTS, SINGLE = ("roles", "role_names"), ("role", "role_name")
EXCLUSIVE = {name: [LISTS, SINGLE] for name in ROLES} | {name: [LISTS] for name in ASSIGNED}
EXCLUSIVE["AdminProvisionGroupToWorkspaceIn"] = [("workspace_role", "workspace_role_name")]
# Something else than separators and white space, as Unicode defines it: regular expressions disagree about `\s`.
SOME_ADDRESS = "[^,\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
MEMBERS = [f"00000000-0000-4000-8000-0000000000{number:02x}" for number in range(24)]
WORKSPACES = [f"00000000-0000-4000-a000-0000000000{number:02x}" for number in range(12)]
GROUPS = [f"00000000-0000-4000-b000-0000000000{number:02x}" for number in range(12)]
INVITATIONS = [f"00000000-0000-4000-9000-0000000000{number:02x}" for number in range(16)]


def make_enums_distinct(node):
    """The document lists one value of an enum twice, which JSON Schema forbids."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            node["enum"] = list(dict.fromkeys(node["enum"]))
        for value in node.values():
            make_enums_distinct(value)
    elif isinstance(node, list):
        for value in node:
            make_enums_distinct(value)


def refusal(schema):
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "Refused", "content": content}


def refusals(path, method, operation):
    """The statuses other than 200 that an operation may answer with."""
    general = ["401", "405"]
    if "{" in path or (method == "post" and not path.endswith("/users")):
        general.append("404")
    if method != "get" and ("{user_id}" in path or "workspaces" in path or "user-groups" in path):
        general.append("400")
    if "requestBody" in operation:
        general.append("413")
    told = {status: refusal("GeneralError") for status in general}
    if "{" in path or operation["parameters"] or "requestBody" in operation:
        told["422"] = refusal("HTTPValidationError")
    return told


def name_somebody(schema, ids):
    """Has the ids of a schema, wherever they stand in it, mean somebody most of the time."""
    if schema.get("format") == "uuid":
        del schema["format"], schema["type"]
        schema["anyOf"] = [{"type": "string", "enum": ids}, {"type": "string", "format": "uuid"}]
        return
    for part in [schema.get("items"), *schema.get("anyOf", [])]:
        if part:
            name_somebody(part, ids)


def complete(document):
    document["paths"] = {path: document["paths"][path] for path in SERVED}
    for path, method in NOT_SERVED:
        del document["paths"][path][method]
    schemas = document["components"]["schemas"]
    word = {"type": "string", "minLength": 1}
    schemas["GeneralError"] = {
        "type": "object",
        "required": ["object", "message", "type", "param", "code"],
        "additionalProperties": False,
        "properties": {
            "object": {"const": "error"}, "message": word, "type": word, "param": {"type": "null"}, "code": word,
        },
    }
    schemas["HTTPValidationError"]["required"] = ["detail"]
    for name, schema in schemas.items():
        if "properties" in schema and name.lower().endswith("out"):
            schema.setdefault("additionalProperties", False)
    given = {"not": {"type": "null"}}
    for name, pairs in EXCLUSIVE.items():
        both = [{"required": list(pair), "properties": dict.fromkeys(pair, given)} for pair in pairs]
        schemas[name]["allOf"] = [{"not": fields} for fields in both]
    schemas["OrganizationInviteIN"]["properties"]["email"]["pattern"] = SOME_ADDRESS
    known = {
        "user_id": MEMBERS, "invite_uuid": INVITATIONS, "workspace_uuid": WORKSPACES, "group_uuid": GROUPS,
        "user_uuid": MEMBERS, "admin_user_id": MEMBERS, "user_group_uuid": GROUPS, "user_uuids": MEMBERS,
        "child_group_uuids": GROUPS, "parent_group_ids": GROUPS,
    }
    for name, schema in schemas.items():
        if name.lower().endswith("in"):
            for key in known.keys() & schema["properties"].keys():
                name_somebody(schema["properties"][key], known[key])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].update(refusals(path, method, operation))
            for parameter in operation["parameters"]:
                if parameter["name"] in known:
                    name_somebody(parameter["schema"], known[parameter["name"]])


def seed():
    moment = "2026-01-01T00:00:00Z"
    members = [
        {
            "uuid": uuid, "oid_id": None, "name": None, "email": f"m{number}@x.example", "is_sso_outsider": None,
            "workspaces": None, "subscriptions": [], "raw_roles": ["A" if number < 2 else "M"], "raw_role": None,
            "subscription_types": None, "created_at": moment,
        }
        for number, uuid in enumerate(MEMBERS)
    ]
    invitations = [
        {
            "uuid": uuid, "raw_roles": ["M"], "raw_role": "M", "email": f"i{number}@x.example", "expired": number < 4,
            "created_at": moment, "workspace_uuids": [],
        }
        for number, uuid in enumerate(INVITATIONS)
    ]
    workspaces = [
        {"uuid": uuid, "name": f"W{number}", "description": None, "icon": None, "is_default": number == 0}
        for number, uuid in enumerate(WORKSPACES)
    ]
    # The last ones are managed externally.
    groups = [
        {
            "uuid": uuid, "name": f"G{number}", "description": None, "externally_managed": number > 9,
            "parent_group_ids": GROUPS[:number // 4], "members": MEMBERS[number:number + 3],
            "workspaces": [{"workspace_uuid": WORKSPACES[number], "roles": [{"name": "workspace_admin"}]}],
        }
        for number, uuid in enumerate(GROUPS)
    ]
    keys = [{"key_id": uuid, "name": "Key", "hidden_key": "a...b", "product": "API"} for uuid in WORKSPACES]
    return {
        "format_version": "1.0", "taken_at": moment, "members": members, "invitations": invitations, "roles": None,
        "workspaces": workspaces, "groups": groups,
        "api_keys": keys,
        "sandbox": {"purchased": {"le_chat": 3, "mistral_code": 1}},
    }


def main():
    source, directory = map(pathlib.Path, sys.argv[1:])
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    make_enums_distinct(document)
    complete(document)
    (directory / "openapi.json").write_text(json.dumps(document))
    (directory / "seed.json").write_text(json.dumps(seed()))


main()
