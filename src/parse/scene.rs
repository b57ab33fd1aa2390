//! The place where pest stopped, with the tokens around it.

use super::rules::{Rule, Stop};
use super::scan::Chunk;
use crate::source::{SourceId, Span};

/// A word, a number, a string, or a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub text: &'t str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub fn is_word(self) -> bool {
        self.text
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    /// Whether a value could begin with it.
    pub fn begins_value(self) -> bool {
        self.text
            .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '(' | '['))
    }

    /// Whether a value could end with it.
    pub fn ends_value(self) -> bool {
        self.text
            .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | ')' | ']'))
    }
}

pub(super) struct Scene<'t> {
    text: &'t str,
    /// What was expected: the rules that pest tried here in vain.
    tried: &'t [Rule],
    id: SourceId,
    /// The tokens of the chunk before the place, in order.
    before: Vec<Token<'t>>,
    /// The token at the place and those behind it; empty at the end of the file.
    ahead: Vec<Token<'t>>,
    end: usize,
}

impl<'t> Scene<'t> {
    pub fn new(text: &'t str, id: SourceId, chunk: Chunk, stop: &'t Stop) -> Self {
        let at = chunk.start + stop.at;
        let mut lexer = Lexer {
            text,
            at: chunk.start,
            limit: at,
        };
        let before = std::iter::from_fn(|| lexer.next_before()).collect();
        lexer.at = at;
        lexer.limit = text.len();
        let ahead = std::iter::from_fn(|| lexer.next_before()).take(3).collect();
        Self {
            text,
            tried: &stop.tried,
            id,
            before,
            ahead,
            end: text
                .trim_end_matches(|c: char| c.is_whitespace() || !c.is_ascii())
                .len(),
        }
    }

    pub fn tried(&self, rule: Rule) -> bool {
        self.tried.contains(&rule)
    }

    pub fn tried_any(&self, rules: &[Rule]) -> bool {
        rules.iter().any(|rule| self.tried(*rule))
    }

    pub fn all_tried(&self) -> &[Rule] {
        self.tried
    }

    /// What stands where something else is expected; none at the end of the file.
    pub fn found(&self) -> Option<Token<'t>> {
        self.ahead.first().copied()
    }

    pub fn found_is(&self, text: &str) -> bool {
        self.found().is_some_and(|token| token.text == text)
    }

    /// The token behind the one found.
    pub fn behind(&self) -> Option<Token<'t>> {
        self.ahead.get(1).copied()
    }

    pub fn behind_is(&self, text: &str) -> bool {
        self.behind().is_some_and(|token| token.text == text)
    }

    /// The `n`th token before the place, from 1.
    pub fn back(&self, n: usize) -> Option<Token<'t>> {
        let at = self.before.len().checked_sub(n)?;
        self.before.get(at).copied()
    }

    pub fn back_is(&self, n: usize, text: &str) -> bool {
        self.back(n).is_some_and(|token| token.text == text)
    }

    /// Whether a line ends between two tokens.
    pub fn line_ends_between(&self, first: Token<'_>, second: Token<'_>) -> bool {
        let between = self.text.get(first.end()..second.start);
        between.is_some_and(|text| text.contains('\n'))
    }

    /// The first word of the item.
    pub fn item_word(&self) -> &'t str {
        let first = self.before.first().or(self.ahead.first());
        first.map_or("", |token| token.text)
    }

    /// The second word of the item: the name of what it declares.
    pub fn item_name(&self) -> &'t str {
        self.before.get(1).map_or("", |token| token.text)
    }

    pub fn at_item_start(&self) -> bool {
        self.before.is_empty()
    }

    pub fn span_of(&self, token: Token<'_>) -> Span {
        Span::new(self.id, token.start, token.end())
    }

    /// The place of what was found, or the last one of the file.
    pub fn span(&self) -> Span {
        match self.found() {
            Some(token) => self.span_of(token),
            None => Span::new(self.id, self.end.saturating_sub(1), self.end),
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    limit: usize,
}

/// Marks of more than one character, of this language and of others.
const LONG_MARKS: [&str; 23] = [
    "===", "!==", "..=", "...", "**", "<>", "->", "=>", "<-", "==", "!=", "<=", ">=", "&&", "||",
    "??", "..", ":=", "+=", "-=", "++", "--", "=~",
];

impl<'t> Lexer<'t> {
    /// The next token that begins before the limit.
    fn next_before(&mut self) -> Option<Token<'t>> {
        self.skip_space();
        if self.at >= self.limit {
            return None;
        }
        let start = self.at;
        let rest = self.text.get(start..)?;
        let length = self.length(rest)?;
        self.at += length;
        Some(Token {
            text: rest.get(..length)?,
            start,
        })
    }

    fn length(&self, rest: &str) -> Option<usize> {
        let first = rest.chars().next()?;
        if first == '"' {
            let quotes = rest.bytes().take_while(|byte| *byte == b'"').count();
            let length = if quotes >= 3 {
                quotes
            } else {
                string_length(rest)
            };
            // A string that the place lies in is looked into.
            let whole = quotes >= 3 || self.at + length <= self.limit;
            return Some(if whole { length } else { 1 });
        }
        if first.is_ascii_alphanumeric() || first == '_' {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            return Some(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        }
        let long = LONG_MARKS.iter().find(|mark| rest.starts_with(**mark));
        Some(long.map_or(first.len_utf8(), |mark| mark.len()))
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let text = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - text.len();
            if !text.starts_with("//") {
                return;
            }
            self.at += text.find('\n').unwrap_or(text.len());
        }
    }
}

/// The length of a string with its quotes, or to the end of its line.
fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}
