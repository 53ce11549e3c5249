//! Who is let in and who is not.

use std::net::TcpStream;

use latent_http::{ServeError, ServeOptions, start};

use crate::client::Latent;

#[test]
fn commands_events_and_pictures_need_the_token() {
    let latent = Latent::start();
    for line in [
        "POST /api/list_libraries",
        "GET /api/commands",
        "GET /api/events",
        "GET /media/thumb/1/256",
        "GET /api/nothing/here",
    ] {
        for authorization in [
            "X-None: 1",
            "Authorization: Bearer wrong",
            "Authorization: Bearer",
            "Cookie: latent=1",
        ] {
            let headers = [
                &latent.host(),
                authorization,
                "Content-Type: application/json",
            ];
            let answer = latent.raw(line, &headers, "");
            assert_eq!(answer.status, 401, "{line} with {authorization}");
            assert_eq!(answer.json()["code"], "invalidRequest");
            assert!(answer.header("www-authenticate").is_some());
        }
    }
}

#[test]
fn the_token_is_taken_as_bearer_token_and_cookie() {
    let latent = Latent::start();
    let (port, token) = (latent.port, &latent.token);
    for credential in [
        format!("Authorization: Bearer {token}"),
        format!("Authorization: bearer {token}"),
        format!("Authorization: Token {token}"),
        format!("Cookie: other=1; latent_{port}={token}"),
    ] {
        let answer = latent.raw("GET /api/commands", &[&latent.host(), &credential], "");
        assert_eq!(answer.status, 200, "{credential}");
    }
    for credential in [
        format!("Authorization: Basic {token}"),
        format!("Cookie: latent_{}={token}", port.wrapping_add(1)),
        format!("Authorization: Bearer {}", &token[1..]),
    ] {
        let answer = latent.raw("GET /api/commands", &[&latent.host(), &credential], "");
        assert_eq!(answer.status, 401, "{credential}");
    }
}

#[test]
fn the_printed_address_gives_the_browser_a_cookie_that_scripts_cannot_read() {
    let latent = Latent::start();
    let url = &latent.server.address().url;
    let path = url
        .strip_prefix(&format!("http://127.0.0.1:{}", latent.port))
        .unwrap();
    let answer = latent.raw(&format!("GET {path}"), &[&latent.host()], "");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let cookie = answer.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/");
    let cookie = format!("Cookie: {pair}");
    assert_eq!(
        latent
            .raw("GET /api/commands", &[&latent.host(), &cookie], "")
            .status,
        200
    );

    let wrong = latent.raw("GET /?token=wrong", &[&latent.host()], "");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, None));
}

#[test]
fn only_our_own_names_are_answered() {
    let latent = Latent::start();
    let port = latent.port;
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("Host: {host}:{port}");
        assert_eq!(
            latent
                .raw("GET /api/commands", &[&host, &latent.bearer()], "")
                .status,
            200
        );
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "192.168.0.2"] {
        let host = format!("Host: {host}:{port}");
        for path in ["/api/commands", "/media/thumb/1/256", "/", "/?token=x"] {
            let answer = latent.raw(&format!("GET {path}"), &[&host, &latent.bearer()], "");
            assert_eq!(answer.status, 421, "{host} {path}");
        }
    }
    let none = latent.raw("GET /", &["X-None: 1"], "");
    assert!([400, 421].contains(&none.status), "{none:?}");
    let two = latent.raw("GET /", &[&latent.host(), "Host: evil.example"], "");
    assert!([400, 421].contains(&two.status), "{two:?}");
}

#[test]
fn other_pages_are_refused_even_with_the_token() {
    let latent = Latent::start();
    let ours = format!("Origin: http://127.0.0.1:{}", latent.port);
    let json = "Content-Type: application/json";
    let ask = |origin: &str| {
        let headers = [&latent.host(), &latent.bearer(), json, origin];
        latent
            .raw("POST /api/list_libraries", &headers, "{}")
            .status
    };
    assert_eq!(ask(&ours), 200);
    for origin in [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        format!("https://127.0.0.1:{}", latent.port),
        format!("http://localhost:{}", latent.port),
        "http://127.0.0.1:1".to_owned(),
    ] {
        assert_eq!(ask(&format!("Origin: {origin}")), 403, "{origin}");
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(ask(&format!("Sec-Fetch-Site: {site}")), 403, "{site}");
    }
    assert_eq!(ask("Sec-Fetch-Site: same-origin"), 200);
}

#[test]
fn preflights_get_no_permission() {
    let latent = Latent::start();
    let headers = [
        &latent.host(),
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization",
    ];
    let answer = latent.raw("OPTIONS /api/list_libraries", &headers, "");
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn every_answer_carries_the_safety_headers() {
    let latent = Latent::start();
    let answers = [
        latent.get("/"),
        latent.get("/api/commands"),
        latent.get("/media/thumb/1/256"),
        latent.raw("GET /", &["Host: evil.example"], ""),
        latent.raw("GET /api/commands", &[&latent.host()], ""),
    ];
    for answer in answers {
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{}",
            answer.head
        );
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn only_loopback_is_listened_on() {
    let latent = Latent::start();
    assert!(TcpStream::connect(("127.0.0.1", latent.port)).is_ok());
    assert!(TcpStream::connect(("127.0.0.2", latent.port)).is_err());
}

#[test]
fn a_weak_token_and_a_taken_port_are_refused() {
    let latent = Latent::start();
    let data = tempfile::tempdir().unwrap();
    let engine = std::sync::Arc::new(latent_engine::Engine::open(data.path()).unwrap());
    let weak = ServeOptions {
        token: Some("secret".to_owned()),
        ..ServeOptions::default()
    };
    assert!(matches!(
        start(engine.clone(), weak),
        Err(ServeError::UnusableToken)
    ));
    let taken = ServeOptions {
        port: latent.port,
        ..ServeOptions::default()
    };
    assert!(matches!(start(engine, taken), Err(ServeError::Bind { .. })));
}

#[test]
fn a_stopped_server_answers_no_more() {
    let latent = Latent::start();
    let port = latent.port;
    latent.server.stop().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
