//! One pass over the bytes before pest sees them.
//!
//! Takes a text; gives its comments, the place of each item (so that an error in one does not hide
//! those of the next), and the errors of brackets, quotes and characters that mean nothing. Bounds
//! how deep brackets nest, so that pest, which recurses, cannot exhaust the stack. Knows strings,
//! scripts, comments and brackets, and how an item begins; not what is in one.

mod items;
mod marks;

use super::error::LexicalError;
use crate::ast::Comment;
use crate::source::{SourceId, Span};

/// How deep brackets may nest.
pub(super) const MAX_NESTING: usize = 100;

pub(super) struct Scan {
    pub comments: Vec<Comment>,
    pub chunks: Vec<Chunk>,
    pub errors: Vec<LexicalError>,
}

/// The text from where an item begins to where the next one does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub start: usize,
    pub end: usize,
    /// An error in it is known: parsing it would only report the consequences.
    pub broken: bool,
}

/// Scans a file: a chunk an item.
pub(super) fn items(text: &str, id: SourceId) -> Scan {
    Scanner::new(text, id, true).run()
}

/// Scans an expression: one chunk.
pub(super) fn expression(text: &str, id: SourceId) -> Scan {
    Scanner::new(text, id, false).run()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Paren,
    Bracket,
    Brace,
    /// `{` in a string.
    Hole,
    String,
}

impl Opener {
    fn closed_by(self, byte: u8) -> bool {
        match self {
            Self::Paren => byte == b')',
            Self::Bracket => byte == b']',
            Self::Brace | Self::Hole => byte == b'}',
            Self::String => byte == b'"',
        }
    }

    fn mark(self) -> char {
        match self {
            Self::Paren => '(',
            Self::Bracket => '[',
            Self::Brace | Self::Hole => '{',
            Self::String => '"',
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Open {
    opener: Opener,
    at: usize,
    /// The column at which its line begins.
    indent: usize,
}

struct Scanner<'t> {
    text: &'t str,
    id: SourceId,
    /// Whether the text is a file of items.
    split: bool,
    at: usize,
    line_start: usize,
    indent: usize,
    /// Nothing but space stands before `at` on its line.
    fresh: bool,
    open: Vec<Open>,
    /// A bracket whose partner is indented otherwise: likely the one that lacks its own.
    suspect: Option<Open>,
    scan: Scan,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, id: SourceId, split: bool) -> Self {
        Self {
            text,
            id,
            split,
            at: 0,
            line_start: 0,
            indent: 0,
            fresh: true,
            open: Vec::new(),
            suspect: None,
            scan: Scan {
                comments: Vec::new(),
                chunks: Vec::new(),
                errors: Vec::new(),
            },
        }
    }

    fn run(mut self) -> Scan {
        if !self.split {
            self.begin_chunk();
        }
        while let Some(byte) = self.byte(0) {
            if self
                .open
                .last()
                .is_some_and(|top| top.opener == Opener::String)
            {
                self.text_byte(byte);
            } else {
                self.code_byte(byte);
            }
        }
        self.end_line_in_string();
        self.report_unclosed(None);
        let end = self.text.len();
        self.end_chunk(end);
        self.scan
    }

    /// One step inside of a string.
    fn text_byte(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.open.pop();
                self.at += 1;
            }
            b'\n' => self.newline(),
            b'\\' if self.byte(1) != Some(b'\n') => self.at += 2,
            b'{' if self.byte(1) == Some(b'{') => self.at += 2,
            b'{' => self.push(Opener::Hole),
            _ => self.at += 1,
        }
    }

    /// One step outside of strings.
    fn code_byte(&mut self, byte: u8) {
        match byte {
            b'\n' => return self.newline(),
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                return;
            }
            b'/' if self.byte(1) == Some(b'/') => return self.comment(),
            _ if self.rest().starts_with('\u{feff}') => {
                self.at += '\u{feff}'.len_utf8();
                return;
            }
            _ => {}
        }
        if self.fresh {
            self.indent = self.at - self.line_start;
        }
        if byte.is_ascii_alphabetic() || byte == b'_' {
            self.word();
        } else {
            self.token(byte);
        }
        self.fresh = false;
    }

    fn token(&mut self, byte: u8) {
        if self.scan.chunks.is_empty() {
            self.begin_chunk();
        }
        match byte {
            b'(' => self.push(Opener::Paren),
            b'[' => self.push(Opener::Bracket),
            b'{' => self.push(Opener::Brace),
            b')' | b']' | b'}' => self.close(byte),
            b'"' => self.quotes(),
            b'0'..=b'9' => self.at += self.word_length(),
            _ => self.mark(byte),
        }
    }

    fn newline(&mut self) {
        self.end_line_in_string();
        self.at += 1;
        self.line_start = self.at;
        self.fresh = true;
    }

    fn comment(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        let end = self.at + line.trim_end().len();
        let doc = line.starts_with("///") && !line.starts_with("////");
        let slashes = if doc { 3 } else { 2 };
        self.scan.comments.push(Comment {
            text: line
                .get(slashes..)
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
            doc,
            span: self.span(self.at, end.max(self.at + slashes)),
            trailing: !self.fresh,
        });
        self.at += line.len();
    }

    // ---- items ----

    fn word(&mut self) {
        let length = self.word_length();
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        if self.split && self.begins_item(word) {
            if !self.open.is_empty() {
                self.report_unclosed(Some(self.span(self.at, self.at + length)));
            }
            self.begin_chunk();
        } else if self.scan.chunks.is_empty() {
            self.begin_chunk();
        }
        self.at += length;
    }

    fn begin_chunk(&mut self) {
        self.end_chunk(self.at);
        self.open.clear();
        self.suspect = None;
        self.scan.chunks.push(Chunk {
            start: self.at,
            end: self.at,
            broken: false,
        });
    }

    fn end_chunk(&mut self, end: usize) {
        if let Some(chunk) = self.scan.chunks.last_mut() {
            chunk.end = end;
        }
    }

    /// One error a chunk: the others are likely to follow from it.
    fn report(&mut self, error: LexicalError) {
        if self.scan.chunks.is_empty() {
            self.begin_chunk();
        }
        if let Some(chunk) = self.scan.chunks.last_mut()
            && !std::mem::replace(&mut chunk.broken, true)
        {
            self.scan.errors.push(error);
        }
    }

    // ---- brackets ----

    fn push(&mut self, opener: Opener) {
        self.open.push(Open {
            opener,
            at: self.at,
            indent: self.indent,
        });
        if self.open.len() > MAX_NESTING {
            let span = self.span(self.at, self.at + 1);
            self.report(LexicalError::TooDeep {
                limit: MAX_NESTING,
                span,
            });
        }
        self.at += 1;
    }

    fn close(&mut self, byte: u8) {
        let span = self.span(self.at, self.at + 1);
        self.at += 1;
        let Some(position) = self
            .open
            .iter()
            .rposition(|open| open.opener.closed_by(byte))
        else {
            self.report(LexicalError::UnexpectedClose {
                mark: byte.into(),
                span,
            });
            return;
        };
        if let Some(inner) = self.open.get(position + 1).copied() {
            let open = self.open_span(inner);
            self.report(LexicalError::Mismatched {
                open: inner.opener.mark(),
                close: byte.into(),
                span: open,
                found: span,
            });
        }
        if let Some(open) = self.open.get(position).copied()
            && self.fresh
            && self.indent != open.indent
            && self.suspect.is_none()
        {
            self.suspect = Some(open);
        }
        self.open.truncate(position);
    }

    /// Reports a bracket still open where an item or the end of the file comes.
    fn report_unclosed(&mut self, next: Option<Span>) {
        let Some(innermost) = self.open.last().copied() else {
            return;
        };
        let open = self.suspect.unwrap_or(innermost);
        let span = self.open_span(open);
        self.report(LexicalError::Unclosed {
            mark: open.opener.mark(),
            span,
            next,
        });
        self.open.clear();
    }

    // ---- the text ----

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn word_length(&self) -> usize {
        word_length(self.rest())
    }

    fn open_span(&self, open: Open) -> Span {
        self.span(open.at, open.at + 1)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }
}

fn word_length(text: &str) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.bytes().take_while(is_word).count()
}
