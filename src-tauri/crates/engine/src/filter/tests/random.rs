//! Random trees and random typing, the same in every run.

use std::time::{Duration, Instant};

use super::rows::{CAMERAS, Dice, FOLDERS, TAGS, generate};
use super::{catalog, check};
use crate::filter::field::Kind;
use crate::filter::{
    Circle, Field, Filter, MAX_INPUT_BYTES, Op, Place, Value, parse, parse_filter, print_typed,
};

const OPS: [Op; 10] = [
    Op::Eq,
    Op::NotEq,
    Op::Gt,
    Op::GtEq,
    Op::Lt,
    Op::LtEq,
    Op::Contains,
    Op::NotContains,
    Op::In,
    Op::NotIn,
];

fn field(dice: &mut Dice) -> Field {
    const NAMES: [&str; 27] = [
        "uniqueness",
        "tag",
        "rating",
        "label",
        "date",
        "year",
        "camera",
        "lens",
        "iso",
        "aperture",
        "shutter",
        "focal",
        "duration",
        "width",
        "height",
        "megapixels",
        "orientation",
        "format",
        "size",
        "path",
        "folder",
        "name",
        "library",
        "has_gps",
        "near",
        "faulty",
        "offline",
    ];
    match dice.below(30) {
        at if at < NAMES.len() => Field::from_typed(NAMES[at]).unwrap(),
        _ => Field::Attribute(
            dice.pick(&["price", "status", "my name", "none"])
                .to_owned(),
        ),
    }
}

fn number(dice: &mut Dice) -> f64 {
    dice.pick(&[
        0.0, 1.0, 4.0, 2.8, 800.0, 0.004, 35.0, 2020.0, 2020.5, 2023.0, 24.0, 5e6, 200.0, -3.0,
        6000.0,
    ])
}

fn text(dice: &mut Dice) -> String {
    let fixed = [
        "Red", "GRÜN", "jpeg", "portrait", "main", "200", "", "x", "[", "1*", "?", "a\"b",
    ];
    let all = [&TAGS[..], &CAMERAS, &FOLDERS, &fixed].concat();
    let text = dice.pick(&all);
    match dice.below(4) {
        0 => text.to_uppercase(),
        1 => text.chars().skip(dice.below(4)).collect(),
        _ => text.to_owned(),
    }
}

fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 10 } else { 9 }) {
        0 => Value::Missing,
        1 => Value::Flag(dice.below(2) == 0),
        2 | 3 => Value::Number(number(dice)),
        4 => Value::Text(text(dice)),
        5 => Value::Pattern(format!(
            "{}*{}",
            text(dice),
            dice.pick(&["", "?", "a", "*y"])
        )),
        6 => {
            let (a, b) = (number(dice), number(dice));
            let open = dice.below(4);
            let from = (open != 0).then_some(a.min(b));
            Value::Range {
                from,
                to: (open != 1).then_some(a.max(b)),
            }
        }
        7 => {
            let texts = [
                "2023",
                "2023-06",
                "2019-12-31",
                "2023-01-01T00",
                "2020..2022",
                "..1970",
            ];
            crate::filter::typed::test_date(dice.pick(&texts))
        }
        8 => Value::Circle(Circle {
            lat: dice.pick(&[41.9, 0.0, 89.95, -90.0]),
            lon: dice.pick(&[12.5, 180.0, -180.0, 151.2, -1.0]),
            km: dice.pick(&[0.5, 7.0, 12.0, 4000.0, 15_000.0, 30_000.0]),
        }),
        _ => Value::List((0..dice.below(4)).map(|_| value(dice, depth + 1)).collect()),
    }
}

/// Whether the field could ever equal the value; most terms should, but not all.
fn fits(field: &Field, value: &Value) -> bool {
    match (field.kind(), value) {
        (Kind::Free, _) | (_, Value::Missing) => true,
        (kind, Value::List(items)) => {
            items.iter().any(|item| fits(field, item)) && kind != Kind::Near
        }
        (Kind::Number(_), value) => matches!(value, Value::Number(_) | Value::Range { .. }),
        (Kind::Text(_) | Kind::Tags, value) => matches!(value, Value::Text(_) | Value::Pattern(_)),
        (Kind::Date, value) => matches!(value, Value::Period(_)),
        (Kind::Flag, value) => matches!(value, Value::Flag(_)),
        (Kind::Near, value) => matches!(value, Value::Circle(_)),
    }
}

pub(super) fn tree(dice: &mut Dice, depth: usize) -> Filter {
    let parts = |dice: &mut Dice| (0..dice.below(4)).map(|_| tree(dice, depth + 1)).collect();
    match dice.below(if depth < 4 { 6 } else { 3 }) {
        3 => Filter::And(parts(dice)),
        4 => Filter::Or(parts(dice)),
        5 => Filter::Not(Box::new(tree(dice, depth + 1))),
        _ => {
            let field = field(dice);
            let mut drawn = value(dice, 0);
            for _ in 0..6 {
                if !fits(&field, &drawn) {
                    drawn = value(dice, 0);
                }
            }
            Filter::term(field, dice.pick(&OPS), drawn)
        }
    }
}

#[test]
fn sql_and_evaluator_agree_on_random_trees() {
    let rows = generate(60);
    let connection = catalog(&rows);
    let mut dice = Dice(20_231_105);
    let mut telling = 0;
    for _ in 0..3000 {
        let ids = check(&connection, &rows, &tree(&mut dice, 0));
        telling += usize::from(!ids.is_empty() && ids.len() < rows.len());
    }
    assert!(telling > 500, "only {telling} trees told rows apart");
}

/// A line of parts that mostly can be understood.
pub(super) fn line(dice: &mut Dice) -> String {
    const PARTS: [&str; 62] = [
        "tag:",
        "rating",
        ">=",
        "4",
        " ",
        " ",
        " ",
        "-",
        "(",
        ")",
        " OR ",
        " AND ",
        "NOT ",
        "\"",
        "\"old town\"",
        "camera:\"X-T5\"",
        "date:2023-06..2023-08",
        "iso<=800",
        "..",
        ",",
        ":",
        "=",
        "!=",
        "~",
        "!~",
        "is:portrait",
        "has:gps",
        "no:tag",
        "attr.",
        "attr.\"a b\":",
        "é",
        "東京",
        "near:41.9,12.5,10km",
        "size>5MB",
        "shutter<=1/250",
        "\\",
        "c:\\",
        "https://",
        "*",
        "?",
        "name:IMG_1*",
        "\0",
        "\u{feff}",
        "🦀",
        "word",
        "-word",
        "label:red,GRÜN",
        "f:2.8",
        "year:2020..",
        "tag:a OR tag:b",
        "(rating:1 OR tag:x)",
        "-(rating:1 tag:x)",
        "attr.n:1",
        "attr.n:\"1\"",
        "attr.n!~x",
        "folder:2023/italy",
        "library:\"My (1)\"",
        "format=jpg",
        "camera=a,b",
        "tag!~a,b",
        "date<=2023-02-28T12:30",
        "rating!=1,3..4",
    ];
    (0..dice.below(9)).map(|_| dice.pick(&PARTS)).collect()
}

#[test]
fn what_is_printed_parses_back_to_the_same_tree() {
    let mut dice = Dice(7);
    let mut parsed = 0;
    for _ in 0..60_000 {
        let input = line(&mut dice);
        let Ok(typed) = parse(&input) else { continue };
        let Some(filter) = typed.filter else { continue };
        let printed = print_typed(&filter);
        let again = parse_filter(&printed).unwrap_or_else(|e| panic!("{input} | {printed}: {e}"));
        assert_eq!(again, Some(filter), "{input} | {printed}");
        parsed += 1;
    }
    assert!(parsed > 5000, "only {parsed} lines held a filter");
}

#[test]
fn an_error_names_a_place_inside_what_was_typed() {
    let mut dice = Dice(11);
    for _ in 0..60_000 {
        let input = line(&mut dice);
        if let Err(error) = parse(&input) {
            let length = input.chars().count();
            let Place::Typed(place) = error.place else {
                panic!("{input}: {error}");
            };
            assert!(
                place.start < place.end && place.start <= length,
                "{input}: {place:?}"
            );
            assert!(!error.message.is_empty() && !error.hint.is_empty());
        }
    }
}

#[test]
fn the_longest_input_is_parsed_in_linear_time() {
    for part in [
        "tag:a ",
        "a ",
        "\"",
        "\"\"",
        "(",
        "-",
        "--",
        "-(",
        "attr.\"",
        "attr.\"a\"\" ",
        "a.",
        ":",
        "tag:(",
        "OR ",
        "NOT ",
        "rating:1,",
        "*",
        "🦀",
        "name:",
        " ",
        "a:b",
        "\"a\"-",
    ] {
        let input = part.repeat(MAX_INPUT_BYTES / part.len());
        let start = Instant::now();
        let _ = parse(&input);
        let took = start.elapsed();
        assert!(took < Duration::from_millis(500), "{part} took {took:?}");
    }
}
