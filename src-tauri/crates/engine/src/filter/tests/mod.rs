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

use super::{Filter, to_sql};
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

/// Checks that SQL and evaluator agree, for the filter and for its opposite, and answers the ids.
fn check(connection: &Connection, rows: &[Row], filter: &Filter) -> Vec<i64> {
    let expected = |filter: &Filter| {
        let answers = rows.iter().filter(|row| oracle::eval(filter, row));
        answers.map(|row| row.id).collect::<Vec<_>>()
    };
    let ids = found(connection, filter);
    assert_eq!(ids, expected(filter), "{filter:?}");
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
