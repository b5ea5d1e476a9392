//! Makes random worlds of people.

use crate::world::{
    ADMIN, Bits, Budget, Config, Invitation, Limit, MEMBER, Member, Onboarding, Org, PRODUCTS, Person,
    UNUSABLE, World,
};
use proptest::option::{of, weighted as maybe};
use proptest::prelude::*;
use uuid::Uuid;

const POOL: usize = 9;

/// What becomes of one address in the live organization.
#[derive(Debug, Clone, Copy)]
struct LiveGene {
    members: usize,
    invitations: usize,
    roles: Bits,
    custom: bool,
    seats: Bits,
    shouted: bool,
    /// Of the invitations: roles, expired, custom, seats.
    sent: [(Bits, bool, bool, Bits); 3],
}

/// What becomes of one address in the configuration.
#[derive(Debug, Clone, Copy)]
struct DeclaredGene {
    kind: Kind,
    roles: Option<Bits>,
    seats: Option<Bits>,
    shouted: bool,
    apart: bool,
    protected: bool,
    renamed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Undeclared,
    Declared,
    Removed,
    Expired,
    Expiring,
}

#[derive(Debug, Clone, Copy)]
struct PolicyGene {
    managed: Bits,
    slack: [u32; 2],
    reserve: [u32; 2],
    fits: bool,
    onboarding: Onboarding,
    remove: (bool, bool),
    renew: bool,
    min_admins: u32,
    max_removals: Limit,
    defaults: (Option<Bits>, Option<Bits>),
    removed_apart: bool,
}

fn live_gene() -> impl Strategy<Value = LiveGene> {
    let rows = prop_oneof![
        30 => Just((0, 0)), 60 => Just((1, 0)), 30 => Just((0, 1)), 8 => Just((1, 1)), 6 => Just((0, 2)),
        2 => Just((0, 3)), 2 => Just((1, 2)), 2 => Just((2, 0)), 1 => Just((2, 1)),
    ];
    let sent = (1..8_u8, prop::bool::weighted(0.4), prop::bool::weighted(0.1), 0..4_u8);
    (
        rows,
        1..8_u8,
        prop::bool::weighted(0.1),
        0..4_u8,
        prop::bool::weighted(0.2),
        prop::array::uniform3(sent),
    )
        .prop_map(|((members, invitations), roles, custom, seats, shouted, sent)| LiveGene {
            members,
            invitations,
            roles,
            custom,
            seats,
            shouted,
            sent,
        })
}

fn declared_gene() -> impl Strategy<Value = DeclaredGene> {
    let kind = prop_oneof![
        25 => Just(Kind::Undeclared), 60 => Just(Kind::Declared), 9 => Just(Kind::Removed),
        6 => Just(Kind::Expired), 5 => Just(Kind::Expiring),
    ];
    let flags = prop::array::uniform4(prop::bool::weighted(0.12));
    (kind, maybe(0.7, 1..8_u8), maybe(0.7, 0..4_u8), flags).prop_map(
        |(kind, roles, seats, [shouted, apart, protected, renamed])| DeclaredGene {
            kind,
            roles,
            seats,
            shouted,
            apart,
            protected,
            renamed,
        },
    )
}

fn policy_gene() -> impl Strategy<Value = PolicyGene> {
    let limit = prop_oneof![
        6 => Just(Limit::Percent(100)), 3 => Just(Limit::Count(40)), 1 => Just(Limit::Unset),
        2 => (1..70_usize).prop_map(Limit::Percent), 2 => (0..4_usize).prop_map(Limit::Count),
    ];
    let onboarding = prop_oneof![
        3 => Just(Onboarding::Invite), 2 => Just(Onboarding::Create), 1 => Just(Onboarding::Sso)
    ];
    let managed = prop_oneof![6 => Just(3), 2 => Just(1), 1 => Just(2), 1 => Just(0)];
    let budget = (
        prop::array::uniform2(0..3_u32),
        prop::array::uniform2(prop_oneof![2 => Just(0), 1 => 1..3_u32]),
        prop::bool::weighted(0.8),
    );
    let policy = (onboarding, any::<(bool, bool)>(), prop::bool::weighted(0.7), 1..4_u32, limit);
    (managed, budget, policy, (of(1..8_u8), of(0..4_u8)), any::<bool>()).prop_map(
        |(
            managed,
            (slack, reserve, fits),
            (onboarding, remove, renew, min_admins, max_removals),
            defaults,
            removed_apart,
        )| {
            PolicyGene {
                managed,
                slack,
                reserve,
                fits,
                onboarding,
                remove,
                renew,
                min_admins,
                max_removals,
                defaults,
                removed_apart,
            }
        },
    )
}

/// Worlds whose configuration the reader accepts.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let people = prop::collection::vec((live_gene(), declared_gene()), POOL);
    let nameless = prop::collection::vec((0..3_usize, 1..8_u8, 0..4_u8), 0..2);
    let unreadable = prop::collection::vec(any::<bool>(), 0..2);
    (people, nameless, unreadable, policy_gene(), any::<u64>()).prop_map(
        |(people, nameless, unreadable, policy, luck)| {
            let mut org = live(&people.iter().map(|(live, _)| *live).collect::<Vec<_>>(), luck);
            for (number, (email, roles, seats)) in nameless.into_iter().enumerate() {
                let email = UNUSABLE.get(email).map(|email| (*email).to_owned());
                org.members.push(Member { id: id(luck, 900 + number), email, roles, custom: false, seats });
            }
            for (number, expired) in unreadable.into_iter().enumerate() {
                let (id, email) = (id(luck, 950 + number), UNUSABLE[1].to_owned());
                org.invitations.push(Invitation {
                    id,
                    email,
                    roles: MEMBER,
                    custom: false,
                    expired,
                    seats: 0,
                });
            }
            let config =
                config(&people.iter().map(|(_, declared)| *declared).collect::<Vec<_>>(), policy, &org);
            World { org, config, luck }
        },
    )
}

fn address(number: usize) -> String {
    format!("p#{number}@acme.example")
}

/// Ids in no particular order.
fn id(luck: u64, number: usize) -> Uuid {
    let mixed = (luck ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
    Uuid::from_u64_pair(mixed, number as u64)
}

fn live(genes: &[LiveGene], luck: u64) -> Org {
    let mut org = Org::default();
    for (number, gene) in genes.iter().enumerate() {
        let spelled = |nth: usize| {
            let email = address(number);
            if gene.shouted != (nth == 1) {
                email.replace("acme", "Acme").replacen('p', "P", 1)
            } else {
                email
            }
        };
        for nth in 0..gene.members {
            let id = id(luck, number * 10 + nth);
            let LiveGene { roles, custom, seats, .. } = *gene;
            org.members.push(Member { id, email: Some(spelled(nth)), roles, custom, seats });
        }
        for nth in 0..gene.invitations {
            let (roles, expired, custom, seats) = gene.sent[nth];
            let id = id(luck, number * 10 + 5 + nth);
            org.invitations.push(Invitation { id, email: spelled(nth), roles, custom, expired, seats });
        }
    }
    org
}

fn config(genes: &[DeclaredGene], policy: PolicyGene, org: &Org) -> Config {
    let PolicyGene { onboarding, renew, max_removals, managed, removed_apart, .. } = policy;
    let mut config = Config {
        budgets: [None; 2],
        onboarding,
        remove_members: policy.remove.0,
        remove_invitations: policy.remove.1,
        renew,
        min_admins: policy.min_admins,
        max_removals,
        protected: Vec::new(),
        default_roles: policy.defaults.0,
        default_seats: policy.defaults.1.map(|bits| bits & managed),
        people: Vec::new(),
        removed: Vec::new(),
        removed_apart,
    };
    let mut free: Vec<String> =
        (0..genes.len()).filter(|n| genes[*n].kind == Kind::Undeclared).map(address).collect();
    for (number, gene) in genes.iter().enumerate() {
        let email = address(number);
        let stays = matches!(gene.kind, Kind::Declared | Kind::Undeclared);
        if gene.protected && stays {
            config.protected.push(email.clone());
        }
        match gene.kind {
            Kind::Undeclared => continue,
            Kind::Removed => {
                config.removed.push(email);
                continue;
            }
            Kind::Declared | Kind::Expired | Kind::Expiring => {}
        }
        config.people.push(Person {
            email,
            roles: gene.roles,
            seats: gene.seats.map(|bits| bits & managed),
            expired: (gene.kind != Kind::Declared).then_some(gene.kind == Kind::Expired),
            previously: if gene.renamed { free.pop() } else { None },
            shouted: gene.shouted,
            apart: gene.apart,
        });
    }
    // Some admin is declared, and enough of them; no more seats than there are.
    let some = config.people.iter_mut().find(|person| person.expired != Some(true));
    match some {
        Some(person) => person.roles = Some(person.roles.unwrap_or(0) | ADMIN),
        None => config.people.push(Person {
            email: "root@acme.example".to_owned(),
            roles: Some(ADMIN),
            seats: None,
            expired: None,
            previously: None,
            shouted: false,
            apart: false,
        }),
    }
    let declared = crate::contract::declared(&config);
    if config.remove_members {
        let admins = declared.values().filter(|person| person.roles & ADMIN != 0).count();
        config.min_admins = config.min_admins.min(u32::try_from(admins).unwrap());
    }
    for (number, (product, _)) in PRODUCTS.iter().enumerate() {
        if managed & product == 0 {
            continue;
        }
        let asked = declared.values().filter(|person| person.seats & product != 0).count();
        let reserve = policy.reserve[number];
        let mut purchased = u32::try_from(asked).unwrap() + reserve + policy.slack[number];
        if policy.fits {
            purchased = purchased.max(u32::try_from(org.used(*product)).unwrap());
        }
        config.budgets[number] = Some(Budget { purchased, reserve });
    }
    config
}
