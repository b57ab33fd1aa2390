//! Sheets: `csv<Row>("rows.csv")`.

use csv::{ByteRecord, ReaderBuilder};

use super::cell::{self, Refused};
use super::{Collection, FileText, Origin, Outside, SourceError, article};
use crate::dataflow::{Column, DataflowError, Items, Table};
use crate::diagnostics::closest;
use crate::hir::Record;
use crate::source::Span;

/// So many wrong cells are shown of one sheet.
const SHOWN: usize = 20;

/// The rows of a sheet as items. Cells go from the reader into the table, without a value between.
pub(in crate::dataflow) fn sheet(
    outside: &mut Outside,
    path: &str,
    record: &Record,
    span: Span,
) -> Result<Collection, Vec<DataflowError>> {
    let mut text = outside.read_text(path, span).map_err(|error| vec![error])?;
    let body = std::mem::take(&mut text.text);
    let read = Sheet {
        record,
        body: &body,
        folder: folder(path),
    }
    .read();
    text.text = body;
    match read {
        Ok((table, starts)) => Ok(Collection {
            items: Items::Table(table),
            origin: Origin::File { text, starts },
        }),
        Err(faults) => {
            let mut messages = Messages {
                outside,
                text: &mut text,
                record,
                span,
            };
            let faults = faults.into_iter().take(SHOWN);
            Err(faults.map(|fault| messages.message(fault).into()).collect())
        }
    }
}

/// Spreadsheets leave rows of nothing but commas behind a table. One cell that is empty may be meant.
fn is_blank(row: &ByteRecord) -> bool {
    row.len() > 1 && row.iter().all(|cell| cell.trim_ascii().is_empty())
}

/// The folder of a file, without a slash at its end.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is wrong and where in the text, before a message can be made of it.
enum Fault {
    Empty,
    /// What stands between the columns, in place of commas.
    Separator(char),
    MissingColumn {
        column: usize,
        near: Option<String>,
        header: String,
    },
    DuplicateColumn {
        column: String,
        at: usize,
    },
    RowLength {
        found: usize,
        wanted: usize,
        at: usize,
    },
    Cell(WrongCell),
    TooLarge,
}

struct WrongCell {
    text: String,
    refused: Refused,
    /// Of the record.
    field: usize,
    at: usize,
    end: usize,
}

struct Sheet<'s> {
    record: &'s Record,
    body: &'s str,
    folder: &'s str,
}

impl Sheet<'_> {
    /// The rows, and the byte at which each begins.
    fn read(&self) -> Result<(Table, Vec<u32>), Vec<Fault>> {
        let skipped = if self.body.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        let bytes = self.body.as_bytes().get(skipped..).unwrap_or(&[]);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut row = ByteRecord::new();
        // Reading from memory does not fail, and a flexible reader takes rows of any length.
        let mut next = move |row: &mut ByteRecord| reader.read_byte_record(row).unwrap_or(false);
        if !next(&mut row) {
            return Err(vec![Fault::Empty]);
        }
        let columns = self.header(&row)?;
        let width = row.len();
        let fields = self.record.fields.iter();
        let described = fields.map(|field| Column {
            name: field.name.node.clone(),
            ty: field.ty.clone(),
        });
        let mut table = Table::new(described.collect(), self.record.key());
        let mut starts = Vec::new();
        let mut faults = Vec::new();
        while faults.len() < SHOWN && next(&mut row) {
            if is_blank(&row) {
                continue;
            }
            let byte = row.position().map_or(0, csv::Position::byte);
            let start = self.row_start(skipped + usize::try_from(byte).unwrap_or(0));
            starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            if row.len() == width {
                self.row(&row, start, &columns, &mut table, &mut faults);
            } else {
                faults.push(Fault::RowLength {
                    found: row.len(),
                    wanted: width,
                    at: start,
                });
            }
        }
        if table.is_full() {
            faults.push(Fault::TooLarge);
        }
        if faults.is_empty() {
            Ok((table, starts))
        } else {
            Err(faults)
        }
    }

    /// The reader's position may lie before line ends that it skips.
    fn row_start(&self, at: usize) -> usize {
        let rest = self.body.as_bytes().get(at..).unwrap_or(&[]);
        at + rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count()
    }

    /// For each field of the record the column that holds it.
    fn header(&self, row: &ByteRecord) -> Result<Vec<usize>, Vec<Fault>> {
        let names: Vec<String> = row
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
            .collect();
        if let [header] = names.as_slice()
            && let Some(mark) = self.separator(header)
        {
            return Err(vec![Fault::Separator(mark)]);
        }
        let mut faults = Vec::new();
        let mut columns = Vec::new();
        for (at, field) in self.record.fields.iter().enumerate() {
            let mut found = names
                .iter()
                .enumerate()
                .filter(|(_, name)| **name == field.name.node);
            match (found.next(), found.next()) {
                (Some((column, _)), None) => columns.push(column),
                (None, _) => faults.push(Fault::MissingColumn {
                    column: at,
                    near: closest(&field.name.node, names.iter().map(String::as_str))
                        .map(|near| near.to_owned()),
                    header: names.join("`, `"),
                }),
                (Some(_), Some((second, name))) => faults.push(Fault::DuplicateColumn {
                    column: name.clone(),
                    at: cell_at(self.body, self.row_start(0), second).0,
                }),
            }
        }
        if faults.is_empty() {
            Ok(columns)
        } else {
            Err(faults)
        }
    }

    /// What spreadsheets write in place of commas, if it divides the header so that there is a field.
    fn separator(&self, header: &str) -> Option<char> {
        let is_field = |name: &str| {
            let name = name.trim().trim_matches('"');
            self.record.fields.iter().any(|it| it.name.node == name)
        };
        let mut marks = [';', '\t', '|'].into_iter();
        marks.find(|&mark| header.contains(mark) && header.split(mark).any(is_field))
    }

    fn row(
        &self,
        row: &ByteRecord,
        start: usize,
        columns: &[usize],
        table: &mut Table,
        faults: &mut Vec<Fault>,
    ) {
        for (field, (described, &column)) in self.record.fields.iter().zip(columns).enumerate() {
            let bytes = row.get(column).unwrap_or(&[]);
            // The whole text is UTF-8, and a cell ends at ASCII marks.
            let text = std::str::from_utf8(bytes).unwrap_or("");
            match cell::checked(text, &described.ty, self.folder) {
                Ok(text) => table.push(&text),
                Err(refused) => {
                    let (at, end) = cell_at(self.body, start, column);
                    faults.push(Fault::Cell(WrongCell {
                        text: text.to_owned(),
                        refused,
                        field,
                        at,
                        end,
                    }));
                    table.push("");
                }
            }
        }
    }
}

/// Where a cell of the row that begins at `start` stands in the text, quotes included.
fn cell_at(text: &str, start: usize, column: usize) -> (usize, usize) {
    let mut left = column;
    let mut quoted = false;
    let mut begin = start;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted && left == 0 => return (begin, at),
            b',' if !quoted => {
                left -= 1;
                begin = at + 1;
            }
            b'\r' | b'\n' if !quoted => return (begin, at),
            _ => {}
        }
    }
    (begin, text.len())
}

/// What turns a fault into a message.
struct Messages<'m, 'f, 'o> {
    outside: &'m mut Outside<'o>,
    text: &'f mut FileText,
    record: &'f Record,
    /// Of the expression that reads the sheet.
    span: Span,
}

impl Messages<'_, '_, '_> {
    fn message(&mut self, fault: Fault) -> SourceError {
        let path = self.text.path.clone();
        let span = self.span;
        match fault {
            Fault::Empty => {
                let columns: Vec<_> = (0..self.record.fields.len())
                    .map(|field| self.field(field))
                    .collect();
                SourceError::EmptySheet {
                    path,
                    columns: columns.join(","),
                    span,
                }
            }
            Fault::Separator(mark) => SourceError::MissingColumn {
                path,
                column: self.field(0),
                span: self.text.line(self.outside.texts, 0),
                help: format!(
                    "it has {} between its columns; write it with commas",
                    if mark == '\t' {
                        "tabs".to_owned()
                    } else {
                        format!("`{mark}`")
                    }
                ),
            },
            Fault::MissingColumn {
                column,
                near,
                header,
            } => SourceError::MissingColumn {
                path,
                column: self.field(column),
                span: self.text.line(self.outside.texts, 0),
                help: match near {
                    Some(near) => format!("is it `{near}`? rename the column or the field"),
                    None => format!(
                        "it has `{header}`; rename one, or the field of `{}`",
                        self.record.name.node
                    ),
                },
            },
            Fault::DuplicateColumn { column, at } => SourceError::DuplicateColumn {
                span: self.text.span(self.outside.texts, at, at + column.len()),
                path,
                column,
            },
            Fault::RowLength { found, wanted, at } => SourceError::RowLength {
                found,
                wanted,
                span: self.text.line(self.outside.texts, at),
            },
            Fault::Cell(cell) => self.wrong_cell(cell),
            Fault::TooLarge => SourceError::TooLarge { path, span },
        }
    }

    fn wrong_cell(&mut self, cell: WrongCell) -> SourceError {
        let field = self.record.fields.get(cell.field);
        let (text, help) = match cell.refused {
            Refused::Empty => ("an empty cell".to_owned(), "fill it"),
            Refused::Other => {
                let help = "correct the cell, or the type of the field";
                (format!("`{}`", cell.text), help)
            }
        };
        SourceError::WrongCell {
            cell: text,
            wanted: field.map_or_else(String::new, |it| article(&it.ty)),
            name: self.field(cell.field),
            span: self.text.span(self.outside.texts, cell.at, cell.end),
            help,
        }
    }

    fn field(&self, field: usize) -> String {
        let field = self.record.fields.get(field);
        field.map_or_else(String::new, |it| it.name.node.clone())
    }
}
