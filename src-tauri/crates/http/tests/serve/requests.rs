//! Commands and pictures.

use crate::client::Latent;

#[test]
fn a_command_is_answered_as_json() {
    let latent = Latent::start();
    let answer = latent.post("list_libraries", "{}");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json()["libraries"], serde_json::json!([]));
}

#[test]
fn no_body_stands_for_no_fields() {
    let latent = Latent::start();
    assert_eq!(latent.post("list_libraries", "").status, 200);
}

#[test]
fn commands_are_listed_with_their_help() {
    let latent = Latent::start();
    let list = latent.get("/api/commands").json();
    let commands = list["commands"].as_array().unwrap();
    assert!(commands.iter().any(|c| c["name"] == "list_libraries"));
    assert!(
        commands
            .iter()
            .all(|c| c["help"].as_str().is_some_and(|help| !help.is_empty()))
    );
}

#[test]
fn failures_have_their_status_and_code() {
    let latent = Latent::start();
    let check = |command: &str, body: &str, status: u16, code: &str| {
        let answer = latent.post(command, body);
        assert_eq!(answer.status, status, "{command} {body}: {}", answer.body);
        assert_eq!(answer.json()["code"], code);
        assert!(
            answer.json()["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
        );
    };
    check("make_coffee", "{}", 404, "unknownCommand");
    check("get_photo", "{\"photoId\":7}", 404, "notFound");
    check("list_libraries", "{\"surprise\":1}", 400, "invalidRequest");
    check("list_libraries", "{", 400, "invalidRequest");
    check("list_libraries", "\u{0}", 400, "invalidRequest");
}

#[test]
fn deep_nesting_is_refused_and_not_fallen_over() {
    let latent = Latent::start();
    let answer = latent.post("list_libraries", &"[".repeat(1_000_000));
    assert_eq!(
        (answer.status, latent.post("list_libraries", "{}").status),
        (400, 200)
    );
}

#[test]
fn forms_and_plain_text_are_refused() {
    let latent = Latent::start();
    for kind in [
        "X-None: 1",
        "Content-Type: text/plain",
        "Content-Type: multipart/form-data",
    ] {
        let headers = [&latent.host(), &latent.bearer(), kind];
        let answer = latent.raw("POST /api/list_libraries", &headers, "{}");
        assert_eq!(answer.status, 415, "{kind}");
        assert_eq!(answer.json()["code"], "invalidRequest");
    }
    let charset = "Content-Type: application/json; charset=utf-8";
    let headers = [&latent.host(), &latent.bearer(), charset];
    assert_eq!(
        latent
            .raw("POST /api/list_libraries", &headers, "{}")
            .status,
        200
    );
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let latent = Latent::start();
    let answer = latent.post("list_libraries", &" ".repeat(64 * 1024 * 1024 + 1));
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["code"], "invalidRequest");
}

#[test]
fn a_command_is_not_run_by_a_get() {
    let latent = Latent::start();
    assert_eq!(latent.get("/api/list_libraries").status, 405);
    assert_eq!(latent.get("/api/none/such").status, 404);
}

#[test]
fn pictures_that_are_not_there_and_paths_that_make_no_sense_are_told_apart() {
    let latent = Latent::start();
    for path in [
        "thumb/1/256",
        "full/1",
        "original/1",
        "crop/1?box=0,0,1,1",
        "held/1",
        "x",
    ] {
        assert_eq!(latent.get(&format!("/media/{path}")).status, 404, "{path}");
    }
    for path in [
        "thumb/1/99",
        "full/x",
        "crop/1",
        "crop/1?box=1",
        "original/..%2f..%2fetc",
    ] {
        let answer = latent.get(&format!("/media/{path}"));
        assert!([400, 404].contains(&answer.status), "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}
