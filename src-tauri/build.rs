//! Embeds the window's configuration, permissions and icons.
fn main() {
    // The metadata toolkit brings an expat of its own. Exported, it would take the place of the
    // system's, with which fontconfig reads its settings, and crash it.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    tauri_build::build();
}
