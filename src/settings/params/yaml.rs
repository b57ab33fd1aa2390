//! YAML

use saphyr::{MarkedYaml, Marker, Scalar, YamlData};

use super::{Fault, Node, Value};
use crate::ast::Name;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::{DEEPEST, documents};

pub(super) fn read(text: &str, id: SourceId) -> Result<Node, Fault> {
    let reader = Reader {
        text,
        starts: text.char_indices().map(|(at, _)| at).collect(),
        id,
    };
    let documents = documents(text).map_err(|error| {
        let at = reader.offset(*error.marker());
        Fault::new(error.info(), Span::new(id, at, at + 1))
    })?;
    match documents.as_slice() {
        [] => Ok(Spanned::new(Value::Null, Span::new(id, 0, 0))),
        [document] => reader.node(document, DEEPEST),
        [_, second, ..] => Err(Fault::new(
            "it holds several documents",
            reader.span(second),
        )),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Where each letter begins: markers count letters.
    starts: Vec<usize>,
    id: SourceId,
}

impl Reader<'_> {
    /// `levels` may lie in each other; an alias stands for as many as it likes.
    fn node(&self, yaml: &MarkedYaml<'_>, levels: usize) -> Result<Node, Fault> {
        let Some(deeper) = levels.checked_sub(1) else {
            return Err(Fault::new("it is nested too deeply", self.span(yaml)));
        };
        let value = match &yaml.data {
            YamlData::Value(scalar) => scalar_value(scalar),
            YamlData::Sequence(items) => {
                let items = items.iter().map(|item| self.node(item, deeper));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            YamlData::Mapping(pairs) => {
                let pairs = pairs
                    .iter()
                    .map(|(name, value)| Ok((self.name(name)?, self.node(value, deeper)?)));
                Value::Table(pairs.collect::<Result<_, _>>()?)
            }
            YamlData::Tagged(_, inner) => return self.node(inner, deeper),
            YamlData::Representation(..) | YamlData::Alias(_) | YamlData::BadValue => {
                Value::Other("this")
            }
        };
        Ok(Spanned::new(value, self.span(yaml)))
    }

    fn name(&self, yaml: &MarkedYaml<'_>) -> Result<Name, Fault> {
        let span = self.span(yaml);
        match yaml.data.as_str() {
            Some(name) => Ok(Name::new(name.to_owned(), span)),
            None => Err(Fault::new("a name is to be a text", span)),
        }
    }

    /// Without the blanks and line ends that a block is followed by.
    fn span(&self, yaml: &MarkedYaml<'_>) -> Span {
        let (start, end) = (self.offset(yaml.span.start), self.offset(yaml.span.end));
        let written = self.text.get(start..end).unwrap_or_default();
        Span::new(self.id, start, start + written.trim_end().len())
    }

    /// In bytes.
    fn offset(&self, marker: Marker) -> usize {
        let start = self.starts.get(marker.index());
        start.copied().unwrap_or(self.text.len())
    }
}

fn scalar_value(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(truth) => Value::Bool(*truth),
        Scalar::Integer(number) => Value::Int(*number),
        Scalar::FloatingPoint(number) => Value::float(**number),
        Scalar::String(text) => Value::Text(text.to_string()),
    }
}
