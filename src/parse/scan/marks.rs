//! Quotes, and the characters that mean nothing outside of them.

use super::{Open, Opener, Scanner};
use crate::parse::error::LexicalError;

impl Scanner<'_> {
    // ---- texts ----

    pub(super) fn quotes(&mut self) {
        let count = self.rest().bytes().take_while(|&byte| byte == b'"').count();
        if count < 3 {
            self.push(Opener::String);
            return;
        }
        let open = self.span(self.at, self.at + count);
        let (quotes, body) = self.rest().split_at(count);
        match closing_quotes(body, quotes) {
            Some(length) => self.at += count + length,
            None => {
                self.report(LexicalError::UnterminatedScript {
                    quotes: quotes.to_owned(),
                    span: open,
                });
                self.open.clear();
                self.at = self.text.len();
            }
        }
    }

    /// A string ends on its line, whatever is open in it.
    pub(super) fn end_line_in_string(&mut self) {
        let is_string = |open: &Open| open.opener == Opener::String;
        let Some(position) = self.open.iter().position(is_string) else {
            return;
        };
        let hole = self.open.get(position + 1).copied();
        let string = self.open.get(position).copied();
        match (hole, string) {
            // The quote that should have ended the string began one within its hole.
            (Some(hole), _) if self.open.last().is_some_and(is_string) => {
                let span = self.open_span(hole);
                self.report(LexicalError::UnclosedHole { span });
            }
            (_, Some(string)) => {
                let span = self.open_span(string);
                self.report(LexicalError::UnterminatedString { span });
            }
            (_, None) => {}
        }
        self.open.truncate(position);
    }

    // ---- characters that mean nothing ----

    pub(super) fn mark(&mut self, byte: u8) {
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or(' ');
        let (error, length) = match byte {
            b';' => (
                LexicalError::Semicolon {
                    span: self.span(self.at, self.at + 1),
                },
                1,
            ),
            b'#' => (
                LexicalError::HashComment {
                    span: self.span(self.at, self.at + 1),
                },
                rest.split('\n').next().unwrap_or_default().len(),
            ),
            b'\'' => {
                let line = rest.split('\n').next().unwrap_or_default();
                let inside = line.get(1..).unwrap_or_default();
                let length = inside
                    .find('\'')
                    .map_or(line.trim_end().len(), |end| end + 2);
                (
                    LexicalError::SingleQuotes {
                        span: self.span(self.at, self.at + length),
                    },
                    length,
                )
            }
            b'%' if !self.ends_percentage() => (
                LexicalError::PercentOperator {
                    span: self.span(self.at, self.at + 1),
                },
                1,
            ),
            b'$' | b'@' | b'^' | b'~' | b'\\' | b'`' | 128.. | 0..=8 | 11 | 12 | 14..=31 | 127 => {
                let span = self.span(self.at, self.at + first.len_utf8());
                (
                    LexicalError::Character {
                        character: first,
                        span,
                    },
                    first.len_utf8(),
                )
            }
            _ => {
                self.at += 1;
                return;
            }
        };
        self.report(error);
        self.at += length;
    }

    /// `5%`, and not `5 % 2` or `5%2`.
    fn ends_percentage(&self) -> bool {
        let before = self
            .at
            .checked_sub(1)
            .and_then(|at| self.text.as_bytes().get(at));
        let after = self.byte(1).unwrap_or(b' ');
        before.is_some_and(u8::is_ascii_digit) && !after.is_ascii_alphanumeric() && after != b'('
    }
}

/// The length of a script up to and with its closing quotes: the first run of at least as many.
fn closing_quotes(body: &str, quotes: &str) -> Option<usize> {
    let start = body.find(quotes)?;
    let run = body
        .get(start..)?
        .bytes()
        .take_while(|&byte| byte == b'"')
        .count();
    Some(start + run)
}
