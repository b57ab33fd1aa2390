//! TOML

use std::ops::Range;

use toml::de::{DeInteger, DeTable, DeValue};

use super::{Fault, Node, Table, Value};
use crate::ast::Name;
use crate::source::{SourceId, Span, Spanned};

pub(super) fn read(text: &str, id: SourceId) -> Result<Node, Fault> {
    match DeTable::parse(text) {
        Ok(parsed) => {
            let place = span(parsed.span(), id);
            Ok(Spanned::new(
                Value::Table(table(parsed.get_ref(), id)),
                place,
            ))
        }
        Err(error) => Err(Fault::new(
            error.message(),
            span(error.span().unwrap_or_default(), id),
        )),
    }
}

fn table(table: &DeTable<'_>, id: SourceId) -> Table {
    let pairs = table.iter().map(|(name, value)| {
        let name = Name::new(name.get_ref().to_string(), span(name.span(), id));
        (name, node(value, id))
    });
    pairs.collect()
}

fn node(toml: &toml::Spanned<DeValue<'_>>, id: SourceId) -> Node {
    let value = match toml.get_ref() {
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Integer(number) => integer(number),
        DeValue::Float(number) => Value::number(number.as_str()),
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, id)).collect()),
        DeValue::Table(inner) => Value::Table(table(inner, id)),
    };
    Spanned::new(value, span(toml.span(), id))
}

/// In any of the bases of TOML.
fn integer(number: &DeInteger<'_>) -> Value {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or(Value::Other("a number of this size"), Value::Int)
}

fn span(range: Range<usize>, id: SourceId) -> Span {
    Span::new(id, range.start, range.end)
}
