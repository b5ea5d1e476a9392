//! From what the vendor sends to what the model holds.
//!
//! Takes wire values and the list of roles; gives the live organization. Pure, so that stored answers convert as
//! fresh ones do. Guarantees that a word that this version doesn't know ends in an [`UnknownValue`], never in a
//! guess: the API is a preview and its lists may grow (<https://docs.mistral.ai/admin/admin-api/overview>).

use super::wire;
use crate::escape;
use crate::model::{Access, Email, Live, LiveInvitation, LiveMember, Product, Role, Roles, Seats};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A word of the vendor's that this version of orgsync doesn't know. The texts are harmless to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{whom} has the {what} `{value}`, which this version of orgsync doesn't know")]
pub struct UnknownValue {
    /// What the word stands for: `role` or `product seat`.
    pub what: &'static str,
    /// The word.
    pub value: String,
    /// Who has it.
    pub whom: String,
}

/// The organization's roles by UUID: the role that the API can write, or else the name.
#[derive(Debug)]
pub(super) struct RoleNames(HashMap<Uuid, Result<Role, String>>);

impl RoleNames {
    /// Takes the roles that `GET /roles` lists. A custom role is locked whatever its name says.
    pub(super) fn new(list: wire::RoleList) -> Self {
        let known = |role: wire::ListedRole| {
            let builtin = if role.is_custom_role { None } else { builtin(&role.name) };
            (role.uuid, builtin.ok_or(role.name))
        };
        Self(list.organization_roles.into_iter().map(known).collect())
    }

    /// The roles that the API can write, and the names of the others.
    fn split(&self, raw: &[String], whom: &str) -> Result<(Roles, Vec<String>), UnknownValue> {
        let mut roles = Roles::empty();
        let mut locked = Vec::new();
        for raw in raw {
            match (letter(raw), Uuid::try_parse(raw)) {
                (Some(role), _) => {
                    roles.insert(role);
                }
                (None, Ok(id)) => match self.0.get(&id) {
                    Some(Ok(role)) => {
                        roles.insert(*role);
                    }
                    Some(Err(name)) => locked.push(name.clone()),
                    None => locked.push(id.to_string()),
                },
                (None, Err(_)) => return Err(unknown("role", raw, whom)),
            }
        }
        Ok((roles, locked))
    }
}

/// The live organization.
pub(super) fn live(
    members: Vec<wire::Member>,
    invitations: Vec<wire::Invitation>,
    roles: &RoleNames,
) -> Result<Live, UnknownValue> {
    Ok(Live {
        members: members.into_iter().map(|m| member(m, roles)).collect::<Result<_, _>>()?,
        invitations: invitations.into_iter().map(|i| invitation(i, roles)).collect::<Result<_, _>>()?,
        ..Live::default()
    })
}

/// One member, from a list or from the answer to a change.
pub(super) fn member(member: wire::Member, names: &RoleNames) -> Result<LiveMember, UnknownValue> {
    let label = label(member.email.as_deref(), member.name.as_deref(), member.uuid);
    let (roles, locked_roles) = names.split(&member.raw_roles, &label)?;
    let seats = seats(member.subscription_types.as_deref(), &member.subscriptions, &label)?;
    Ok(LiveMember {
        id: member.uuid,
        email: address(member.email.as_deref()),
        label,
        name: member.name,
        access: Access { roles, seats },
        locked_roles,
        workspaces: BTreeMap::new(),
    })
}

fn invitation(invitation: wire::Invitation, names: &RoleNames) -> Result<LiveInvitation, UnknownValue> {
    let label = label(invitation.email.as_deref(), None, invitation.uuid);
    let (roles, locked_roles) = names.split(&invitation.raw_roles, &label)?;
    Ok(LiveInvitation {
        id: invitation.uuid,
        email: address(invitation.email.as_deref()),
        label,
        roles,
        locked_roles,
        expired: invitation.expired,
    })
}

/// † `subscription_types` may be null, and no document says what that means. Then the seats are those products among
/// `subscriptions` to which the member has access. This is the one place that decides it.
fn seats(
    types: Option<&[String]>,
    subscriptions: &[wire::Subscription],
    whom: &str,
) -> Result<Seats, UnknownValue> {
    match types {
        Some(types) => {
            types.iter().map(|t| product(t).ok_or_else(|| unknown("product seat", t, whom))).collect()
        }
        // Here other types stand for what has no seats, such as the inference API.
        None => Ok(subscriptions
            .iter()
            .filter(|subscription| subscription.member_has_access == Some(true))
            .filter_map(|subscription| product(&subscription.r#type))
            .collect()),
    }
}

fn product(name: &str) -> Option<Product> {
    Seats::all().iter().find(|product| product.api_name() == name)
}

fn letter(text: &str) -> Option<Role> {
    match text {
        "A" => Some(Role::Admin),
        "B" => Some(Role::Billing),
        "M" => Some(Role::Member),
        _ => None,
    }
}

/// `GET /roles` names the roles in one of two ways: as `role_names` spells them, or short.
fn builtin(name: &str) -> Option<Role> {
    Roles::all().iter().find(|role| role.api_name() == name || role.name() == name)
}

fn address(email: Option<&str>) -> Option<Email> {
    email.and_then(|email| Email::parse(email.trim()).ok())
}

/// The address as it came, else the name, else the identifier.
fn label(email: Option<&str>, name: Option<&str>, id: Uuid) -> String {
    let texts = [email, name].into_iter().flatten().map(str::trim);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).next().unwrap_or_else(|| id.to_string())
}

fn unknown(what: &'static str, value: &str, whom: &str) -> UnknownValue {
    UnknownValue { what, value: escape::excerpt(value), whom: escape::excerpt(whom) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ADMIN: &str = "0d48f530-095c-43fe-8aea-6673bcacabe6";
    const CUSTOM: &str = "c955f4e1-9477-43f0-8349-6fbc629fccc9";
    const AUDITOR: &str = "7bde5959-d676-47d2-b779-35b64323d278";

    fn names() -> RoleNames {
        let list = json!({"workspace_roles": [], "organization_roles": [
            {"uuid": ADMIN, "name": "organization_admin", "description": "", "is_custom_role": false},
            {"uuid": CUSTOM, "name": "admin", "description": "", "is_custom_role": true},
            {"uuid": AUDITOR, "name": "auditor", "description": "", "is_custom_role": false},
        ]});
        RoleNames::new(serde_json::from_value(list).unwrap())
    }

    fn read(fields: Value) -> Result<LiveMember, UnknownValue> {
        let mut object = json!({"uuid": Uuid::nil(), "oid_id": null, "name": "Ada", "email": "Ada@ACME.example",
            "raw_roles": ["M"], "raw_role": "M", "created_at": "2026-01-01T00:00:00Z", "new_field": {}});
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        member(serde_json::from_value(object).unwrap(), &names())
    }

    #[test]
    fn letters_and_uuids_become_roles_and_the_rest_is_locked() {
        let other = Uuid::max().to_string();
        let member = read(json!({"raw_roles": ["B", ADMIN, CUSTOM, AUDITOR, other]})).unwrap();
        assert_eq!(member.access.roles, Role::Admin | Role::Billing);
        assert_eq!(member.locked_roles, ["admin", "auditor", other.as_str()]);
        assert_eq!(member.email.unwrap().as_str(), "ada@acme.example");
    }

    #[test]
    fn a_word_of_the_future_is_an_error_and_not_a_guess() {
        let role = read(json!({"raw_roles": ["M", "X\u{1b}"]})).unwrap_err();
        assert_eq!(
            role.to_string(),
            r"Ada@ACME.example has the role `X\u{1b}`, which this version of orgsync doesn't know"
        );
        let seat = read(json!({"subscription_types": ["CHAT", "OCR"]})).unwrap_err();
        assert_eq!((seat.what, seat.value.as_str()), ("product seat", "OCR"));
    }

    #[test]
    fn seats_come_from_the_list_and_only_without_one_from_subscriptions() {
        let subscriptions = json!([
            {"type": "CHAT", "member_has_access": false}, {"type": "MISTRAL_CODE", "member_has_access": true},
            {"type": "API", "member_has_access": true}, {"type": "CHAT"},
        ]);
        let seats = |types: Value| {
            read(json!({"subscription_types": types, "subscriptions": subscriptions})).unwrap().access.seats
        };
        assert_eq!(seats(Value::Null), Product::MistralCode);
        assert_eq!(seats(json!([])), Seats::empty());
        assert_eq!(seats(json!(["CHAT"])), Product::LeChat);
        assert_eq!(read(json!({})).unwrap().access.seats, Seats::empty());
    }

    #[test]
    fn who_has_no_usable_address_is_called_by_what_there_is() {
        for (email, name, label) in [
            (json!("\"ada l\"@acme.example"), json!("Ada"), "\"ada l\"@acme.example"),
            (json!(null), json!("Ada"), "Ada"),
            (json!(" "), json!(null), "00000000-0000-0000-0000-000000000000"),
        ] {
            let member = read(json!({"email": email, "name": name})).unwrap();
            assert_eq!((member.email, member.label.as_str()), (None, label));
        }
    }
}
