//! From text to [`ast`](crate::ast).
//!
//! Takes a [`Source`]; gives an [`ast::File`] with all its comments, or every syntax error: after one
//! the parser goes on with the next item. `scan` finds the items, pest reads each of them by
//! `grammar/flow.pest`, `build` and its neighbours make the tree, and `slips` words what pest could
//! not read. Knows nothing of names, types or files; no type of pest leaves this room.

mod bash;
mod build;
mod clause;
mod error;
mod expected;
mod expr;
mod rules;
mod scan;
mod scene;
mod slips;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use bash::fault as bash_fault;
pub use bash::{ShellPiece, ShellWord, Variables, shell_pieces, shell_words, variables};
pub use error::{LexicalError, ParseError, SyntaxError};
pub(crate) use words::ITEMS;
#[cfg(test)]
pub(crate) use words::{CLAUSES, STATEMENTS};

use crate::ast;
use crate::diagnostics::Located;
use crate::source::{Source, SourceId};
use build::Builder;
use rules::Rule;
use scan::{Chunk, Scan};

/// Reads a program.
pub fn parse(source: &Source, id: SourceId) -> Result<ast::File, Vec<ParseError>> {
    let (file, errors) = partial(source, id);
    sorted(errors).map(|()| file)
}

/// The items of a program that can be read, and what is wrong with the others.
pub fn partial(source: &Source, id: SourceId) -> (ast::File, Vec<ParseError>) {
    let text = source.text.as_str();
    let Scan {
        comments,
        chunks,
        errors,
    } = scan::items(text, id);
    let mut errors: Vec<_> = errors.into_iter().map(ParseError::from).collect();
    let mut builder = Builder::new(text, id, comments);
    let mut items = Vec::new();
    for chunk in chunks.into_iter().filter(|chunk| !chunk.broken) {
        match rules::read(Rule::one_item, chunk_text(text, chunk)) {
            Ok(tree) => {
                builder.enter(chunk.start);
                items.push(builder.item(tree));
            }
            Err(stop) => errors.push(slips::explain(text, id, chunk, &stop).into()),
        }
    }
    let (trailing, mistakes) = builder.finish();
    errors.extend(mistakes);
    (ast::File { items, trailing }, errors)
}

/// Reads an expression, as `--set NAME=VALUE` gives it.
pub fn expression(text: &str, id: SourceId) -> Result<ast::Expr, Vec<ParseError>> {
    let scan = scan::expression(text, id);
    sorted(scan.errors.into_iter().map(ParseError::from).collect())?;
    let mut builder = Builder::new(text, id, scan.comments);
    match rules::read(Rule::one_expression, text) {
        Ok(tree) => {
            let expr = builder.expr(tree);
            let (_, mistakes) = builder.finish();
            sorted(mistakes).map(|()| expr)
        }
        Err(stop) => {
            let chunk = Chunk {
                start: 0,
                end: text.len(),
                broken: false,
            };
            Err(vec![slips::explain(text, id, chunk, &stop).into()])
        }
    }
}

fn chunk_text(text: &str, chunk: Chunk) -> &str {
    text.get(chunk.start..chunk.end).unwrap_or_default()
}

/// The errors in the order of the text, if there are any.
fn sorted(mut errors: Vec<ParseError>) -> Result<(), Vec<ParseError>> {
    if errors.is_empty() {
        return Ok(());
    }
    errors.sort_by_key(|error| error.span().start);
    Err(errors)
}
