//! A world as files and as a seed.

use super::world::{CONTRIBUTOR, CUSTOM, CUSTOM_NAME, CUSTOM_ROLE, Case, Group, ROLES, Workspace};
use crate::world::{ADMIN, BILLING, Bits, today};
use camino::Utf8Path;
use mistral_admin_sandbox::Seed;
use orgsync::model::Desired;
use orgsync::source::Sources;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn names(bits: Bits) -> String {
    let named = ROLES.iter().filter(|(bit, ..)| bits & bit != 0).map(|(_, name, ..)| *name);
    format!("[{}]", named.collect::<Vec<_>>().join(", "))
}

fn organization_role(bit: Bits) -> &'static str {
    match bit {
        ADMIN => "admin",
        BILLING => "billing",
        _ => "member",
    }
}

fn given(roles: &BTreeMap<String, Bits>) -> String {
    let each = roles.iter().map(|(name, bits)| format!("{name}: {}", names(*bits)));
    format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
}

impl Case {
    pub(crate) fn files(&self) -> [String; 2] {
        let [mut main, apart] = self.people.config.files();
        let word = |remove: bool| if remove { "remove" } else { "report" };
        let (config, wanted) = (&self.people.config, &self.wanted);
        let start = main.find("  unmanaged: ").unwrap();
        let end = start + main[start..].find('\n').unwrap();
        let unmanaged = format!(
            "  unmanaged: {{ members: {}, invitations: {}, groups: {}, workspace_members: {}, group_members: {} }}",
            word(config.remove_members),
            word(config.remove_invitations),
            word(wanted.remove_groups),
            word(wanted.remove_workspace_members),
            word(wanted.remove_group_members),
        );
        main.replace_range(start..end, &unmanaged);
        if !wanted.teams.is_empty() {
            main.push_str("teams:\n");
        }
        for (number, (members, workspaces)) in wanted.teams.iter().enumerate() {
            let members = members.join(", ");
            writeln!(main, "  t{number}: {{ members: [{members}], workspaces: {} }}", given(workspaces))
                .unwrap();
        }
        if !wanted.workspaces.is_empty() {
            main.push_str("workspaces:\n");
        }
        for (name, place) in &wanted.workspaces {
            let mut fields: Vec<String> = Vec::new();
            fields.extend(place.previously.iter().map(|former| format!("previously: {former}")));
            fields.extend(place.description.iter().map(|text| format!("description: \"{text}\"")));
            fields.extend(place.icon.iter().map(|icon| format!("icon: \"{icon}\"")));
            fields.extend(place.members.iter().map(|members| format!("members: {}", given(members))));
            fields.extend(place.archived.then(|| "archived: true".to_owned()));
            writeln!(main, "  {name}: {{ {} }}", fields.join(", ")).unwrap();
        }
        if !wanted.groups.is_empty() {
            main.push_str("groups:\n");
        }
        for (name, group) in &wanted.groups {
            let mut fields: Vec<String> = Vec::new();
            fields.extend(group.previously.iter().map(|former| format!("previously: {former}")));
            fields.extend(group.description.iter().map(|text| format!("description: \"{text}\"")));
            fields.extend(group.members.iter().map(|members| format!("members: [{}]", members.join(", "))));
            fields.extend(group.parents.iter().map(|parents| format!("parents: [{}]", parents.join(", "))));
            fields.extend(group.role.map(|role| format!("organization_role: {}", organization_role(role))));
            fields.extend(group.workspaces.iter().map(|given_in| format!("workspaces: {}", given(given_in))));
            writeln!(main, "  {name}: {{ {} }}", fields.join(", ")).unwrap();
        }
        [main, apart]
    }

    /// Read by the reader, from real files.
    pub(crate) fn load(&self) -> (Desired, Sources) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        let [main, apart] = self.files();
        fs_err::write(path.join("orgsync.yaml"), &main).unwrap();
        if !apart.is_empty() {
            fs_err::create_dir(path.join("apart")).unwrap();
            fs_err::write(path.join("apart/people.yaml"), apart).unwrap();
        }
        let loaded = orgsync::config::load(path, today(), &|_| false);
        let desired = loaded.desired.unwrap_or_else(|faults| panic!("{faults:#?}\n{main}"));
        (desired, loaded.sources)
    }

    pub(crate) fn seed(&self) -> Seed {
        let text = self.document().to_string();
        Seed::parse("seed.json", &text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// As a seed of the sandbox.
    fn document(&self) -> Value {
        let mut document: Value = serde_json::from_str(&self.people.org.seed()).unwrap();
        let listed = |name: &str, uuid: &str, custom: bool| json!({"name": name, "uuid": uuid, "description": "", "is_custom_role": custom});
        let roles = ROLES.iter().map(|(_, name, _, uuid)| listed(name, uuid, false));
        document["roles"]["workspace_roles"] =
            roles.chain([listed(CUSTOM_NAME, CUSTOM_ROLE, true)]).collect();
        document["workspaces"] = self.workspaces.iter().map(workspace).collect();
        document["groups"] = json!(self.groups.as_ref().map(|all| all.iter().map(group).collect::<Vec<_>>()));
        if self.apart {
            let members = self.workspaces.iter().map(|place| {
                let direct =
                    place.direct.iter().map(|(id, roles)| (id.to_string(), json!(spelled(*roles, false))));
                (place.id.to_string(), Value::Object(direct.collect()))
            });
            document["sandbox"]["workspace_members"] = Value::Object(members.collect());
            document["members"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .for_each(|one| one["workspaces"] = json!([]));
            return document;
        }
        let through = self.through();
        for (number, member) in self.people.org.members.iter().enumerate() {
            let inside = self.workspaces.iter().filter_map(|place| {
                let direct = place.direct.get(&member.id).copied().unwrap_or(0);
                let implied = if place.is_default && direct == 0 { CONTRIBUTOR } else { 0 };
                let all = direct | implied | through.get(&(member.id, place.id)).copied().unwrap_or(0);
                let letters = (self.people.luck >> (number % 60)) & 1 == 1;
                (all != 0).then(|| {
                    json!({"uuid": place.id, "name": place.name, "is_default": place.is_default,
                        "raw_roles": spelled(all, letters)})
                })
            });
            document["members"][number]["workspaces"] = inside.collect();
        }
        document
    }
}

/// Letters where all roles have one and they are wanted, and UUIDs otherwise.
fn spelled(roles: Bits, letters: bool) -> Vec<&'static str> {
    let held = || ROLES.iter().filter(move |(bit, ..)| roles & bit != 0);
    if letters && roles & CUSTOM == 0 && held().all(|(_, _, letter, _)| letter.is_some()) {
        return held().filter_map(|(_, _, letter, _)| *letter).collect();
    }
    held().map(|(.., uuid)| *uuid).chain((roles & CUSTOM != 0).then_some(CUSTOM_ROLE)).collect()
}

fn workspace(place: &Workspace) -> Value {
    json!({"uuid": place.id, "name": place.name, "description": place.description, "icon": place.icon,
        "is_default": place.is_default, "members_count": null, "spend_limit": null})
}

fn group(group: &Group) -> Value {
    let assigned = group.assigned.iter().map(|(workspace, roles)| {
        let roles: Vec<Value> =
            spelled(*roles, false).into_iter().map(|uuid| json!({"uuid": uuid})).collect();
        json!({"workspace_uuid": workspace, "roles": roles})
    });
    json!({"uuid": group.id, "name": group.name, "description": group.description,
        "externally_managed": group.external, "organization_role": group.role.map(|role| match role {
            ADMIN => "organization_admin",
            BILLING => "billing_manager",
            _ => "member",
        }),
        "parent_group_ids": group.parents, "members": group.members, "workspaces": assigned.collect::<Vec<_>>()})
}
