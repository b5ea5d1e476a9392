//! Snippets for editors: a new member, team, workspace or group, and whole files.

use serde_json::{Value, json};

/// A snippet: its label, its description, and its text, in which `${1:word}` is a placeholder.
fn snippet(label: &str, description: &str, body: &Value) -> Value {
    json!({ "label": label, "description": description, "body": body })
}

/// Snippets within a mapping. They are in a separate rule, so that an editor that completes the key of the mapping
/// still inserts its example.
fn within(snippets: &[Value]) -> Value {
    json!([{ "defaultSnippets": snippets }])
}

/// The smallest file, and a typical one, as text to keep the order of keys.
pub(super) fn files() -> Value {
    let least = "\
version: 1
members:
  ${1:ada@acme.example}: { roles: [admin] }
";
    let usual = "\
version: 1
organization: { name: ${1:Acme}, domains: [${2:acme.example}] }
seats:
  le_chat: { purchased: ${3:50} }
policy:
  unmanaged: report
members:
  ${4:ada@acme.example}: { roles: [admin], seats: [le_chat] }
";
    let file = |label: &str, description: &str, text: &str| json!({ "label": label, "description": description, "bodyText": text });
    json!([
        file("smallest file", "You as admin. orgsync lists everyone else and leaves them alone.", least),
        file("main file", "Organization, seats, policy, and you as admin.", usual),
    ])
}

pub(super) fn members() -> Value {
    let member = json!({
        "${1:grace@acme.example}": {
            "name": "${2:Grace Hopper}",
            "roles": ["${3|member,billing,admin|}"],
            "seats": ["${4|le_chat,mistral_code|}"],
        }
    });
    let guest = json!({
        "${1:eve@partner.example}": { "expires": "${2:2099-12-31}", "external": true }
    });
    within(&[
        snippet("new member", "A person with their own roles and seats.", &member),
        snippet("new guest", "An external person, until a given day.", &guest),
    ])
}

pub(super) fn teams() -> Value {
    let team = json!({
        "${1:research}": { "members": ["${2:alan@acme.example}"], "seats": ["${3|le_chat,mistral_code|}"] }
    });
    within(&[snippet("new team", "A bundle of access for several people.", &team)])
}

pub(super) fn workspaces() -> Value {
    let workspace = json!({
        "${1:Research}": {
            "description": "${2:Models and papers}",
            "members": { "${3:ada@acme.example}": ["workspace_admin"] },
        }
    });
    within(&[snippet("new workspace", "A workspace with its first admin.", &workspace)])
}

pub(super) fn groups() -> Value {
    let group = json!({
        "${1:Interns}": { "description": "${2:Summer}", "members": ["${3:alan@acme.example}"] }
    });
    within(&[snippet("new group", "A live group of people.", &group)])
}
