//! What the contract says of workspaces and groups after a plan, worked out from the configuration and from what was
//! and is there alone: nothing here looks at what the planner has computed.

use super::seen::Seen;
use super::world::{CUSTOM, Case, WantedGroup, WantedWorkspace};
use crate::contract::{Declared, declared};
use crate::world::Bits;
use orgsync::model::{LiveGroup, LiveWorkspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use uuid::Uuid;

/// The configuration held against an organization before and after a plan.
pub(crate) struct Judge<'c> {
    case: &'c Case,
    start: &'c Seen<'c>,
    end: &'c Seen<'c>,
    people: BTreeMap<String, Declared>,
}

fn same<T: PartialEq + Debug>(what: impl FnOnce() -> String, wanted: &T, there: &T) -> Result<(), String> {
    if wanted == there { Ok(()) } else { Err(format!("{}: wanted {wanted:?}, there is {there:?}", what())) }
}

/// Holds workspaces and groups against what the files want.
pub(crate) fn as_declared(case: &Case, start: &Seen<'_>, end: &Seen<'_>) -> Result<(), String> {
    let judge = Judge { case, start, end, people: declared(&case.people.config) };
    judge.workspaces()?;
    if start.live.groups.is_some() {
        judge.groups()
    } else {
        same(|| "groups".into(), &None, &end.live.groups)
    }
}

/// How many people in workspaces are to be taken out, of how many.
pub(crate) fn memberships_ended(
    case: &Case,
    start: &Seen<'_>,
    stays: impl Fn(Uuid) -> bool,
) -> (usize, usize) {
    let people = declared(&case.people.config);
    let is_own = |person: Uuid, workspace: Uuid| start.own(person, workspace) != 0;
    let workspaces = start.workspaces.values().filter(|one| !one.is_default);
    let inside = |one: &&LiveWorkspace| start.members.keys().filter(|id| is_own(**id, one.id)).count();
    let all = workspaces.map(inside).sum();
    if !case.wanted.remove_workspace_members {
        return (0, all);
    }
    let mut ended = 0;
    for (name, wanted) in case.wanted.workspaces.iter().filter(|(_, wanted)| wanted.members.is_some()) {
        let live = found(name, wanted.previously.as_ref(), |name| start.workspace(name));
        let Some(live) = live.filter(|live| !live.is_default) else { continue };
        let own = case.wanted.own(name);
        let listed: BTreeSet<Uuid> =
            own.keys().filter_map(|email| start.who(email, people.get(*email)?)).collect();
        let goes = |id: &&Uuid| !listed.contains(id) && stays(**id) && is_own(**id, live.id);
        ended += start.members.keys().filter(goes).count();
    }
    (ended, all)
}

/// The live resource that a declared one is: by its name, or else by the former one.
fn found<T>(name: &str, former: Option<&String>, at: impl Fn(&str) -> Option<T>) -> Option<T> {
    at(name).or_else(|| at(former?))
}

impl Judge<'_> {
    /// The people of a list who are in.
    fn present<'p>(&self, list: impl IntoIterator<Item = &'p str>) -> BTreeMap<Uuid, &'p str> {
        let id = |email: &str| self.end.who(email, self.people.get(email)?);
        list.into_iter().filter_map(|email| Some((id(email)?, email))).collect()
    }

    fn stays(&self, person: Uuid) -> bool {
        self.end.members.contains_key(&person)
    }

    fn workspaces(&self) -> Result<(), String> {
        let mut settled = BTreeSet::new();
        let (mut archived, mut made) = (0, 0);
        for (name, wanted) in &self.case.wanted.workspaces {
            let before = found(name, wanted.previously.as_ref(), |name| self.start.workspace(name));
            settled.extend(before.map(|one| one.id));
            if wanted.archived {
                if let Some(before) = before {
                    archived += 1;
                    same(
                        || name.clone(),
                        &None,
                        &self.end.workspaces.get(&before.id).map(|one| &one.settings.name),
                    )?;
                }
                continue;
            }
            let after = self.end.workspace(name).ok_or_else(|| format!("{name} is not there"))?;
            match before {
                Some(before) => same(|| format!("id of {name}"), &before.id, &after.id)?,
                None => made += 1,
            }
            traits(name, wanted, before, after)?;
            self.inside(name, wanted, before.is_none(), after)?;
        }
        let most = self.start.workspaces.len() + made - archived;
        same(|| "number of workspaces".into(), &most, &self.end.workspaces.len())?;
        for before in self.start.workspaces.values().filter(|one| !settled.contains(&one.id)) {
            same(|| before.settings.name.clone(), &Some(before), &self.end.workspaces.get(&before.id))?;
            for person in self.end.members.keys() {
                self.untouched(*person, before)?;
            }
        }
        Ok(())
    }

    /// Somebody has by themselves what was there before: not less, and nothing that was not seen.
    fn untouched(&self, person: Uuid, place: &LiveWorkspace) -> Result<(), String> {
        let (had, has) = (self.start.has(person, place.id), self.end.has(person, place.id));
        let gained = has & !had & !self.end.given(person, place.id);
        let lost = self.start.own(person, place.id) & !has;
        same(|| format!("gained and lost of {person} in {}", place.settings.name), &(0, 0), &(gained, lost))
    }

    /// Who is in a declared workspace.
    fn inside(
        &self,
        name: &str,
        wanted: &WantedWorkspace,
        is_new: bool,
        after: &LiveWorkspace,
    ) -> Result<(), String> {
        let own = self.case.wanted.own(name);
        let present = self.present(own.keys().copied());
        for (id, email) in &present {
            // A role that can't be written locks the others.
            if self.start.own(*id, after.id) & CUSTOM != 0 {
                self.untouched(*id, after)?;
                continue;
            }
            let (roles, has) = (own[email], self.end.has(*id, after.id));
            same(|| format!("{email} lacks in {name}"), &0, &(roles & !has))?;
            let more = self.end.own(*id, after.id) & !roles & !CUSTOM;
            same(|| format!("{email} has more in {name}"), &0, &more)?;
        }
        let removes = wanted.members.is_some() && self.case.wanted.remove_workspace_members;
        let others = || self.end.members.keys().filter(|id| !present.contains_key(id));
        if removes && !after.is_default {
            for person in others() {
                same(|| format!("{person} in {name}"), &0, &self.end.own(*person, after.id))?;
            }
        } else if is_new {
            let inside = others().filter(|id| self.end.own(**id, after.id) != 0).count();
            if inside > 1 {
                return Err(format!("{inside} others are in {name}, which is new"));
            }
        } else {
            others().try_for_each(|person| self.untouched(*person, after))?;
        }
        Ok(())
    }

    fn groups(&self) -> Result<(), String> {
        let mut settled = BTreeMap::new();
        let mut made = 0;
        for (name, wanted) in &self.case.wanted.groups {
            let before = found(name, wanted.previously.as_ref(), |name| self.start.group(name));
            match before {
                Some(before) => drop(settled.insert(before.id, ())),
                None => made += 1,
            }
            if before.is_some_and(|before| before.externally_managed) {
                continue;
            }
            let after = self.end.group(name).ok_or_else(|| format!("{name} is not there"))?;
            before.map_or(Ok(()), |before| same(|| format!("id of {name}"), &before.id, &after.id))?;
            self.group(name, wanted, before, after)?;
        }
        let mut left = made;
        for before in self.start.groups.values() {
            let goes = !before.externally_managed && self.case.wanted.remove_groups;
            let after = self.end.groups.get(&before.id);
            if !settled.contains_key(&before.id) && goes {
                same(|| before.settings.name.clone(), &None, &after.map(|one| &one.settings.name))?;
                continue;
            }
            left += 1;
            if !settled.contains_key(&before.id) || before.externally_managed {
                same(|| before.settings.name.clone(), &Some(&self.what_is_left_of(before)), &after.copied())?;
            }
        }
        same(|| "number of groups".into(), &left, &self.end.groups.len())
    }

    /// A group that nobody changes, without what has come to an end elsewhere.
    fn what_is_left_of(&self, group: &LiveGroup) -> LiveGroup {
        let mut left = group.clone();
        left.members.retain(|person| self.stays(*person));
        left.parents.retain(|parent| self.end.groups.contains_key(parent));
        left.workspaces.retain(|workspace, _| self.end.workspaces.contains_key(workspace));
        left
    }

    fn group(
        &self,
        name: &str,
        wanted: &WantedGroup,
        before: Option<&LiveGroup>,
        after: &LiveGroup,
    ) -> Result<(), String> {
        let old = before.map(|before| self.what_is_left_of(before));
        let old = |what: &str| (old.as_ref(), format!("{what} of {name}"));
        let (left, what) = old("description");
        let text = wanted
            .description
            .clone()
            .or(left.map(|one| one.settings.description.clone()))
            .unwrap_or_default();
        same(|| what, &text, &after.settings.description)?;
        let (left, what) = old("role");
        let role = wanted.role.map(crate::world::role_of);
        let role = role.or_else(|| left.and_then(|one| one.settings.organization_role));
        same(|| what, &role, &after.settings.organization_role)?;

        let (left, what) = old("members");
        let mut members = left.map(|one| one.members.clone()).unwrap_or_default();
        if let Some(listed) = &wanted.members {
            let listed = self.present(listed.iter().map(String::as_str));
            if self.case.wanted.remove_group_members {
                members.clear();
            }
            members.extend(listed.keys());
        }
        same(|| what, &members, &after.members)?;

        let (left, what) = old("parents");
        let parents = match &wanted.parents {
            Some(parents) => {
                parents.iter().filter_map(|name| self.end.group(name)).map(|one| one.id).collect()
            }
            None => left.map(|one| one.parents.clone()).unwrap_or_default(),
        };
        same(|| what, &parents, &after.parents)?;

        let (left, what) = old("workspaces");
        let given = |one: &LiveGroup| -> BTreeMap<Uuid, Bits> {
            let each = one.workspaces.iter();
            each.map(|(id, access)| {
                (
                    *id,
                    super::world::bits(access.roles)
                        | if access.locked_roles.is_empty() { 0 } else { CUSTOM },
                )
            })
            .collect()
        };
        let locked: BTreeMap<Uuid, Bits> = left
            .map(given)
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, roles)| roles & CUSTOM != 0)
            .collect();
        let workspaces = match &wanted.workspaces {
            Some(all) => {
                let one = |(name, roles): (&String, &Bits)| {
                    let id = self.end.workspace(name)?.id;
                    Some((id, locked.get(&id).copied().unwrap_or(*roles)))
                };
                all.iter().filter_map(one).collect()
            }
            None => left.map(given).unwrap_or_default(),
        };
        same(|| what, &workspaces, &given(after))
    }
}

fn traits(
    name: &str,
    wanted: &WantedWorkspace,
    before: Option<&LiveWorkspace>,
    after: &LiveWorkspace,
) -> Result<(), String> {
    let description = wanted.description.clone().or(before.map(|one| one.settings.description.clone()));
    let icon = wanted.icon.clone().or(before.map(|one| one.settings.icon.clone()));
    let wanted = (description.unwrap_or_default(), icon.unwrap_or_default());
    same(
        || format!("traits of {name}"),
        &wanted,
        &(after.settings.description.clone(), after.settings.icon.clone()),
    )
}
