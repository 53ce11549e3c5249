//! Embeds the window's configuration, permissions and icons.
fn main() {
    tauri_build::build();
}
