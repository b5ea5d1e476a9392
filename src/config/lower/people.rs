//! Lowers people: declared ones, those to remove, and the grants of teams to their members.

use super::super::file::{ConfigFile, Member, Team};
use super::super::values::Name;
use super::super::yaml::Field;
use super::context::{Lowering, granted};
use super::names::{Kind, Names, add};
use crate::diag::Code;
use crate::model::{
    Access, DesiredMember, Email, Grant, Granted, Holder, ListedGrant, Removal, RemovalCause, Role, Roles,
    Seats, TeamMembership, WorkspaceGrant,
};
use crate::source::Span;
use std::sync::Arc;

impl Lowering {
    pub(super) fn people(&mut self, files: &[&ConfigFile]) {
        let defaults = self.default_access();
        for (key, entry) in self.people.entries(files, |file| &file.members) {
            self.admins_doubtful |= entry.value.is_none();
            match self.email(key) {
                Some((email, at)) => self.person(email, at, entry, defaults),
                None => self.admins_doubtful = true,
            }
        }
        self.admins_doubtful |= self.people.incomplete;
        for field in files.iter().flat_map(|file| file.removed.value.iter().flatten()) {
            let Some((email, at)) = self.email(field) else { continue };
            let added = add(&mut self.removed, email.clone(), at);
            if self.noted(added).is_some() {
                let removal = Removal { cause: RemovalCause::Removed, previously: None, at };
                self.desired.removals.insert(email, removal);
            }
        }
    }

    /// The access of members without their own roles or seats.
    fn default_access(&self) -> Access {
        let mut access = granted(&self.desired.defaults);
        if access.roles.is_empty() {
            access.roles = Role::DEFAULT.into();
        }
        access
    }

    fn person(&mut self, email: Email, at: Span, entry: &Field<Option<Member>>, defaults: Access) {
        let declared = self.people.declare(&email, at);
        if self.noted(declared).is_none() {
            return;
        }
        let empty = Member::default();
        let written = entry.value.as_ref().and_then(Option::as_ref).unwrap_or(&empty);
        self.admins_doubtful |= !written.roles.has_all_words();
        self.check_domain(&email, at, &written.external);
        let previously = self.former_address(&email, written);
        let expires = self.date(&written.expires);
        let rejoin = self.date(&written.rejoin).map(|(day, _)| day);
        let member = self.member(&email, at, written, previously, defaults);
        let member = DesiredMember {
            rejoin,
            last_day: expires.map(|(day, _)| day),
            expires: expires.map(|(_, at)| at),
            ..member
        };
        if let Some((_, at)) = expires {
            self.expires.insert(email.clone(), at);
        }
        match expires.filter(|(last_day, _)| self.today > *last_day) {
            Some((_, at)) => {
                let removal = Removal { cause: RemovalCause::Expired, previously: member.previously, at };
                self.desired.removals.insert(email, removal);
            }
            None => drop(self.desired.members.insert(email, member)),
        }
    }

    fn member(
        &mut self,
        email: &Email,
        at: Span,
        written: &Member,
        previously: Option<Email>,
        defaults: Access,
    ) -> DesiredMember {
        let mut grants = self.grants(&Holder::Person(email.clone()), &written.roles, &written.seats);
        let roles_at = grants.roles.as_ref().and(written.roles.span);
        // Invalid seats are already a fault, and don't count in the budget.
        let seats_are_written = grants.seats.is_some() || written.seats.is_written();
        let from_defaults = Access {
            roles: match &grants.roles {
                None => defaults.roles,
                // All of them have ended, and every person has a role.
                Some(roles) if roles.is_empty() => Role::DEFAULT.into(),
                Some(_) => Roles::empty(),
            },
            seats: if seats_are_written { Seats::empty() } else { defaults.seats },
        };
        let of_defaults = self.ended_defaults.iter().filter(|grant| match grant.what {
            Granted::Role(_) => grants.roles.is_none(),
            Granted::Seat(_) => !seats_are_written,
        });
        let ended = std::mem::take(&mut grants.ended).into_iter().chain(of_defaults.cloned()).collect();
        self.end(email, ended);
        let grants = grants.now();
        let own = granted(&grants);
        let access =
            Access { roles: own.roles | from_defaults.roles, seats: own.seats | from_defaults.seats };
        let name = self.display_name(&written.name);
        DesiredMember {
            name,
            access,
            roles_at,
            previously,
            rejoin: None,
            last_day: None,
            expires: None,
            at,
            grants,
            from_defaults,
        }
    }

    /// Notes grants of roles and seats to a person that have ended.
    fn end(&mut self, email: &Email, ended: Vec<Grant>) {
        if !ended.is_empty() {
            let of = self.desired.ended.entry(email.clone()).or_default();
            ended.into_iter().for_each(|grant| of.push(grant.what.into(), grant.at));
        }
    }

    fn check_domain(&mut self, email: &Email, at: Span, external: &Field<bool>) {
        // An invalid `external` is already a fault.
        let is_external = external.value.unwrap_or(external.is_written());
        let Some(domains) = self.desired.domains.as_ref().filter(|_| !is_external) else { return };
        if domains.contains(email.domain()) {
            return;
        }
        let known = domains.iter().map(String::as_str);
        let mut help = match self.suggestions.nearest(email.domain(), known) {
            Some(domain) => format!("did you mean `{domain}`? If not, add `external: true` to the person"),
            None => "add `external: true` to the person, or the domain to `organization.domains`".to_owned(),
        };
        if self.domains_doubtful {
            help += "; an entry of `organization.domains` can't be read: correct it first";
        }
        let message = format!("{email} is outside the organization's domains");
        self.fault(Code::ForeignDomain, at, message, help);
    }

    fn former_address(&mut self, email: &Email, written: &Member) -> Option<Email> {
        let (former, at) = self.email(&written.previously)?;
        let renamed = self.people.rename(&former, email, at);
        self.noted(renamed).map(|()| former)
    }
}

impl Lowering {
    /// Adds the grants of all teams to people and workspaces.
    pub(super) fn teams(&mut self, files: &[&ConfigFile]) {
        let mut names = Names::new(Kind::Team, false);
        for (key, entry) in names.entries(files, |file| &file.teams) {
            let Some((Name(name), at)) = key.get() else { continue };
            self.noted(names.declare(name, at));
            self.check_name(Kind::Team, name, at);
            if let Some(team) = &entry.value {
                self.team(name, team);
            }
        }
    }

    fn team(&mut self, name: &str, team: &Team) {
        let owner = Kind::Team.called(name);
        let holder = Holder::Team(name.to_owned());
        let mut grants = self.grants(&holder, &team.roles, &team.seats);
        let ended = std::mem::take(&mut grants.ended);
        let gives_roles = grants.roles.as_ref().is_some_and(|roles| !roles.is_empty());
        let grants = grants.now();
        let given = granted(&grants);
        let in_workspaces = self.workspace_grants(&owner, &holder, &team.workspaces).unwrap_or_default();
        let being_in = ListedGrant::Team(name.to_owned());
        let listed = team.members.value.as_ref().map(|members| self.members_of(&owner, members, &being_in));
        let listed = listed.unwrap_or_default();
        for (email, at) in listed.ended {
            // The end is that of the membership.
            let all = grants.iter().chain(&ended).map(|grant| Grant { at, ..grant.clone() });
            self.end(&email, all.collect());
            for (workspace, roles) in &in_workspaces {
                let now = roles.now.iter().flat_map(|(roles, _)| *roles);
                let all = now.chain(roles.ended.iter().map(|(role, _)| *role));
                let of = self.desired.ended.entry(email.clone()).or_default();
                all.for_each(|role| of.push(ListedGrant::WorkspaceRole(workspace.clone(), role), at));
            }
        }
        for (email, at) in listed.now {
            self.end(&email, ended.clone());
            for (workspace, roles) in in_workspaces.iter().filter(|(_, roles)| !roles.ended.is_empty()) {
                let of = self.desired.ended.entry(email.clone()).or_default();
                let ended = roles.ended.iter();
                ended.for_each(|(role, at)| {
                    of.push(ListedGrant::WorkspaceRole(workspace.clone(), *role), *at);
                });
            }
            let Some(member) = self.desired.members.get_mut(&email) else { continue };
            let membership = Arc::new(TeamMembership { team: name.into(), at });
            let through = |grant: &Grant| Grant { through: Some(membership.clone()), ..grant.clone() };
            member.access.roles |= given.roles;
            member.access.seats |= given.seats;
            member.grants.extend(grants.iter().map(through));
            if gives_roles {
                member.roles_at.get_or_insert(at);
            }
            for (workspace, listed) in in_workspaces.iter().filter(|(_, roles)| !roles.now.is_empty()) {
                let Some(workspace) = self.desired.workspaces.get_mut(workspace) else { continue };
                let grant = |(roles, at): &_| WorkspaceGrant {
                    roles: *roles,
                    at: *at,
                    through: Some(membership.clone()),
                };
                workspace.members.entry(email.clone()).or_default().extend(listed.now.iter().map(grant));
            }
        }
    }
}
