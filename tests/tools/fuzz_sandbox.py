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
]
WITH_ROLES = ["OrganizationMemberCreate", "OrganizationInviteIN", "AdminOrganizationMemberUpdate"]
EXCLUSIVE = [("roles", "role_names"), ("role", "role_name")]
# Something else than separators and white space, as Unicode defines it: regular expressions disagree about `\s`.
SOME_ADDRESS = "[^,\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
MEMBERS = [f"00000000-0000-4000-8000-0000000000{number:02x}" for number in range(24)]
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
    if "{" in path or (path.endswith("-invite") and method == "post"):
        general.append("404")
    if path.endswith("{user_id}") and method != "get":
        general.append("400")
    if "requestBody" in operation:
        general.append("413")
    told = {status: refusal("GeneralError") for status in general}
    if "{" in path or operation["parameters"] or "requestBody" in operation:
        told["422"] = refusal("HTTPValidationError")
    return told


def complete(document):
    document["paths"] = {path: document["paths"][path] for path in SERVED}
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
    for name in WITH_ROLES:
        both = [{"required": list(pair), "properties": dict.fromkeys(pair, given)} for pair in EXCLUSIVE]
        schemas[name]["allOf"] = [{"not": fields} for fields in both]
    schemas["OrganizationInviteIN"]["properties"]["email"]["pattern"] = SOME_ADDRESS
    known = {"user_id": MEMBERS, "invite_uuid": INVITATIONS}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].update(refusals(path, method, operation))
            for parameter in operation["parameters"]:
                if parameter["name"] in known:
                    ids = {"type": "string", "enum": known[parameter["name"]]}
                    parameter["schema"] = {"anyOf": [ids, {"type": "string", "format": "uuid"}]}


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
    return {
        "format_version": "1.0", "taken_at": moment, "members": members, "invitations": invitations, "roles": None,
        "workspaces": [], "groups": [], "sandbox": {"purchased": {"le_chat": 3, "mistral_code": 1}},
    }


def main():
    source, directory = map(pathlib.Path, sys.argv[1:])
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    make_enums_distinct(document)
    complete(document)
    (directory / "openapi.json").write_text(json.dumps(document))
    (directory / "seed.json").write_text(json.dumps(seed()))


main()
