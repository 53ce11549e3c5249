//! The compiled SQL against a naive evaluator, over generated rows in the real schema.

mod cases;
mod conformance;
mod errors;
mod fuzz;
mod json_errors;
mod oracle;
mod random;
mod rows;

use rusqlite::{Connection, params_from_iter};

use super::{Filter, of_value, to_sql};
use rows::Row;

/// A catalog in memory that holds the rows.
fn catalog(rows: &[Row]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in [
        include_str!("../../store/migrations/0001_catalog.sql"),
        include_str!("../../store/migrations/0004_facets.sql"),
        include_str!("../../store/migrations/0005_duplicates.sql"),
        include_str!("../../store/migrations/0009_faults.sql"),
        include_str!("../../store/migrations/0015_duration.sql"),
    ] {
        connection.execute_batch(migration).unwrap();
    }
    rows::insert(&connection, rows);
    connection
}

/// The ids a filter finds through SQL.
fn found(connection: &Connection, filter: &Filter) -> Vec<i64> {
    let predicate = to_sql(filter);
    let sql = format!(
        "SELECT photo.id, ({0}) FROM photo WHERE photo.missing_since IS NULL AND ({0}) \
         ORDER BY photo.id",
        predicate.sql
    );
    let both = predicate.params.iter().chain(&predicate.params);
    let mut statement = connection.prepare_cached(&sql).unwrap();
    let rows = statement
        .query_map(params_from_iter(both), |row| {
            assert_eq!(row.get::<_, i64>(1)?, 1);
            row.get(0)
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// The ids a term finds by its field's values, each asked by itself; none where it cannot.
fn found_by_value(connection: &Connection, filter: &Filter) -> Option<Vec<i64>> {
    let (field, predicate) = of_value(filter)?;
    let passes = format!("SELECT {} FROM (SELECT ? AS value)", predicate.sql);
    let mut passes = connection.prepare_cached(&passes).unwrap();
    let read = super::sql::column(field);
    let read = format!("SELECT id, {read} FROM photo WHERE missing_since IS NULL ORDER BY id");
    let mut read = connection.prepare_cached(&read).unwrap();
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let mut found = Vec::new();
    for row in rows.unwrap() {
        let (id, value): (i64, rusqlite::types::Value) = row.unwrap();
        let value: [&dyn rusqlite::ToSql; 1] = [&value];
        let params = predicate.params.iter().map(|param| param as _);
        let params = params_from_iter(params.chain(value));
        if passes.query_row(params, |row| row.get(0)).unwrap() {
            found.push(id);
        }
    }
    Some(found)
}

/// Checks that SQL and evaluator agree, for the filter and for its opposite, and answers the ids.
fn check(connection: &Connection, rows: &[Row], filter: &Filter) -> Vec<i64> {
    let expected = |filter: &Filter| {
        let answers = rows.iter().filter(|row| oracle::eval(filter, row));
        answers.map(|row| row.id).collect::<Vec<_>>()
    };
    let ids = found(connection, filter);
    assert_eq!(ids, expected(filter), "{filter:?}");
    if let Some(by_value) = found_by_value(connection, filter) {
        assert_eq!(by_value, ids, "by value: {filter:?}");
    }
    let opposite = Filter::Not(Box::new(filter.clone()));
    assert_eq!(
        found(connection, &opposite),
        expected(&opposite),
        "{opposite:?}"
    );
    assert_eq!(
        ids.len() + expected(&opposite).len(),
        rows.len(),
        "a row must be in one of both"
    );
    ids
}
