//! What the contract says of a plan, worked out from the configuration and from states of the organization alone:
//! nothing here looks at what the planner and the checks have computed.

use crate::vendor::Rules;
use crate::world::{
    ADMIN, BILLING, Bits, Config, Invitation, Limit, MEMBER, Member, Onboarding, Org, PRODUCTS,
};
use orgsync::model::{Allowance, Desired, Role, Roles};
use orgsync::plan::{Operation, Plan, plan};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a declared person is to have.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) roles: Bits,
    pub(crate) seats: Bits,
    /// Somebody asks for just these roles.
    pub(crate) asked: bool,
    pub(crate) former: Option<String>,
}

/// The people who are to be in.
pub(crate) fn declared(config: &Config) -> BTreeMap<String, Declared> {
    let people = config.people.iter().filter(|person| person.expired != Some(true));
    people
        .map(|person| {
            let declared = Declared {
                roles: person.roles.or(config.default_roles).unwrap_or(MEMBER),
                seats: person.seats.or(config.default_seats).unwrap_or(0),
                asked: person.roles.is_some(),
                former: person.previously.clone(),
            };
            (person.email.clone(), declared)
        })
        .collect()
}

/// The people who are to go whatever the policy.
pub(crate) fn leaving(config: &Config) -> BTreeSet<String> {
    let expired = config.people.iter().filter(|person| person.expired == Some(true));
    let addresses = expired.flat_map(|person| std::iter::once(&person.email).chain(&person.previously));
    addresses.chain(&config.removed).cloned().collect()
}

impl Org {
    pub(crate) fn members_at<'a>(&'a self, address: &str) -> Vec<&'a Member> {
        self.members.iter().filter(|member| member.address().as_deref() == Some(address)).collect()
    }

    pub(crate) fn invitations_at<'a>(&'a self, address: &str) -> Vec<&'a Invitation> {
        self.invitations.iter().filter(|one| one.address().as_deref() == Some(address)).collect()
    }

    fn with_id(&self, id: Uuid) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    fn is_in(&self, address: &str) -> bool {
        !self.members_at(address).is_empty()
    }
}

/// Whether two live members share an address.
pub(crate) fn ambiguous(org: &Org) -> bool {
    org.members.iter().filter_map(Member::address).any(|address| org.members_at(&address).len() > 1)
}

/// The live member who is this declared person.
pub(crate) fn who<'a>(org: &'a Org, email: &str, person: &Declared) -> Option<&'a Member> {
    let former = person.former.iter().flat_map(|former| org.members_at(former));
    org.members_at(email).into_iter().chain(former).next()
}

/// The invitations of a declared person who is not in: the one that counts first.
fn invitations_of<'a>(org: &'a Org, email: &str, person: &Declared) -> Vec<&'a Invitation> {
    let mut present = org.invitations_at(email);
    present.sort_by_key(|one| (one.expired, one.id));
    let mut former: Vec<_> = person.former.iter().flat_map(|former| org.invitations_at(former)).collect();
    former.sort_by_key(|one| (one.expired, one.id));
    present.extend(former);
    // Stable: of two that can be accepted, the one to the present address.
    present.sort_by_key(|one| one.expired);
    present
}

/// Whether somebody asks for other roles where one can't be written.
pub(crate) fn locked(config: &Config, org: &Org) -> bool {
    let pending = |email: &str, person: &Declared| {
        let first = invitations_of(org, email, person).first().copied();
        first.is_some_and(|one| one.custom && !one.expired)
    };
    declared(config).iter().any(|(email, person)| {
        person.asked && who(org, email, person).map_or_else(|| pending(email, person), |live| live.custom)
    })
}

/// Holds the organization after a whole plan against what the files want.
pub(crate) fn as_declared(config: &Config, start: &Org, end: &Org) -> Result<(), String> {
    let people = declared(config);
    let (managed, leaving) = (config.managed(), leaving(config));
    // Everything that is there in the end must be accounted for, and once.
    let mut members: Vec<Member> = Vec::new();
    let mut invitations: Vec<Invitation> = Vec::new();
    let mut settled: BTreeSet<String> = leaving.clone();
    for (email, person) in &people {
        settled.insert(email.clone());
        let Declared { roles, seats, .. } = *person;
        if let Some(live) = who(start, email, person) {
            if !start.is_in(email) {
                settled.extend(person.former.clone());
            }
            let roles = if live.custom { live.roles } else { roles };
            members.push(Member { roles, seats: seats | (live.seats & !managed), ..live.clone() });
            let mut spare = start.invitations_at(email);
            if !start.is_in(email) {
                spare.extend(person.former.iter().flat_map(|former| start.invitations_at(former)));
            }
            if !config.remove_invitations {
                invitations.extend(spare.into_iter().cloned());
            }
            continue;
        }
        settled.extend(person.former.clone());
        let sent = invitations_of(start, email, person);
        let sends = config.onboarding != Onboarding::Sso;
        let fits = |one: &Invitation| one.custom || one.roles == roles;
        let fresh = || {
            let there = end.invitations_at(email);
            let fresh = there.iter().find(|one| start.invitations.iter().all(|old| old.id != one.id));
            let fresh = fresh.ok_or_else(|| format!("{email} was not invited"))?;
            Ok::<_, String>(Invitation { roles, custom: false, expired: false, seats, ..(*fresh).clone() })
        };
        match sent.split_first() {
            None if config.onboarding == Onboarding::Create => {
                let there = end.members_at(email);
                let made = there.first().ok_or_else(|| format!("{email} was not created"))?;
                members.push(Member { roles, custom: false, seats, ..(*made).clone() });
            }
            None if sends => invitations.push(fresh()?),
            None => {}
            Some((own, spare)) => {
                let stays = if own.expired { !(sends && config.renew) } else { !sends || fits(own) };
                invitations.push(if stays { (*own).clone() } else { fresh()? });
                // The others could be accepted with other roles, or stand in the way of the new one.
                let in_the_way = sends && (!stays || !own.expired);
                if !in_the_way && !config.remove_invitations {
                    invitations.extend(spare.iter().map(|one| (*one).clone()));
                }
            }
        }
    }
    for member in &start.members {
        match member.address() {
            Some(address) if settled.contains(&address) || config.remove_members => {}
            _ => members.push(member.clone()),
        }
    }
    for one in &start.invitations {
        match one.address() {
            Some(address) if settled.contains(&address) || config.remove_invitations => {}
            _ => invitations.push(one.clone()),
        }
    }
    same("members", members, end.members.clone())?;
    same("invitations", invitations, end.invitations.clone())
}

fn same<T: Ord + std::fmt::Debug>(what: &str, mut wanted: Vec<T>, mut there: Vec<T>) -> Result<(), String> {
    wanted.sort();
    there.sort();
    if wanted == there { Ok(()) } else { Err(format!("{what}\nwanted {wanted:#?}\nthere {there:#?}")) }
}

/// Seats that people will take when they get in, in a state that the plan starts from or leads to.
fn pending(config: &Config, start: &Org, state: &Org, product: Bits) -> i64 {
    let people = declared(config);
    let mut seats = 0;
    let mut theirs = BTreeSet::new();
    for (email, person) in &people {
        theirs.insert(email.clone());
        if who(start, email, person).is_some() {
            if !start.is_in(email) {
                theirs.extend(person.former.clone());
            }
            continue;
        }
        theirs.extend(person.former.clone());
        let invited = invitations_of(state, email, person).iter().any(|one| !one.expired);
        let awaited = config.onboarding == Onboarding::Sso;
        let joined = who(state, email, person).is_some();
        seats += i64::from((invited || awaited) && !joined && person.seats & product != 0);
    }
    let open = state.invitations.iter().filter(|one| !one.expired).map(Invitation::address);
    let undeclared =
        open.filter(|address| address.as_ref().is_none_or(|address| !theirs.contains(address))).count();
    seats + i64::from(config.managed() & product != 0) * undeclared as i64
}

/// Seats used and pending of a product, as the budget shows them.
pub(crate) fn seats(config: &Config, start: &Org, state: &Org, product: Bits) -> (i64, i64) {
    (state.used(product), pending(config, start, state, product))
}

/// What people have in all, by themselves and through groups, and what there is beside people.
pub(crate) struct Power {
    /// The fewest admins from the start to the end.
    pub(crate) fewest: i64,
    /// Of each live member the roles before, and after it; none for who is gone.
    pub(crate) roles: BTreeMap<Uuid, (Bits, Bits)>,
    /// Of other kinds of resources how many are removed, of how many.
    pub(crate) removals: Vec<(usize, usize)>,
}

impl Power {
    fn admins(&self) -> usize {
        self.roles.values().filter(|(before, _)| before & ADMIN != 0).count()
    }
}

/// The codes of the guards that refuse a plan, by the contract's words, from the states before, between and after:
/// where there are people alone.
pub(crate) fn guards(config: &Config, states: &[Org]) -> BTreeSet<&'static str> {
    let (start, end) = (&states[0], states.last().unwrap());
    let after = |id: Uuid| end.with_id(id).map_or(0, |after| after.roles);
    let roles = start.members.iter().map(|before| (before.id, (before.roles, after(before.id)))).collect();
    let fewest = states.iter().map(Org::admins).min().unwrap();
    guards_with(config, start, end, &Power { fewest, roles, removals: Vec::new() })
}

/// The same where groups give roles, too.
pub(crate) fn guards_with(config: &Config, start: &Org, end: &Org, power: &Power) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    for ((product, _), budget) in PRODUCTS.iter().zip(config.budgets) {
        let Some(budget) = budget else { continue };
        let (purchased, limit) = (i64::from(budget.purchased), i64::from(budget.purchased - budget.reserve));
        let (used_before, used) = (start.used(*product), end.used(*product));
        let before = used_before + pending(config, start, start, *product);
        let after = used + pending(config, start, end, *product);
        if (after > limit && after > before) || (used > purchased && used > used_before) {
            codes.insert("seat_budget");
        }
    }
    let (fewest, before) = (power.fewest, power.admins() as i64);
    if fewest < i64::from(config.min_admins) && fewest < before {
        codes.insert("min_admins");
    }
    if protected(config, start, end, power) {
        codes.insert("protected");
    }
    if Removals::between(config, start, end, power).exceed(config) {
        codes.insert("max_removals");
    }
    codes
}

fn protected(config: &Config, start: &Org, end: &Org, power: &Power) -> bool {
    let people = declared(config);
    let named = |address: &str| {
        let former = people.get(address).and_then(|person| person.former.clone());
        config.protected.iter().any(|one| one == address || Some(one) == former.as_ref())
    };
    // Who is declared is called by the present address, also while live under the former one.
    let present = |address: &str| {
        let renamed = people
            .iter()
            .find(|(email, person)| person.former.as_deref() == Some(address) && !start.is_in(email));
        renamed.map_or_else(|| address.to_owned(), |(email, _)| email.clone())
    };
    let demoted = start.members.iter().any(|before| {
        let Some(address) = before.address() else { return false };
        let (had, has) = power.roles[&before.id];
        let gone = end.with_id(before.id).is_none();
        named(&present(&address)) && (gone || had & !has & (ADMIN | BILLING) != 0)
    });
    let uninvited = start.invitations.iter().filter_map(Invitation::address).any(|address| {
        let email = present(&address);
        let person = people.get(&email);
        let open = |org: &Org| match person {
            Some(person) => !invitations_of(org, &email, person).is_empty(),
            None => !org.invitations_at(&email).is_empty(),
        };
        let in_already =
            start.is_in(&address) || person.is_some_and(|person| who(start, &email, person).is_some());
        named(&email) && !in_already && !open(end)
    });
    demoted || uninvited
}

/// How much is removed, of how much.
struct Removals(Vec<(usize, usize)>);

impl Removals {
    fn between(config: &Config, start: &Org, end: &Org, power: &Power) -> Self {
        let managed = PRODUCTS.iter().map(|(bit, _)| *bit).filter(|bit| config.managed() & bit != 0);
        let managed: Vec<Bits> = managed.collect();
        let held = |seats: Bits| managed.iter().filter(|bit| seats & **bit != 0).count();
        let (mut members, mut seats) = (0, 0);
        for before in &start.members {
            let after = end.with_id(before.id);
            let kept = after.map_or(0, |after| after.seats);
            members += usize::from(after.is_none());
            seats += held(before.seats & !kept);
        }
        let gone = |one: &&Invitation| end.invitations.iter().all(|other| other.id != one.id);
        let fresh = end.invitations.iter().filter(|one| start.invitations.iter().all(|old| old.id != one.id));
        let people = declared(config);
        let renewed = fresh.filter(|one| {
            let Some(person) = people.get(&one.email) else { return false };
            !invitations_of(start, &one.email, person).is_empty()
        });
        let invitations = start.invitations.iter().filter(gone).count() - renewed.count();
        let demoted = |(had, has): &&(Bits, Bits)| had & !has & ADMIN != 0;
        let mut all = vec![
            (members, start.members.len()),
            (invitations, start.invitations.len()),
            (power.roles.values().filter(demoted).count(), power.admins()),
            (seats, start.members.iter().map(|member| held(member.seats)).sum()),
        ];
        all.extend(&power.removals);
        Self(all)
    }

    fn exceed(&self, config: &Config) -> bool {
        let share = |percent: usize, live: usize| (live * percent / 100).max(1);
        self.0.iter().any(|(removed, live)| {
            *removed
                > match config.max_removals {
                    Limit::Unset => share(25, *live),
                    Limit::Percent(percent) => share(percent, *live),
                    Limit::Count(count) => count,
                }
        })
    }
}

/// How many admins more there are after an operation.
pub(crate) fn admins_gained(operation: &Operation) -> i64 {
    let admin = |roles: Roles| i64::from(roles.contains(Role::Admin));
    match operation {
        Operation::MemberCreate(op) => admin(op.after.roles),
        Operation::MemberUpdate(op) => admin(op.after.roles) - admin(op.before.roles),
        Operation::MemberRemove(op) => -admin(op.before.roles),
        _ => 0,
    }
}

/// The states from before a plan to after it, with a vendor that does what it is told.
pub(crate) fn states(start: &Org, plan: &Plan) -> Vec<Org> {
    let mut states = vec![start.clone()];
    for phase in 1..=3 {
        let mut now = states.last().unwrap().clone();
        // What hurts comes first: within a phase every order can happen.
        let mut actions: Vec<_> = plan.actions.iter().filter(|action| action.phase as u8 == phase).collect();
        actions.sort_by_key(|action| admins_gained(&action.operation));
        for action in actions {
            now.perform(&action.operation, Rules::LENIENT)
                .unwrap_or_else(|why| panic!("{}: {why}", action.id()));
            states.push(now.clone());
        }
    }
    states
}

/// A plan and its approval, if nothing speaks against it.
pub(crate) fn checked(desired: &Desired, org: &Org) -> orgsync::check::Checked {
    orgsync::check::check(plan(desired, &org.live()), desired, &Allowance::default())
}
