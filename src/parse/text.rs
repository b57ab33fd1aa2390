//! Strings, templates and scripts: escapes undone, indentation removed.

use super::bash;
use super::build::Builder;
use super::error::{LexicalError, SyntaxError};
use super::rules::{Parts, Rule, Tree};
use crate::ast::{Expr, ExprKind, Name, Script, TextPart};
use crate::source::Spanned;

impl<'t> Builder<'t> {
    /// A string or template as an expression.
    pub fn text(&mut self, tree: Tree<'t>) -> Expr {
        let span = self.span(&tree);
        let mut parts = Vec::new();
        for part in Parts::of(tree) {
            match self.text_part(part) {
                TextPart::Literal(more) => match parts.last_mut() {
                    Some(TextPart::Literal(text)) => text.push_str(&more),
                    Some(TextPart::Hole(_) | TextPart::Alternatives(_)) | None => {
                        parts.push(TextPart::Literal(more));
                    }
                },
                hole @ (TextPart::Hole(_) | TextPart::Alternatives(_)) => parts.push(hole),
            }
        }
        Expr {
            kind: ExprKind::Text(parts),
            span,
        }
    }

    /// A string that holds no value: a path, an image, a module.
    pub fn fixed_text(&mut self, tree: Tree<'t>) -> Spanned<String> {
        let span = self.span(&tree);
        let mut text = String::new();
        for part in Parts::of(tree) {
            let place = self.span(&part);
            match self.text_part(part) {
                TextPart::Literal(more) => text.push_str(&more),
                TextPart::Hole(_) | TextPart::Alternatives(_) => {
                    self.report(LexicalError::HoleInFixedText { span: place });
                }
            }
        }
        Spanned::new(text, span)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn text_part(&mut self, tree: Tree<'t>) -> TextPart {
        match tree.as_rule() {
            Rule::chars | Rule::lone_brace => TextPart::Literal(tree.as_str().to_owned()),
            Rule::braces => TextPart::Literal(tree.as_str().chars().take(1).collect()),
            Rule::escape => TextPart::Literal(self.escape(&tree)),
            Rule::hole => TextPart::Hole(self.expr(Parts::of(tree).must(Rule::expr))),
            Rule::alternatives => {
                let words = Parts::of(tree).map(|word| word.as_str().to_owned());
                TextPart::Alternatives(words.collect())
            }
            other => unreachable!("{other:?} is no part of a string"),
        }
    }

    fn escape(&mut self, tree: &Tree<'t>) -> String {
        let character = tree.as_str().chars().nth(1).unwrap_or('\\');
        let meant = match character {
            'n' => '\n',
            't' => '\t',
            '\\' | '"' => character,
            _ => {
                let span = self.span(tree);
                self.report(LexicalError::UnknownEscape { character, span });
                character
            }
        };
        meant.to_string()
    }

    /// What follows the word `script`.
    pub fn script(&mut self, mut parts: Parts<'t>) -> Script {
        let interpreter = parts.maybe(Rule::name).map(|tree| self.name(tree));
        let body = Parts::of(parts.must(Rule::script_text)).must(Rule::script_body);
        let text = unindented(body.as_str());
        let is_bash = interpreter.as_ref().is_none_or(|it| it.node == "bash");
        if let Some(line) = bash::fault(&text).filter(|_| is_bash) {
            let written = body.as_str().trim_end();
            let above = written.lines().count().saturating_sub(text.lines().count());
            let (start, length) = line_within(written, above + line);
            let span = self.span_within(&body, start, length);
            self.report(SyntaxError::Bash { span });
        }
        let reads = match is_bash {
            true => self.reads(&text, &body),
            false => Vec::new(),
        };
        Script {
            interpreter,
            text,
            reads,
            body: self.span_within(&body, 0, body.as_str().len()),
        }
    }
}

impl<'t> Builder<'t> {
    /// The variables that a script reads without setting them, each where it first stands in the program.
    fn reads(&self, script: &str, body: &Tree<'t>) -> Vec<Name> {
        let variables = bash::variables(script);
        if variables.open {
            return Vec::new();
        }
        let unset = variables.read.into_iter();
        let unset = unset.filter(|name| !variables.set.contains(name));
        let placed = unset.map(|name| {
            let start = use_of(&name, body.as_str()).unwrap_or(0);
            let span = self.span_within(body, start, name.len());
            Name::new(name, span)
        });
        placed.collect()
    }
}

/// Where `$name` or `${name` first stands: behind the sign.
fn use_of(name: &str, text: &str) -> Option<usize> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let places = text.match_indices(name).map(|(at, _)| at);
    let mut uses = places.filter(|&at| {
        let before = text.get(..at).unwrap_or_default();
        let sign = before.trim_end_matches(['{', '#', '!']);
        let behind = text.get(at + name.len()..).unwrap_or_default();
        sign.ends_with('$') && !behind.starts_with(is_part)
    });
    uses.next()
}

/// Where a line of a text begins behind its indentation, and how long it is.
fn line_within(text: &str, at: usize) -> (usize, usize) {
    let before: usize = text.split_inclusive('\n').take(at).map(str::len).sum();
    let line = text.lines().nth(at).unwrap_or_default();
    (before + indentation(line).len(), line.trim().len())
}

/// Without the blank lines at both ends and the indentation that all lines share; ends with one
/// newline unless empty.
fn unindented(body: &str) -> String {
    let is_blank = |line: &&str| line.trim().is_empty();
    let mut lines: Vec<&str> = body.trim_end().lines().collect();
    // What stands behind the opening quotes has no indentation that could be shared.
    let beside_quotes = lines.first().copied().filter(|line| !is_blank(line));
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
    lines.drain(..first + usize::from(beside_quotes.is_some()));
    let written = lines.iter().copied().filter(|line| !is_blank(line));
    let shared = written.map(indentation).reduce(shared_prefix);
    let stripped = |line: &&str| match line.strip_prefix(shared.unwrap_or_default()) {
        Some(rest) => format!("{rest}\n"),
        // A blank line that is shorter than the indentation.
        None => "\n".to_owned(),
    };
    let beside = beside_quotes.map(|line| format!("{}\n", line.trim_start()));
    let rest = lines.iter().map(stripped);
    beside.into_iter().chain(rest).collect()
}

fn indentation(line: &str) -> &str {
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}

fn shared_prefix<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    one.get(..same).unwrap_or_default()
}
