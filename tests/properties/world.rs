//! Random worlds: a live organization, and a configuration that is valid and overlaps with it.

use camino::Utf8Path;
use jiff::civil::Date;
use orgsync::config::Loaded;
use orgsync::model::{
    Access, Desired, Email, Live, LiveInvitation, LiveMember, LiveWorkspace, LockedSeats, Product, Role,
    Roles, Seats, UnknownWords, WorkspaceSettings,
};
use orgsync::source::Sources;
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
pub(crate) const UNUSABLE: [&str; 2] = ["\"ada l\"@acme.example", "ada"];

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

/// The role of a single bit.
pub(crate) fn role_of(bit: Bits) -> Role {
    roles_of(bit).into_iter().next().unwrap()
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
            created_at: None,
            access: Access { roles: roles_of(member.roles), seats: seats_of(member.seats) },
            locked_roles: locked(member.custom),
            locked_seats: LockedSeats::default(),
            workspaces: std::collections::BTreeMap::new(),
        };
        let invitation = |invitation: &Invitation| LiveInvitation {
            id: invitation.id,
            email: invitation.address().map(|address| Email::parse(&address).unwrap()),
            label: invitation.email.clone(),
            roles: roles_of(invitation.roles),
            locked_roles: locked(invitation.custom),
            expired: invitation.expired,
            created_at: None,
            workspaces: std::collections::BTreeSet::new(),
        };
        Live {
            members: self.members.iter().map(member).collect(),
            invitations: self.invitations.iter().map(invitation).collect(),
            workspaces: vec![LiveWorkspace {
                id: DEFAULT_WORKSPACE,
                settings: WorkspaceSettings {
                    name: "Default".to_owned(),
                    description: String::new(),
                    icon: String::new(),
                },
                is_default: true,
            }],
            groups: Some(Vec::new()),
            organization_id: Some(ORGANIZATION),
            api_keys: Some(Vec::new()),
            unknown: UnknownWords::default(),
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
        let Loaded { desired, sources, .. } = self.read();
        (desired.unwrap_or_else(|faults| panic!("{faults:#?}\n{}", self.files()[0])), sources)
    }

    /// The same, or what is wrong with it.
    pub(crate) fn read(&self) -> Loaded {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        let [main, apart] = self.files();
        fs_err::write(path.join("orgsync.yaml"), &main).unwrap();
        if !apart.is_empty() {
            fs_err::create_dir(path.join("apart")).unwrap();
            fs_err::write(path.join("apart/people.yaml"), apart).unwrap();
        }
        orgsync::config::load(path, today(), &|_| false)
    }
}

fn list(names: &[&str], bits: &[Bits]) -> String {
    let named = names.iter().zip(bits).filter(|(_, bit)| **bit != 0).map(|(name, _)| *name);
    format!("[{}]", named.collect::<Vec<_>>().join(", "))
}

/// Puts values into another order.
pub(crate) fn shuffle<T>(values: &mut [T], luck: &mut u64) {
    for last in (1..values.len()).rev() {
        *luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        values.swap(last, (*luck >> 33) as usize % (last + 1));
    }
}
