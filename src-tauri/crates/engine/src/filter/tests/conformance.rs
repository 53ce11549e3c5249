//! One question in three syntaxes: each finds what the evaluator finds, through real SQL.

use serde_json::{Value as Json, json};

use super::cases::{MORE, SOME};
use super::random::tree;
use super::rows::{Dice, Row, generate};
use super::{catalog, check, found, oracle};
use crate::filter::{Field, Filter, any, mongo, parse_filter, print_typed, structured};

/// A block of `conformance.txt`.
struct Case {
    typed: &'static str,
    structured: &'static str,
    mongo: &'static str,
}

fn table() -> Vec<Case> {
    let lines = include_str!("conformance.txt").lines();
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut cases = Vec::new();
    while let (Some(typed), Some(structured), Some(mongo)) =
        (lines.next(), lines.next(), lines.next())
    {
        cases.push(Case {
            typed,
            structured,
            mongo,
        });
    }
    cases
}

fn typed(text: &str) -> Filter {
    let parsed = parse_filter(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    parsed.unwrap_or_else(|| panic!("{text} is no filter"))
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn from_json(text: &str) -> Filter {
    any::parse(&json(text), None).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Every way that a filter can be written, printed and read again.
fn printed(filter: &Filter) -> [Filter; 3] {
    let (line, conditions, mongo) = (
        print_typed(filter),
        structured::print(filter),
        mongo::print(filter),
    );
    [
        parse_filter(&line)
            .unwrap_or_else(|e| panic!("{filter:?} | {line}: {e}"))
            .unwrap(),
        structured::parse(&conditions).unwrap_or_else(|e| panic!("{filter:?} | {conditions}: {e}")),
        mongo::parse(&mongo, None).unwrap_or_else(|e| panic!("{filter:?} | {mongo}: {e}")),
    ]
}

#[test]
fn the_same_question_finds_the_same_photos_in_three_syntaxes() {
    let rows = generate(60);
    let connection = catalog(&rows);
    let (mut cases, mut telling) = (0, 0);
    for case in table() {
        let ids = check(&connection, &rows, &typed(case.typed));
        for text in [case.structured, case.mongo] {
            let filter = from_json(text);
            assert_eq!(check(&connection, &rows, &filter), ids, "{text}");
            for again in printed(&filter) {
                assert_eq!(check(&connection, &rows, &again), ids, "{text} | {again:?}");
            }
        }
        cases += 3;
        telling += 3 * usize::from(!ids.is_empty() && ids.len() < rows.len());
    }
    assert!(cases >= 400, "the table has {cases} cases");
    assert!(telling >= 400, "only {telling} cases tell rows apart");
}

#[test]
fn what_was_typed_means_the_same_printed_in_each_syntax() {
    let rows = generate(60);
    let connection = catalog(&rows);
    for text in SOME.iter().chain(&MORE) {
        let filter = typed(text);
        let ids = found(&connection, &filter);
        for again in printed(&filter) {
            assert_eq!(found(&connection, &again), ids, "{text} | {again:?}");
        }
    }
}

#[test]
fn a_tree_made_in_code_means_the_same_printed_in_each_syntax() {
    let rows = generate(60);
    let mut dice = Dice(77);
    for _ in 0..1500 {
        let tree = tree(&mut dice, 0);
        for (syntax, again) in printed(&tree).iter().enumerate() {
            for row in &rows {
                let (before, after) = (oracle::eval(&tree, row), oracle::eval(again, row));
                assert_eq!(before, after, "{tree:?} in syntax {syntax}: {again:?}");
            }
        }
    }
}

#[test]
fn every_field_is_in_the_table_in_every_syntax() {
    let mut asked = Vec::new();
    for case in table() {
        for filter in [
            typed(case.typed),
            from_json(case.structured),
            from_json(case.mongo),
        ] {
            let mut fields = Vec::new();
            fields_of(&filter, &mut fields);
            asked.push(fields);
        }
    }
    for name in [
        "tags",
        "rating",
        "label",
        "taken_at",
        "year",
        "camera",
        "lens",
        "iso",
        "uniqueness",
        "aperture",
        "shutter_s",
        "focal_mm",
        "duration_s",
        "width",
        "height",
        "megapixels",
        "orientation",
        "format",
        "bytes",
        "path",
        "folder",
        "file_name",
        "library",
        "has_gps",
        "near",
        "faulty",
        "offline",
        "price",
    ] {
        for syntax in 0..3 {
            let in_syntax = asked.iter().skip(syntax).step_by(3);
            let times = in_syntax.filter(|fields| fields.contains(&Field::from_json(name)));
            assert!(times.count() >= 2, "{name} in syntax {syntax}");
        }
    }
}

fn fields_of(filter: &Filter, fields: &mut Vec<Field>) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => {
            parts.iter().for_each(|part| fields_of(part, fields));
        }
        Filter::Not(inner) => fields_of(inner, fields),
        Filter::Term { field, .. } => fields.push(field.clone()),
    }
}

#[test]
fn photos_that_lack_a_field_answer_no_to_is_and_yes_to_is_not_in_every_syntax() {
    let rows = generate(60);
    let lacking: Vec<&Row> = rows.iter().filter(|row| row.iso.is_none()).collect();
    assert!(!lacking.is_empty());
    let check = |text: Json, expect: bool| {
        let filter = any::parse(&text, None).unwrap_or_else(|e| panic!("{text}: {e}"));
        for row in &lacking {
            assert_eq!(oracle::eval(&filter, row), expect, "{text}");
        }
        assert_eq!(
            found(&catalog(&rows), &filter)
                .iter()
                .filter(|id| lacking.iter().any(|row| row.id == **id))
                .count(),
            if expect { lacking.len() } else { 0 },
            "{text}"
        );
    };
    for (op, value, expect) in [
        ("=", json!(100), false),
        ("<", json!(1e9), false),
        (">=", json!(0), false),
        ("in", json!([100, 800]), false),
        ("!=", json!(100), true),
        ("not_in", json!([100, 800]), true),
        ("=", Json::Null, true),
        ("!=", Json::Null, false),
    ] {
        check(json!({"field": "iso", "op": op, "value": value}), expect);
        check(json!({"field": "gone", "op": op, "value": value}), expect);
    }
    check(json!({"iso": {"$lte": 1e9}}), false);
    check(json!({"iso": {"$not": {"$lte": 1e9}}}), true);
    check(json!({"$nin": {"iso": [100]}}), true);
    check(json!("iso<1000000"), false);
    check(json!("iso!=100"), true);
    for (op, expect) in [("contains", false), ("not_contains", true)] {
        check(json!({"field": "gone", "op": op, "value": "x"}), expect);
    }
}

#[test]
fn the_query_record_gives_values_and_drops_terms_it_has_none_for() {
    let record = json!({
        "rating": 4, "tags": ["Draft", "places/italy"], "price": null, "colors": [], "camera": "X-T5",
    });
    let check = |filter: Json, expect: &str| {
        let record = record.as_object();
        let parsed = mongo::parse(&filter, record).unwrap_or_else(|e| panic!("{filter}: {e}"));
        assert_eq!(print_typed(&parsed), expect, "{filter}");
    };
    let take = "{TAKE_FROM_QUERY}";
    check(json!({"rating": take}), "rating:4");
    check(json!({"rating": {"$gte": take}}), "rating>=4");
    check(json!({"$lt": {"rating": take}}), "rating<4");
    check(json!({"tags": take}), "tag=Draft,places/italy");
    check(json!({"tags": {"$ne": take}}), "tag!=Draft,places/italy");
    check(json!({"tags": {"$in": take}}), "tag=Draft,places/italy");
    check(
        json!({"tags": {"$in": [take, "x"]}}),
        "tag=Draft,places/italy,x",
    );
    check(
        json!({"tags": {"$contains": take}}),
        "tag:Draft OR tag:places/italy",
    );
    check(json!({"price": take}), "size>=0");
    check(json!({"colors": take, "camera": take}), "camera=X-T5");
    check(json!({"price": {"$in": [take, 5]}}), "attr.price:5");
    check(json!({"price": {"$in": [take]}, "rating": 1}), "rating:1");
    check(json!({"$or": [{"price": take}, {"rating": 1}]}), "rating:1");
    check(
        json!({"$or": [{"price": take}, {"colors": take}]}),
        "size>=0",
    );
    check(
        json!({"$not": {"price": take}, "rating": {"$not": {"$gt": take}}}),
        "-rating>4",
    );
    check(
        json!({"camera": {"text": take}}),
        "camera=\"{TAKE_FROM_QUERY}\"",
    );
    let without = mongo::parse(&json!({"rating": take}), None);
    assert_eq!(without, Ok(Filter::And(Vec::new())));
}

#[test]
fn known_fields_attributes_and_odd_names_are_told_apart() {
    let check = |text: Json, field: Field| {
        let filter = any::parse(&text, None).unwrap_or_else(|e| panic!("{text}: {e}"));
        let mut fields = Vec::new();
        fields_of(&filter, &mut fields);
        assert_eq!(fields, [field], "{text}");
        for again in printed(&filter) {
            assert_eq!(again, filter, "{text}");
        }
    };
    let attribute = |name: &str| Field::Attribute(name.to_owned());
    check(json!({"rating": 4}), Field::Rating);
    check(json!({"attr.rating": 4}), attribute("rating"));
    check(json!({"Rating": 4}), attribute("Rating"));
    check(json!({"date": 4}), attribute("date"));
    check(json!({"attr.attr.x": 4}), attribute("attr.x"));
    check(json!({"$eq": {"$price": 4}}), attribute("$price"));
    check(json!({"$not": {"x": 4}, }), attribute("x"));
    check(
        json!({"field": "$or", "op": "contains", "value": "x"}),
        attribute("$or"),
    );
    check(
        json!({"field": "a \"b\", (c) ü", "op": "!=", "value": null}),
        attribute("a \"b\", (c) ü"),
    );
}
