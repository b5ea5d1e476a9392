//! Answers, each in a shape that the vendor documents.

use crate::organization::Refusal;
use crate::validation::{Page, ValidationErrors};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

/// The general error: `{"object": "error", …}`.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "an Admin API key is required: it is absent or wrong; that of a sandbox is `sandbox-key`, unless --api-key says otherwise",
        )
    }

    fn kind(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::FORBIDDEN => "permission_error",
            StatusCode::NOT_FOUND => "not_found_error",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "object": "error",
            "message": self.message,
            "type": self.kind(),
            "param": null,
            "code": self.code,
        });
        (self.status, Json(body)).into_response()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match refusal {
            Refusal::Unknown(..) | Refusal::UnknownAssignment { .. } | Refusal::UnknownAddress => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            Refusal::NoGroups => (StatusCode::FORBIDDEN, "no_user_groups"),
            Refusal::KeptApiKey(_) => (StatusCode::FORBIDDEN, "cannot_delete"),
            Refusal::LastAdmin => (StatusCode::BAD_REQUEST, "last_admin"),
            Refusal::NoSeat { .. } => (StatusCode::BAD_REQUEST, "no_seat_available"),
            Refusal::NameTaken(_) => (StatusCode::BAD_REQUEST, "name_taken"),
            Refusal::TooManyWorkspaces(_) => (StatusCode::BAD_REQUEST, "too_many_workspaces"),
            Refusal::DefaultWorkspace => (StatusCode::BAD_REQUEST, "default_workspace"),
            Refusal::ExternallyManaged(_) => (StatusCode::BAD_REQUEST, "externally_managed"),
            Refusal::Cycle(_) => (StatusCode::BAD_REQUEST, "cycle"),
            Refusal::AlreadyAssigned { .. } => (StatusCode::BAD_REQUEST, "already_assigned"),
            Refusal::AddressTaken => (StatusCode::BAD_REQUEST, "address_taken"),
            Refusal::TooFar => (StatusCode::BAD_REQUEST, "too_far"),
            Refusal::UnknownWords => (StatusCode::BAD_REQUEST, "unknown_words"),
        };
        Self::new(status, code, refusal.to_string())
    }
}

/// Why a request was not executed.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is not well formed: 422.
    Invalid(ValidationErrors),
    Problem(Problem),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Problem(refusal.into())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, Json(errors)).into_response(),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

/// A 200. The value is serialized at once, so that it may borrow from the organization.
pub(super) fn ok<T: Serialize>(value: &T) -> Response {
    Json(value).into_response()
}

/// The vendor's `DeleteOUT`.
pub(super) fn deleted(what: &str) -> Response {
    ok(&json!({"message": format!("{what} deleted successfully")}))
}

/// One page of a list.
#[derive(Serialize)]
pub(super) struct Listing<T> {
    total: usize,
    items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'static str>,
    page: u64,
    page_size: u64,
}

impl<T: Serialize> Listing<T> {
    /// The page of some rows. `object` is the type of the list, where the vendor has one.
    pub(super) fn of<R>(
        page: Page,
        rows: Vec<R>,
        show: impl Fn(R) -> T,
        object: Option<&'static str>,
    ) -> Response {
        let total = rows.len();
        let items = page.of(rows.into_iter()).map(show).collect();
        ok(&Self { total, items, object, page: page.page, page_size: page.page_size })
    }
}
