//! What a person reads where a typed filter cannot be understood: place, reason, what to write.

use crate::filter::{
    MAX_DEPTH, MAX_INPUT_BYTES, MAX_TERMS, MAX_TEXT_CHARS, Place, Span, parse, parse_filter,
};

fn check(input: &str, expect: &str) {
    let shown = parse(input).map_or_else(|e| e.to_string(), |typed| format!("{typed:?}"));
    assert_eq!(shown, expect, "{input}");
}

#[test]
fn a_mistyped_field_names_its_place_and_the_nearest_field() {
    check(
        "be camrea:x",
        "Unknown field \"camrea\" at character 4: did you mean camera?",
    );
    check(
        "ratign>=4",
        "Unknown field \"ratign\" at character 1: did you mean rating?",
    );
    check(
        "-tga:x",
        "Unknown field \"tga\" at character 2: did you mean tag?",
    );
    check(
        "hass:gps",
        "Unknown field \"hass\" at character 1: did you mean has?",
    );
    check(
        "é zzzzzz:x",
        "Unknown field \"zzzzzz\" at character 3: put quotes around it to search for it as words",
    );
}

#[test]
fn values_that_the_field_cannot_hold_are_refused() {
    check(
        "rating:four",
        "\"four\" is no number here at character 8: write 4, 4..5 or 4..",
    );
    check(
        "iso:1e3",
        "\"1e3\" is no number here at character 5: write 4, 4..5 or 4..",
    );
    check(
        "iso:800..100",
        "\"800..100\" is no number here at character 5: write 4, 4..5 or 4..",
    );
    check(
        "size>5XB",
        "\"5XB\" is no number here at character 6: write 500kB, 5MB or 1MB..5MB",
    );
    check(
        "shutter:1/0",
        "\"1/0\" is no number here at character 9: write 1/250, 0.5 or 1/500..1/250",
    );
    check(
        "date:2023-13",
        "\"2023-13\" is no date at character 6: write 2023, 2023-06, 2023-06-15 or 2023-06..2023-08",
    );
    check(
        "camera>5",
        "camera takes no < or > at character 1: use : or =",
    );
    check(
        "rating~5",
        "rating takes no ~ at character 1: use :, =, < or >",
    );
    check(
        "offline:perhaps",
        "\"perhaps\" is neither yes nor no at character 9: write yes or no",
    );
    check(
        "is:green",
        "\"green\" is nothing a photo can be here at character 4: \
         use is: with offline, faulty, portrait, landscape or square",
    );
    check(
        "iso>1,2",
        "iso can be above or below one value only at character 1: \
         use : with several values or a span",
    );
    check(
        "near:1,2",
        "near takes three values at character 1: \
         write near:LATITUDE,LONGITUDE,10km with degrees such as 41.9,12.5",
    );
    check(
        "near:91,2,1km",
        "\"91\" is no such degree at character 6: \
         write near:LATITUDE,LONGITUDE,10km with degrees such as 41.9,12.5",
    );
}

#[test]
fn unfinished_input_is_refused_with_its_place() {
    check(
        "tag: italy",
        "The value of tag is missing at character 5: \
         write it right after the sign, for example tag:value",
    );
    check(
        "tag:a,",
        "The value of tag is missing at character 7: \
         write it right after the sign, for example tag:value",
    );
    check(
        "x \"open",
        "This quote is not closed at character 3: write \" after it",
    );
    check(
        "tag:a(b",
        "This ( has no ) at character 6: close it, or put quotes around the value",
    );
    check("(tag:a", "This ( has no ) at character 1: close it");
    check(
        "tag:a )",
        "This ) has no ( at character 7: \
         take it out, or put quotes around the words",
    );
    check(
        "()",
        "These parentheses are empty at character 1: \
         put a filter in, or quotes around them",
    );
    check(
        "(tag:a cat)",
        "Words cannot stand inside parentheses at character 8: \
         put a field such as tag: before the word, or quotes around all of it",
    );
    check(
        "tag:a OR",
        "Nothing follows OR at character 9: \
         write a filter after it, or put quotes around it to search for it",
    );
    check(
        "cats OR dogs",
        "OR stands between filters, not words at character 1: \
         write \"or\" small or in quotes to search for it, or put a field before the word",
    );
    check(
        "OR tag:a",
        "Nothing to join stands before this at character 1: \
         write a filter before it, or put quotes around it to search for it",
    );
    check(
        "tag:\"a\"b",
        "Something follows this value without a space at character 8: \
         put a space between, or quotes around the whole value",
    );
    check(
        "\"\"",
        "These quotes are empty at character 1: put words in",
    );
}

#[test]
fn a_word_among_filters_only_is_refused() {
    let error = parse_filter("rating:4 sunset").unwrap_err();
    assert_eq!(error.place, Place::Typed(Span { start: 9, end: 15 }));
    assert_eq!(
        error.to_string(),
        "\"sunset\" is no filter at character 10: \
         write field:value, for example tag:italy or rating>=4"
    );
    assert_eq!(parse_filter("  "), Ok(None));
}

#[test]
fn the_limits_hold() {
    let message = |input: &str| parse(input).unwrap_err().message;
    assert_eq!(
        message(&"a".repeat(MAX_INPUT_BYTES + 1)),
        "The search is too long"
    );
    assert!(parse(&"a".repeat(MAX_INPUT_BYTES)).is_ok());
    let nested = |depth: usize| format!("{}tag:a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(message(&nested(MAX_DEPTH + 1)), "The filter nests too deep");
    assert_eq!(message(&nested(30_000)), "The filter nests too deep");
    let negated = |depth: usize| format!("{}tag:a{}", "-(".repeat(depth), ")".repeat(depth));
    assert!(parse(&negated(MAX_DEPTH - 1)).is_ok());
    assert_eq!(message(&negated(MAX_DEPTH)), "The filter nests too deep");
    assert_eq!(
        message(&"tag:a ".repeat(MAX_TERMS + 1)),
        "The filter has too many terms"
    );
    assert!(parse(&"tag:a ".repeat(MAX_TERMS)).is_ok());
    let long = format!("tag:{}", "a".repeat(MAX_TEXT_CHARS + 1));
    assert_eq!(message(&long), "This value is too long");
}
