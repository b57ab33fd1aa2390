//! Brackets, quotes, numbers and characters.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A mistake that needs no grammar to be seen.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum LexicalError {
    #[error("`{mark}` is never closed")]
    #[diagnostic(code(flow::parse::unclosed), help("add the `{}` that closes it", partner(*mark)))]
    Unclosed {
        mark: char,
        #[label("opened here")]
        span: Span,
        #[label("still open where the next item begins")]
        next: Option<Span>,
    },

    #[error("`{mark}` closes nothing")]
    #[diagnostic(
        code(flow::parse::unexpected_close),
        help("remove it, or add the `{}` that it should close", partner(*mark))
    )]
    UnexpectedClose {
        mark: char,
        #[label("nothing is open here")]
        span: Span,
    },

    #[error("`{open}` is closed by `{close}`")]
    #[diagnostic(
        code(flow::parse::mismatched),
        help("add the `{}` that closes it", partner(*open))
    )]
    Mismatched {
        open: char,
        close: char,
        #[label("opened here")]
        span: Span,
        #[label("comes before it is closed")]
        found: Span,
    },

    #[error("brackets nest deeper than {limit} levels")]
    #[diagnostic(
        code(flow::parse::too_deep),
        help("name the inner parts, and use the names")
    )]
    TooDeep {
        limit: usize,
        #[label("one level too many")]
        span: Span,
    },

    #[error("a string is never closed")]
    #[diagnostic(
        code(flow::parse::unterminated_string),
        help(
            "a string ends on its line: add `\"`; a text of several lines is written `\"\"\"…\"\"\"` behind `script`"
        )
    )]
    UnterminatedString {
        #[label("opened here")]
        span: Span,
    },

    #[error("a script is never closed")]
    #[diagnostic(
        code(flow::parse::unterminated_script),
        help("close it with as many quotes as it opens with: `{quotes}`")
    )]
    UnterminatedScript {
        quotes: String,
        #[label("opened here")]
        span: Span,
    },

    #[error("`{{` in a string is never closed")]
    #[diagnostic(
        code(flow::parse::unclosed_hole),
        help("close it with `}}`, or write `{{{{` for a brace")
    )]
    UnclosedHole {
        #[label("opens a hole")]
        span: Span,
    },

    #[error("`{{…}}` where a text must be fixed")]
    #[diagnostic(
        code(flow::parse::hole_in_fixed_text),
        help("write the text out; for a brace write `{{{{`")
    )]
    HoleInFixedText {
        #[label("no value can stand here")]
        span: Span,
    },

    #[error("unknown escape `\\{character}`")]
    #[diagnostic(
        code(flow::parse::unknown_escape),
        help("for a backslash write `\\\\`; there are `\\\\`, `\\\"`, `\\n` and `\\t`")
    )]
    UnknownEscape {
        character: char,
        #[label("stands for nothing")]
        span: Span,
    },

    #[error("`'` quotes nothing")]
    #[diagnostic(code(flow::parse::single_quotes), help("write strings with `\"`"))]
    SingleQuotes {
        #[label("a string in single quotes")]
        span: Span,
    },

    #[error("`;` ends nothing here")]
    #[diagnostic(
        code(flow::parse::semicolon),
        help("remove it: where a line ends means nothing; lists are separated by `,`")
    )]
    Semicolon {
        #[label("no statement needs it")]
        span: Span,
    },

    #[error("`#` begins no comment")]
    #[diagnostic(
        code(flow::parse::hash_comment),
        help("comments are written `// …`, and `/// …` where they document what follows")
    )]
    HashComment {
        #[label("a comment?")]
        span: Span,
    },

    #[error("there is no operator `%`")]
    #[diagnostic(
        code(flow::parse::percent_operator),
        help("write `rem(a, b)` for what a division leaves")
    )]
    PercentOperator {
        #[label("only a percentage such as `5%` has it")]
        span: Span,
    },

    #[error("`{}` has no meaning here", shown(*character))]
    #[diagnostic(
        code(flow::parse::character),
        help("{}", character_help(*character))
    )]
    Character {
        character: char,
        #[label("outside of strings and scripts")]
        span: Span,
    },

    #[error("`{text}` is no number")]
    #[diagnostic(code(flow::parse::number))]
    Number {
        text: String,
        problem: String,
        #[help]
        help: String,
        #[label("{problem}")]
        span: Span,
    },
}

impl LexicalError {
    /// Where the mistake is.
    pub fn span(&self) -> Span {
        match self {
            Self::Unclosed { span, .. }
            | Self::UnexpectedClose { span, .. }
            | Self::Mismatched { span, .. }
            | Self::TooDeep { span, .. }
            | Self::UnterminatedString { span, .. }
            | Self::UnterminatedScript { span, .. }
            | Self::UnclosedHole { span, .. }
            | Self::HoleInFixedText { span, .. }
            | Self::UnknownEscape { span, .. }
            | Self::SingleQuotes { span, .. }
            | Self::Semicolon { span, .. }
            | Self::HashComment { span, .. }
            | Self::PercentOperator { span, .. }
            | Self::Character { span, .. }
            | Self::Number { span, .. } => *span,
        }
    }
}

/// The bracket on the other side.
fn partner(mark: char) -> char {
    match mark {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        other => other,
    }
}

/// A character that cannot be seen, by its number.
fn shown(character: char) -> String {
    match character.is_control() || character.is_whitespace() {
        true => format!("U+{:04X}", u32::from(character)),
        false => character.to_string(),
    }
}

fn character_help(character: char) -> &'static str {
    match character {
        '$' => "values are written by their names alone; `$name` is for scripts",
        '“' | '”' | '„' | '‘' | '’' | '`' => "write strings with `\"`",
        '–' | '—' | '−' => "write `-`",
        '^' => "multiply instead: there is no power operator",
        '\u{a0}' => "replace the non-breaking space by a plain one",
        letter if letter.is_alphabetic() => "names are of the letters `a` to `z`, digits and `_`",
        _ => "remove it",
    }
}
