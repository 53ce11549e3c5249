//! Filters as sets of photos: each term is asked of its own index, and sets are joined as bits.
//!
//! One statement for a whole filter would read the rows of `photo` as soon as two terms meet; a
//! term by itself is answered from an index, and is remembered when another is added to it.

use super::candidates::value;
use crate::error::EngineError;
use crate::filter::{self, Filter, Op, Predicate};
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
    // Any index holds the ids; without this one SQLite may read the rows.
    let question = Question::with_among(
        "SELECT 0, photo_set(id) FROM photo INDEXED BY photo_tag_count",
        "SELECT 0, photo_set(id) FROM photo",
        Vec::new(),
    );
    Ok(store.photo_set(&question)?)
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
    let params = params.into_iter().map(value).collect();
    Ok(store.photo_set(&Question::new(sql, params))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::typed;

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
        for typed in [
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
        ] {
            let filter = typed::parse_filter(typed).unwrap().unwrap();
            let whole = of_term(&store, &filter).unwrap();
            assert_eq!(of_filter(&store, &filter).unwrap(), whole, "{typed}");
            assert!(!whole.is_empty() && whole.len() < 300, "{typed}");
        }
        assert_eq!(of_filter(&store, &Filter::And(vec![])).unwrap().len(), 300);
        assert!(of_filter(&store, &Filter::Or(vec![])).unwrap().is_empty());
    }
}
