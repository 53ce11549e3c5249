//! The stream of events.

use std::io::{BufRead, BufReader};

use crate::client::Latent;

fn listen(latent: &Latent) -> BufReader<std::net::TcpStream> {
    let (host, bearer) = (latent.host(), latent.bearer());
    let request = format!("GET /api/events HTTP/1.1\r\n{host}\r\n{bearer}\r\n\r\n");
    let mut reader = BufReader::new(latent.connect(&request));
    assert!(line_with(&mut reader, "content-type:").contains("text/event-stream"));
    line_with(&mut reader, "connected");
    reader
}

/// Reads on until a line contains this.
fn line_with(reader: &mut impl BufRead, wanted: &str) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(
            reader.read_line(&mut line).unwrap(),
            0,
            "the stream ended before {wanted}"
        );
        if line.to_ascii_lowercase().contains(wanted) {
            return line;
        }
    }
}

#[test]
fn everyone_who_listens_hears_of_a_change() {
    let latent = Latent::start();
    let folder = tempfile::tempdir().unwrap();
    let mut listeners = [listen(&latent), listen(&latent)];
    let request = serde_json::json!({ "roots": [folder.path()] }).to_string();
    let answer = latent.post("add_library", &request);
    assert_eq!(answer.status, 200, "{}", answer.body);
    for reader in &mut listeners {
        let line = line_with(reader, "\"changed\"");
        let json = line.strip_prefix("data: ").unwrap();
        let event: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(event["event"], "changed");
        assert!(
            event["kinds"]
                .as_array()
                .unwrap()
                .contains(&"libraries".into()),
            "{event}"
        );
    }
}

#[test]
fn a_listener_does_not_keep_the_server_from_stopping() {
    let latent = Latent::start();
    let mut reader = listen(&latent);
    let began = std::time::Instant::now();
    latent.server.stop().unwrap();
    assert!(began.elapsed().as_secs() < 2);
    let mut rest = String::new();
    while reader.read_line(&mut rest).is_ok_and(|count| count > 0) {}
}
