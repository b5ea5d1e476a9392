//! Refuses the requests of web pages. Each page that is open in a browser on this machine could otherwise reach the
//! sandbox: with a form or a script, or under a name of its own that resolves to loopback (DNS rebinding).

use super::response::Problem;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use std::net::IpAddr;

/// Fails unless a request is for a loopback address or name with the port of the sandbox, and from no other origin.
pub(super) fn check(headers: &HeaderMap, port: u16) -> Result<(), Problem> {
    let forbidden = |code, message| Err(Problem::new(StatusCode::FORBIDDEN, code, message));
    let mut hosts = headers.get_all(header::HOST).iter();
    let is_single = hosts.next().is_some_and(|host| is_own(host, "", port)) && hosts.next().is_none();
    if !is_single {
        return forbidden(
            "foreign_host",
            "the header Host must have a loopback address with the port of the sandbox",
        );
    }
    if !headers.get_all(header::ORIGIN).iter().all(|origin| is_own(origin, "http://", port)) {
        return forbidden(
            "foreign_origin",
            "the sandbox answers no web page: the header Origin has another origin",
        );
    }
    Ok(())
}

/// Whether a header has, after a prefix, a loopback address or name with this port.
fn is_own(value: &HeaderValue, prefix: &str, port: u16) -> bool {
    let authority = value.to_str().ok().and_then(|text| text.strip_prefix(prefix)?.parse::<Authority>().ok());
    let Some(authority) = authority.filter(|authority| !authority.as_str().contains('@')) else {
        return false;
    };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    (is_loopback || name.eq_ignore_ascii_case("localhost")) && authority.port_u16().unwrap_or(80) == port
}
