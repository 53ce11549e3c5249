//! What a program reads where a filter in JSON cannot be understood: path, reason, what to write.

use serde_json::{Value as Json, json};

use crate::filter::{MAX_DEPTH, MAX_NAME_CHARS, MAX_TERMS, MAX_TEXT_CHARS, any};

fn shown(filter: &Json) -> String {
    any::parse(filter, None).map_or_else(|e| e.to_string(), |filter| format!("{filter:?}"))
}

fn check(filter: Json, expect: &str) {
    assert_eq!(shown(&filter), expect, "{filter}");
}

/// Only the place matters.
fn check_place(filter: Json, place: &str) {
    let shown = shown(&filter);
    assert!(
        shown.contains(&format!(" at {place}: ")),
        "{filter} answers {shown}"
    );
}

fn term(op: &str, value: Json) -> Json {
    json!({"field": "rating", "op": op, "value": value})
}

#[test]
fn a_malformed_condition_names_its_path() {
    check(
        json!([term("=", json!(1)), {"field": "rating", "op": "~", "value": 4}]),
        "Unknown op \"~\" at filter[1].op: \
         use =, !=, >, >=, <, <=, contains, not_contains, in, not_in",
    );
    check(
        json!([{"or": [term("=", json!(1)), term("=", json!(2)), term("=", json!([3]))]}]),
        "A list cannot stand here at filter[0].or[2].value: \
         compare with one value, or use the operator for any of a list",
    );
    check(
        json!({"field": "rating", "value": 4}),
        "This condition has no op at filter.op: \
         write {\"field\": \"rating\", \"op\": \">=\", \"value\": 4}",
    );
    check(
        json!([{"field": "rating", "op": "=", "value": 4, "or": []}]),
        "\"field\" stands beside \"or\" at filter[0].field: \
         put each into an object of its own, and both into a list",
    );
    check(
        json!([{"field": "rating", "op": "=", "value": 4, "weight": 2}]),
        "Unknown key \"weight\" at filter[0].weight: \
         use field, op and value, or one of or, and, not",
    );
    check(
        json!({"field": "near", "op": ">", "value": 4}),
        "near takes no > at filter.op: use =, !=, in, not_in",
    );
    check(
        json!({"field": "taken_at", "op": "=", "value": "2023-13"}),
        "\"2023-13\" is no date at filter.value: \
         write 2023, 2023-06, 2023-06-15T12:30:00 or 2023-06..2023-08, without a zone",
    );
}

#[test]
fn every_malformed_shape_is_refused_at_its_place() {
    check_place(json!(5), "filter");
    check_place(json!([5]), "filter[0]");
    check_place(json!([{}]), "filter[0].field");
    check_place(json!({"field": 5, "op": "=", "value": 1}), "filter.field");
    check_place(json!({"field": "", "op": "=", "value": 1}), "filter.field");
    check_place(json!({"field": "x", "op": 5, "value": 1}), "filter.op");
    check_place(json!({"field": "x", "op": "$eq", "value": 1}), "filter.op");
    check_place(json!({"field": "x", "op": "="}), "filter.value");
    check_place(json!({"or": {"field": "x"}}), "filter.or");
    check_place(json!({"not": 5}), "filter.not");
    check_place(json!({"not": [{"and": 5}]}), "filter.not[0].and");
    check_place(term("in", json!(4)), "filter.value");
    check_place(term("in", json!([4, [5]])), "filter.value[1]");
    check_place(term("contains", json!(4)), "filter.op");
    check_place(term("<", Json::Null), "filter.value");
    check_place(term("=", json!({})), "filter.value");
    check_place(term("=", json!({"pattern": "4*"})), "filter.value");
    check_place(term("=", json!({"from": 5, "to": 4})), "filter.value");
    check_place(term("=", json!({"from": "4"})), "filter.value.from");
    check_place(
        term("=", json!({"from": 4, "till": 5})),
        "filter.value.till",
    );
    check_place(term(">", json!({"from": 4})), "filter.value");
    let near = |circle: Json| json!({"field": "near", "op": "=", "value": circle});
    check_place(near(json!("Rome")), "filter.value");
    check_place(near(json!({"lat": 1, "lon": 2})), "filter.value.km");
    check_place(
        near(json!({"lat": 91, "lon": 2, "km": 1})),
        "filter.value.lat",
    );
    check_place(
        near(json!({"lat": 1, "lon": 2, "km": -1})),
        "filter.value.km",
    );
    check_place(
        near(json!({"lat": 1, "lon": 2, "km": 1, "m": 1})),
        "filter.value.m",
    );
    let taken = |value: Json| json!({"field": "taken_at", "op": ">", "value": value});
    check_place(taken(json!("2023-06-15T12:00:00+02:00")), "filter.value");
    check_place(taken(json!(1_686_830_400_000_i64)), "filter.value");
    check_place(
        json!({"field": "tags", "op": "contains", "value": "/"}),
        "filter.value",
    );
    check_place(
        json!({"field": "has_gps", "op": "<", "value": true}),
        "filter.op",
    );
    let file = |value: Json| json!({"field": "file_name", "op": "=", "value": value});
    check_place(file(json!({"pattern": 5})), "filter.value.pattern");
}

#[test]
fn mongodb_s_form_names_its_path_too() {
    check(
        json!({"$or": [{"price": 1}, {"price": {"$gte": [2]}}]}),
        "A list cannot stand here at filter.$or[1].price.$gte: \
         compare with one value, or use the operator for any of a list",
    );
    check(
        json!({"price": {"$regex": "x"}}),
        "Unknown operator \"$regex\" at filter.price.$regex: use $eq, $ne, $gt, $gte, $lt, $lte, \
         $in, $nin, $contains, $ncontains, $not; $and and $or around filters",
    );
    check_place(json!({"$nor": []}), "filter.$nor");
    check_place(json!({"$gte": 5}), "filter.$gte");
    check_place(json!({"$gte": {}}), "filter.$gte");
    check_place(json!({"$gte": {"price": {"$lt": 5}}}), "filter.$gte.price");
    check_place(json!({"$and": {"price": 5}}), "filter.$and");
    check_place(json!({"$and": [5]}), "filter.$and[0]");
    check_place(json!({"$not": 5}), "filter.$not");
    check_place(json!({"price": {"$not": 5}}), "filter.price.$not");
    check_place(json!({"price": {"$not": {"x": 5}}}), "filter.price.$not");
    check_place(json!({"price": {"$gte": 1, "max": 5}}), "filter.price.max");
    check_place(json!({"price": {}}), "filter.price");
    check_place(json!({"price": [1, 2]}), "filter.price");
    check_place(json!({"price": {"$in": 5}}), "filter.price.$in");
    check_place(json!({"price": {"$in": [5, {}]}}), "filter.price.$in[1]");
    check_place(
        json!({"my \"name\".x": {"$in": 5}}),
        "filter[\"my \\\"name\\\".x\"].$in",
    );
    check_place(json!({"": 5}), "filter[\"\"]");
    check_place(
        json!({"rating": {"$contains": "4"}}),
        "filter.rating.$contains",
    );
    check_place(json!({"taken_at": "soon"}), "filter.taken_at");
    check_place(
        json!({"field": "x", "op": "=", "value": 5, "price": 5, "$or": 5}),
        "filter.$or",
    );
}

#[test]
fn the_limits_hold_for_json_as_well() {
    let message = |filter: &Json| any::parse(filter, None).unwrap_err().message;
    let list = |count: usize| term("in", (0..count).collect());
    assert!(any::parse(&list(MAX_TERMS), None).is_ok());
    assert_eq!(
        message(&list(MAX_TERMS + 1)),
        "The filter has too many terms"
    );
    let empty = |count: usize| Json::Array(vec![json!({"or": []}); count]);
    assert!(any::parse(&empty(MAX_TERMS), None).is_ok());
    assert_eq!(
        message(&empty(MAX_TERMS + 1)),
        "The filter has too many terms"
    );
    let orders = json!({"$or": vec![json!({"rating": 1, "iso": 2}); MAX_TERMS / 2 + 1]});
    assert_eq!(message(&orders), "The filter has too many terms");
    type Wrap = fn(Json) -> Json;
    let wraps: [Wrap; 6] = [
        |inner| json!([inner]),
        |inner| json!({"or": [inner]}),
        |inner| json!({"not": inner}),
        |inner| json!([inner, {"field": "iso", "op": "=", "value": 1}]),
        |inner| json!({"$not": inner}),
        |inner| json!({"$and": [inner]}),
    ];
    for (number, wrap) in wraps.into_iter().enumerate() {
        let start = if number < 4 {
            term("=", json!(1))
        } else {
            json!({"rating": 1})
        };
        let nested = |depth: usize| (1..depth).fold(start.clone(), |inner, _| wrap(inner));
        assert!(any::parse(&nested(MAX_DEPTH), None).is_ok(), "{number}");
        assert_eq!(
            message(&nested(MAX_DEPTH + 1)),
            "The filter nests too deep",
            "{number}"
        );
        assert_eq!(
            message(&nested(120)),
            "The filter nests too deep",
            "{number}"
        );
    }
    let beside =
        |depth: usize| (1..depth).fold(json!({"a": 1}), |inner, _| json!({"$not": inner, "b": 1}));
    assert!(any::parse(&beside(MAX_DEPTH / 2), None).is_ok());
    assert_eq!(message(&beside(MAX_DEPTH)), "The filter nests too deep");
    let long = |count: usize| json!({"camera": "x".repeat(count)});
    assert!(any::parse(&long(MAX_TEXT_CHARS), None).is_ok());
    assert_eq!(message(&long(MAX_TEXT_CHARS + 1)), "This value is too long");
    let name = json!({"x".repeat(MAX_NAME_CHARS + 1): 5});
    assert!(message(&name).ends_with("is no name of a field"));
}
