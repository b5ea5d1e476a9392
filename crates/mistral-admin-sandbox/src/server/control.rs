//! `/sandbox`: simulates people and time, and controls injected faults. Needs no key, and is not recorded.

use super::AppState;
use super::call::Call;
use super::response::{Failure, ok};
use crate::faults::fault_rules;
use crate::organization::{AuditMetadata, BehaviorChange, InvitedSeats};
use crate::validation::Input;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

/// Accepts invitations: those of some addresses, or all.
pub(super) async fn accept(mut call: Call) -> Result<Response, Failure> {
    let emails = |emails: Input<'_>| emails.list(Input::text);
    let emails = call.lenient_body(|body| body.fields().optional("emails", emails)).await?;
    let emails = emails.unwrap_or_default();
    let outcome = call.change(|organization, now| Ok(organization.accept(&emails, now))).await?;
    Ok(ok(&outcome))
}

/// Lets people sign in through the identity provider.
pub(super) async fn sign_in(mut call: Call) -> Result<Response, Failure> {
    let emails = call.lenient_body(emails).await?;
    let outcome = call.change(|organization, now| Ok(organization.sign_in(emails, now))).await?;
    Ok(ok(&outcome))
}

/// Lets people join because of the domain of their address.
pub(super) async fn join(mut call: Call) -> Result<Response, Failure> {
    let emails = call.lenient_body(emails).await?;
    let outcome = call.change(|organization, now| Ok(organization.join_by_domain(emails, now))).await?;
    Ok(ok(&outcome))
}

/// Changes the address of a member, as the identity provider does.
pub(super) async fn rename(mut call: Call) -> Result<Response, Failure> {
    let read = |body: Input<'_>| {
        let fields = body.fields();
        fields.no_others(&["from", "to"]);
        (fields.required("from", Input::text), fields.required("to", Input::address))
    };
    let (from, to) = call.lenient_body(read).await?;
    let id = call.change(|organization, now| organization.rename(&from, &to, now)).await?;
    Ok(ok(&json!({"uuid": id, "from": from, "to": to})))
}

/// Lets people leave by themselves.
pub(super) async fn leave(mut call: Call) -> Result<Response, Failure> {
    let emails = call.lenient_body(emails).await?;
    let outcome = call.change(|organization, now| organization.leave(&emails, now)).await?;
    Ok(ok(&outcome))
}

fn emails(body: Input<'_>) -> Vec<String> {
    let fields = body.fields();
    fields.no_others(&["emails"]);
    fields.required("emails", |emails| emails.list(Input::text))
}

/// Advances the clock.
pub(super) async fn advance(mut call: Call) -> Result<Response, Failure> {
    let days = call.lenient_body(|body| body.fields().required("days", Input::whole_number)).await?;
    let total = call.change(|organization, _| organization.advance(days)).await?;
    Ok(ok(&json!({"advanced_days": total})))
}

/// Changes settings. Those that are absent stay.
pub(super) async fn set_behavior(mut call: Call) -> Result<Response, Failure> {
    let change = call.lenient_body(behavior_change).await?;
    let behavior = call.change(|organization, _| organization.behave(&change)).await?;
    Ok(ok(&behavior))
}

fn behavior_change(body: Input<'_>) -> BehaviorChange {
    const DETAILS: [(&str, AuditMetadata); 3] = [
        ("all", AuditMetadata::All),
        ("documented", AuditMetadata::Documented),
        ("none", AuditMetadata::None),
    ];
    const SEATS: [(&str, InvitedSeats); 2] = [("granted", InvitedSeats::Granted), ("not", InvitedSeats::Not)];
    let fields = body.fields();
    fields.no_others(&["audit_metadata", "invited_seats", "unknown_words"]);
    BehaviorChange {
        audit_metadata: fields.optional("audit_metadata", |detail| detail.one_of(&DETAILS, "enum")),
        invited_seats: fields.optional("invited_seats", |seats| seats.one_of(&SEATS, "enum")),
        unknown_words: fields.optional("unknown_words", Input::boolean),
    }
}

/// Replaces the rules of injected faults.
pub(super) async fn set_faults(mut call: Call) -> Result<Response, Failure> {
    let rules = call.lenient_body(fault_rules).await?;
    call.app.set_faults(rules);
    Ok(call.app.faults(ok))
}

pub(super) async fn faults(State(app): State<Arc<AppState>>) -> Response {
    app.faults(ok)
}

/// The figures at the start and after each change.
pub(super) async fn moments(State(app): State<Arc<AppState>>) -> Response {
    app.timeline(ok)
}

/// The number of invitations that each address was sent.
pub(super) async fn invited(State(app): State<Arc<AppState>>) -> Response {
    app.read(|organization, _| ok(organization.invited()))
}

/// The requests to the Admin API that were answered so far, in order.
pub(super) async fn requests(State(app): State<Arc<AppState>>) -> Response {
    app.requests(ok)
}
