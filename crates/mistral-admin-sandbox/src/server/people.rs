//! `/v1/admin/users` and `/v1/admin/users-invite`.

use super::call::Call;
use super::response::{Failure, deleted, ok};
use crate::organization::{ListedMember, MemberChange, NewInvitations, NewMember, ShownInvitation};
use crate::validation::{self, Input, ORGANIZATION, Page};
use axum::response::Response;
use serde::Serialize;

/// What the id of a member in a path is called.
const USER: &str = "user_id";

const LANGUAGES: [(&str, ()); 9] = [
    ("en", ()),
    ("fr", ()),
    ("es", ()),
    ("de", ()),
    ("it", ()),
    ("pt_br", ()),
    ("pl", ()),
    ("ar", ()),
    ("nl", ()),
];

/// The vendor's `OrganizationAdminUsersOUT`: members, then invitations.
#[derive(Serialize)]
struct UsersPage<'a> {
    members: Vec<ListedMember<'a>>,
    invites: Vec<ShownInvitation<'a>>,
    total: usize,
    page: u64,
    page_size: u64,
}

pub(super) async fn list(call: Call) -> Result<Response, Failure> {
    let (page, email) = call.query(|query| (Page::read(query, None), query.text("email")))?;
    Ok(call.look(|organization, now| {
        let (member_count, members) = organization.members.select(email.as_deref());
        let (invitation_count, invitations) = organization.invitations.select(email.as_deref());
        let members: Vec<_> = page.of(members).map(|member| organization.listed(member)).collect();
        let invitations = invitations
            .skip(page.skipped().saturating_sub(member_count))
            .take(page.length().saturating_sub(members.len()));
        ok(&UsersPage {
            invites: invitations.map(|invitation| invitation.shown(now)).collect(),
            members,
            total: member_count + invitation_count,
            page: page.page,
            page_size: page.page_size,
        })
    }))
}

pub(super) async fn create(mut call: Call) -> Result<Response, Failure> {
    let people = call.body(new_members).await?;
    let (people, left_out) = call.split(people, |person| person.email.to_lowercase());
    let mut outcome = call.change(|organization, now| Ok(organization.create(people, now))).await?;
    outcome.invalid_emails.extend(left_out.into_iter().map(|person| person.email));
    Ok(ok(&outcome))
}

pub(super) async fn show(call: Call) -> Result<Response, Failure> {
    let id = call.id(USER);
    call.check()?;
    call.look(|organization, _| Ok(ok(&organization.shown(organization.member(id)?))))
}

pub(super) async fn update(mut call: Call) -> Result<Response, Failure> {
    let id = call.id(USER);
    let change = call.body(member_change).await?;
    let change = call.change(|organization, now| {
        organization.update(id, &change, now)?;
        Ok(ok(&organization.listed(organization.member(id)?)))
    });
    change.await
}

pub(super) async fn remove(call: Call) -> Result<Response, Failure> {
    let id = call.id(USER);
    call.check()?;
    call.change(|organization, now| organization.remove(id, now)).await?;
    Ok(deleted("Organization member"))
}

/// All invitations, with expired ones.
pub(super) async fn invitations(call: Call) -> Result<Response, Failure> {
    call.check()?;
    Ok(call.look(|organization, _| {
        let invitations = organization.invitations.iter();
        ok(&invitations.map(|invitation| invitation.listed()).collect::<Vec<_>>())
    }))
}

pub(super) async fn invite(mut call: Call) -> Result<Response, Failure> {
    let mut new = call.body(new_invitations).await?;
    let (emails, left_out) = call.split(new.emails, |email| email.to_lowercase());
    new.emails = emails;
    let mut outcome = call.change(|organization, now| organization.invite(new, now)).await?;
    outcome.invalid_emails.extend(left_out);
    Ok(ok(&outcome))
}

pub(super) async fn revoke(call: Call) -> Result<Response, Failure> {
    let id = call.id("invite_uuid");
    call.check()?;
    call.change(|organization, now| organization.revoke(id, now)).await?;
    Ok(deleted("Organization invitation"))
}

fn member_change(body: Input<'_>) -> MemberChange {
    let fields = body.fields();
    MemberChange { roles: validation::roles(&ORGANIZATION, &fields), seats: validation::seats(&fields) }
}

fn new_members(body: Input<'_>) -> Vec<NewMember> {
    let people = body.list(|person| {
        let fields = person.fields();
        Some(NewMember {
            email: fields.required("email", Input::short_text),
            first_name: fields.required("first_name", Input::short_text),
            last_name: fields.required("last_name", Input::short_text),
            roles: validation::roles(&ORGANIZATION, &fields),
            seats: validation::planned_seats(&fields),
        })
    });
    people.unwrap_or_default()
}

/// The language and automatic granting are checked and have no effect: no mail is sent.
fn new_invitations(body: Input<'_>) -> NewInvitations {
    let fields = body.fields();
    let emails = fields.required("email", addresses);
    fields.optional("email_language", |language| language.one_of(&LANGUAGES, "literal_error"));
    fields.defaulted("subscription_seat_automatic_granting", Input::boolean);
    let workspaces = fields.optional("workspace_uuids", Input::uuids);
    NewInvitations {
        emails,
        roles: validation::roles(&ORGANIZATION, &fields),
        seats: validation::planned_seats(&fields) | validation::planned_seat(&fields),
        workspace_uuids: workspaces.unwrap_or_default(),
    }
}

/// The addresses in a text, separated by commas or line ends.
fn addresses(input: Input<'_>) -> Option<Vec<String>> {
    let text = input.text()?;
    let pieces = text.split([',', '\n', '\r']).map(str::trim).filter(|piece| !piece.is_empty());
    let emails: Vec<String> = pieces.map(str::to_owned).collect();
    if emails.is_empty() {
        input.error("value_error", "Value error, at least one email address is required");
    }
    Some(emails)
}
