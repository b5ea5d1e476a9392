//! Random changes of who is where, held against a model that works out access in the plainest way there is, and against
//! the organization that is read from its state.

use crate::client::{TestSandbox, settings};
use camino::Utf8PathBuf;
use mistral_admin_sandbox::Settings;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::runtime::Runtime;

/// How many people, workspaces and groups there are at the start.
const COUNT: usize = 4;
const ROLES: [&str; 3] = ["workspace_contributor", "workspace_admin", "dev"];

/// One change: what, and up to three indexes of what it is about.
type Change = (u8, usize, usize, usize);

#[derive(Default)]
struct Model {
    /// The roles of a person in a workspace.
    direct: BTreeMap<(usize, usize), &'static str>,
    people: BTreeSet<usize>,
    workspaces: BTreeSet<usize>,
    groups: BTreeSet<usize>,
    members: BTreeSet<(usize, usize)>,
    /// The roles of a group in a workspace.
    assigned: BTreeMap<(usize, usize), &'static str>,
    /// Child and parent.
    nested: BTreeSet<(usize, usize)>,
}

impl Model {
    /// Whether a group is another one or, in any depth, nested in it.
    fn within(&self, child: usize, parent: usize) -> bool {
        child == parent
            || self.nested.iter().any(|(inner, outer)| *inner == child && self.within(*outer, parent))
    }

    fn access(&self, person: usize) -> BTreeMap<usize, BTreeSet<&'static str>> {
        let mut access: BTreeMap<usize, BTreeSet<_>> = BTreeMap::new();
        for workspace in &self.workspaces {
            let mut roles: BTreeSet<_> =
                self.direct.get(&(person, *workspace)).copied().into_iter().collect();
            for ((group, assigned), role) in &self.assigned {
                let reached =
                    |(member, inner): &(usize, usize)| *member == person && self.within(*inner, *group);
                if assigned == workspace && self.members.iter().any(reached) {
                    roles.insert(role);
                }
            }
            if !roles.is_empty() {
                access.insert(*workspace, roles);
            }
        }
        access
    }
}

struct Ids {
    people: Vec<String>,
    workspaces: Vec<String>,
    groups: Vec<String>,
}

/// Asks for a change, and makes it in the model when it should be carried out; tells whether both agree.
async fn perform(world: &TestSandbox, ids: &Ids, model: &mut Model, (what, a, b, c): Change) -> bool {
    let (person, place, group, other) = (a, b, b, c);
    let role = ROLES[c % ROLES.len()];
    let (here, there) =
        (format!("/workspaces/{}", ids.workspaces[place]), format!("/user-groups/{}", ids.groups[group]));
    let user = json!({"user_uuid": ids.people[person], "role_names": [role]});
    let users = json!({"user_uuids": [ids.people[person]]});
    let (in_place, in_group) = (
        model.workspaces.contains(&place) && model.people.contains(&person),
        model.groups.contains(&group) && model.people.contains(&person),
    );
    let (expected, status) = match what {
        0 => {
            if in_place {
                model.direct.insert((person, place), role);
            }
            (in_place, world.send("PATCH", &format!("{here}/users"), json!({"members": [user]})).await.0)
        }
        1 => {
            model.direct.remove(&(person, place));
            let body = json!({"members": [{"user_uuid": ids.people[person]}]});
            (
                model.workspaces.contains(&place),
                world.send("DELETE", &format!("{here}/remove-users"), body).await.0,
            )
        }
        2 if in_group => {
            model.members.insert((person, group));
            (true, world.send("POST", &format!("{there}/members"), users).await.0)
        }
        2 => (false, world.send("POST", &format!("{there}/members"), users).await.0),
        3 => {
            model.members.remove(&(person, group));
            (in_group, world.send("DELETE", &format!("{there}/members"), users).await.0)
        }
        4 | 5 => {
            let (group, place) = (a, b);
            let known = model.groups.contains(&group) && model.workspaces.contains(&place);
            if known {
                model.assigned.insert((group, place), role);
            }
            let body = json!({"user_group_uuid": ids.groups[group], "workspace_uuid": ids.workspaces[place],
                              "workspace_role_name": role});
            (known, world.send("POST", "/user-groups/provision-workspace", body).await.0)
        }
        6 | 7 => {
            let known = [group, other].iter().all(|one| model.groups.contains(one));
            let sound = known && !model.within(group, other);
            if sound {
                model.nested.retain(|(_, parent)| *parent != group);
                model.nested.insert((other, group));
            }
            let body = json!({"child_group_uuids": [ids.groups[other]]});
            (sound, world.send("PATCH", &format!("{there}/nested"), body).await.0)
        }
        8 if c == 0 => {
            model.direct.retain(|(_, workspace), _| *workspace != place);
            model.assigned.retain(|(_, workspace), _| *workspace != place);
            (model.workspaces.remove(&place), world.send("DELETE", &here, Value::Null).await.0)
        }
        9 if c == 0 => {
            model.members.retain(|(_, inner)| *inner != group);
            model.assigned.retain(|(assigned, _), _| *assigned != group);
            model.nested.retain(|(child, parent)| ![child, parent].contains(&&group));
            (model.groups.remove(&group), world.send("DELETE", &there, Value::Null).await.0)
        }
        10 if c == 0 => {
            model.direct.retain(|(member, _), _| *member != person);
            model.members.retain(|(member, _)| *member != person);
            let path = format!("/users/{}", ids.people[person]);
            (model.people.remove(&person), world.send("DELETE", &path, Value::Null).await.0)
        }
        _ => return true,
    };
    expected == (status < 300)
}

/// What the model says, in the words of [`TestSandbox::access`].
fn words(model: &Model, person: usize) -> String {
    let spelled = |roles: &BTreeSet<&str>| {
        if roles.contains("dev") {
            // Sorted as UUIDs are.
            let uuids = [
                ("dev", "578584f1-4319-4c88-9948-38a5184483b6"),
                ("workspace_admin", "731eb2be-a74f-4070-b797-35bf7009e553"),
                ("workspace_contributor", "b23cd6e0-91cd-4a8a-9869-b30366bf3966"),
            ];
            uuids
                .iter()
                .filter(|(name, _)| roles.contains(name))
                .map(|(_, uuid)| *uuid)
                .collect::<Vec<_>>()
                .join("+")
        } else {
            let letters = [("workspace_admin", "A"), ("workspace_contributor", "M")];
            letters
                .iter()
                .filter(|(name, _)| roles.contains(name))
                .map(|(_, letter)| *letter)
                .collect::<Vec<_>>()
                .join("+")
        }
    };
    let access = model.access(person).into_iter();
    let access = access.map(|(workspace, roles)| format!("W{workspace}: {}", spelled(&roles)));
    ["Default: M".to_owned()].into_iter().chain(access).collect::<Vec<_>>().join(", ")
}

#[test]
fn access_is_what_a_plain_model_says_and_outlives_a_run() {
    let runtime = Runtime::new().unwrap();
    let changes = vec((0_u8..11, 0..COUNT, 0..COUNT, 0..COUNT), 0..60);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&changes, |changes| runtime.block_on(check(changes)));
    tried.unwrap();
}

async fn check(changes: Vec<Change>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap());
    let world = TestSandbox::start(Settings { state: state.clone(), ..settings() }).await;
    let admin = world.get("/users").await["members"][0]["uuid"].as_str().unwrap().to_owned();
    let emails: Vec<String> = (0..COUNT).map(|number| format!("p{number}@acme.example")).collect();
    let people = world.create(&emails.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;
    let mut ids = Ids { people, workspaces: Vec::new(), groups: Vec::new() };
    for number in 0..COUNT {
        ids.workspaces.push(world.workspace(&format!("W{number}"), &admin).await);
        ids.groups.push(world.group(&format!("G{number}"), &[]).await);
    }
    let all: BTreeSet<usize> = (0..COUNT).collect();
    let mut model = Model { people: all.clone(), workspaces: all.clone(), groups: all, ..Model::default() };
    for change in changes {
        prop_assert!(perform(&world, &ids, &mut model, change).await, "{change:?}");
    }
    let page = world.get("/users").await;
    let workspaces = world.get("/workspaces?is_archived=true").await;
    for person in &model.people {
        prop_assert_eq!(world.access(&ids.people[*person]).await, words(&model, *person));
    }
    for (number, workspace) in ids.workspaces.iter().enumerate() {
        let row = workspaces["items"].as_array().unwrap().iter().find(|row| row["uuid"] == **workspace);
        let reached =
            model.people.iter().filter(|person| model.access(**person).contains_key(&number)).count();
        // The admin who made it is in it, too.
        let count = reached + usize::from(model.workspaces.contains(&number));
        prop_assert_eq!(&row.unwrap()["members_count"], count);
    }
    drop(world);
    let again = TestSandbox::start(Settings { state, ..settings() }).await;
    prop_assert_eq!(again.get("/users").await, page);
    prop_assert_eq!(again.get("/workspaces?is_archived=true").await, workspaces);
    Ok(())
}
