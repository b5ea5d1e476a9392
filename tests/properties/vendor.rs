//! What the Admin API does with an operation: a small model of its own, beside that of the sandbox.

use crate::world::{ADMIN, Bits, Config, Invitation, Member, Org, PRODUCTS, role_bits, seat_bits, usable};
use orgsync::model::Access;
use orgsync::plan::Operation;
use uuid::Uuid;

/// How strict the vendor is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Of each of [`PRODUCTS`]; nothing is no limit.
    pub(crate) purchased: [Option<u32>; 2],
    /// The last admin can't go.
    pub(crate) last_admin: bool,
}

impl Rules {
    /// Does what it is told.
    pub(crate) const LENIENT: Self = Self { purchased: [None; 2], last_admin: false };

    /// With exactly the seats that the files say have been bought.
    pub(crate) fn strict(config: &Config) -> Self {
        Self {
            purchased: config.budgets.map(|budget| budget.map(|budget| budget.purchased)),
            last_admin: true,
        }
    }
}

impl Org {
    /// Carries an operation out, or says why not.
    pub(crate) fn perform(&mut self, operation: &Operation, rules: Rules) -> Result<(), String> {
        match operation {
            Operation::MemberUpdate(op) => {
                let (before, after) = (op.before, op.after);
                let place = self.member(op.member_id)?;
                let mut member = self.members[place].clone();
                if before.roles != after.roles {
                    (member.roles, member.custom) = (role_bits(after.roles), false);
                    if member.roles == 0 {
                        return Err("no role at all".to_owned());
                    }
                }
                let taken = seat_bits(after.seats) & !member.seats;
                if before.seats != after.seats {
                    self.free(taken, rules)?;
                    member.seats = seat_bits(after.seats);
                }
                self.keeps_admin(place, member.roles, rules)?;
                self.members[place] = member;
            }
            Operation::MemberRemove(op) => {
                let place = self.member(op.member_id)?;
                self.keeps_admin(place, 0, rules)?;
                self.members.remove(place);
            }
            Operation::InvitationRevoke(op) => self.revoke(op.invitation_id)?,
            Operation::InvitationSend(op) => self.invite(op.email.as_str(), op.after)?,
            Operation::InvitationRenew(op) => {
                self.revoke(op.invitation_id)?;
                self.invite(op.email.as_str(), op.after)?;
            }
            Operation::MemberCreate(op) => {
                self.unknown(op.email.as_str())?;
                assert!(!op.first_name.is_empty() && !op.last_name.is_empty());
                let (roles, seats) = (role_bits(op.after.roles), seat_bits(op.after.seats));
                self.free(seats, rules)?;
                let (id, email) = (Uuid::new_v4(), Some(op.email.to_string()));
                self.members.push(Member { id, email, roles, custom: false, seats });
            }
            // These worlds have people alone.
            other => return Err(other.id()),
        }
        Ok(())
    }

    /// Everybody who can accepts; a seat that is not free then is not taken.
    pub(crate) fn accept(&mut self, rules: Rules) {
        let mut joined = Vec::new();
        for one in self.invitations.clone() {
            let taken = self.members.iter().any(|member| same(member.email.as_deref(), &one.email));
            if taken || one.expired {
                continue;
            }
            let seats = PRODUCTS.iter().map(|(bit, _)| *bit).filter(|bit| one.seats & bit != 0);
            let seats = seats.filter(|bit| self.free(*bit, rules).is_ok()).sum();
            let Invitation { roles, custom, email, .. } = one;
            joined.push(usable(&email));
            self.members.push(Member { id: Uuid::new_v4(), email: Some(email), roles, custom, seats });
        }
        // Other invitations of who has joined go too.
        self.invitations.retain(|one| !joined.contains(&usable(&one.email)));
    }

    fn member(&self, id: Uuid) -> Result<usize, String> {
        self.members.iter().position(|member| member.id == id).ok_or_else(|| format!("no member {id}"))
    }

    fn revoke(&mut self, id: Uuid) -> Result<(), String> {
        let place = self.invitations.iter().position(|one| one.id == id);
        self.invitations.remove(place.ok_or_else(|| format!("no invitation {id}"))?);
        Ok(())
    }

    fn unknown(&self, email: &str) -> Result<(), String> {
        let member = self.members.iter().any(|member| same(member.email.as_deref(), email));
        let invited = self.invitations.iter().any(|one| same(Some(&one.email), email));
        if member || invited { Err(format!("{email} is in, or invited")) } else { Ok(()) }
    }

    fn invite(&mut self, email: &str, access: Access) -> Result<(), String> {
        self.unknown(email)?;
        let (roles, seats) = (role_bits(access.roles), seat_bits(access.seats));
        let (id, email) = (Uuid::new_v4(), email.to_owned());
        self.invitations.push(Invitation { id, email, roles, custom: false, expired: false, seats });
        Ok(())
    }

    fn free(&self, seats: Bits, rules: Rules) -> Result<(), String> {
        for ((bit, product), purchased) in PRODUCTS.iter().zip(rules.purchased) {
            if seats & bit != 0 && purchased.is_some_and(|purchased| self.used(*bit) >= i64::from(purchased))
            {
                return Err(format!("no seat of {} is free", product.name()));
            }
        }
        Ok(())
    }

    fn keeps_admin(&self, place: usize, roles: Bits, rules: Rules) -> Result<(), String> {
        let demoted = self.members[place].roles & ADMIN != 0 && roles & ADMIN == 0;
        if rules.last_admin && demoted && self.admins() <= 1 {
            Err("the last admin".to_owned())
        } else {
            Ok(())
        }
    }
}

fn same(one: Option<&str>, other: &str) -> bool {
    one.is_some_and(|one| usable(one).is_some() && usable(one) == usable(other))
}
