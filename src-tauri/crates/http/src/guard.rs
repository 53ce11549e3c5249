//! Who is let in.
//!
//! Every request must name this server in `Host` (a page that rebinds its own name to this
//! machine does not) and, where a browser says which page it comes from, that page must be ours.
//! Commands, events and pictures also need the token.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use latent_commands::wire::ErrorCode;

use crate::api::error;
use crate::router::Shared;
use crate::token::Token;

/// Nothing from elsewhere is loaded, nothing inline is run, nobody frames us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self'; \
     font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Headers on every answer, refusals too.
const SAFETY: [(&str, &str); 5] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Refuses other hosts and other pages, and puts the safety headers on every answer.
pub(crate) async fn same_origin(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match refusal(request.headers(), shared.port) {
        Some((status, message)) => {
            tracing::warn!(%status, message, "Refused a request");
            (status, message).into_response()
        }
        None => next.run(request).await,
    };
    for (name, value) in SAFETY {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Refuses who does not know the token, and pages of other origins on this machine.
pub(crate) async fn token_holder(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if !fetched_by_ourselves(headers) {
        return error(
            StatusCode::FORBIDDEN,
            ErrorCode::InvalidRequest,
            "Only Latent's own page may ask for this",
        );
    }
    if !knows(headers, &shared.token, shared.port) {
        let mut response = error(
            StatusCode::UNAUTHORIZED,
            ErrorCode::InvalidRequest,
            "The token is missing or wrong: open the address that Latent printed when it started",
        );
        let challenge = HeaderValue::from_static("Bearer realm=\"Latent\"");
        response.headers_mut().insert("www-authenticate", challenge);
        return response;
    }
    next.run(request).await
}

/// The cookie's name: cookies are shared by all ports of a host, so it carries the port.
pub(crate) fn cookie_name(port: u16) -> String {
    format!("latent_{port}")
}

fn refusal(headers: &HeaderMap, port: u16) -> Option<(StatusCode, &'static str)> {
    let Some(host) = only(headers, &HOST).filter(|host| is_ours(host, port)) else {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "This server answers on loopback only\n",
        ));
    };
    if headers.contains_key(ORIGIN) {
        let ours = format!("http://{host}");
        if !only(headers, &ORIGIN).is_some_and(|origin| origin.eq_ignore_ascii_case(&ours)) {
            return Some((StatusCode::FORBIDDEN, "Other pages may not ask Latent\n"));
        }
    }
    None
}

fn is_ours(host: &str, port: u16) -> bool {
    let Some((name, given)) = host.rsplit_once(':') else {
        return false;
    };
    let name_is_ours = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|ours| name.eq_ignore_ascii_case(ours));
    name_is_ours && given == port.to_string()
}

/// A header's value where it is there exactly once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Browsers say where a request comes from even where they send no `Origin`: a picture that a page
/// on another port embeds would carry our cookie, since all ports are one site to `SameSite`.
fn fetched_by_ourselves(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        None => true,
        Some(site) => site == "same-origin" || site == "none",
    }
}

fn knows(headers: &HeaderMap, token: &Token, port: u16) -> bool {
    let authorized = only(headers, &AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| ["bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str()))
        .is_some_and(|(_, given)| token.is(given.trim()));
    authorized || cookies(headers, &cookie_name(port)).any(|given| token.is(given))
}

fn cookies<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(given, _)| *given == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for host in ["127.0.0.1:80", "localhost:80", "LOCALHOST:80", "[::1]:80"] {
            assert!(is_ours(host, 80), "{host}");
        }
        for host in [
            "localhost",
            "localhost:81",
            "evil.example:80",
            "127.0.0.1.evil.example:80",
            ":80",
            "",
        ] {
            assert!(!is_ours(host, 80), "{host}");
        }
    }
}
