//! The tree as one SQL predicate with bound parameters over the table `photo`.
//!
//! Every part answers 0 or 1, never NULL, so `NOT` means what it says. Columns are compared bare,
//! so their indexes serve; sets (tags, attributes, libraries) are asked by uncorrelated
//! `IN (SELECT …)`, which was measured 400 times faster than a correlated `EXISTS`.

use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

use super::field::{Kind, Unit};
use super::text::{Around, glob};
use super::{Circle, Field, Filter, Op, Value, dates};

/// A condition for `SELECT photo.id FROM photo WHERE photo.missing_since IS NULL AND (…)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// The condition, with a `?` for each parameter.
    pub sql: String,
    /// The parameters in their order.
    pub params: Vec<SqlValue>,
}

/// A value bound to a predicate.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// An integer.
    Int(i64),
    /// A float.
    Real(f64),
    /// A text.
    Text(String),
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Int(value) => value.to_sql(),
            Self::Real(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
        }
    }
}

/// Compiles a filter.
#[must_use]
pub fn to_sql(filter: &Filter) -> Predicate {
    match filter {
        Filter::And(parts) => join(parts.iter().map(to_sql), " AND ", "1"),
        Filter::Or(parts) => join(parts.iter().map(to_sql), " OR ", "0"),
        Filter::Not(inner) => to_sql(inner).wrapped("(NOT ", ")"),
        Filter::Term { field, op, value } => term(field, *op, value),
    }
}

impl Predicate {
    fn new(sql: impl Into<String>, params: impl Into<Vec<SqlValue>>) -> Self {
        Self {
            sql: sql.into(),
            params: params.into(),
        }
    }

    fn never() -> Self {
        Self::new("0", [])
    }

    fn wrapped(self, before: &str, after: &str) -> Self {
        Self::new(format!("{before}{}{after}", self.sql), self.params)
    }

    fn joined(mut self, word: &str, other: Self) -> Self {
        self.params.extend(other.params);
        Self::new(format!("({}{word}{})", self.sql, other.sql), self.params)
    }
}

/// Joins pair by pair: SQLite refuses expressions deeper than 1000, which a chain would be.
fn join(parts: impl Iterator<Item = Predicate>, word: &str, empty: &str) -> Predicate {
    let mut parts: Vec<Predicate> = parts.collect();
    while parts.len() > 1 {
        let mut pairs = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(first) = rest.next() {
            pairs.push(match rest.next() {
                Some(second) => first.joined(word, second),
                None => first,
            });
        }
        parts = pairs;
    }
    parts.pop().unwrap_or_else(|| Predicate::new(empty, []))
}

fn term(field: &Field, op: Op, value: &Value) -> Predicate {
    let (op, negated) = op.positive();
    let items = match value {
        Value::List(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let matches = join(
        items.iter().map(|item| matches_item(field, op, item)),
        " OR ",
        "0",
    );
    if negated {
        matches.wrapped("(NOT ", ")")
    } else {
        matches
    }
}

fn matches_item(field: &Field, op: Op, item: &Value) -> Predicate {
    if *item == Value::Missing {
        let asked = op == Op::Eq && field.can_be_missing();
        return if asked {
            is_missing(field)
        } else {
            Predicate::never()
        };
    }
    match (field, field.kind()) {
        (Field::Attribute(name), _) => attribute(name, op, item),
        (Field::Library, _) => text("library.name", op, item, Around::Anything).wrapped(
            "photo.library_id IN (SELECT library.id FROM library WHERE ",
            ")",
        ),
        (_, Kind::Tags) => tags(op, item),
        (_, Kind::Near) => near(op, item),
        (_, Kind::Flag) => flag(field, op, item),
        (_, Kind::Number(unit)) => present(field, number(column(field), unit, op, item)),
        (_, Kind::Date) => present(field, date(column(field), op, item)),
        (_, Kind::Text(_) | Kind::Free) => {
            present(field, text(column(field), op, item, Around::Anything))
        }
    }
}

/// The SQL that a field's value is read by; empty where a field is no column.
pub(super) fn column(field: &Field) -> &'static str {
    match field {
        Field::Rating => "photo.rating",
        Field::Label => "photo.label",
        Field::TakenAt | Field::Year => "photo.taken_at",
        Field::Camera => "photo.camera",
        Field::Lens => "photo.lens",
        Field::Iso => "photo.iso",
        Field::Aperture => "photo.aperture",
        Field::ShutterS => "photo.shutter_s",
        Field::FocalMm => "photo.focal_mm",
        Field::DurationS => "photo.duration_s",
        Field::Width => "photo.width",
        Field::Height => "photo.height",
        Field::Megapixels => "(photo.width * photo.height / 1000000.0)",
        Field::Uniqueness => "(photo.uniqueness / 1000000.0)",
        Field::Orientation => {
            "(CASE WHEN photo.width > photo.height THEN 'landscape' \
             WHEN photo.width < photo.height THEN 'portrait' ELSE 'square' END)"
        }
        Field::Format => "photo.format",
        Field::Bytes => "photo.bytes",
        Field::Path => "photo.path",
        Field::Folder => "photo.folder",
        Field::FileName => "photo.file_name",
        Field::Tags
        | Field::Library
        | Field::HasGps
        | Field::Near
        | Field::Faulty
        | Field::Offline
        | Field::Attribute(_) => "",
    }
}

const HAS_GPS: &str = "(photo.lat IS NOT NULL AND photo.lon IS NOT NULL)";

/// The elements of an attribute: itself, or those of a list. Damaged JSON counts as missing.
const ELEMENTS: &str = "photo.id IN (SELECT attribute.photo_id FROM attribute, json_each(\
     CASE WHEN json_valid(attribute.value) THEN attribute.value ELSE 'null' END) AS element \
     WHERE attribute.name = ? AND ";

fn is_missing(field: &Field) -> Predicate {
    match field {
        Field::Tags => Predicate::new("(photo.id NOT IN (SELECT photo_id FROM photo_tag))", []),
        Field::Near => Predicate::new(format!("(NOT {HAS_GPS})"), []),
        Field::Attribute(name) => Predicate::new(
            format!("(NOT {ELEMENTS}element.type <> 'null'))"),
            [SqlValue::Text(name.clone())],
        ),
        other => Predicate::new(format!("({} IS NULL)", column(other)), []),
    }
}

/// Makes a condition on a column that can be NULL answer 0 there.
fn present(field: &Field, condition: Predicate) -> Predicate {
    if field.can_be_missing() && condition.sql != "0" {
        condition.wrapped(&format!("({} IS NOT NULL AND ", column(field)), ")")
    } else {
        condition
    }
}

fn flag(field: &Field, op: Op, item: &Value) -> Predicate {
    let Value::Flag(wanted) = item else {
        return Predicate::never();
    };
    if !matches!(op, Op::Eq | Op::Contains) {
        return Predicate::never();
    }
    let sql = match field {
        Field::HasGps => HAS_GPS,
        Field::Offline => "photo.root_id IN (SELECT root.id FROM root WHERE root.offline <> 0)",
        _ => "((photo.root_id, photo.rel_path) IN (SELECT root_id, rel_path FROM fault))",
    };
    Predicate::new(
        if *wanted {
            sql.to_owned()
        } else {
            format!("(NOT {sql})")
        },
        [],
    )
}

fn tags(op: Op, item: &Value) -> Predicate {
    tagged(op, item).wrapped("photo.id IN (", ")")
}

/// The photos that carry a tag, from the tags' indexes alone.
fn tagged(op: Op, item: &Value) -> Predicate {
    let path = if op == Op::Contains {
        "('/' || tag.path || '/')"
    } else {
        "tag.path"
    };
    // The few tags first, then their photos: the planner takes the join the other way round.
    text(path, op, item, Around::Segments).wrapped(
        "SELECT photo_tag.photo_id FROM tag \
         CROSS JOIN photo_tag ON photo_tag.tag_id = tag.id WHERE ",
        "",
    )
}

/// A statement that answers the photos of a single positive term without looking at `photo`; none
/// where there is none.
#[must_use]
pub fn to_ids(filter: &Filter) -> Option<Predicate> {
    match filter {
        Filter::Term {
            field: Field::Tags,
            op,
            value,
        } if !matches!(value, Value::Missing | Value::List(_)) && op.positive() == (*op, false) => {
            Some(tagged(*op, value))
        }
        _ => None,
    }
}

/// A single term as a condition over `value`, which stands for what the field is read by; none where
/// it looks at anything else.
#[must_use]
pub fn of_value(filter: &Filter) -> Option<(&Field, Predicate)> {
    let Filter::Term { field, op, value } = filter else {
        return None;
    };
    let column = column(field);
    let Predicate { sql, params } = term(field, *op, value);
    let sql = sql.replace(column, "value");
    (!column.is_empty() && !sql.contains("photo.")).then_some((field, Predicate { sql, params }))
}

fn attribute(name: &str, op: Op, item: &Value) -> Predicate {
    let condition = match item {
        Value::Flag(wanted) if matches!(op, Op::Eq | Op::Contains) => {
            Predicate::new(format!("element.type = '{wanted}'"), [])
        }
        Value::Number(_) | Value::Range { .. } => number("element.value", Unit::Plain, op, item)
            .wrapped("(element.type IN ('integer', 'real') AND ", ")"),
        Value::Text(_) | Value::Pattern(_) => text("element.value", op, item, Around::Anything)
            .wrapped("(element.type = 'text' AND ", ")"),
        _ => return Predicate::never(),
    };
    let mut params = vec![SqlValue::Text(name.to_owned())];
    params.extend(condition.params);
    // The members of an object have a text for a key; they are not elements.
    Predicate::new(
        format!(
            "{ELEMENTS}typeof(element.key) <> 'text' AND {})",
            condition.sql
        ),
        params,
    )
}

/// A condition on a text; `contained` says what surrounds a text that is contained.
fn text(column: &str, op: Op, item: &Value, contained: Around) -> Predicate {
    let around = match op {
        Op::Eq => Around::Nothing,
        Op::Contains => contained,
        ordering => {
            let Value::Text(value) = item else {
                return Predicate::never();
            };
            return Predicate::new(
                // Names and tags are NOCASE columns.
                format!("({column} COLLATE BINARY {} ?)", sign(ordering)),
                [SqlValue::Text(value.clone())],
            );
        }
    };
    let glob = match item {
        Value::Text(value) => glob(value, false, around),
        Value::Pattern(value) => glob(value, true, around),
        _ => None,
    };
    match glob {
        Some(glob) => Predicate::new(format!("({column} GLOB ?)"), [SqlValue::Text(glob)]),
        None => Predicate::never(),
    }
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::Gt => ">",
        Op::GtEq => ">=",
        Op::Lt => "<",
        _ => "<=",
    }
}

/// The lowest and the highest value inside; an end may be open.
type Span = (Option<SqlValue>, Option<SqlValue>);

fn number(column: &str, unit: Unit, op: Op, item: &Value) -> Predicate {
    let (from, to) = match item {
        Value::Number(n) => (Some(*n), Some(*n)),
        Value::Range { from, to } => (*from, *to),
        _ => return Predicate::never(),
    };
    if from.is_some_and(f64::is_nan) || to.is_some_and(f64::is_nan) {
        return Predicate::never();
    }
    if unit == Unit::Year {
        return span(column, op, years(from, to));
    }
    let slack = |n: f64| n.abs() * unit.tolerance();
    let (low, high) = (from.map(|n| n - slack(n)), to.map(|n| n + slack(n)));
    span(
        column,
        op,
        (low.map(SqlValue::Real), high.map(SqlValue::Real)),
    )
}

/// Years as the seconds they begin and end with, so that the index on the time serves.
fn years(from: Option<f64>, to: Option<f64>) -> Span {
    let first = from.map(|year| dates::start_of_year_s(year.ceil() as i64));
    let last = to.map(|year| dates::start_of_year_s((year.floor() as i64).saturating_add(1)) - 1);
    (first.map(SqlValue::Int), last.map(SqlValue::Int))
}

fn date(column: &str, op: Op, item: &Value) -> Predicate {
    let Value::Period(period) = item else {
        return Predicate::never();
    };
    let last = period.until_s.map(|until| until.saturating_sub(1));
    span(
        column,
        op,
        (period.from_s.map(SqlValue::Int), last.map(SqlValue::Int)),
    )
}

fn span(column: &str, op: Op, (low, high): Span) -> Predicate {
    let compare =
        |sign: &str, bound: SqlValue| Predicate::new(format!("({column} {sign} ?)"), [bound]);
    // Nothing lies below an end that is open, and everything at it or above.
    match (op, low, high) {
        (Op::Gt, _, high) => high.map_or_else(Predicate::never, |high| compare(">", high)),
        (Op::Lt, low, _) => low.map_or_else(Predicate::never, |low| compare("<", low)),
        (Op::GtEq, low, _) => low.map_or_else(|| Predicate::new("1", []), |low| compare(">=", low)),
        (Op::LtEq, _, high) => {
            high.map_or_else(|| Predicate::new("1", []), |high| compare("<=", high))
        }
        (_, Some(low), Some(high)) if low == high => compare("=", low),
        (_, low, high) => {
            let ends = [
                low.map(|low| compare(">=", low)),
                high.map(|high| compare("<=", high)),
            ];
            join(ends.into_iter().flatten(), " AND ", "1")
        }
    }
}

/// The earth's mean radius in kilometres.
///
/// # Source
/// Moritz 2000, "Geodetic Reference System 1980", R1.
pub(crate) const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A micrometre: what lies on the edge, and every meridian at a pole, is inside despite rounding.
pub(crate) const NEAR_SLACK_KM: f64 = 1e-9;

/// Distance by the haversine formula, without the trigonometry that SQLite may lack.
///
/// # Source
/// Sinnott 1984, "Virtues of the Haversine", Sky and Telescope 68.
fn near(op: Op, item: &Value) -> Predicate {
    let (Op::Eq, Value::Circle(Circle { lat, lon, km })) = (op, item) else {
        return Predicate::never();
    };
    let half_angle =
        ((km + NEAR_SLACK_KM) / EARTH_RADIUS_KM / 2.0).clamp(0.0, std::f64::consts::FRAC_PI_2);
    // Beyond the other side of the earth lies nothing, whatever rounding says.
    let whole = half_angle >= std::f64::consts::FRAC_PI_2;
    let limit = if whole { 2.0 } else { half_angle.sin().powi(2) };
    let reach_deg = (2.0 * half_angle).to_degrees() + 1e-9;
    let sql = format!(
        "photo.id IN (SELECT id FROM (SELECT id, north * north AS n, east * east AS e, \
         own * own AS o FROM (SELECT id, radians * (lat - ?) AS north, \
         radians * min(abs(lon - ?), 360 - abs(lon - ?)) AS east, radians * lat AS own \
         FROM (SELECT id, lat, lon, {radians} AS radians FROM photo \
         WHERE lat IS NOT NULL AND lon IS NOT NULL AND lat >= ? AND lat <= ?))) \
         WHERE {north} + ? * (1 - 2 * {own}) * {east} <= ?)",
        radians = std::f64::consts::PI / 180.0,
        north = haversine_of_square("n"),
        own = haversine_of_square("o"),
        east = haversine_of_square("e"),
    );
    let params = [
        *lat,
        *lon,
        *lon,
        lat - reach_deg,
        lat + reach_deg,
        lat.to_radians().cos(),
        limit,
    ];
    Predicate::new(sql, params.map(SqlValue::Real))
}

/// `sin²(x / 2)` as a polynomial in `x²`, right to 10⁻¹² for `|x|` up to π.
///
/// # Source
/// The Taylor series of `(1 − cos x) / 2`, eleven terms, in Horner's form.
fn haversine_of_square(square: &str) -> String {
    let mut factorial = 1.0;
    let mut coefficients = Vec::new();
    for k in 1..=11 {
        let n = f64::from(2 * k);
        factorial *= n * (n - 1.0);
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        coefficients.push(sign / (2.0 * factorial));
    }
    let inner = coefficients
        .iter()
        .rev()
        .fold(String::from("0.0"), |inner, coefficient| {
            format!("({coefficient:e} + {square} * {inner})")
        });
    format!("({square} * {inner})")
}
