//! Items in a table.

use super::evaluate::written;
use crate::types::{Type, Value};

/// The items of an axis that cannot be computed: a row an item, a column a field. An axis of plain
/// values has one column, named like the value. Cells are the values' texts, kept in one buffer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    /// Indices of the columns by which an item is known.
    pub key: Vec<usize>,
    cells: String,
    ends: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub ty: Type,
}

impl Table {
    pub fn new(columns: Vec<Column>, key: Vec<usize>) -> Self {
        Self {
            columns,
            key,
            ..Self::default()
        }
    }

    /// Appends the next cell, row by row.
    pub fn push(&mut self, cell: &str) {
        self.cells.push_str(cell);
        self.ends
            .push(u32::try_from(self.cells.len()).unwrap_or(u32::MAX));
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.ends.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Row and column of the first text that begins or ends with a blank.
    pub fn blank_ends(&self) -> Option<(usize, usize)> {
        let texts = self.columns.iter().enumerate();
        let texts = texts.filter(|(_, column)| *column.ty.present() == Type::String);
        let texts: Vec<_> = texts.map(|(at, _)| at).collect();
        let mut cells = (0..self.len()).flat_map(|row| texts.iter().map(move |&at| (row, at)));
        cells.find(|&(row, at)| self.cell(row, at).trim() != self.cell(row, at))
    }

    /// Whether its texts have outgrown the buffer; what was pushed since is lost.
    pub fn is_full(&self) -> bool {
        u32::try_from(self.cells.len()).is_err()
    }

    /// The text of one cell; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns.len() + column;
        let end = self.ends.get(at).map_or(0, |&end| end as usize);
        let start = at
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |&end| end as usize);
        self.cells.get(start..end).unwrap_or("")
    }
}

/// A computed value in a cell. A list: its texts with commas between, in which what else means
/// something is escaped, as in fields of tables.
pub(super) fn computed(value: &Value) -> String {
    let Value::List(items) = value else {
        return written(value);
    };
    let texts: Vec<_> = items.iter().map(|it| escaped(&written(it))).collect();
    match texts.as_slice() {
        [] => "-".to_owned(),
        texts => texts.join(","),
    }
}

fn escaped(text: &str) -> String {
    match text {
        "" => return "%_".to_owned(),
        "-" => return "%2D".to_owned(),
        _ => {}
    }
    let escape = |letter: char| match letter {
        '%' | ',' | '\t' | '\n' | '\r' | '\\' => format!("%{:02X}", u32::from(letter)),
        letter => letter.to_string(),
    };
    text.chars().map(escape).collect()
}
