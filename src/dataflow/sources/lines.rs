//! Files of one value a line: `lines("seeds.txt")`.

use super::cell::{self, Refused};
use super::csv::folder;
use super::{Collection, Origin, Outside, SourceError, article};
use crate::dataflow::{Column, DataflowError, Items, Table};
use crate::source::Span;

/// The lines that are not blank, as items of a type.
pub(in crate::dataflow) fn lines(
    outside: &mut Outside,
    path: &str,
    column: Column,
    span: Span,
) -> Result<Collection, Vec<DataflowError>> {
    let mut text = outside.read_text(path, span).map_err(|error| vec![error])?;
    let body = std::mem::take(&mut text.text);
    let ty = column.ty.clone();
    let name = column.name.clone();
    let mut table = Table::new(vec![column], vec![0]);
    let mut starts = Vec::new();
    let mut faults = Vec::new();
    let mut start = if body.starts_with('\u{feff}') { 3 } else { 0 };
    for line in body.get(start..).unwrap_or("").split('\n') {
        let content = line.strip_suffix('\r').unwrap_or(line);
        if !content.trim().is_empty() {
            starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            match cell::checked(content, &ty, folder(path)) {
                Ok(cell) => table.push(&cell),
                Err(Refused::Empty | Refused::Other) => faults.push((start, content.to_owned())),
            }
        }
        start += line.len() + 1;
    }
    text.text = body;
    if table.is_full() {
        return Err(vec![
            SourceError::TooLarge {
                path: path.to_owned(),
                span,
            }
            .into(),
        ]);
    }
    if faults.is_empty() {
        return Ok(Collection {
            items: Items::Table(table),
            origin: Origin::File { text, starts },
        });
    }
    let place = |(start, line): (usize, String)| {
        DataflowError::from(SourceError::WrongCell {
            wanted: article(&ty),
            name: name.clone(),
            span: text.line(outside.texts, start),
            help: "correct the line, or the type of the collection",
            cell: format!("`{line}`"),
        })
    };
    Err(faults.into_iter().take(20).map(place).collect())
}
