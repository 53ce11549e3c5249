//! The user interface: only its platform folder knows which window it runs in.

use crate::sources::{self, Source, assert_none};

/// What only `ui/src/platform` may name.
const WINDOW_WORDS: &[&str] = &["@tauri-apps", "__TAURI"];

#[test]
fn only_the_platform_knows_the_window() {
    let mut objections = Vec::new();
    for source in scripts() {
        if source.path.starts_with("ui/src/platform/") {
            continue;
        }
        let text = source.text();
        let words = WINDOW_WORDS.iter().filter(|word| text.contains(**word));
        objections.extend(words.map(|word| format!("{} names {word}", source.path)));
    }
    assert_none(&objections, "Only ui/src/platform imports @tauri-apps");
}

fn scripts() -> Vec<Source> {
    sources::below("ui/src")
        .into_iter()
        .filter(|source| source.has_extension(&["ts", "js", "svelte"]))
        .collect()
}
