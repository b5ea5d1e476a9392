//! Makes worlds out of genes.

use super::genes::{Genes, GroupGene, PEOPLE, Pick, PlaceGene, WORKSPACES, genes};
use super::world::{CONTRIBUTOR, CUSTOM, Case, Group, Wanted, WantedGroup, WantedWorkspace, Workspace};
use crate::found::{member, person};
use crate::generate::worlds;
use crate::world::{ADMIN, Budget, Config, Limit, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Worlds whose configuration the reader accepts; of so many the rules are such that most plans are approved.
pub(crate) fn cases(tame: f64) -> impl Strategy<Value = Case> {
    (worlds(), genes(tame)).prop_map(|(people, genes)| case(people, &genes))
}

fn case(mut people: World, genes: &Genes) -> Case {
    settle(&mut people, genes.tame);
    let workspaces = workspaces(&people, &genes.workspaces);
    let groups = (!genes.groupless).then(|| groups(&people, &workspaces, &genes.groups));
    let mut case = Case { people, workspaces, groups, wanted: Wanted::default(), apart: genes.apart };
    let (remove_groups, remove_workspace_members, remove_group_members) = genes.remove;
    case.wanted =
        Wanted { remove_groups, remove_workspace_members, remove_group_members, ..Wanted::default() };
    want_places(&mut case, genes);
    want_groups(&mut case, &genes.groups);
    unhide(&mut case);
    case
}

/// One live member for each address, and rules that most plans keep.
fn settle(World { org, config, .. }: &mut World, tame: bool) {
    let mut seen = BTreeSet::new();
    org.members.retain(|member| member.address().is_none_or(|address| seen.insert(address)));
    if !tame {
        return;
    }
    org.members.iter_mut().for_each(|member| member.custom = false);
    org.invitations.iter_mut().for_each(|invitation| invitation.custom = false);
    org.members.push(member("root", ADMIN, 0));
    config.people.retain(|person| person.email != "root@acme.example");
    config.people.push(person("root", ADMIN));
    config.min_admins = 1;
    config.max_removals = Limit::Percent(100);
    config.protected.clear();
    for budget in config.budgets.iter_mut().flatten() {
        *budget = Budget { purchased: 60, reserve: 0 };
    }
}

fn id(luck: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair((luck ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23), 0x1000 + number)
}

fn text(other: bool, word: &str) -> String {
    if other { String::new() } else { word.to_owned() }
}

fn workspace_name(number: usize) -> String {
    if number == 0 { "Default".to_owned() } else { format!("w{number}") }
}

fn workspaces(people: &World, genes: &[PlaceGene]) -> Vec<Workspace> {
    let live = genes.iter().enumerate().filter(|(number, gene)| gene.live || *number == 0);
    live.map(|(number, gene)| {
        let members = people.org.members.iter().zip(&gene.inside);
        Workspace {
            id: id(people.luck, 100 + number as u64),
            name: workspace_name(number),
            description: "What it is".to_owned(),
            icon: "A".to_owned(),
            is_default: number == 0,
            direct: members.filter(|(_, roles)| **roles != 0).map(|(one, roles)| (one.id, *roles)).collect(),
        }
    })
    .collect()
}

/// Whether one group may be nested in another: nesting goes one way.
fn above(genes: &[GroupGene], wanted: bool, child: usize, parent: usize) -> bool {
    let rank = |number: usize| (if wanted { genes[number].rank.1 } else { genes[number].rank.0 }, number);
    rank(parent) < rank(child)
}

fn groups(people: &World, workspaces: &[Workspace], genes: &[GroupGene]) -> Vec<Group> {
    let group_id = |number: usize| id(people.luck, 200 + number as u64);
    let live = genes.iter().enumerate().filter(|(_, gene)| gene.live);
    live.map(|(number, gene)| {
        let parents = (0..genes.len()).filter(|parent| {
            gene.above[*parent] && genes[*parent].live && above(genes, false, number, *parent)
        });
        let members = people.org.members.iter().zip(&gene.inside);
        let assigned = workspaces.iter().zip(&gene.assigned).filter(|(_, roles)| **roles != 0);
        Group {
            id: group_id(number),
            name: format!("g#{number}"),
            description: "Who they are".to_owned(),
            external: gene.external,
            role: gene.role.0,
            parents: parents.map(group_id).collect(),
            members: members.filter(|(_, inside)| **inside).map(|(one, _)| one.id).collect(),
            assigned: assigned.map(|(place, roles)| (place.id, *roles)).collect(),
        }
    })
    .collect()
}

/// The live member who a person of the files is.
fn live_id(people: &World, number: usize) -> Option<Uuid> {
    let person = people.config.people.get(number)?;
    let at = |address: &str| people.org.members_at(address).first().map(|one| one.id);
    at(&person.email).or_else(|| at(person.previously.as_deref()?))
}

fn each_person(config: &Config) -> impl Iterator<Item = (usize, &String)> {
    config.people.iter().take(PEOPLE).map(|person| &person.email).enumerate()
}

fn want_places(case: &mut Case, genes: &Genes) {
    let mut free: Vec<String> =
        (1..WORKSPACES).filter(|number| !genes.workspaces[*number].declared).map(workspace_name).collect();
    for (number, gene) in genes.workspaces.iter().enumerate().filter(|(_, gene)| gene.declared) {
        let name = workspace_name(number);
        let archived = gene.archived && (number > 0 || gene.renamed);
        let previously = if gene.renamed && number > 0 && !archived { free.pop() } else { None };
        let found = |name: &String| case.workspaces.iter().find(|place| place.name == *name);
        let live = found(&name).or_else(|| found(previously.as_ref()?));
        let mut place = WantedWorkspace { previously, archived, ..WantedWorkspace::default() };
        place.description = gene.description.map(|other| text(other, "What it is to be"));
        place.icon = gene.icon.map(|other| text(other, "B"));
        place.members = gene.members.as_ref().filter(|_| !archived).map(|picks| {
            let roles = |number: usize| match picks[number] {
                Pick::Other(roles) => roles,
                Pick::Same => {
                    let direct = live.zip(live_id(&case.people, number));
                    direct.and_then(|(live, id)| live.direct.get(&id)).map_or(0, |roles| roles & !CUSTOM)
                }
            };
            let people =
                each_person(&case.people.config).map(|(number, email)| (email.clone(), roles(number)));
            people.filter(|(_, roles)| *roles != 0).collect()
        });
        case.wanted.workspaces.insert(name, place);
    }
    for (members, roles) in &genes.teams {
        let people = each_person(&case.people.config).filter(|(number, _)| members[*number]);
        let people: Vec<String> = people.map(|(_, email)| email.clone()).collect();
        let given = roles.iter().enumerate().map(|(number, roles)| (workspace_name(number), *roles));
        let given = given.filter(|(name, roles)| *roles != 0 && can_be_given(&case.wanted, name));
        case.wanted.teams.push((people, given.collect()));
    }
}

fn can_be_given(wanted: &Wanted, workspace: &str) -> bool {
    wanted.workspaces.get(workspace).is_some_and(|place| !place.archived)
}

fn want_groups(case: &mut Case, genes: &[GroupGene]) {
    let Some(groups) = &case.groups else {
        if genes[0].renamed {
            case.wanted.groups.insert("g#0".to_owned(), WantedGroup::default());
        }
        return;
    };
    let mut free: Vec<usize> = (0..genes.len()).filter(|number| !genes[*number].declared).collect();
    let named: BTreeMap<&str, &Group> = groups.iter().map(|group| (group.name.as_str(), group)).collect();
    let name = |number: usize| format!("g#{number}");
    let declared: Vec<usize> = (0..genes.len()).filter(|number| genes[*number].declared).collect();
    let former: BTreeMap<usize, usize> = declared
        .iter()
        .filter(|number| genes[**number].renamed)
        .filter_map(|number| Some((*number, free.pop()?)))
        .collect();
    let live = |number: usize| {
        let former = || named.get(name(*former.get(&number)?).as_str());
        named.get(name(number).as_str()).or_else(former).copied()
    };
    for number in declared.iter().copied() {
        let (gene, live_group) = (&genes[number], live(number));
        let mut group = WantedGroup {
            previously: former.get(&number).map(|former| name(*former)),
            ..WantedGroup::default()
        };
        if live_group.is_some_and(|live| live.external) && gene.rank.1 > 0 {
            case.wanted.groups.insert(name(number), group);
            continue;
        }
        group.description = gene.description.map(|other| text(other, "Who they are to be"));
        group.role = gene.role.1.and_then(|pick| match pick {
            Pick::Same => live_group.and_then(|live| live.role),
            Pick::Other(role) => Some(role),
        });
        group.members = gene.members.as_ref().map(|differs| {
            let inside = |number: usize| {
                let inside = live_group.zip(live_id(&case.people, number));
                inside.is_some_and(|(live, id)| live.members.contains(&id)) != differs[number]
            };
            each_person(&case.people.config)
                .filter(|(n, _)| inside(*n))
                .map(|(_, email)| email.clone())
                .collect()
        });
        group.parents = gene.parents.as_ref().map(|differs| {
            let is_nested = |parent: usize| {
                let nested =
                    live_group.zip(live(parent)).is_some_and(|(live, up)| live.parents.contains(&up.id));
                nested != differs[parent] && above(genes, true, number, parent)
            };
            declared.iter().copied().filter(|parent| is_nested(*parent)).map(name).collect()
        });
        group.workspaces = gene.workspaces.as_ref().map(|picks| {
            let given = |workspace: &String, pick: Pick| match pick {
                Pick::Other(roles) => roles,
                Pick::Same => {
                    let place = case.workspaces.iter().find(|place| place.name == *workspace);
                    let assigned =
                        live_group.zip(place).and_then(|(live, place)| live.assigned.get(&place.id));
                    assigned.map_or(0, |roles| roles & !CUSTOM)
                }
            };
            let all = picks.iter().enumerate().map(|(number, pick)| (workspace_name(number), *pick));
            let all = all.filter(|(workspace, _)| can_be_given(&case.wanted, workspace));
            let all = all.map(|(workspace, pick)| (given(&workspace, pick), workspace));
            all.filter(|(roles, _)| *roles != 0).map(|(roles, workspace)| (workspace, roles)).collect()
        });
        case.wanted.groups.insert(name(number), group);
    }
}

/// Takes away what nobody can see: own roles that groups give as well. Where the seed can tell them, those stay that no
/// plan is to end.
fn unhide(case: &mut Case) {
    let through = case.through();
    let Case { people, workspaces, wanted, apart, .. } = case;
    for place in workspaces {
        let declared = wanted.workspaces.iter().find(|(name, declared)| {
            **name == place.name || declared.previously.as_deref() == Some(place.name.as_str())
        });
        let own = declared.map(|(name, _)| wanted.own(name)).unwrap_or_default();
        let stays: BTreeSet<Uuid> = (0..people.config.people.len())
            .filter(|number| own.contains_key(people.config.people[*number].email.as_str()))
            .filter_map(|number| live_id(people, number))
            .collect();
        for (person, roles) in &mut place.direct {
            if !*apart || (declared.is_some() && !stays.contains(person)) {
                *roles &= !through.get(&(*person, place.id)).copied().unwrap_or(0);
            }
            if place.is_default && *roles == CONTRIBUTOR {
                *roles = 0;
            }
        }
        place.direct.retain(|_, roles| *roles != 0);
    }
}
