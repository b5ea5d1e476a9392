//! Random worlds: a live organization, and a configuration that is valid and overlaps with it.

use camino::Utf8Path;
use jiff::civil::Date;
use orgsync::model::{
    Access, Desired, Email, Live, LiveInvitation, LiveMember, LiveWorkspace, Product, Role, Roles, Seats,
};
use orgsync::source::Sources;
use proptest::option::{of, weighted as maybe};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write as _;
use uuid::Uuid;

/// A set of roles, or of seats, as bits: independent of the types under test.
pub(crate) type Bits = u8;

pub(crate) const ADMIN: Bits = 1;
pub(crate) const BILLING: Bits = 2;
pub(crate) const MEMBER: Bits = 4;
/// Every product, by its bit.
pub(crate) const PRODUCTS: [(Bits, Product); 2] = [(1, Product::LeChat), (2, Product::MistralCode)];

const ROLES: [(Bits, Role, &str); 3] =
    [(ADMIN, Role::Admin, "A"), (BILLING, Role::Billing, "B"), (MEMBER, Role::Member, "M")];
const CUSTOM_ROLE: &str = "5b0c1de0-3b1f-4d0e-9d4e-0a6f3c2b1a00";
const UNUSABLE: [&str; 2] = ["\"ada l\"@acme.example", "ada"];
const POOL: usize = 9;

/// The day on which all plans are made.
pub(crate) fn today() -> Date {
    jiff::civil::date(2026, 11, 24)
}

pub(crate) fn role_bits(roles: Roles) -> Bits {
    ROLES.iter().filter(|(_, role, _)| roles.contains(*role)).map(|(bit, ..)| bit).sum()
}

pub(crate) fn seat_bits(seats: Seats) -> Bits {
    PRODUCTS.iter().filter(|(_, product)| seats.contains(*product)).map(|(bit, _)| bit).sum()
}

fn roles_of(bits: Bits) -> Roles {
    ROLES.iter().filter(|(bit, ..)| bits & bit != 0).map(|(_, role, _)| *role).collect()
}

fn seats_of(bits: Bits) -> Seats {
    PRODUCTS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, product)| *product).collect()
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) org: Org,
    pub(crate) config: Config,
    /// For shuffles.
    pub(crate) luck: u64,
}

/// The live organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Org {
    pub(crate) members: Vec<Member>,
    pub(crate) invitations: Vec<Invitation>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) email: Option<String>,
    pub(crate) roles: Bits,
    pub(crate) custom: bool,
    pub(crate) seats: Bits,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Invitation {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) roles: Bits,
    pub(crate) custom: bool,
    pub(crate) expired: bool,
    pub(crate) seats: Bits,
}

/// An address in lower case, where it is one that orgsync can write.
pub(crate) fn usable(email: &str) -> Option<String> {
    (!UNUSABLE.contains(&email)).then(|| email.to_lowercase())
}

impl Member {
    pub(crate) fn address(&self) -> Option<String> {
        usable(self.email.as_deref()?)
    }
}

impl Invitation {
    pub(crate) fn address(&self) -> Option<String> {
        usable(&self.email)
    }
}

/// What the sandbox has where a seed says nothing else.
const DEFAULT_WORKSPACE: Uuid = uuid::uuid!("00000000-0000-4000-8000-0000000000d0");
const ORGANIZATION: Uuid = uuid::uuid!("00000000-0000-4000-8000-0000000000e0");

impl Org {
    pub(crate) fn used(&self, product: Bits) -> i64 {
        self.members.iter().filter(|member| member.seats & product != 0).count() as i64
    }

    pub(crate) fn admins(&self) -> i64 {
        self.members.iter().filter(|member| member.roles & ADMIN != 0).count() as i64
    }

    /// As `Client::read_live` would give it.
    pub(crate) fn live(&self) -> Live {
        let locked = |custom: bool| if custom { vec!["auditor".to_owned()] } else { Vec::new() };
        let member = |member: &Member| LiveMember {
            id: member.id,
            email: member.address().map(|address| Email::parse(&address).unwrap()),
            label: member.email.clone().unwrap_or_else(|| member.id.to_string()),
            name: None,
            access: Access { roles: roles_of(member.roles), seats: seats_of(member.seats) },
            locked_roles: locked(member.custom),
            workspaces: std::collections::BTreeMap::new(),
        };
        let invitation = |invitation: &Invitation| LiveInvitation {
            id: invitation.id,
            email: invitation.address().map(|address| Email::parse(&address).unwrap()),
            label: invitation.email.clone(),
            roles: roles_of(invitation.roles),
            locked_roles: locked(invitation.custom),
            expired: invitation.expired,
        };
        Live {
            members: self.members.iter().map(member).collect(),
            invitations: self.invitations.iter().map(invitation).collect(),
            workspaces: vec![LiveWorkspace {
                id: DEFAULT_WORKSPACE,
                name: "Default".to_owned(),
                description: String::new(),
                icon: String::new(),
                is_default: true,
            }],
            groups: Some(Vec::new()),
            organization_id: Some(ORGANIZATION),
            api_keys: Some(std::collections::BTreeMap::new()),
        }
    }

    /// As a seed of the sandbox.
    pub(crate) fn seed(&self) -> String {
        let now = jiff::Timestamp::now().to_string();
        let raw = |roles: Bits, custom: bool| {
            let letters = ROLES.iter().filter(|(bit, ..)| roles & bit != 0).map(|(.., letter)| *letter);
            letters.chain(custom.then_some(CUSTOM_ROLE)).collect::<Vec<_>>()
        };
        let products = |seats: Bits, name: fn(Product) -> &'static str| -> Vec<&str> {
            seats_of(seats).into_iter().map(name).collect()
        };
        let member = |member: &Member| {
            json!({"uuid": member.id, "email": member.email, "raw_roles": raw(member.roles, member.custom),
                "subscription_types": products(member.seats, Product::api_name), "created_at": now})
        };
        let invitation = |one: &Invitation| {
            json!({"uuid": one.id, "email": one.email, "raw_roles": raw(one.roles, one.custom),
                "expired": one.expired, "created_at": now, "workspace_uuids": []})
        };
        let remembered = self
            .invitations
            .iter()
            .map(|one| (one.id.to_string(), json!(products(one.seats, Product::name))))
            .collect::<serde_json::Map<String, Value>>();
        json!({
            "format_version": "1.0",
            "members": self.members.iter().map(member).collect::<Vec<_>>(),
            "invitations": self.invitations.iter().map(invitation).collect::<Vec<_>>(),
            "roles": {"workspace_roles": [], "organization_roles": [
                {"name": "auditor", "uuid": CUSTOM_ROLE, "description": "", "is_custom_role": true}]},
            "sandbox": {"invitation_seats": remembered},
        })
        .to_string()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Onboarding {
    Invite,
    Create,
    Sso,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Unset,
    Count(usize),
    Percent(usize),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) purchased: u32,
    pub(crate) reserve: u32,
}

/// The configuration.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Of each of [`PRODUCTS`].
    pub(crate) budgets: [Option<Budget>; 2],
    pub(crate) onboarding: Onboarding,
    pub(crate) remove_members: bool,
    pub(crate) remove_invitations: bool,
    pub(crate) renew: bool,
    pub(crate) min_admins: u32,
    pub(crate) max_removals: Limit,
    pub(crate) protected: Vec<String>,
    pub(crate) default_roles: Option<Bits>,
    pub(crate) default_seats: Option<Bits>,
    pub(crate) people: Vec<Person>,
    pub(crate) removed: Vec<String>,
    /// Those of `removed` stand in the included file.
    pub(crate) removed_apart: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) roles: Option<Bits>,
    pub(crate) seats: Option<Bits>,
    /// Whether the last day is over, where there is one.
    pub(crate) expired: Option<bool>,
    pub(crate) previously: Option<String>,
    pub(crate) shouted: bool,
    pub(crate) apart: bool,
}

impl Config {
    pub(crate) fn managed(&self) -> Bits {
        (0..2).filter(|product| self.budgets[*product].is_some()).map(|product| PRODUCTS[product].0).sum()
    }

    /// The main file, and the one that it includes or nothing.
    pub(crate) fn files(&self) -> [String; 2] {
        let roles = |bits: Bits| {
            list(&["admin", "organization_admin", "billing", "member"], &[bits & 1, 0, bits & 2, bits & 4])
        };
        let seats = |bits: Bits| list(&["le_chat", "mistral_code"], &[bits & 1, bits & 2]);
        let word = |remove: bool| if remove { "remove" } else { "report" };
        let mut main = "version: 1\norganization: { name: Acme }\n".to_owned();
        let mut apart = String::new();
        let mut people = [String::new(), String::new()];
        for person in &self.people {
            let email = if person.shouted { person.email.to_uppercase() } else { person.email.clone() };
            let mut fields = vec!["name: Ada Lovelace".to_owned()];
            fields.extend(person.roles.map(|bits| format!("roles: {}", roles(bits))));
            fields.extend(person.seats.map(|bits| format!("seats: {}", seats(bits))));
            fields.extend(
                person
                    .expired
                    .map(|over| format!("expires: {}", if over { "2026-11-23" } else { "2026-11-24" })),
            );
            fields.extend(person.previously.iter().map(|former| format!("previously: {former}")));
            writeln!(people[usize::from(person.apart)], "  {email}: {{ {} }}", fields.join(", ")).unwrap();
        }
        let removed = format!("removed: [{}]\n", self.removed.join(", "));
        let removed = if self.removed.is_empty() { String::new() } else { removed };
        let mut removed = [removed, String::new()];
        removed.rotate_right(usize::from(self.removed_apart));
        for (place, text) in [&mut main, &mut apart].into_iter().enumerate() {
            let members = &people[place];
            if !members.is_empty() {
                write!(text, "members:\n{members}").unwrap();
            }
            text.push_str(&removed[place]);
        }
        if !apart.is_empty() {
            main.push_str("include: [apart/*.yaml]\n");
        }
        if self.managed() != 0 {
            main.push_str("seats:\n");
            for (budget, name) in self.budgets.iter().zip(["vibe", "mistral_code"]) {
                if let Some(Budget { purchased, reserve }) = budget {
                    writeln!(main, "  {name}: {{ purchased: {purchased}, reserve: {reserve} }}").unwrap();
                }
            }
        }
        let onboarding = match self.onboarding {
            Onboarding::Invite => "invite",
            Onboarding::Create => "create",
            Onboarding::Sso => "sso",
        };
        let (members, invitations) = (word(self.remove_members), word(self.remove_invitations));
        let unmanaged = if members == invitations {
            members.to_owned()
        } else {
            format!("{{ members: {members}, invitations: {invitations} }}")
        };
        let renew = if self.renew { "renew" } else { "report" };
        write!(
            main,
            "policy:\n  onboarding: {onboarding}\n  unmanaged: {unmanaged}\n  expired_invitations: {renew}\n"
        )
        .unwrap();
        writeln!(main, "  min_admins: {}\n  protected: [{}]", self.min_admins, self.protected.join(", "))
            .unwrap();
        match self.max_removals {
            Limit::Unset => {}
            Limit::Count(count) => writeln!(main, "  max_removals: {count}").unwrap(),
            Limit::Percent(percent) => writeln!(main, "  max_removals: {percent}%").unwrap(),
        }
        let defaults = [
            self.default_roles.map(|bits| format!("  roles: {}\n", roles(bits))),
            self.default_seats.map(|bits| format!("  seats: {}\n", seats(bits))),
        ];
        if defaults.iter().any(Option::is_some) {
            main.push_str("defaults:\n");
            main.extend(defaults.into_iter().flatten());
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
}

fn list(names: &[&str], bits: &[Bits]) -> String {
    let named = names.iter().zip(bits).filter(|(_, bit)| **bit != 0).map(|(name, _)| *name);
    format!("[{}]", named.collect::<Vec<_>>().join(", "))
}

/// Puts things into another order.
pub(crate) fn shuffle<T>(things: &mut [T], luck: &mut u64) {
    for last in (1..things.len()).rev() {
        *luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        things.swap(last, (*luck >> 33) as usize % (last + 1));
    }
}

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
    format!("p{number}@acme.example")
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
