//! The user interface: its folders look one way, and only its platform folder knows which window
//! it runs in.

use crate::sources::{self, Source, assert_none};

/// What only `ui/src/platform` may name.
const WINDOW_WORDS: &[&str] = &["@tauri-apps", "__TAURI"];

/// Each folder of `ui/src`, and the others it may import from.
const LAYERS: &[(&str, &[&str])] = &[
    ("platform", &[]),
    ("shared", &[]),
    ("api", &["platform"]),
    ("state", &["api", "shared"]),
    ("domain", &["api", "shared", "state"]),
    ("views", &["api", "domain", "shared", "state"]),
];

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

#[test]
fn folders_import_one_way() {
    let mut objections = Vec::new();
    for source in scripts() {
        let inside = source.path.trim_start_matches("ui/src/");
        let Some((folder, _)) = inside.split_once('/') else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == folder) else {
            objections.push(format!("{} lies in a folder without a layer", source.path));
            continue;
        };
        for import in relative_imports(&source.text()) {
            let other = first_folder(inside, &import);
            if other != folder && !allowed.contains(&other.as_str()) {
                objections.push(format!("{} imports {import}", source.path));
            }
        }
    }
    assert_none(
        &objections,
        "Views → domain → state → api → platform; shared knows no domain",
    );
}

/// The quoted paths after `from` and `import` that begin with a dot; pictures have no layer.
fn relative_imports(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.contains("from ") || line.contains("import"))
        .filter_map(|line| {
            let start = line.find(['\'', '"'])? + 1;
            let end = start + line[start..].find(['\'', '"'])?;
            Some(line[start..end].to_owned())
        })
        .filter(|path| path.starts_with('.') && !path.ends_with(".svg"))
        .collect()
}

/// The folder of `ui/src` that a path leads to from a file of it.
fn first_folder(file: &str, import: &str) -> String {
    let mut parts: Vec<_> = file.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.first().copied().unwrap_or_default().to_owned()
}

fn scripts() -> Vec<Source> {
    sources::below("ui/src")
        .into_iter()
        .filter(|source| source.has_extension(&["ts", "js", "svelte"]))
        .collect()
}

#[test]
fn imports_are_followed_to_their_folder() {
    let text = "import { a } from '../../api';\n} from './box';\nimport x from \"svelte\";\n";
    assert_eq!(relative_imports(text), ["../../api", "./box"]);
    assert_eq!(first_folder("domain/grid/Grid.svelte", "../../api"), "api");
    assert_eq!(
        first_folder("domain/grid/Grid.svelte", "../box/Box.svelte"),
        "domain"
    );
}
