//! One typed term, `field sign values`, as a part of the tree; refuses what the field cannot be.

use crate::filter::field::{Kind, Unit};
use crate::filter::{Circle, Field, Filter, FilterError, Op, Span, Value, shorten, text};

use super::parser::error;
use super::value::{date_value, number, number_value, plain};

/// What stands between a field and its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Colon,
    Eq,
    NotEq,
    Gt,
    GtEq,
    Lt,
    LtEq,
    Contains,
    NotContains,
}

impl Sign {
    pub(super) fn is_ordering(self) -> bool {
        matches!(self, Self::Gt | Self::GtEq | Self::Lt | Self::LtEq)
    }

    fn is_containing(self) -> bool {
        matches!(self, Self::Contains | Self::NotContains)
    }

    /// Everything contains nothing; but it can be equalled, and is below every text.
    pub(super) fn takes_empty(self) -> bool {
        matches!(self, Self::Eq | Self::NotEq) || self.is_ordering()
    }

    /// The op; `colon` is what a plain `:` means.
    fn op(self, colon: Op) -> Op {
        match self {
            Self::Colon => colon,
            Self::Eq => Op::Eq,
            Self::NotEq => Op::NotEq,
            Self::Gt => Op::Gt,
            Self::GtEq => Op::GtEq,
            Self::Lt => Op::Lt,
            Self::LtEq => Op::LtEq,
            Self::Contains => Op::Contains,
            Self::NotContains => Op::NotContains,
        }
    }
}

/// What stands before the sign.
pub(super) enum Name {
    Field(Field),
    Is,
    Has,
    No,
}

impl Name {
    pub(super) fn find(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "is" => Some(Self::Is),
            "has" => Some(Self::Has),
            "no" => Some(Self::No),
            _ => Field::from_typed(text).map(Self::Field),
        }
    }
}

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Bare,
    /// In quotes: taken as it is.
    Quoted,
    /// Quotes with `*` or `?` beside them.
    Pattern,
}

/// A value as it was typed.
pub(super) struct Item {
    pub(super) text: String,
    pub(super) form: Form,
    pub(super) place: Span,
}

impl Item {
    fn is_pattern(&self) -> bool {
        match self.form {
            Form::Bare => self.text.contains(['*', '?']),
            Form::Quoted => false,
            Form::Pattern => true,
        }
    }

    fn refused(&self, what: &str, hint: &str) -> FilterError {
        error(
            self.place,
            format!("\"{}\" is {what}", shorten(&self.text)),
            hint,
        )
    }
}

/// Makes the term; `place` is where its name stands.
pub(super) fn build(
    name: &Name,
    sign: Sign,
    items: &[Item],
    place: Span,
) -> Result<Filter, FilterError> {
    match name {
        Name::Is => is(only_item(sign, items, place)?),
        Name::Has => has(only_item(sign, items, place)?, true),
        Name::No => has(only_item(sign, items, place)?, false),
        Name::Field(field) => field_term(field, sign, items, place),
    }
}

fn only_item(sign: Sign, items: &[Item], place: Span) -> Result<&Item, FilterError> {
    match items {
        [item] if sign == Sign::Colon => Ok(item),
        _ => Err(error(
            place,
            "This takes a colon and one word",
            "write it as is:offline, has:gps or no:rating",
        )),
    }
}

fn is(item: &Item) -> Result<Filter, FilterError> {
    let word = item.text.to_ascii_lowercase();
    match word.as_str() {
        "offline" => Ok(Filter::term(Field::Offline, Op::Eq, Value::Flag(true))),
        "faulty" => Ok(Filter::term(Field::Faulty, Op::Eq, Value::Flag(true))),
        "portrait" | "landscape" | "square" => {
            Ok(Filter::term(Field::Orientation, Op::Eq, Value::Text(word)))
        }
        _ => Err(item.refused(
            "nothing a photo can be here",
            "use is: with offline, faulty, portrait, landscape or square",
        )),
    }
}

fn has(item: &Item, wanted: bool) -> Result<Filter, FilterError> {
    if item.text.eq_ignore_ascii_case("gps") {
        return Ok(Filter::term(Field::HasGps, Op::Eq, Value::Flag(wanted)));
    }
    let can_be = |field: &Field| field.can_be_missing() && field.is_nameable();
    match Field::from_typed(&item.text).filter(can_be) {
        Some(field) => {
            let op = if wanted { Op::NotEq } else { Op::Eq };
            Ok(Filter::term(field, op, Value::Missing))
        }
        None => Err(item.refused(
            "nothing a photo can have or lack here",
            "use has: or no: with gps, tag, rating, label, date, camera, lens, iso, aperture, \
             shutter, focal or attr.NAME",
        )),
    }
}

fn field_term(
    field: &Field,
    sign: Sign,
    items: &[Item],
    place: Span,
) -> Result<Filter, FilterError> {
    check_sign(field, sign, items, place)?;
    match field.kind() {
        Kind::Near => near(sign, items, place),
        Kind::Text(colon) => text_terms(field, sign, colon, items),
        Kind::Tags => text_terms(field, sign, Op::Contains, items),
        Kind::Number(unit) => terms(field, sign, items, |item| number_item(unit, item)),
        Kind::Date => terms(field, sign, items, |item| {
            date_value(&item.text).ok_or_else(|| {
                item.refused(
                    "no date",
                    "write 2023, 2023-06, 2023-06-15 or 2023-06..2023-08",
                )
            })
        }),
        Kind::Flag => terms(field, sign, items, flag_item),
        Kind::Free => terms(field, sign, items, |item| Ok(free_item(item))),
    }
}

/// Refuses signs that the field has no use for.
fn check_sign(field: &Field, sign: Sign, items: &[Item], place: Span) -> Result<(), FilterError> {
    let name = field.typed_name();
    let (ordered, containing) = match field.kind() {
        Kind::Free => (true, true),
        Kind::Number(_) | Kind::Date => (true, false),
        Kind::Text(_) | Kind::Tags => {
            // `camera>5` was hardly meant to order names.
            (items.iter().all(|item| item.form == Form::Quoted), true)
        }
        Kind::Flag | Kind::Near => (false, false),
    };
    if (sign.is_ordering() && !ordered) || (sign.is_containing() && !containing) {
        let sign = if sign.is_ordering() { "< or >" } else { "~" };
        let instead = if ordered { ":, =, < or >" } else { ": or =" };
        return Err(error(
            place,
            format!("{name} takes no {sign}"),
            format!("use {instead}"),
        ));
    }
    let is_single =
        |item: &Item| item.form == Form::Quoted || !(item.text.contains("..") || item.is_pattern());
    if sign.is_ordering() && (items.len() > 1 || !items.iter().all(is_single)) {
        let message = format!("{name} can be above or below one value only");
        return Err(error(place, message, "use : with several values or a span"));
    }
    Ok(())
}

fn number_item(unit: Unit, item: &Item) -> Result<Value, FilterError> {
    let hint = match unit {
        Unit::Plain => "write 4, 4..5 or 4..",
        Unit::Year => "write 2020, 2020..2022 or 2020..",
        Unit::Bytes => "write 500kB, 5MB or 1MB..5MB",
        Unit::FNumber => "write 2.8 or 1.4..2.8",
        Unit::Seconds => "write 1/250, 0.5 or 1/500..1/250",
        Unit::Millimetres => "write 35 or 24..70",
        Unit::Megapixels => "write 24 or 12..24",
    };
    number_value(unit, &item.text).ok_or_else(|| item.refused("no number here", hint))
}

fn flag_item(item: &Item) -> Result<Value, FilterError> {
    match item.text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(Value::Flag(true)),
        "false" | "no" => Ok(Value::Flag(false)),
        _ => Err(item.refused("neither yes nor no", "write yes or no")),
    }
}

/// An attribute can hold anything: unquoted numbers, spans and `true` are taken for what they are.
fn free_item(item: &Item) -> Value {
    if item.form != Form::Bare {
        return text_value(item);
    }
    match item.text.as_str() {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        text => number_value(Unit::Plain, text).unwrap_or_else(|| text_value(item)),
    }
}

fn text_value(item: &Item) -> Value {
    if item.is_pattern() {
        Value::Pattern(item.text.clone())
    } else {
        Value::Text(item.text.clone())
    }
}

fn text_item(field: &Field, sign: Sign, item: &Item) -> Result<Value, FilterError> {
    let lower = item.text.to_ascii_lowercase();
    match field {
        Field::Orientation if item.form == Form::Bare && !item.is_pattern() => {
            match lower.as_str() {
                "portrait" | "landscape" | "square" => Ok(Value::Text(lower)),
                _ => Err(item.refused("no orientation", "write portrait, landscape or square")),
            }
        }
        Field::Tags if item.text.trim_matches('/').is_empty() && !sign.is_ordering() => {
            Err(item.refused("no tag", "write its name or its path, such as places/italy"))
        }
        _ => Ok(match text_value(item) {
            Value::Text(text) => Value::Text(text::known(field, &text).to_owned()),
            pattern => pattern,
        }),
    }
}

fn text_terms(field: &Field, sign: Sign, colon: Op, items: &[Item]) -> Result<Filter, FilterError> {
    // A file name with a wildcard must fit whole: `IMG_1*` begins with IMG_1.
    let whole_name =
        |value: &Value| *field == Field::FileName && matches!(value, Value::Pattern(_));
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        let value = text_item(field, sign, item)?;
        parts.push((
            sign.op(if whole_name(&value) { Op::Eq } else { colon }),
            value,
        ));
    }
    Ok(combine(field, parts))
}

fn terms(
    field: &Field,
    sign: Sign,
    items: &[Item],
    read: impl Fn(&Item) -> Result<Value, FilterError>,
) -> Result<Filter, FilterError> {
    let op = sign.op(Op::Eq);
    let parts: Result<Vec<_>, _> = items.iter().map(|item| Ok((op, read(item)?))).collect();
    Ok(combine(field, parts?))
}

/// Several values are any of them; of several "not", none.
fn combine(field: &Field, mut parts: Vec<(Op, Value)>) -> Filter {
    let all = |op: Op| parts.iter().all(|(own, _)| *own == op);
    let list_op = match () {
        () if parts.len() == 1 => None,
        () if all(Op::Eq) => Some(Op::In),
        () if all(Op::NotEq) => Some(Op::NotIn),
        () => None,
    };
    if let Some(op) = list_op {
        let values = parts.into_iter().map(|(_, value)| value).collect();
        return Filter::term(field.clone(), op, Value::List(values));
    }
    let negative = all(Op::NotContains);
    if parts.len() == 1
        && let Some((op, value)) = parts.pop()
    {
        return Filter::term(field.clone(), op, value);
    }
    let terms = parts
        .into_iter()
        .map(|(op, value)| Filter::term(field.clone(), op, value));
    if negative {
        Filter::And(terms.collect())
    } else {
        Filter::Or(terms.collect())
    }
}

fn near(sign: Sign, items: &[Item], place: Span) -> Result<Filter, FilterError> {
    let hint = "write near:LATITUDE,LONGITUDE,10km with degrees such as 41.9,12.5";
    let [lat, lon, radius] = items else {
        return Err(error(place, "near takes three values", hint));
    };
    let within = |item: &Item, most: f64| {
        plain(&item.text)
            .filter(|degrees| degrees.abs() <= most)
            .ok_or_else(|| item.refused("no such degree", hint))
    };
    let text = radius.text.to_ascii_lowercase();
    let km = match (text.strip_suffix("km"), text.strip_suffix('m')) {
        (Some(km), _) => number(Unit::Plain, km),
        (None, Some(metres)) => number(Unit::Plain, metres).map(|metres| metres / 1000.0),
        (None, None) => number(Unit::Plain, &text),
    };
    let km = km
        .filter(|km| *km >= 0.0)
        .ok_or_else(|| radius.refused("no distance", hint))?;
    let circle = Circle {
        lat: within(lat, 90.0)?,
        lon: within(lon, 180.0)?,
        km,
    };
    Ok(Filter::term(
        Field::Near,
        sign.op(Op::Eq),
        Value::Circle(circle),
    ))
}
