//! Words what pest could not read.

use super::error::ParseError;
use super::rules::Stop;
use super::scan::Chunk;
use crate::source::{SourceId, Span};

pub(super) fn explain(text: &str, id: SourceId, chunk: Chunk, stop: &Stop) -> ParseError {
    let at = chunk.start + stop.at;
    let found = text.get(at..).unwrap_or_default().split_whitespace().next();
    ParseError::Expected {
        expected: format!("{:?}", stop.tried),
        found: found.unwrap_or("the end").to_owned(),
        help: None,
        span: Span::new(id, at, at + 1),
    }
}
