//! The words of a script, with their places.

use brush_parser::word::{self, Parameter, ParameterExpr, WordPiece, WordPieceWithSource};
use brush_parser::{ParserOptions, Token};

/// A word of a script of bash; here-documents have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellWord {
    /// Its first byte, and the one behind it.
    pub start: usize,
    pub end: usize,
    /// As it is written, quotes included.
    pub text: String,
    /// It is the first of a command, or an assignment in front of one.
    pub begins: bool,
    /// It stands in a branch, a loop that may end at once, or a function: whether it is reached is not certain.
    pub nested: bool,
    /// The sign that it stands behind, if that is a redirection: `>`, `2>`.
    pub redirection: Option<String>,
}

/// A part of a word as bash would see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellPiece {
    Text(String),
    /// `$name`, `${name}`
    Variable(String),
}

/// Words that open what is not certain to be reached, and those that close it; `for` stands here for its `done`.
const OPENS: [&str; 7] = ["if", "while", "until", "for", "select", "case", "{"];
const CLOSES: [&str; 4] = ["fi", "done", "esac", "}"];

/// The words of a script in their order, each before those of the commands that it substitutes; none of one that is
/// no bash.
pub fn shell_words(script: &str) -> Vec<ShellWord> {
    let small = super::small_numbers(script);
    let Ok(tokens) = brush_parser::tokenize_str(&small) else {
        return Vec::new();
    };
    // The tokens count letters.
    let mut places: Vec<_> = script.char_indices().map(|(at, _)| at).collect();
    places.push(script.len());
    let mut words: Vec<ShellWord> = Vec::new();
    let (mut begins, mut sign) = (true, None);
    let mut depth = 0_usize;
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        let span = token.location();
        let place = |index| places.get(index).copied().unwrap_or(script.len());
        let (start, end) = (place(span.start.index), place(span.end.index));
        match token {
            Token::Operator(text, _) if text.starts_with("<<") && text != "<<<" => {
                // the mark, the text, the mark
                tokens.nth(2);
            }
            Token::Operator(text, _) if text.contains(['<', '>']) => {
                let number = words.pop_if(|it| it.end == start && is_number(&it.text));
                sign = Some(number.map_or_else(String::new, |it| it.text) + text);
            }
            Token::Operator(..) => (begins, sign) = (true, None),
            Token::Word(text, _) => {
                let redirection = sign.take();
                let first = begins && redirection.is_none();
                if first && CLOSES.contains(&text.as_str()) {
                    depth = depth.saturating_sub(1);
                }
                begins = begins && (redirection.is_some() || is_assignment(text) || goes_on(text));
                // It may begin behind the end of a continued line; one that is cut by such an end is passed over.
                let start = end.saturating_sub(text.len());
                if small.get(start..end) == Some(text) {
                    words.push(ShellWord {
                        start,
                        end,
                        text: script.get(start..end).unwrap_or_default().to_owned(),
                        begins: first,
                        nested: depth > 0,
                        redirection,
                    });
                    substituted(text, start, script, &mut words);
                }
                depth += usize::from(first && OPENS.contains(&text.as_str()));
            }
        }
    }
    words
}

/// Adds the words of the commands that a word substitutes: `$(wc -l < x)`.
fn substituted(word: &str, at: usize, script: &str, words: &mut Vec<ShellWord>) {
    let Some((inner, offset)) = word.find("$(").and_then(|begin| {
        let end = word.rfind(')')?;
        Some((word.get(begin + 2..end)?, at + begin + 2))
    }) else {
        return;
    };
    let is_plain =
        !inner.starts_with('(') && script.get(offset..offset + inner.len()) == Some(inner);
    words.extend(
        shell_words(inner)
            .into_iter()
            .filter(|_| is_plain)
            .map(|word| ShellWord {
                start: word.start + offset,
                end: word.end + offset,
                ..word
            }),
    );
}

/// The parts of a word; none where it has others than text and plain variables.
pub fn shell_pieces(text: &str) -> Option<Vec<ShellPiece>> {
    let mut found = Vec::new();
    let pieces = word::parse(text, &ParserOptions::default()).ok()?;
    pieces_of(pieces, false, &mut found).then_some(found)
}

fn pieces_of(pieces: Vec<WordPieceWithSource>, quoted: bool, found: &mut Vec<ShellPiece>) -> bool {
    pieces.into_iter().all(|piece| match piece.piece {
        WordPiece::Text(text) => {
            let plain = quoted || !text.contains(['*', '?', '[', '{', '}']);
            found.push(ShellPiece::Text(text));
            plain
        }
        WordPiece::SingleQuotedText(text) => {
            found.push(ShellPiece::Text(text));
            true
        }
        WordPiece::DoubleQuotedSequence(pieces) => pieces_of(pieces, true, found),
        WordPiece::ParameterExpansion(ParameterExpr::Parameter {
            parameter: Parameter::Named(name),
            indirect: false,
        }) => {
            found.push(ShellPiece::Variable(name));
            true
        }
        WordPiece::ParameterExpansion(_)
        | WordPiece::AnsiCQuotedText(_)
        | WordPiece::GettextDoubleQuotedSequence(_)
        | WordPiece::TildeExpansion(_)
        | WordPiece::CommandSubstitution(_)
        | WordPiece::BackquotedCommandSubstitution(_)
        | WordPiece::EscapeSequence(_)
        | WordPiece::ArithmeticExpression(_) => false,
    })
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `name=…`, behind which a command may begin.
fn is_assignment(text: &str) -> bool {
    let name = text.split_once('=').map_or("", |(name, _)| name);
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
        && letters.all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// Words behind which a command begins.
fn goes_on(text: &str) -> bool {
    [
        "if", "then", "else", "elif", "while", "until", "do", "{", "!", "time", "exec", "nohup",
        "srun",
    ]
    .contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(script: &str) -> Vec<(&str, bool, Option<&str>)> {
        let words = shell_words(script).leak();
        let told = |word: &'static ShellWord| {
            assert_eq!(script.get(word.start..word.end), Some(word.text.as_str()));
            (word.text.as_str(), word.begins, word.redirection.as_deref())
        };
        words.iter().map(told).collect()
    }

    #[test]
    fn words_have_places_and_signs() {
        assert_eq!(
            told("x=é python3 \\\n  a.py --out=\"$x\" > b.txt 2> c.txt\n"),
            [
                ("x=é", true, None),
                ("python3", true, None),
                ("a.py", false, None),
                ("--out=\"$x\"", false, None),
                ("b.txt", false, Some(">")),
                ("c.txt", false, Some("2>")),
            ]
        );
        assert_eq!(told("n=\"$(wc -l < a)\"\n")[3], ("a", false, Some("<")));
        assert_eq!(
            told("if ./a; then b | c; fi\ncat <<E\nd e\nE\nf\n"),
            [
                ("if", true, None),
                ("./a", true, None),
                ("then", true, None),
                ("b", true, None),
                ("c", true, None),
                ("fi", true, None),
                ("cat", true, None),
                ("f", true, None),
            ]
        );
    }

    #[test]
    fn what_may_not_be_reached_is_told() {
        let script =
            "a > b\nif c; then d > e; fi > f\ng() { h > i; }\nfor j in k; do l; done < m\n";
        let words = shell_words(script);
        let nested = words.iter().filter(|it| it.nested && !it.begins);
        let nested: Vec<_> = nested.map(|it| it.text.as_str()).collect();
        assert_eq!(nested, ["e", "i", "j", "in", "k"]);
    }

    #[test]
    fn words_have_pieces() {
        let text = |text: &str| ShellPiece::Text(text.to_owned());
        let variable = ShellPiece::Variable("n".to_owned());
        assert_eq!(
            shell_pieces("\"a b_${n}\"'.txt'"),
            Some(vec![text("a b_"), variable, text(".txt")])
        );
        for word in ["*.txt", "$(date)", "${n%.txt}", "~/x", "a{1,2}"] {
            assert_eq!(shell_pieces(word), None, "{word}");
        }
    }
}
