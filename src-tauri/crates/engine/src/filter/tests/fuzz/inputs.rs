//! Draws inputs: printed trees and noise of the grammar, changed a few times, small and large.

use serde_json::{Map, Value as Json, json};

use super::Syntax;
use crate::filter::tests::random::{line, tree};
use crate::filter::tests::rows::Dice;
use crate::filter::{MAX_INPUT_BYTES, mongo, print_typed, structured};

/// One input.
pub(super) fn draw(syntax: Syntax, dice: &mut Dice) -> String {
    let input = match syntax {
        Syntax::Typed => typed(dice),
        Syntax::Structured | Syntax::Mongo => json(syntax, dice).to_string(),
    };
    let input = match dice.below(40) {
        0 => large(syntax, &input, dice),
        _ => input,
    };
    let changes = match dice.below(4) {
        0 if syntax == Syntax::Typed => dice.below(4),
        1 => 1,
        _ => 0,
    };
    (0..changes).fold(input, |input, _| changed_text(&input, dice))
}

fn typed(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => print_typed(&tree(dice, 0)),
        1 => format!("{} {}", line(dice), print_typed(&tree(dice, 2))),
        2 => (0..dice.below(12)).map(|_| character(dice)).collect(),
        _ => line(dice),
    }
}

fn json(syntax: Syntax, dice: &mut Dice) -> Json {
    let tree = tree(dice, 0);
    let mut json = match (syntax, dice.below(6)) {
        (_, 0) => noise(dice, 0),
        (Syntax::Mongo, _) => mongo::print(&tree),
        _ => structured::print(&tree),
    };
    for _ in 0..dice.below(4) {
        change(&mut json, dice);
    }
    json
}

/// The input many times over, up to what may be typed.
fn large(syntax: Syntax, input: &str, dice: &mut Dice) -> String {
    let times = dice
        .pick(&[40, 1025, 5000])
        .min(MAX_INPUT_BYTES / (input.len() + 8))
        .max(1);
    let nested = |before: &str, after: &str| {
        format!("{}{input}{}", before.repeat(times), after.repeat(times))
    };
    match (syntax, dice.below(4)) {
        (Syntax::Typed, 0) => nested(dice.pick(&["(", "-(", "-", "NOT (", "\"", "*"]), ")"),
        (Syntax::Typed, _) => vec![input; times].join(dice.pick(&[" ", " OR ", ",", "", "*"])),
        (Syntax::Structured, 0) => nested("{\"not\":", "}"),
        (Syntax::Structured, 1) => nested("[", "]"),
        (Syntax::Structured, _) => format!("[{}]", vec![input; times].join(",")),
        (Syntax::Mongo, 0) => nested("{\"$not\":", "}"),
        (Syntax::Mongo, 1) => nested("{\"$and\":[", "]}"),
        (Syntax::Mongo, _) => format!("{{\"$or\":[{}]}}", vec![input; times].join(",")),
    }
}

fn character(dice: &mut Dice) -> char {
    const LETTERS: [char; 40] = [
        'a', 't', 'g', 'f', '1', '0', '9', '"', '\'', '*', '?', '(', ')', ',', ':', '=', '!', '~',
        '<', '>', '-', '.', '/', '\\', ' ', '\t', '\n', '\0', 'é', 'ß', 'İ', '東', '🦀',
        '\u{feff}', '\u{301}', '{', '}', '[', ']', '$',
    ];
    dice.pick(&LETTERS)
}

/// Puts in, takes out, replaces or doubles a few characters.
fn changed_text(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = dice.below(chars.len() + 1);
    let end = (at + dice.below(6)).min(chars.len());
    match dice.below(5) {
        0 => chars.insert(at, character(dice)),
        1 => drop(chars.drain(at..end)),
        2 => {
            let copy: Vec<char> = chars[at..end].to_vec();
            chars.splice(at..at, copy);
        }
        3 if at < chars.len() => chars[at] = character(dice),
        _ => chars.truncate(at),
    }
    chars.into_iter().collect()
}

const NAMES: [&str; 30] = [
    "rating",
    "tags",
    "taken_at",
    "near",
    "camera",
    "price",
    "status",
    "my name",
    "attr.rating",
    "",
    "$x",
    "file_name",
    "has_gps",
    "format",
    "orientation",
    "bytes",
    "shutter_s",
    "field",
    "op",
    "value",
    "or",
    "and",
    "not",
    "$or",
    "$and",
    "$not",
    "$gte",
    "$eq",
    "$in",
    "$contains",
];

fn scalar(dice: &mut Dice) -> Json {
    const TEXTS: [&str; 18] = [
        "",
        "x",
        "=",
        "!=",
        ">",
        "<=",
        "in",
        "not_in",
        "contains",
        "4",
        "2023",
        "2023-06..2023-08",
        "2023-06-15T12:00:00.5Z",
        "italy",
        "/",
        "{TAKE_FROM_QUERY}",
        "a*\"b c",
        "\0",
    ];
    match dice.below(6) {
        0 => Json::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(dice.pick(&[0, 1, 4, 5, 200, -3, 2023, 1_686_830_400, i64::MAX, i64::MIN])),
        3 => json!(dice.pick(&[0.5, 2.8, -0.0, 1e300, 5e-324, 1.686e12, 41.9])),
        4 => json!(character(dice).to_string().repeat(dice.pick(&[1, 3, 1025]))),
        _ => json!(dice.pick(&TEXTS)),
    }
}

/// Any JSON whose keys are those of filters.
fn noise(dice: &mut Dice, depth: usize) -> Json {
    match dice.below(if depth < 4 { 8 } else { 3 }) {
        0..=2 => scalar(dice),
        3 | 4 => (0..dice.below(4)).map(|_| noise(dice, depth + 1)).collect(),
        5 => json!({
            "field": dice.pick(&NAMES), "op": scalar(dice), "value": noise(dice, depth + 2),
        }),
        6 => special(dice),
        _ => {
            let pairs =
                (0..dice.below(4)).map(|_| (dice.pick(&NAMES).to_owned(), noise(dice, depth + 1)));
            Json::Object(pairs.collect())
        }
    }
}

fn special(dice: &mut Dice) -> Json {
    match dice.below(4) {
        0 => json!({"lat": scalar(dice), "lon": 12.5, "km": 10}),
        1 => json!({"from": scalar(dice), "to": 5}),
        2 => json!({"pattern": scalar(dice)}),
        _ => json!({"text": scalar(dice)}),
    }
}

/// Changes one place somewhere inside.
fn change(json: &mut Json, dice: &mut Dice) {
    if dice.below(4) > 0 {
        match json {
            Json::Array(items) if !items.is_empty() => {
                let at = dice.below(items.len());
                return change(&mut items[at], dice);
            }
            Json::Object(map) if !map.is_empty() => {
                let at = dice.below(map.len());
                if let Some(value) = map.values_mut().nth(at) {
                    return change(value, dice);
                }
            }
            _ => {}
        }
    }
    change_here(json, dice);
}

fn change_here(json: &mut Json, dice: &mut Dice) {
    let old = json.take();
    *json = match (old, dice.below(8)) {
        (_, 0) => scalar(dice),
        (_, 1) => special(dice),
        (_, 2) => noise(dice, 2),
        (old, 3) => json!([old]),
        (old, 4) => json!({ dice.pick(&NAMES): old }),
        (Json::Object(map), _) => Json::Object(changed_keys(map, dice)),
        (Json::Array(mut items), 5) => {
            items.extend(items.first().cloned());
            Json::Array(items)
        }
        (Json::Array(mut items), 6) => {
            items.pop();
            Json::Array(items)
        }
        (old, _) => old,
    };
}

/// Renames, drops or adds a key.
fn changed_keys(map: Map<String, Json>, dice: &mut Dice) -> Map<String, Json> {
    let at = dice.below(map.len() + 1);
    let what = dice.below(3);
    let mut changed = Map::new();
    for (index, (key, value)) in map.into_iter().enumerate() {
        match (index == at, what) {
            (true, 0) => {}
            (true, 1) => drop(changed.insert(dice.pick(&NAMES).to_owned(), value)),
            _ => drop(changed.insert(key, value)),
        }
    }
    if what == 2 {
        changed.insert(dice.pick(&NAMES).to_owned(), scalar(dice));
    }
    changed
}
