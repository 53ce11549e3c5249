//! Typed filters against the evaluator, and what each must find.

use super::rows::{Row, generate};
use super::{catalog, check};
use crate::filter::{Field, Filter, MAX_DEPTH, MAX_TERMS, Op, Value, parse, parse_filter, to_sql};

/// Filters that find some of the sixty rows, but not all.
pub(super) const SOME: [&str; 92] = [
    "tag:italy",
    "tag:ITALY",
    "tag:places/italy",
    "tag:rome",
    "tag:italy/rome",
    "tag:/italy/",
    "tag=places/italy",
    "tag!=places/italy",
    "tag:draft",
    "-tag:draft",
    "tag:örjan",
    "tag:ÖRJAN",
    "tag:\"100%_sure\"",
    "tag:\"a*b[c]\"",
    "tag:ita*",
    "tag:*rome",
    "tag:東京",
    "tag:draft,rome",
    "tag!~draft,rome",
    "has:tag",
    "no:tag",
    "tag=draft,places/italy",
    "rating:4",
    "rating>=4",
    "rating:>=4",
    "rating:4..5",
    "rating:0",
    "rating!=4",
    "rating<3",
    "rating<=3",
    "rating>3",
    "rating:1,5",
    "rating:..3",
    "rating:4..",
    "rating!=1,5",
    "no:rating",
    "has:rating",
    "label:red",
    "label:RED",
    "label:GRÜN",
    "label~r",
    "label!~r",
    "label!=red",
    "date:2023",
    "date:2023-06",
    "date:2023-06..2023-08",
    "date:2019-12-31T23:59:59",
    "date>=2023-06-15",
    "date<2023",
    "date:2023..",
    "date:..2019",
    "date!=2023",
    "no:date",
    "year:2020..2022",
    "year:2023",
    "year>2020",
    "year<=2019",
    "year!=2023",
    "year:1969,2023",
    "camera:\"X-T5\"",
    "camera:x-t5",
    "camera=x-t5",
    "camera:überkamera",
    "camera:X-T*",
    "-camera:canon",
    "camera:canon,nikon",
    "lens:f1.4",
    "lens:ωmega",
    "iso<=800",
    "iso:800",
    "f:2.8",
    "aperture<2.8",
    "f:f/8",
    "shutter<=1/250",
    "shutter:1/250",
    "shutter>=0.5s",
    "focal:35mm",
    "focal:24..35",
    "width>=6000",
    "megapixels>=24",
    "is:portrait",
    "orientation:landscape,square",
    "format:jpeg,png",
    "format:jpg",
    "size>5MB",
    "size:5MiB",
    "size<=1kb",
    "name:IMG_1*",
    "folder:2023/italy",
    "library:MAIN",
    "is:offline",
    "has:gps",
];

/// More of the same, where the form matters more than the field.
pub(super) const MORE: [&str; 46] = [
    "path:\"100%_[RAW]\"",
    "folder:лето",
    "name:été",
    "name:\"ÉTÉ*\"",
    "name:a?b*",
    "name~img",
    "name:IMG_1*,dsc",
    "no:gps",
    "is:faulty",
    "faulty:no",
    "near:41.9,12.5,10km",
    "near:41.9,12.5,1000m",
    "near:0,180,10km",
    "near:90,50,12km",
    "near:-90,151.2,0km",
    "near:-33.9,151.2,1",
    "near!=41.9,12.5,10km",
    "attr.price:200",
    "attr.price>=200",
    "attr.price:\"200\"",
    "attr.status:sold",
    "attr.status~ol",
    "attr.price:true",
    "attr.price!=200",
    "no:attr.price",
    "has:attr.price",
    "attr.\"my name\":grün",
    "attr.price:100..300",
    "attr.price<0",
    "attr.price>100",
    "attr.price:20?",
    "has:\"attr.my name\"",
    "attr.price=\"\"",
    "(tag:draft rating>=3) OR is:portrait",
    "rating:5 OR rating:1 tag:italy",
    "-(rating>=3 OR tag:italy)",
    "-(rating>=3 tag:italy)",
    "-(-rating:3)",
    "NOT rating:3",
    "rating>=1 AND iso<=800",
    "((tag:italy))",
    "is:portrait -no:date",
    "f:..2.8",
    "camera~CANON",
    "library:écran",
    "attr.price>\"2\"",
];

#[test]
fn sql_and_evaluator_agree_on_every_typed_case() {
    let rows = generate(60);
    let connection = catalog(&rows);
    for text in SOME.iter().chain(&MORE) {
        let filter = parse_filter(text)
            .unwrap_or_else(|e| panic!("{text}: {e}"))
            .unwrap();
        let ids = check(&connection, &rows, &filter);
        assert!(
            !ids.is_empty() && ids.len() < rows.len(),
            "{text} finds {} rows",
            ids.len()
        );
    }
}

#[test]
fn missing_values_answer_no_to_is_and_yes_to_is_not() {
    let rows = generate(60);
    let connection = catalog(&rows);
    let without_iso: Vec<&Row> = rows.iter().filter(|row| row.iso.is_none()).collect();
    assert!(!without_iso.is_empty());
    let finds_them = |text: &str| {
        let ids = check(&connection, &rows, &parse_filter(text).unwrap().unwrap());
        without_iso.iter().all(|row| ids.contains(&row.id))
    };
    for no in ["iso:100", "iso<1", "iso>=0", "iso:1,2", "iso:..100000"] {
        assert!(!finds_them(no), "{no}");
    }
    for yes in ["iso!=100", "iso!=100,800", "-iso>=0", "no:iso"] {
        assert!(finds_them(yes), "{yes}");
    }
}

#[test]
fn a_number_never_equals_a_text() {
    let rows = generate(60);
    let connection = catalog(&rows);
    for (field, value) in [
        (Field::Rating, Value::Text("4".into())),
        (Field::Camera, Value::Number(5.0)),
        (Field::TakenAt, Value::Number(0.0)),
        (Field::Tags, Value::Flag(true)),
        (Field::Rating, Value::Number(f64::NAN)),
        (Field::Near, Value::Text("Rome".into())),
        (Field::Offline, Value::Number(1.0)),
        (Field::Camera, Value::Text("X\0".into())),
        (Field::Width, Value::Missing),
    ] {
        for (op, expect) in [(Op::Eq, 0), (Op::Gt, 0), (Op::Contains, 0), (Op::NotEq, 60)] {
            if op == Op::Gt && field == Field::Camera && matches!(value, Value::Text(_)) {
                continue;
            }
            let ids = check(
                &connection,
                &rows,
                &Filter::term(field.clone(), op, value.clone()),
            );
            assert_eq!(ids.len(), expect, "{field:?} {op:?} {value:?}");
        }
    }
}

#[test]
fn words_phrases_and_filters_are_told_apart() {
    let check = |input: &str, words: &str, without: &str, filter: &str| {
        let typed = parse(input).unwrap_or_else(|e| panic!("{input}: {e}"));
        assert_eq!(
            (typed.words.as_str(), typed.without.as_str()),
            (words, without),
            "{input}"
        );
        let printed = typed
            .filter
            .as_ref()
            .map(crate::filter::print_typed)
            .unwrap_or_default();
        assert_eq!(printed, filter, "{input}");
    };
    check("", "", "", "");
    check("  red   car ", "red car", "", "");
    check(
        "sunset \"old town\" -people tag:italy",
        "sunset old town",
        "people",
        "tag:italy",
    );
    check("-\"many people\" beach", "beach", "many people", "");
    check("at 12:30 or 16:9", "at 12:30 or 16:9", "", "");
    check(
        "c:\\photos f:/raw https://a.b/c std::vec",
        "c:\\photos f:/raw https://a.b/c std::vec",
        "",
        "",
    );
    check("a - b -- c --d", "a b c --d", "", "");
    check("-", "", "", "");
    check("\"-\"", "-", "", "");
    check("5\" f(x) :) 1<2 <3", "5\" f(x) :) 1<2 <3", "", "");
    check("tag:\"a \"\"b\"\" c\"", "", "", "tag:\"a \"\"b\"\" c\"");
    assert_eq!(parse("x \"a b\" -\"c d\"").unwrap().phrases, ["a b"]);
}

#[test]
fn or_binds_tighter_than_standing_side_by_side() {
    let same = |a: &str, b: &str| {
        assert_eq!(
            parse_filter(a).unwrap(),
            parse_filter(b).unwrap(),
            "{a} | {b}"
        );
    };
    same("rating:5 tag:a OR tag:b", "rating:5 (tag:a OR tag:b)");
    same("rating:5 AND tag:a", "rating:5 tag:a");
    same("(((tag:a)))", "tag:a");
    same("NOT tag:a", "-tag:a");
    same("Rating:>=4 DATE:2023-6", "rating>=4 date:2023-06");
    same(
        "stars:4 keyword:x taken:2020 exposure:1/2 mp:2 type:jpg",
        "rating:4 tag:x date:2020 shutter:0.5 megapixels:2 format:jpeg",
    );
    let typed = parse("sunset tag:a OR tag:b").unwrap();
    assert_eq!(typed.words, "sunset");
    assert_eq!(typed.filter, parse_filter("tag:a OR tag:b").unwrap());
}

#[test]
fn the_largest_filters_run() {
    let rows = generate(60);
    let connection = catalog(&rows);
    let list = (0..MAX_TERMS)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let many_tags = (0..MAX_TERMS)
        .map(|n| format!("tag:t{n}"))
        .collect::<Vec<_>>();
    let mut nested = "rating:1".to_owned();
    for _ in 0..(MAX_DEPTH - 1) / 2 {
        nested = format!("-({nested} iso:100)");
    }
    for text in [
        format!("rating:{list}"),
        many_tags.join(" OR "),
        many_tags.join(" "),
        nested,
    ] {
        let filter = parse_filter(&text).unwrap().unwrap();
        check(&connection, &rows, &filter);
    }
}

#[test]
fn dates_and_tags_are_found_through_their_indexes() {
    let connection = catalog(&[]);
    let plan = |text: &str| {
        let predicate = to_sql(&parse_filter(text).unwrap().unwrap());
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT photo.id FROM photo \
             WHERE photo.missing_since IS NULL AND ({})",
            predicate.sql
        );
        let mut statement = connection.prepare(&sql).unwrap();
        let lines = statement
            .query_map(rusqlite::params_from_iter(&predicate.params), |row| {
                row.get(3)
            })
            .unwrap();
        lines
            .map(Result::unwrap)
            .collect::<Vec<String>>()
            .join("\n")
    };
    assert!(
        plan("date:2023").contains("photo_taken"),
        "{}",
        plan("date:2023")
    );
    assert!(plan("year:2020..2022").contains("photo_taken"));
    assert!(plan("rating:5").contains("photo_rating"));
    assert!(
        plan("tag:italy").contains("photo_tag_tag"),
        "{}",
        plan("tag:italy")
    );
    assert!(!plan("tag:italy").contains("CORRELATED"));
    assert!(
        plan("attr.price:2").contains("attribute_name"),
        "{}",
        plan("attr.price:2")
    );
}

#[test]
fn a_pattern_of_many_stars_takes_no_longer_for_them() {
    let mut rows = generate(2);
    for row in &mut rows {
        row.file_name = format!("{}{}", "a".repeat(2000), row.id);
    }
    let connection = catalog(&rows);
    let filter = parse_filter(&format!("name:{}b", "*a".repeat(300)))
        .unwrap()
        .unwrap();
    assert!(super::found(&connection, &filter).is_empty());
}
