//! Filters as sets of photos: each term is asked of its own index, and sets are joined as bits.
//!
//! One statement for a whole filter would read the rows of `photo` as soon as two terms meet; a
//! term by itself is answered from an index, or from the field's values where these are in memory,
//! and is remembered when another is added to it.

use super::candidates::value;
use super::facets;
use crate::error::EngineError;
use crate::filter::{self, Filter, Op, Predicate, SqlValue};
use crate::photo_set::PhotoSet;
use crate::store::Store;
use crate::store::remembered::Question;

/// Terms that are asked one by one; a longer filter is one statement.
const TERMS: usize = 24;

/// The photos that pass a filter, also those whose file is gone.
pub(crate) fn of_filter(store: &Store, filter: &Filter) -> Result<PhotoSet, EngineError> {
    if filter.terms() > TERMS {
        return of_term(store, filter);
    }
    match filter {
        Filter::And(parts) => {
            let Some((first, rest)) = parts.split_first() else {
                return all(store);
            };
            let mut set = of_filter(store, first)?;
            for part in rest {
                set.keep(&of_filter(store, part)?);
            }
            Ok(set)
        }
        Filter::Or(parts) => {
            let mut set = PhotoSet::new();
            for part in parts {
                set.add(&of_filter(store, part)?);
            }
            Ok(set)
        }
        Filter::Not(inner) => all_but(store, inner),
        Filter::Term { field, op, value } => match op {
            Op::NotEq | Op::NotContains | Op::NotIn => {
                let op = match op {
                    Op::NotEq => Op::Eq,
                    Op::NotContains => Op::Contains,
                    _ => Op::In,
                };
                all_but(store, &Filter::term(field.clone(), op, value.clone()))
            }
            _ => of_term(store, filter),
        },
    }
}

/// All photos, also those whose file is gone.
pub(super) fn all(store: &Store) -> Result<PhotoSet, EngineError> {
    Ok(store.all_photos()?)
}

fn all_but(store: &Store, filter: &Filter) -> Result<PhotoSet, EngineError> {
    let mut set = all(store)?;
    set.subtract(&of_filter(store, filter)?);
    Ok(set)
}

fn of_term(store: &Store, filter: &Filter) -> Result<PhotoSet, EngineError> {
    let (sql, params) = match filter::to_ids(filter) {
        Some(Predicate { sql, params }) => (
            format!("SELECT 0, photo_set(photo_id) FROM ({sql})"),
            params,
        ),
        None => {
            let Predicate { sql, params } = filter::to_sql(filter);
            let sql = format!("SELECT 0, photo_set(photo.id) FROM photo WHERE {sql}");
            (sql, params)
        }
    };
    let values = |params: Vec<SqlValue>| params.into_iter().map(value).collect();
    let question = Question::new(sql, values(params));
    let by_value = filter::of_value(filter)
        .and_then(|(field, of_value)| Some((facets::of_field(field)?, of_value)));
    Ok(match by_value {
        Some((field, Predicate { sql, params })) => {
            store.photos_by_value(&question, &field, &(sql, values(params)))?
        }
        None => store.photo_set(&question)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{Field, typed};

    const TYPED: [&str; 18] = [
        "tag:a",
        "-tag:a",
        "tag:b",
        "tag=b/c",
        "tag!=b/c",
        "tag!~b",
        "tag:a,b/c",
        "no:tag",
        "has:tag",
        "rating>=3 tag:a",
        "rating!=3",
        "-rating>=3",
        "no:rating OR tag:c",
        "(tag:a rating:1..3) OR (tag:d -camera:X1)",
        "-(tag:a iso:100)",
        "-(-tag:a)",
        "attr.price>=2 OR date:1975",
        "camera!~X year>=1972 folder:f3",
    ];

    fn catalog(folder: &std::path::Path) -> Store {
        let store = Store::open(&folder.join("catalog.db")).unwrap();
        let fill = "INSERT INTO library (name) VALUES ('Photos');
            INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');
            INSERT INTO tag (path) VALUES ('a'), ('b/c'), ('b/d');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO photo (library_id, root_id, rel_path, path, folder, file_name, bytes,
                mtime_ns, content_hash, format, width, height, taken_at, camera, rating, iso,
                decode_version, added_at, missing_since)
            SELECT 1, 1, CAST(i AS BLOB), i, '/f' || (i % 7), i || '.jpg', 1, 1, x'00', 'jpeg',
                1 + i % 3, 2, CASE WHEN i % 5 THEN i * 86400 * 30 END,
                CASE WHEN i % 4 THEN 'X' || (i % 6) END, CASE WHEN i % 7 THEN i % 6 END, 100 * (i % 4),
                1, 1, CASE WHEN i % 11 = 0 THEN 1 END FROM n;
            INSERT INTO photo_tag SELECT id, 1 FROM photo WHERE id % 2;
            INSERT INTO photo_tag SELECT id, 2 FROM photo WHERE id % 3 = 0;
            INSERT INTO photo_tag SELECT id, 3 FROM photo WHERE id % 5 = 0;
            INSERT INTO attribute SELECT id, 'price', id % 4 FROM photo WHERE id % 10 < 3;";
        store
            .write(|tx| -> crate::store::Result<()> { Ok(tx.execute_batch(fill)?) })
            .unwrap();
        store
    }

    #[test]
    fn terms_asked_one_by_one_find_what_one_statement_does() {
        let folder = tempfile::tempdir().unwrap();
        let store = catalog(folder.path());
        for typed in TYPED {
            let filter = typed::parse_filter(typed).unwrap().unwrap();
            let whole = of_term(&store, &filter).unwrap();
            assert_eq!(of_filter(&store, &filter).unwrap(), whole, "{typed}");
            assert!(!whole.is_empty() && whole.len() < 300, "{typed}");
        }
        assert_eq!(of_filter(&store, &Filter::And(vec![])).unwrap().len(), 300);
        assert!(of_filter(&store, &Filter::Or(vec![])).unwrap().is_empty());
    }

    #[test]
    fn what_is_in_memory_answers_as_the_rows_do() {
        let folder = tempfile::tempdir().unwrap();
        let plain = catalog(folder.path());
        let mut told = 0;
        for typed in TYPED.into_iter().chain([
            "camera:x",
            "camera=X1",
            "-camera:X1",
            "no:camera",
            "has:camera",
            "rating:1,3",
            "rating<=2",
            "iso:100..200",
            "orientation:portrait",
            "folder:/f1*",
            "mp>=0.000004",
        ]) {
            let filter = typed::parse_filter(typed).unwrap().unwrap();
            let store = Store::open(&folder.path().join("catalog.db")).unwrap();
            for (known, _) in Field::known() {
                let kept = facets::of_field(&known);
                kept.into_iter()
                    .for_each(|field| store.read_ahead(&field).unwrap());
            }
            let found = of_filter(&store, &filter).unwrap();
            assert_eq!(found, of_filter(&plain, &filter).unwrap(), "{typed}");
            told += usize::from(!found.is_empty() && found.len() < 300);
        }
        assert!(told >= 26, "{told}");
    }
}
