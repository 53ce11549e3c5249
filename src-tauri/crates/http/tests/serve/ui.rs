//! The user interface's files.

use std::fs;

use crate::client::Latent;

fn built() -> (tempfile::TempDir, Latent) {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    fs::create_dir_all(dist.join("assets")).unwrap();
    fs::write(dist.join("index.html"), "<!doctype html>Latent").unwrap();
    fs::write(dist.join("assets/index-abc.js"), "export {}").unwrap();
    fs::write(dist.join("icon.svg"), "<svg/>").unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let latent = Latent::with_ui(Some(dist));
    (folder, latent)
}

#[test]
fn files_come_with_their_types() {
    let (_folder, latent) = built();
    let check = |path: &str, mime: &str, cache: &str| {
        let answer = latent.raw(&format!("GET {path}"), &[&latent.host()], "");
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(mime));
        assert_eq!(answer.header("cache-control"), Some(cache));
    };
    check("/", "text/html; charset=utf-8", "no-cache");
    check("/library/7", "text/html; charset=utf-8", "no-cache");
    let forever = "public, max-age=31536000, immutable";
    check(
        "/assets/index-abc.js",
        "text/javascript; charset=utf-8",
        forever,
    );
    check("/icon.svg", "image/svg+xml", "no-cache");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let (folder, latent) = built();
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/..\\secret.txt",
        "/missing.js",
    ] {
        let answer = latent.raw(&format!("GET {path}"), &[&latent.host()], "");
        assert_ne!(answer.status, 200, "{path}");
        assert!(
            !answer.body.contains("secret\n") && answer.body != "secret",
            "{path}"
        );
    }
    #[cfg(unix)]
    {
        let link = folder.path().join("dist/link.txt");
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), link).unwrap();
        assert_eq!(
            latent.raw("GET /link.txt", &[&latent.host()], "").status,
            404
        );
    }
    drop(folder);
}

#[test]
fn without_a_built_interface_the_page_says_how_to_build_it() {
    let latent = Latent::start();
    let answer = latent.raw("GET /", &[&latent.host()], "");
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("npm run build"), "{}", answer.body);
    assert_eq!(latent.post("list_libraries", "{}").status, 200);
}
