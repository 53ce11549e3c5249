//! Inputs that nobody wrote, for the three parsers: what they accept must make sense.
//!
//! Each input is drawn from a seed: a printed random tree or noise of the grammar, changed a few
//! times. A run of some thousands belongs to the tests; `cargo xtask fuzz filters` goes on for
//! minutes. A failure names its seed and its input.

mod inputs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value as Json;

use super::rows::{Dice, Row, generate};
use super::{catalog, found, oracle};
use crate::filter::{
    Filter, FilterError, MAX_DEPTH, MAX_INPUT_BYTES, MAX_NAME_CHARS, MAX_TERMS, Op, Place, Value,
    any, mongo, parse, parse_filter, print_typed, structured, to_sql,
};

/// No input of up to 64 KiB may take longer.
const MOST: Duration = Duration::from_secs(1);

/// A parser under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Typed,
    Structured,
    Mongo,
}

const ALL: [Syntax; 3] = [Syntax::Typed, Syntax::Structured, Syntax::Mongo];

/// What was seen in a run.
#[derive(Default, Debug)]
struct Seen {
    inputs: u64,
    accepted: u64,
    compared: u64,
    slowest: Duration,
}

struct World {
    rows: Vec<Row>,
    connection: Connection,
    record: Json,
}

impl World {
    fn new() -> Self {
        let rows = generate(24);
        let connection = catalog(&rows);
        let record = serde_json::json!({
            "rating": 4, "tags": ["Draft", "x"], "price": 200, "status": null, "camera": "X-T5",
            "my name": {"inner": 1}, "taken_at": "2023", "near": {"lat": 1, "lon": 2, "km": 3},
        });
        Self {
            rows,
            connection,
            record,
        }
    }

    fn read(&self, syntax: Syntax, input: &str) -> Option<Result<Filter, FilterError>> {
        let json = || serde_json::from_str::<Json>(input).ok();
        let all = || Filter::And(Vec::new());
        Some(match syntax {
            Syntax::Typed => parse(input).map(|typed| typed.filter.unwrap_or_else(all)),
            Syntax::Structured => structured::parse(&json()?),
            Syntax::Mongo => {
                let record = input.len().is_multiple_of(2).then_some(&self.record);
                mongo::parse(&json()?, record.and_then(Json::as_object))
            }
        })
    }

    /// Reads an input and checks all that must hold for it.
    fn check(&self, syntax: Syntax, input: &str, seen: &mut Seen) {
        seen.inputs += 1;
        // What takes long on a busy machine is read again; a slow parser is slow every time.
        let timed = || {
            let start = Instant::now();
            (self.read(syntax, input), start.elapsed())
        };
        let (read, mut took) = timed();
        for _ in 0..3 {
            if took >= MOST {
                took = took.min(timed().1);
            }
        }
        seen.slowest = seen.slowest.max(took);
        assert!(
            took < MOST || input.len() > MAX_INPUT_BYTES,
            "took {took:?}"
        );
        match read {
            None => {}
            Some(Ok(filter)) => {
                seen.accepted += 1;
                self.check_accepted(&filter, seen);
            }
            Some(Err(error)) => check_refused(syntax, input, &error),
        }
    }

    fn check_accepted(&self, filter: &Filter, seen: &mut Seen) {
        assert!(filter.depth() <= MAX_DEPTH, "depth {}", filter.depth());
        let terms = terms(filter);
        assert!(terms <= MAX_TERMS, "{terms} terms");
        assert!(holds_what_it_may(filter), "{filter:?}");
        for (text, again) in printed(filter) {
            let again = again.unwrap_or_else(|e| panic!("printed as {text} it is refused: {e}"));
            self.check_same(filter, &again, &text);
        }
        let predicate = to_sql(filter);
        let sql = format!("SELECT photo.id FROM photo WHERE {}", predicate.sql);
        let statement = self.connection.prepare(&sql).unwrap();
        assert_eq!(statement.parameter_count(), predicate.params.len());
        drop(statement);
        if seen.accepted.is_multiple_of(4) && stars(filter) <= 8 && terms <= 200 {
            seen.compared += 1;
            let rows = self.rows.iter().filter(|row| oracle::eval(filter, row));
            let expected: Vec<i64> = rows.map(|row| row.id).collect();
            assert_eq!(found(&self.connection, filter), expected, "{filter:?}");
        }
    }

    fn check_same(&self, filter: &Filter, again: &Filter, text: &str) {
        if filter == again {
            return;
        }
        if stars(filter) > 8 || terms(filter) > 200 {
            // The evaluator takes its time over these; the catalog does not.
            let ids = |filter: &Filter| found(&self.connection, filter);
            assert_eq!(ids(filter), ids(again), "{text}");
            return;
        }
        for row in &self.rows {
            let answers = (oracle::eval(filter, row), oracle::eval(again, row));
            assert_eq!(answers.0, answers.1, "{filter:?} is printed as {text}");
        }
    }
}

/// The filter in every syntax, and read from it again. Typing has a limit of its own.
fn printed(filter: &Filter) -> Vec<(String, Result<Filter, FilterError>)> {
    let all = || Filter::And(Vec::new());
    let (typed, conditions, form) = (
        print_typed(filter),
        structured::print(filter),
        mongo::print(filter),
    );
    let mut printed = vec![
        (conditions.to_string(), any::parse(&conditions, None)),
        (form.to_string(), mongo::parse(&form, None)),
    ];
    if typed.len() <= MAX_INPUT_BYTES {
        let again = parse_filter(&typed).map(|filter| filter.unwrap_or_else(all));
        printed.push((typed, again));
    }
    printed
}

fn check_refused(syntax: Syntax, input: &str, error: &FilterError) {
    assert!(!error.message.is_empty() && !error.hint.is_empty());
    match (&error.place, syntax) {
        (Place::Typed(span), Syntax::Typed) => {
            assert!(
                span.start < span.end && span.start <= input.chars().count(),
                "{span:?}"
            );
        }
        (Place::Json(path), Syntax::Structured | Syntax::Mongo) => {
            assert!(path.starts_with("filter"), "{path}");
            assert!(path.len() < 64 * 300, "a path of {} bytes", path.len());
        }
        (place, _) => panic!("{place:?} in {syntax:?}"),
    }
}

/// Terms as the limits count them.
fn terms(filter: &Filter) -> usize {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().map(terms).sum::<usize>(),
        Filter::Not(inner) => terms(inner),
        Filter::Term {
            value: Value::List(items),
            ..
        } => items.len().max(1),
        Filter::Term { .. } => 1,
    }
}

fn stars(filter: &Filter) -> usize {
    fn in_value(value: &Value) -> usize {
        match value {
            Value::Pattern(text) => text.matches('*').count(),
            Value::List(items) => items.iter().map(in_value).max().unwrap_or(0),
            _ => 0,
        }
    }
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().map(stars).max().unwrap_or(0),
        Filter::Not(inner) => stars(inner),
        Filter::Term { value, .. } => in_value(value),
    }
}

/// No parser answers numbers that are none, lists in lists, or a list under another op.
fn holds_what_it_may(filter: &Filter) -> bool {
    fn value(value: &Value) -> bool {
        match value {
            Value::Number(number) => number.is_finite(),
            Value::Range { from, to } => match (from, to) {
                (Some(from), Some(to)) => from <= to,
                (one, other) => one.or(*other).is_some_and(f64::is_finite),
            },
            Value::Period(period) => match (period.from_s, period.until_s) {
                (Some(from), Some(until)) => from < until,
                (one, other) => one.or(other).is_some(),
            },
            Value::List(_) => false,
            _ => true,
        }
    }
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(holds_what_it_may),
        Filter::Not(inner) => holds_what_it_may(inner),
        Filter::Term {
            op: Op::In | Op::NotIn,
            value: Value::List(items),
            ..
        } => items.iter().all(value),
        Filter::Term {
            op: Op::In | Op::NotIn,
            ..
        } => false,
        Filter::Term { value: single, .. } => value(single),
    }
}

/// Runs inputs from a seed on, for as long as `more` says, and answers what was seen.
fn run(syntax: Syntax, seed: u64, mut more: impl FnMut(u64) -> bool) -> Seen {
    let world = World::new();
    let mut seen = Seen::default();
    let mut number = 0;
    while more(number) {
        let seed = seed
            .wrapping_add(number)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            | 1;
        let input = inputs::draw(syntax, &mut Dice(seed));
        let checked = catch_unwind(AssertUnwindSafe(|| world.check(syntax, &input, &mut seen)));
        if checked.is_err() {
            let input: String = input.chars().take(20_000).collect();
            panic!("{syntax:?}, seed {seed:#x}: {input}");
        }
        number += 1;
    }
    seen
}

#[test]
fn drawn_inputs_are_refused_with_a_place_or_understood_in_every_syntax() {
    for syntax in ALL {
        let seen = run(syntax, 4, |number| number < 2500);
        assert!(seen.accepted > 600, "{syntax:?}: {seen:?}");
        assert!(seen.inputs - seen.accepted > 300, "{syntax:?}: {seen:?}");
        assert!(seen.compared > 100, "{syntax:?}: {seen:?}");
    }
}

/// Inputs that were once refused or misread, after being printed.
#[test]
fn inputs_that_were_once_misread_are_understood() {
    let world = World::new();
    let mut seen = Seen::default();
    let long_name = format!(
        "{{\"field\": \"{}\", \"op\": \"=\", \"value\": null}}",
        ",".repeat(MAX_NAME_CHARS)
    );
    let circles = vec!["near:-90,-180,4000km"; 500].join(" ");
    for (syntax, input) in [
        (Syntax::Typed, "near!=89.95,12.5,30000030000km"),
        (Syntax::Typed, "near!=-90,151.2,000km"),
        (Syntax::Typed, &circles),
        (Syntax::Structured, &long_name),
    ] {
        world.check(syntax, input, &mut seen);
    }
    assert_eq!(seen.accepted, 4);
}

/// Draws inputs for as many minutes as the environment says, or ten.
fn for_minutes(syntax: Syntax) {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let minutes = number("LATENT_FUZZ_MINUTES").unwrap_or(10);
    let seed = number("LATENT_FUZZ_SEED").unwrap_or(2023);
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let seen = run(syntax, seed << 32, |_| Instant::now() < end);
    println!(
        "{syntax:?}: {} inputs, {} accepted, {} compared with the evaluator, slowest {:?}",
        seen.inputs, seen.accepted, seen.compared, seen.slowest
    );
    assert!(seen.accepted > 0);
}

#[test]
#[ignore = "runs for minutes: cargo xtask fuzz filters"]
fn fuzz_filters_typed() {
    for_minutes(Syntax::Typed);
}

#[test]
#[ignore = "runs for minutes: cargo xtask fuzz filters"]
fn fuzz_filters_structured() {
    for_minutes(Syntax::Structured);
}

#[test]
#[ignore = "runs for minutes: cargo xtask fuzz filters"]
fn fuzz_filters_mongo() {
    for_minutes(Syntax::Mongo);
}
