//! Builds an organization, and makes it the live or the desired one.
//!
//! Names are short: `ada` is the member `ada@acme.example`. What a person has is one list of words, roles and products:
//! `"admin, le_chat"`. Workspace roles are such a list too.

use orgsync::model::{
    Access, Budget, Desired, DesiredGroup, DesiredMember, DesiredWorkspace, Email, GroupSettings, Limit,
    Live, LiveGroup, LiveInvitation, LiveMember, LiveWorkspace, LockedSeats, Policy, Product, Removal,
    RemovalCause, Role, UnknownWords, WordKind, WorkspaceAccess, WorkspaceGrant, WorkspaceRoles,
    WorkspaceSettings,
};
use orgsync::source::{Sources, Span};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(crate) type Name = &'static str;

/// An organization: what can be declared, and what only a live one has (invitations, locked roles, the identity
/// provider's groups).
#[derive(Debug, Clone, Default)]
pub(crate) struct Organization {
    members: BTreeMap<Name, Member>,
    invitations: Vec<Invitation>,
    workspaces: BTreeMap<Name, Workspace>,
    groups: BTreeMap<Name, Group>,
    removed: BTreeSet<Name>,
    budgets: BTreeMap<Product, Budget>,
    unknown_roles: BTreeSet<Name>,
    policies: Vec<fn(&mut Policy, Span)>,
    has_no_groups: bool,
}

#[derive(Debug, Clone)]
struct Member {
    /// Stays the same when the person is renamed.
    id: Name,
    words: &'static str,
    /// The name of a role that the API can't write.
    locked_role: Option<Name>,
    /// A product that this version doesn't know.
    unknown_seat: Option<Name>,
    /// The display name, which files and the live organization have only if a story says so.
    name: Option<Name>,
}

#[derive(Debug, Clone)]
struct Invitation {
    email: Name,
    words: &'static str,
    expired: bool,
    into: Vec<Name>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Workspace {
    id: Option<Name>,
    description: Option<Name>,
    icon: Option<Name>,
    archived: bool,
    is_default: bool,
    members: Option<BTreeMap<Name, &'static str>>,
    /// Custom roles of people there.
    locked_roles: BTreeMap<Name, Name>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    id: Option<Name>,
    description: Option<Name>,
    role: Option<Name>,
    locked_role: Option<Name>,
    /// Workspaces in which the group grants a custom role.
    locked_workspaces: BTreeMap<Name, Name>,
    externally_managed: bool,
    members: Option<Vec<Name>>,
    parents: Option<Vec<Name>>,
    workspaces: Option<BTreeMap<Name, &'static str>>,
}

/// An organization with one admin, `ada`.
pub(crate) fn organization() -> Organization {
    Organization::default().member("ada", "admin")
}

/// A workspace of which nothing is declared but that it exists.
pub(crate) fn workspace() -> Workspace {
    Workspace::default()
}

/// A group of which nothing is declared but that it exists.
pub(crate) fn group() -> Group {
    Group::default()
}

impl Organization {
    pub(crate) fn member(mut self, name: Name, words: &'static str) -> Self {
        self.members
            .insert(name, Member { id: name, words, locked_role: None, unknown_seat: None, name: None });
        self
    }

    /// A live member with a role that the API can't write, beside the others.
    pub(crate) fn locked_member(mut self, name: Name, words: &'static str, role: Name) -> Self {
        self.members.insert(
            name,
            Member { id: name, words, locked_role: Some(role), unknown_seat: None, name: None },
        );
        self
    }

    /// A live member with a seat of a product that this version doesn't know.
    pub(crate) fn member_with_unknown_seat(mut self, name: Name, words: &'static str, product: Name) -> Self {
        self.members.insert(
            name,
            Member { id: name, words, locked_role: None, unknown_seat: Some(product), name: None },
        );
        self
    }

    /// A member with a display name.
    pub(crate) fn called(mut self, name: Name, display: Name) -> Self {
        self.members.get_mut(name).unwrap().name = Some(display);
        self
    }

    /// The live role of this name is one that this version doesn't know, and no custom one.
    pub(crate) fn unknown_role(mut self, role: Name) -> Self {
        self.unknown_roles.insert(role);
        self
    }

    /// The same person under another address.
    pub(crate) fn rename_member(mut self, old: Name, new: Name) -> Self {
        let member = self.members.remove(old).unwrap();
        self.members.insert(new, member);
        self
    }

    /// Takes a person out of the files, and off every list in them.
    pub(crate) fn without_member(mut self, name: Name) -> Self {
        self.members.remove(name);
        for members in self.workspaces.values_mut().filter_map(|workspace| workspace.members.as_mut()) {
            members.remove(name);
        }
        for members in self.groups.values_mut().filter_map(|group| group.members.as_mut()) {
            members.retain(|member| *member != name);
        }
        self
    }

    /// Names a person under `removed`.
    pub(crate) fn removed(self, name: Name) -> Self {
        let mut organization = self.without_member(name);
        organization.removed.insert(name);
        organization
    }

    pub(crate) fn invitation(mut self, email: Name, words: &'static str) -> Self {
        self.invitations.push(Invitation { email, words, expired: false, into: Vec::new() });
        self
    }

    /// An invitation that carries workspaces.
    pub(crate) fn invitation_into(mut self, email: Name, words: &'static str, into: &[Name]) -> Self {
        self.invitations.push(Invitation { email, words, expired: false, into: into.to_vec() });
        self
    }

    pub(crate) fn expired_invitation(mut self, email: Name, words: &'static str) -> Self {
        self.invitations.push(Invitation { email, words, expired: true, into: Vec::new() });
        self
    }

    pub(crate) fn workspace(mut self, name: Name, workspace: Workspace) -> Self {
        self.workspaces.insert(name, workspace);
        self
    }

    pub(crate) fn rename_workspace(mut self, old: Name, new: Name) -> Self {
        let workspace = self.workspaces.remove(old).unwrap();
        self.workspaces.insert(new, Workspace { id: workspace.id.or(Some(old)), ..workspace });
        for workspaces in self.groups.values_mut().filter_map(|group| group.workspaces.as_mut()) {
            if let Some(roles) = workspaces.remove(old) {
                workspaces.insert(new, roles);
            }
        }
        self
    }

    pub(crate) fn group(mut self, name: Name, group: Group) -> Self {
        self.groups.insert(name, group);
        self
    }

    pub(crate) fn rename_group(mut self, old: Name, new: Name) -> Self {
        let group = self.groups.remove(old).unwrap();
        self.groups.insert(new, Group { id: group.id.or(Some(old)), ..group });
        self
    }

    pub(crate) fn without_group(mut self, name: Name) -> Self {
        self.groups.remove(name);
        self
    }

    /// The live organization has no groups at all.
    pub(crate) fn without_groups(mut self) -> Self {
        self.groups.clear();
        self.has_no_groups = true;
        self
    }

    pub(crate) fn budget(mut self, product: Product, purchased: u32, reserve: u32) -> Self {
        self.budgets.insert(product, Budget { purchased, reserve });
        self
    }

    /// Changes the policy; the place is that of the policy in the files.
    pub(crate) fn policy(mut self, change: fn(&mut Policy, Span)) -> Self {
        self.policies.push(change);
        self
    }

    /// Lets a plan remove any number.
    pub(crate) fn any_removals(self) -> Self {
        self.policy(|policy, _| policy.max_removals = Limit::Percent(100))
    }
}

impl Workspace {
    pub(crate) fn member(mut self, name: Name, roles: &'static str) -> Self {
        self.members.get_or_insert_default().insert(name, roles);
        self
    }

    /// A live member with a custom role.
    pub(crate) fn locked_member(mut self, name: Name, role: Name) -> Self {
        self.locked_roles.insert(name, role);
        self.member(name, "")
    }

    pub(crate) fn description(mut self, text: Name) -> Self {
        self.description = Some(text);
        self
    }

    pub(crate) fn icon(mut self, icon: Name) -> Self {
        self.icon = Some(icon);
        self
    }

    pub(crate) fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// The workspace that every member is in.
    pub(crate) fn default_one(mut self) -> Self {
        self.is_default = true;
        self
    }
}

impl Group {
    pub(crate) fn members(mut self, members: &[Name]) -> Self {
        self.members = Some(members.to_vec());
        self
    }

    pub(crate) fn parents(mut self, parents: &[Name]) -> Self {
        self.parents = Some(parents.to_vec());
        self
    }

    pub(crate) fn workspace(mut self, name: Name, roles: &'static str) -> Self {
        self.workspaces.get_or_insert_default().insert(name, roles);
        self
    }

    /// The live group grants a custom role in a workspace.
    pub(crate) fn locked_workspace(mut self, name: Name, role: Name) -> Self {
        self.locked_workspaces.insert(name, role);
        self.workspace(name, "")
    }

    pub(crate) fn no_workspaces(mut self) -> Self {
        self.workspaces = Some(BTreeMap::new());
        self
    }

    pub(crate) fn role(mut self, role: Name) -> Self {
        self.role = Some(role);
        self
    }

    /// The live group has an organization role that the API can't write.
    pub(crate) fn locked_role(mut self, role: Name) -> Self {
        self.locked_role = Some(role);
        self
    }

    pub(crate) fn description(mut self, text: Name) -> Self {
        self.description = Some(text);
        self
    }

    /// What the group's members inherit in a workspace.
    fn access(&self, workspace: &str, roles: &str) -> WorkspaceAccess {
        let locked = self.locked_workspaces.get(workspace);
        WorkspaceAccess {
            roles: workspace_roles(roles),
            locked_roles: locked.map(|role| (*role).to_owned()).into_iter().collect(),
        }
    }

    /// The live group belongs to the identity provider.
    pub(crate) fn externally_managed(mut self) -> Self {
        self.externally_managed = true;
        self
    }
}

pub(crate) fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@acme.example")).unwrap()
}

/// The same name has the same identifier in every story.
fn id(kind: &str, name: &str) -> Uuid {
    let text = format!("{kind}:{name}");
    Uuid::from_u128(text.bytes().fold(7, |sum: u128, byte| sum.wrapping_mul(131).wrapping_add(byte.into())))
}

/// The words that name something, of a list.
fn named<T: Copy>(words: &str, names: impl Iterator<Item = (&'static str, T)> + Clone) -> Vec<T> {
    let one = |word: &str| names.clone().find(|(name, _)| *name == word).map(|(_, one)| one);
    words.split(", ").filter_map(one).collect()
}

fn roles(words: &str) -> orgsync::model::Roles {
    let all = [Role::Admin, Role::Billing, Role::Member];
    named(words, all.into_iter().map(|role| (role.name(), role))).into_iter().collect()
}

/// What a list of words stands for. Without a role it is `member`.
fn access(words: &str) -> Access {
    let products = [Product::LeChat, Product::MistralCode];
    let seats = named(words, products.into_iter().map(|product| (product.name(), product)));
    let roles = if roles(words).is_empty() { Role::Member.into() } else { roles(words) };
    let access = Access { roles, seats: seats.into_iter().collect() };
    assert_eq!(self::roles(words).len() + access.seats.len(), count(words), "{words}");
    access
}

fn count(words: &str) -> usize {
    words.split(", ").filter(|word| !word.is_empty()).count()
}

fn workspace_roles(words: &str) -> WorkspaceRoles {
    let roles = WorkspaceRoles::all().into_iter().map(|role| (role.name(), role));
    let named: WorkspaceRoles = named(words, roles).into_iter().collect();
    assert_eq!(named.len(), count(words), "{words}");
    named
}

fn workspace_id(name: &str, workspace: &Workspace) -> Uuid {
    id("workspace", workspace.id.unwrap_or(name))
}

fn group_id(name: &str, group: &Group) -> Uuid {
    id("group", group.id.unwrap_or(name))
}

impl Organization {
    /// The organization as the vendor shows it: in workspaces with what people inherit through groups.
    pub(crate) fn live(&self) -> Live {
        let groups = self.groups.iter().map(|(name, group)| self.live_group(name, group)).collect();
        Live {
            members: self.members.iter().map(|(name, member)| self.live_member(name, member)).collect(),
            invitations: self.invitations.iter().zip(1..).map(|one| self.live_invitation(one)).collect(),
            workspaces: self.workspaces.iter().map(live_workspace).collect(),
            groups: (!self.has_no_groups).then_some(groups),
            organization_id: Some(id("organization", "acme")),
            api_keys: Some(Vec::new()),
            unknown: self.unknown_words(),
        }
    }

    fn unknown_words(&self) -> UnknownWords {
        let mut unknown = UnknownWords::default();
        let products = self.members.values().filter_map(|member| member.unknown_seat);
        products.for_each(|product| unknown.note(WordKind::Product, product));
        self.unknown_roles.iter().for_each(|role| unknown.note(WordKind::Role, role));
        unknown
    }

    fn live_member(&self, name: Name, member: &Member) -> LiveMember {
        let mut workspaces = BTreeMap::<Uuid, WorkspaceAccess>::new();
        for (workspace_name, workspace) in &self.workspaces {
            let direct = workspace.members.iter().flatten().find(|(member, _)| **member == name);
            if let Some((_, roles)) = direct {
                let there = workspaces.entry(workspace_id(workspace_name, workspace)).or_default();
                there.roles |= workspace_roles(roles);
                there.locked_roles.extend(workspace.locked_roles.get(name).map(|role| (*role).to_owned()));
            }
        }
        for (workspace, inherited) in self.inherited(name) {
            let there = workspaces.entry(self.workspace_id(workspace)).or_default();
            there.roles |= inherited.roles;
            there.locked_roles.extend(inherited.locked_roles);
        }
        LiveMember {
            id: id("member", member.id),
            email: Some(email(name)),
            label: name.to_owned(),
            name: member.name.map(str::to_owned),
            created_at: None,
            access: access(member.words),
            locked_roles: member.locked_role.map(str::to_owned).into_iter().collect(),
            locked_seats: member.unknown_seat.map(unknown_seat).unwrap_or_default(),
            workspaces,
        }
    }

    fn live_invitation(&self, (invitation, number): (&Invitation, u128)) -> LiveInvitation {
        LiveInvitation {
            id: Uuid::from_u128(number),
            email: Some(email(invitation.email)),
            label: invitation.email.to_owned(),
            roles: access(invitation.words).roles,
            locked_roles: Vec::new(),
            expired: invitation.expired,
            created_at: None,
            workspaces: invitation.into.iter().map(|name| self.workspace_id(name)).collect(),
        }
    }

    /// What a member inherits in workspaces, through each group and all groups above it.
    fn inherited(&self, member: Name) -> Vec<(Name, WorkspaceAccess)> {
        let is_in = |group: &Group| group.members.iter().flatten().any(|one| *one == member);
        let direct = self.groups.iter().filter(|(_, group)| is_in(group));
        let (mut open, mut seen) = (direct.map(|(name, _)| *name).collect::<Vec<_>>(), BTreeSet::new());
        let mut inherited = Vec::new();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                let group = &self.groups[name];
                open.extend(group.parents.iter().flatten());
                let workspaces = group.workspaces.iter().flatten();
                inherited.extend(workspaces.map(|(name, roles)| (*name, group.access(name, roles))));
            }
        }
        inherited
    }

    fn workspace_id(&self, name: Name) -> Uuid {
        workspace_id(name, &self.workspaces[name])
    }

    fn live_group(&self, name: Name, group: &Group) -> LiveGroup {
        let assigned = group.workspaces.iter().flatten();
        LiveGroup {
            id: group_id(name, group),
            settings: GroupSettings {
                name: name.to_owned(),
                description: group.description.unwrap_or_default().to_owned(),
                organization_role: group.role.and_then(|role| roles(role).into_iter().next()),
            },
            locked_role: group.locked_role.map(str::to_owned),
            externally_managed: group.externally_managed,
            parents: group.parents.iter().flatten().map(|name| group_id(name, &self.groups[name])).collect(),
            members: group.members.iter().flatten().map(|name| id("member", self.members[name].id)).collect(),
            workspaces: assigned
                .map(|(name, roles)| (self.workspace_id(name), group.access(name, roles)))
                .collect(),
        }
    }
}

fn unknown_seat(product: Name) -> LockedSeats {
    let words = vec![product.to_owned()];
    LockedSeats { products: words.clone(), words, ..LockedSeats::default() }
}

fn live_workspace((name, workspace): (&Name, &Workspace)) -> LiveWorkspace {
    LiveWorkspace {
        id: workspace_id(name, workspace),
        settings: WorkspaceSettings {
            name: (*name).to_owned(),
            description: workspace.description.unwrap_or_default().to_owned(),
            icon: workspace.icon.unwrap_or_default().to_owned(),
        },
        is_default: workspace.is_default,
    }
}

/// The places of a desired organization: one line for each declaration, in a file that is never written.
#[derive(Default)]
struct Lines(RefCell<String>);

impl Lines {
    fn at(&self, line: impl Into<String>) -> Span {
        let mut text = self.0.borrow_mut();
        let start = u32::try_from(text.len()).unwrap();
        text.push_str(&line.into());
        text.push('\n');
        Span { file: 0, start, end: start }
    }
}

impl Organization {
    /// The organization as files declare it, and the lines that do.
    pub(crate) fn desired(&self) -> (Desired, Sources) {
        let lines = Lines::default();
        let mut policy = Policy::default();
        let at = lines.at("policy");
        self.policies.iter().for_each(|change| change(&mut policy, at));
        let budget = |(product, budget): (&Product, &Budget)| {
            (*product, (*budget, lines.at(format!("seats of {}", product.name()))))
        };
        let removal = |name: &Name| {
            let at = lines.at(format!("removed {name}"));
            (email(name), Removal { cause: RemovalCause::Removed, previously: None, at })
        };
        let desired = Desired {
            timed: BTreeMap::new(),
            ended: BTreeMap::new(),
            domains: None,
            organization: String::new(),
            organization_id: None,
            budgets: self.budgets.iter().map(budget).collect(),
            policy,
            defaults: Vec::new(),
            members: self.members.iter().map(|one| desired_member(one, &lines)).collect(),
            removals: self.removed.iter().map(removal).collect(),
            workspaces: self.workspaces.iter().map(|one| desired_workspace(one, &lines)).collect(),
            groups: self.groups.iter().map(|one| desired_group(one, &lines)).collect(),
        };
        let mut sources = Sources::default();
        sources.add("organization".to_owned(), lines.0.into_inner());
        (desired, sources)
    }
}

fn desired_member((name, member): (&Name, &Member), lines: &Lines) -> (Email, DesiredMember) {
    let at = lines.at(format!("member {name}"));
    let desired = DesiredMember {
        rejoin: None,
        last_day: None,
        name: Some(member.name.map_or_else(|| format!("{name} Example"), str::to_owned)),
        access: access(member.words),
        roles_at: (!roles(member.words).is_empty()).then_some(at),
        expires: None,
        previously: (member.id != *name).then(|| email(member.id)),
        at,
        grants: Vec::new(),
        from_defaults: Access::default(),
    };
    (email(name), desired)
}

fn desired_workspace((name, workspace): (&Name, &Workspace), lines: &Lines) -> (String, DesiredWorkspace) {
    let grant = |(member, roles): (&Name, &&str)| {
        let at = lines.at(format!("member {member} of the workspace {name}"));
        (email(member), vec![WorkspaceGrant { roles: workspace_roles(roles), at, through: None }])
    };
    let at = lines.at(format!("workspace {name}"));
    let desired = DesiredWorkspace {
        at,
        description: workspace.description.map(str::to_owned),
        icon: workspace.icon.map(str::to_owned),
        previously: workspace.id.filter(|id| id != name).map(str::to_owned),
        archived: workspace.archived.then_some(at),
        lists_members: workspace.members.is_some(),
        members: workspace.members.iter().flatten().map(grant).collect(),
    };
    ((*name).to_owned(), desired)
}

fn desired_group((name, group): (&Name, &Group), lines: &Lines) -> (String, DesiredGroup) {
    let at = lines.at(format!("group {name}"));
    let place = |what: &str, one: &str| lines.at(format!("{what} {one} of the group {name}"));
    let members =
        |members: &Vec<Name>| members.iter().map(|one| (email(one), place("member", one))).collect();
    let parents = |all: &Vec<Name>| all.iter().map(|one| ((*one).to_owned(), place("parent", one))).collect();
    let workspaces = |all: &BTreeMap<Name, &str>| {
        let one = |(one, roles): (&Name, &&str)| {
            ((*one).to_owned(), (workspace_roles(roles), place("workspace", one)))
        };
        all.iter().map(one).collect()
    };
    let role = |role| Some((roles(role).into_iter().next()?, place("role", role)));
    let desired = DesiredGroup {
        ended_workspaces: BTreeMap::new(),
        at,
        description: group.description.map(str::to_owned),
        previously: group.id.filter(|id| id != name).map(str::to_owned),
        members: group.members.as_ref().map(members),
        parents: group.parents.as_ref().map(parents),
        organization_role: group.role.and_then(role),
        workspaces: group.workspaces.as_ref().map(workspaces),
    };
    ((*name).to_owned(), desired)
}
