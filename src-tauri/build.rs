//! Embeds the window's configuration and icons.
fn main() {
    tauri_build::build();
}
