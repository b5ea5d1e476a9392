//! Members, and the list of members and invitations (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

use super::client::{Client, Deleted, Deletion, Listed, Page};
use super::roles::{RoleNames, role_names};
use super::transport::{ApiError, Fault, Request};
use crate::escape;
use crate::model::{
    Access, Email, LiveMember, LockedSeats, Product, Seats, UnknownWords, WordKind, role_names as role_list,
};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// `OrganizationAdminUsersOUT`: a page of members and invitations.
#[derive(Debug, Deserialize)]
pub(super) struct People<M, I> {
    pub(super) members: Vec<M>,
    #[serde(rename = "invites")]
    pub(super) invitations: Vec<I>,
    /// Members and invitations of all pages together.
    total: Option<u64>,
    page_size: Option<u64>,
}

impl<M: DeserializeOwned + Listed, I: DeserializeOwned + Listed> Page for People<M, I> {
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn page_size(&self) -> Option<u64> {
        self.page_size
    }

    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        let members = self.members.iter().map(|member| (0, member.uuid()));
        members.chain(self.invitations.iter().map(|invitation| (1, invitation.uuid())))
    }

    fn members(&self) -> Option<usize> {
        Some(self.members.len())
    }

    fn append(&mut self, next: Self) {
        self.members.extend(next.members);
        self.invitations.extend(next.invitations);
    }
}

/// `AdminOrganizationMemberOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    uuid: Uuid,
    email: Option<String>,
    name: Option<String>,
    #[serde(default)]
    created_at: Value,
    raw_roles: Vec<String>,
    subscription_types: Option<Vec<String>>,
    #[serde(default)]
    subscriptions: Vec<Subscription>,
    /// Null where there are none.
    workspaces: Option<Vec<Membership>>,
}

/// `MemberWorkspaceInfo`.
#[derive(Debug, Deserialize)]
struct Membership {
    uuid: Uuid,
    raw_roles: Vec<String>,
}

/// `MemberSubscriptionOUT`.
#[derive(Debug, Deserialize)]
struct Subscription {
    r#type: String,
    plan: Option<String>,
    status: Option<String>,
    member_has_access: Option<bool>,
}

impl Subscription {
    /// Whether the person pays for it, so that it takes no seat of the organization.
    fn is_private(&self) -> bool {
        matches!(self.plan.as_deref(), Some("INDIVIDUAL" | "EDU"))
    }

    /// Its plan and its status, if this version doesn't know them.
    fn unknown_words(&self) -> impl Iterator<Item = (WordKind, &str)> {
        let plan = self.plan.as_deref().filter(|word| !PLANS.contains(word));
        let status = self.status.as_deref().filter(|word| !STATUSES.contains(word));
        let plan = plan.map(|word| (WordKind::Plan, word));
        plan.into_iter().chain(status.map(|word| (WordKind::Status, word)))
    }
}

/// The vendor's `PlanType` without the products of seats.
const WITHOUT_SEATS: [&str; 3] = ["API", "ON_PREMISE", "LICENSE"];

/// The vendor's `APIPlan`, `ChatPlan` and `CodePlan`.
const PLANS: [&str; 6] = ["FREE", "PAY_AS_YOU_GO", "INDIVIDUAL", "EDU", "TEAM", "ENTERPRISE"];

/// The vendor's `SubscriptionStatus`.
const STATUSES: [&str; 7] = ["NS", "S", "A", "CF", "CG", "C", "GP"];

/// `OrganizationUsersCreateOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    invalid_emails: Vec<String>,
    email_to_user_id: BTreeMap<String, String>,
}

impl Listed for Member {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// One member, from a list or from the answer to a change.
pub(super) fn member(member: Member, names: &RoleNames, unknown: &mut UnknownWords) -> LiveMember {
    let (roles, locked_roles) = names.in_organization(&member.raw_roles, unknown);
    let workspaces = member.workspaces.unwrap_or_default().into_iter();
    let workspaces = workspaces.map(|part| (part.uuid, names.in_workspace(&part.raw_roles, unknown)));
    let workspaces = workspaces.collect();
    let (seats, locked_seats) = seats(member.subscription_types.as_deref(), &member.subscriptions, unknown);
    LiveMember {
        id: member.uuid,
        email: address(member.email.as_deref()),
        label: label(member.email.as_deref(), member.name.as_deref(), member.uuid),
        name: member.name,
        created_at: member.created_at.as_str().and_then(|time| time.parse().ok()),
        access: Access { roles, seats },
        locked_roles,
        locked_seats,
        workspaces,
    }
}

/// † If `subscription_types` is null, the vendor does not document what that means. The seats are then the products in
/// `subscriptions` to which the member has access, without private plans. Only this function decides that.
fn seats(
    types: Option<&[String]>,
    subscriptions: &[Subscription],
    unknown: &mut UnknownWords,
) -> (Seats, LockedSeats) {
    let (mut seats, mut locked) = (Seats::empty(), LockedSeats::default());
    let mut hold = |name: &str, words: &[(WordKind, &str)]| {
        let mut lock = |kind, word: &str| {
            unknown.note(kind, word);
            locked.words.push(word.to_owned());
        };
        words.iter().for_each(|(kind, word)| lock(*kind, word));
        match product(name) {
            Some(product) => {
                seats.insert(product);
                if !words.is_empty() {
                    locked.kept.insert(product);
                }
            }
            None => {
                lock(WordKind::Product, name);
                locked.products.push(name.to_owned());
            }
        }
    };
    match types {
        Some(types) => types.iter().for_each(|name| hold(name, &[])),
        None => {
            let usable = subscriptions.iter().filter(|one| {
                let has_no_seat = one.is_private() || WITHOUT_SEATS.contains(&one.r#type.as_str());
                one.member_has_access == Some(true) && !has_no_seat
            });
            usable.for_each(|one| hold(&one.r#type, &one.unknown_words().collect::<Vec<_>>()));
        }
    }
    (seats, locked)
}

fn product(name: &str) -> Option<Product> {
    Seats::all().iter().find(|product| product.api_name() == name)
}

/// An address that orgsync supports.
pub(super) fn address(email: Option<&str>) -> Option<Email> {
    email.and_then(|email| Email::parse(email.trim()).ok())
}

/// The original address, otherwise the name, otherwise the identifier.
pub(super) fn label(email: Option<&str>, name: Option<&str>, id: Uuid) -> String {
    let texts = [email, name].into_iter().flatten().map(str::trim);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).next().unwrap_or_else(|| id.to_string())
}

/// A person whose account is to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The address.
    pub email: Email,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// Roles, at least one, and seats.
    pub access: Access,
}

impl Request {
    /// One page of members and invitations; the first is 1.
    pub(super) fn users(page: u64, page_size: u64) -> Self {
        Self::page("/users", page, page_size)
    }

    /// Sets the roles of a member, the seats or both, whichever differ: each is a full set. Unknown products are seats
    /// too.
    pub(super) fn update_member(id: Uuid, before: Access, after: Access, unknown: &[String]) -> Self {
        let mut body = Map::new();
        if before.roles != after.roles {
            body.insert("role_names".to_owned(), role_names(after.roles));
        }
        if before.seats != after.seats {
            let known = after.seats.iter().map(|product| json!(product.api_name()));
            let all: Vec<Value> = known.chain(unknown.iter().map(|product| json!(product))).collect();
            body.insert("subscription_types".to_owned(), Value::from(all));
        }
        Self::with_body(Method::PATCH, format!("/users/{id}"), body)
    }

    pub(super) fn remove_member(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users/{id}"))
    }

    pub(super) fn create_members(people: &[NewMember]) -> Self {
        let person = |person: &NewMember| {
            json!({
                "email": person.email.as_str(),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "role_names": role_names(person.access.roles),
                "subscription_types": subscription_types(person.access.seats),
            })
        };
        let body: Vec<Value> = people.iter().map(person).collect();
        Self::with_body(Method::POST, "/users", body)
    }
}

pub(super) fn subscription_types(seats: Seats) -> Value {
    seats.iter().map(|product| product.api_name()).collect()
}

/// Why an accepted batch skipped a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the variants are")]
pub enum LeftOut {
    #[error(
        "the API did not invite this address (`invalid_emails`): the address is not accepted, or an invitation is pending"
    )]
    NotInvited,
    #[error("the person has joined since the plan was made: run apply again to set roles and seats")]
    AlreadyMember,
    #[error(
        "the API sent {sent} of {expected} invitations and does not say which: plan again to see who is missing"
    )]
    Uncounted { sent: u64, expected: usize },
    #[error(
        "the API did not create this account (`invalid_emails`): the address is not accepted or already in use, or no seat is free"
    )]
    NotCreated,
    #[error("the answer does not name this person: plan again to check")]
    NotNamed,
}

impl LeftOut {
    /// What to do about it, unless the message says it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotInvited => Some("check that the address is right and allowed, then apply again"),
            Self::NotCreated => Some("check that the address is right and a seat is free, then apply again"),
            Self::AlreadyMember | Self::Uncounted { .. } | Self::NotNamed => None,
        }
    }
}

/// The result of an accepted batch for each of its people, in order, with the identifier if the answer has a usable
/// one.
pub type BatchAnswer = Vec<Result<Option<Uuid>, LeftOut>>;

impl Client {
    /// Changes the roles and seats of a member. A change of seats sends unknown products along, as they were read.
    pub async fn update_member(
        &self,
        id: Uuid,
        before: Access,
        after: Access,
        unknown: &[String],
    ) -> Result<(), ApiError> {
        // First, so that only the answer can fail after the change is made.
        let roles = self.role_names().await?;
        let request = Request::update_member(id, before, after, unknown);
        let seen = member(self.send(&request).await?, roles, &mut UnknownWords::default());
        match difference(before, after, unknown, &seen) {
            None => Ok(()),
            Some(difference) => {
                Err(ApiError { request: None, ..self.error(&request, Fault::OtherAccess(difference)) })
            }
        }
    }

    /// Removes a member from the organization.
    pub async fn remove_member(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<Deleted>(&Request::remove_member(id)).await
    }

    /// Creates accounts. Success can be partial. Never retried if the outcome is unclear.
    pub async fn create_members(&self, people: &[NewMember]) -> Result<BatchAnswer, ApiError> {
        Ok(self.send::<Created>(&Request::create_members(people)).await?.of_each(people))
    }
}

/// The difference between a member in an answer and the request.
fn difference(before: Access, after: Access, unknown: &[String], seen: &LiveMember) -> Option<String> {
    let mut parts = Vec::new();
    if before.roles != after.roles && (seen.access.roles != after.roles || !seen.locked_roles.is_empty()) {
        parts.push(("roles", role_list(after.roles), role_list(seen.access.roles)));
    }
    let seats = |known: Seats, unknown: &[String]| {
        let known = known.into_iter().map(|product| product.name().to_owned());
        known.chain(unknown.iter().map(|product| escape::excerpt(product))).collect::<BTreeSet<_>>()
    };
    let asked = seats(after.seats, unknown);
    let shown = seats(seen.access.seats, &seen.locked_seats.products);
    if before.seats != after.seats && shown != asked {
        let list = |seats: BTreeSet<String>| seats.into_iter().collect::<Vec<_>>().join(", ");
        parts.push(("seats", list(asked), list(shown)));
    }
    let parts = parts
        .iter()
        .map(|(what, asked, seen)| format!("{what} [{asked}] were requested, but the answer shows [{seen}]"))
        .collect::<Vec<_>>();
    (!parts.is_empty()).then(|| parts.join("; "))
}

impl Created {
    fn of_each(self, asked: &[NewMember]) -> BatchAnswer {
        let invalid = folded(self.invalid_emails);
        let created = self.email_to_user_id.into_iter();
        let created: BTreeMap<_, _> =
            created.map(|(email, id)| (fold(&email), Uuid::try_parse(&id).ok())).collect();
        let of_one = |person: &NewMember| match created.get(person.email.as_str()) {
            Some(id) => Ok(*id),
            None if invalid.contains(person.email.as_str()) => Err(LeftOut::NotCreated),
            None => Err(LeftOut::NotNamed),
        };
        asked.iter().map(of_one).collect()
    }
}

/// The one spelling in which addresses are compared.
pub(super) fn folded(addresses: Vec<String>) -> HashSet<String> {
    addresses.iter().map(|address| fold(address)).collect()
}

fn fold(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Role, WorkspaceAccess, WorkspaceRole};

    const ADMIN: &str = "0d48f530-095c-43fe-8aea-6673bcacabe6";
    const CUSTOM: &str = "c955f4e1-9477-43f0-8349-6fbc629fccc9";
    const DEV: &str = "375cd0db-3bbe-4b79-80f3-954ccf04f3d1";
    const AUDITOR: &str = "7bde5959-d676-47d2-b779-35b64323d278";

    fn names() -> RoleNames {
        let list = json!({"workspace_roles": [
            {"uuid": DEV, "name": "dev", "description": "", "is_custom_role": false},
            {"uuid": CUSTOM, "name": "user", "description": "", "is_custom_role": true},
        ], "organization_roles": [
            {"uuid": ADMIN, "name": "organization_admin", "description": "", "is_custom_role": false},
            {"uuid": CUSTOM, "name": "admin", "description": "", "is_custom_role": true},
            {"uuid": AUDITOR, "name": "auditor", "description": "", "is_custom_role": false},
        ]});
        RoleNames::new(serde_json::from_value(list).unwrap())
    }

    fn read(fields: Value) -> LiveMember {
        read_with(fields, &mut UnknownWords::default())
    }

    fn read_with(fields: Value, unknown: &mut UnknownWords) -> LiveMember {
        let mut object = json!({"uuid": Uuid::nil(), "oid_id": null, "name": "Ada", "email": "Ada@ACME.example",
            "raw_roles": ["M"], "raw_role": "M", "created_at": "2026-01-01T00:00:00Z", "new_field": {}});
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        member(serde_json::from_value(object).unwrap(), &names(), unknown)
    }

    #[test]
    fn letters_and_uuids_become_roles_and_the_rest_is_locked() {
        let other = Uuid::max().to_string();
        let member = read(json!({"raw_roles": ["B", ADMIN, CUSTOM, AUDITOR, other]}));
        assert_eq!(member.access.roles, Role::Admin | Role::Billing);
        assert_eq!(member.locked_roles, ["admin", "auditor", other.as_str()]);
        assert_eq!(member.email.unwrap().as_str(), "ada@acme.example");
    }

    #[test]
    fn a_word_of_the_future_is_kept_and_counted_and_never_guessed_at() {
        let mut unknown = UnknownWords::default();
        let subscription = |product: &str, plan: &str, status: &str| {
            let access = json!({"member_has_access": true});
            let mut one = json!({"type": product, "plan": plan, "status": status});
            one.as_object_mut().unwrap().extend(access.as_object().unwrap().clone());
            one
        };
        let workspaces = json!([{"uuid": Uuid::nil(), "raw_roles": ["A", "Z"]}]);
        let roles = json!({"raw_roles": ["M", "X", AUDITOR, CUSTOM], "workspaces": workspaces});
        let member = read_with(roles, &mut unknown);
        assert_eq!(member.access.roles, Role::Member);
        assert_eq!(member.locked_roles, ["X", "auditor", "admin"]);
        assert_eq!(member.workspaces[&Uuid::nil()].locked_roles, ["Z"]);
        let member = read_with(json!({"subscription_types": ["CHAT", "OCR"]}), &mut unknown);
        assert_eq!(
            (member.access.seats, member.locked_seats.products),
            (Product::LeChat.into(), vec!["OCR".to_owned()])
        );
        let subscriptions = json!([
            subscription("CHAT", "TITANIUM", "A"),
            subscription("MISTRAL_CODE", "ENTERPRISE", "Q"),
            subscription("VISION", "TEAM", "A"),
            subscription("API", "GOLD", "A"),
        ]);
        let member = read_with(json!({"subscriptions": subscriptions}), &mut unknown);
        assert_eq!(member.access.seats, Seats::all());
        assert_eq!(member.locked_seats.kept, Seats::all());
        assert_eq!(member.locked_seats.products, ["VISION"]);
        assert_eq!(member.locked_seats.words, ["TITANIUM", "Q", "VISION"]);
        let words: Vec<String> =
            unknown.iter().map(|(kind, word, count)| format!("{} {word} {count}", kind.name())).collect();
        let expected = [
            "role X 1",
            "role auditor 1",
            "workspace role Z 1",
            "product OCR 1",
            "product VISION 1",
            "plan TITANIUM 1",
            "subscription status Q 1",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn seats_come_from_the_list_and_only_without_one_from_subscriptions() {
        let subscriptions = json!([
            {"type": "CHAT", "member_has_access": false}, {"type": "MISTRAL_CODE", "member_has_access": true},
            {"type": "API", "member_has_access": true}, {"type": "CHAT"},
        ]);
        let seats = |types: Value| {
            read(json!({"subscription_types": types, "subscriptions": subscriptions})).access.seats
        };
        assert_eq!(seats(Value::Null), Product::MistralCode);
        assert_eq!(seats(json!([])), Seats::empty());
        assert_eq!(seats(json!(["CHAT"])), Product::LeChat);
        assert_eq!(read(json!({})).access.seats, Seats::empty());
    }

    #[test]
    fn a_private_plan_is_no_seat_unless_the_list_has_one() {
        let of = |types: Value, plan: &str| {
            let plan = json!({"type": "CHAT", "plan": plan, "status": "A", "member_has_access": true});
            read(json!({"subscription_types": types, "subscriptions": [plan]})).access.seats
        };
        for private in ["INDIVIDUAL", "EDU"] {
            assert_eq!(of(Value::Null, private), Seats::empty());
            assert_eq!(of(json!(["CHAT"]), private), Product::LeChat);
        }
        assert_eq!(of(Value::Null, "TEAM"), Product::LeChat);
    }

    #[test]
    fn who_has_no_usable_address_is_called_by_what_there_is() {
        for (email, name, label) in [
            (json!("\"ada l\"@acme.example"), json!("Ada"), "\"ada l\"@acme.example"),
            (json!(null), json!("Ada"), "Ada"),
            (json!(" "), json!(null), "00000000-0000-0000-0000-000000000000"),
        ] {
            let member = read(json!({"email": email, "name": name}));
            assert_eq!((member.email, member.label.as_str()), (None, label));
        }
    }

    #[test]
    fn workspace_roles_are_read_in_each_spelling_and_the_rest_is_locked() {
        let part = |id: u128, roles: Value| json!({"uuid": Uuid::from_u128(id), "raw_roles": roles});
        let other = Uuid::max().to_string();
        let parts = json!([
            part(1, json!(["A", "M"])),
            part(2, json!([DEV, "billing"])),
            part(3, json!([CUSTOM, other, "M"])),
        ]);
        let workspaces = read(json!({"workspaces": parts})).workspaces;
        let seen: Vec<_> = workspaces.into_iter().map(|(id, access)| (id.as_u128(), access)).collect();
        let access = |roles, locked: &[&str]| WorkspaceAccess {
            roles,
            locked_roles: locked.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(
            seen,
            [
                (1, access(WorkspaceRole::WorkspaceAdmin | WorkspaceRole::WorkspaceContributor, &[])),
                (2, access(WorkspaceRole::Dev | WorkspaceRole::Billing, &[])),
                (3, access(WorkspaceRole::WorkspaceContributor.into(), &["user", &other])),
            ]
        );
        assert!(read(json!({"workspaces": null})).workspaces.is_empty());
    }

    #[test]
    fn a_change_carries_full_sets_and_leaves_out_what_stays() {
        let before = Access { roles: Role::Member.into(), seats: Product::LeChat.into() };
        let change = |after| Request::update_member(Uuid::nil(), before, after, &["OCR".to_owned()]).body;
        assert_eq!(
            change(Access { roles: Role::Admin | Role::Member, ..before }),
            Some(json!({"role_names": ["organization_admin", "member"]}))
        );
        assert_eq!(
            change(Access { seats: Seats::empty(), ..before }),
            Some(json!({"subscription_types": ["OCR"]}))
        );
        assert_eq!(
            change(Access { seats: Product::LeChat | Product::MistralCode, ..before }),
            Some(json!({"subscription_types": ["CHAT", "MISTRAL_CODE", "OCR"]}))
        );
    }
}
