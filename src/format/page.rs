//! Lines with their indentation, and the columns in which neighbours are aligned.

/// Spaces a level.
const INDENT: usize = 2;

/// What aligns with the same of the lines beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// The value of a clause.
    Clause,
    /// The `=` of a binding.
    Binding,
    /// The `=` of a container.
    Container,
}

#[derive(Debug, Default)]
struct Line {
    level: usize,
    text: String,
    comment: Option<String>,
    /// The text from this byte on is moved to the column.
    column: Option<(Column, usize)>,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.text.is_empty() && self.comment.is_none()
    }

    fn width(&self) -> usize {
        self.level * INDENT + self.text.chars().count()
    }

    /// How many characters stand before the column, if the line has that one.
    fn width_before(&self, wanted: Column, level: usize) -> Option<usize> {
        let (column, at) = self.column?;
        let before = self.text.get(..at)?.trim_end();
        (column == wanted && self.level == level).then(|| before.chars().count())
    }
}

#[derive(Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
    level: usize,
}

impl Page {
    pub fn indent(&mut self) {
        self.level += 1;
    }

    pub fn outdent(&mut self) {
        self.level -= 1;
    }

    /// The columns that a text on the present level may take.
    pub fn room(&self) -> usize {
        100_usize.saturating_sub(self.level * INDENT)
    }

    pub fn line(&mut self, text: impl Into<String>) {
        self.lines.push(Line {
            level: self.level,
            text: text.into(),
            ..Line::default()
        });
    }

    /// A line whose text from `at` on stands in a column.
    pub fn aligned(&mut self, text: String, column: Column, at: usize) {
        self.lines.push(Line {
            level: self.level,
            text,
            comment: None,
            column: Some((column, at)),
        });
    }

    /// A line that keeps its own indentation within the present one; an empty one has none.
    pub fn raw(&mut self, text: &str) {
        let level = if text.is_empty() { 0 } else { self.level };
        self.lines.push(Line {
            level,
            text: text.to_owned(),
            ..Line::default()
        });
    }

    /// A comment behind the last line, if there is none yet.
    pub fn trailing(&mut self, text: String) {
        match self.lines.last_mut() {
            Some(line)
                if line.comment.is_none()
                    && !line.text.is_empty()
                    && !line.text.starts_with("//") =>
            {
                line.comment = Some(text);
            }
            Some(_) | None => self.line(text),
        }
    }

    /// A blank line, but none at the top, behind another, or right behind what opens a block.
    pub fn blank(&mut self) {
        let Some(last) = self.lines.last() else {
            return;
        };
        if !last.is_blank() && !last.text.ends_with(['{', '(', '[']) {
            self.lines.push(Line::default());
        }
    }

    pub fn finish(mut self) -> String {
        while self.lines.last().is_some_and(Line::is_blank) {
            self.lines.pop();
        }
        align_columns(&mut self.lines);
        let widths = comment_columns(&self.lines);
        let mut text = String::new();
        for (line, column) in self.lines.iter().zip(widths) {
            if !line.is_blank() {
                text.push_str(&" ".repeat(line.level * INDENT));
                text.push_str(&line.text);
            }
            if let Some(comment) = &line.comment {
                text.push_str(&" ".repeat(column - line.width()));
                text.push_str(comment);
            }
            text.push('\n');
        }
        text
    }
}

/// Pads what stands before a column to the widest of the lines in a row that have it.
fn align_columns(lines: &mut [Line]) {
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let level = first.level;
        let Some((column, _)) = first.column else {
            rest = rest.get_mut(1..).unwrap_or_default();
            continue;
        };
        let widths: Vec<_> = rest
            .iter()
            .map_while(|line| line.width_before(column, level))
            .collect();
        let widest = widths.iter().copied().max().unwrap_or(0);
        let (run, behind) = rest.split_at_mut(widths.len().max(1));
        for (line, width) in run.iter_mut().zip(&widths) {
            let at = line.column.map_or(0, |(_, at)| at);
            let (before, value) = line.text.split_at_checked(at).unwrap_or((&line.text, ""));
            let padding = " ".repeat(widest - width + 1);
            line.text = format!("{}{padding}{value}", before.trim_end());
        }
        rest = behind;
    }
}

/// For each line the column of its comment: one for all comments of lines in a row.
fn comment_columns(lines: &[Line]) -> Vec<usize> {
    let mut columns = Vec::with_capacity(lines.len());
    for run in lines.chunk_by(|one, next| one.comment.is_some() == next.comment.is_some()) {
        let widest = run.iter().map(Line::width).max().unwrap_or(0);
        columns.extend(run.iter().map(|_| widest + 2));
    }
    columns
}
