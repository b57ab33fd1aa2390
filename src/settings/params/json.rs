//! JSON: nothing of what `jsonc-parser` knows beyond it.

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Fault, Node, Value};
use crate::ast::Name;
use crate::source::{SourceId, Span, Spanned};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn read(text: &str, id: SourceId) -> Result<Node, Fault> {
    match parse_to_ast(text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => Ok(match parsed.value {
            Some(value) => node(value, id),
            None => Spanned::new(Value::Null, Span::new(id, 0, 0)),
        }),
        Err(error) => {
            let mut reason = error.kind().to_string();
            if let Some(first) = reason.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            Err(Fault::new(reason, span(error.range(), id)))
        }
    }
}

fn node(json: ast::Value<'_>, id: SourceId) -> Node {
    let place = span(json.range(), id);
    let value = match json {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(truth) => Value::Bool(truth.value),
        ast::Value::NumberLit(number) => Value::number(number.value),
        ast::Value::StringLit(text) => Value::Text(text.value.into_owned()),
        ast::Value::Array(list) => {
            let items = list.elements.into_iter().map(|item| node(item, id));
            Value::List(items.collect())
        }
        ast::Value::Object(object) => {
            let pairs = object.properties.into_iter();
            let pairs = pairs.map(|pair| (name(pair.name, id), node(pair.value, id)));
            Value::Table(pairs.collect())
        }
    };
    Spanned::new(value, place)
}

fn name(name: ObjectPropName<'_>, id: SourceId) -> Name {
    let place = span(name.range(), id);
    Name::new(name.into_string(), place)
}

fn span(range: Range, id: SourceId) -> Span {
    Span::new(id, range.start, range.end)
}
