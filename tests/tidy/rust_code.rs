//! As much reading of Rust as the rules take: code without comments, paths from `crate`, and the
//! error type of a `Result`.

/// The lines of a file without what stands after `//`, with their numbers from 1.
pub fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
}

/// A file's code in one piece, without comments.
pub fn code(text: &str) -> String {
    code_lines(text)
        .map(|(_, line)| line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The crate-root modules that a file names, by `crate::name` or `crate::{name, other::Thing}`.
pub fn crate_modules(text: &str) -> Vec<String> {
    let code = code(text);
    let mut names = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        // `$crate` in a macro and `latent_crate::` are other things.
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || "_$".contains(before)) {
            continue;
        }
        let rest = code[at + found.len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => names.push(first_name(rest)),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The first part of each path in a group, up to its closing brace.
fn first_names(group: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut depth = 0;
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ => names.last_mut().unwrap().push(letter),
        }
    }
    names.iter().map(|path| first_name(path.trim())).collect()
}

fn first_name(path: &str) -> String {
    path.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// Whether a line holds a `Result` whose error is a plain `String`.
pub fn has_string_error(line: &str) -> bool {
    line.match_indices("Result<").any(|(at, found)| {
        last_argument(&line[at + found.len()..]).is_some_and(|last| last == "String")
    })
}

/// The last of several arguments, up to the closing `>`; `None` where there is only one.
fn last_argument(arguments: &str) -> Option<&str> {
    let mut depth = 0;
    let mut comma = None;
    for (at, letter) in arguments.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' if depth == 0 => return comma.map(|comma: usize| arguments[comma + 1..at].trim()),
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => comma = Some(at),
            _ => {}
        }
    }
    None
}

#[test]
fn modules_are_found_singly_and_in_groups() {
    let text = "
        use crate::ids::PhotoId; // crate::comment::no
        use crate::{crop_box::CropBox, filter::{tree, sql}, store};
        let x = latent_crate::other::y($crate::third::z(crate::photo::decode()));
    ";
    assert_eq!(
        crate_modules(text),
        ["ids", "crop_box", "filter", "store", "photo"]
    );
}

#[test]
fn string_errors_are_told_from_string_values() {
    assert!(has_string_error("fn a() -> Result<Vec<u8>, String> {"));
    assert!(!has_string_error("fn a() -> Result<String> {"));
    assert!(!has_string_error(
        "fn a() -> Result<HashMap<u8, String>, Error> {"
    ));
}
