//! Which variables a script of bash reads, and which it may set.
//!
//! What it reads is taken from its words as bash would expand them, so that quoted programs of awk are none of it.
//! What it may set is taken generously from its text: a warning that is wrong costs more than one that is missing.

use std::collections::BTreeSet;

use brush_parser::word::{self, Parameter, ParameterExpr, WordPiece, WordPieceWithSource};
use brush_parser::{ParserOptions, Token};

/// Names that a script reads and cannot go without, in the order of their first use, and those that it may set.
#[derive(Debug, Default)]
pub struct Variables {
    pub read: Vec<String>,
    pub set: BTreeSet<String>,
    /// It sources or evaluates something: what else is set is not to be seen.
    pub open: bool,
}

/// Commands whose words are names that they set.
const SETTERS: [&str; 10] = [
    "coproc",
    "declare",
    "export",
    "getopts",
    "local",
    "mapfile",
    "read",
    "readarray",
    "readonly",
    "typeset",
];

/// Looks through a script.
pub fn variables(script: &str) -> Variables {
    let mut found = Variables::default();
    found.text(script);
    found.script(&super::small_numbers(script));
    found
}

impl Variables {
    /// What a text may set: `name=`, `name[i]+=`, `name++`, `{name}>`, `for name`, `-v name`, and every word behind a
    /// command that sets some.
    fn text(&mut self, script: &str) {
        for line in script.lines() {
            let mut rest = line;
            let (mut next, mut all) = (false, false);
            while let Some(at) = rest.find(is_start) {
                let (between, tail) = rest.split_at(at);
                let before = between.chars().next_back();
                let end = tail.find(|letter| !is_part(letter)).unwrap_or(tail.len());
                let (name, behind) = tail.split_at(end);
                rest = behind;
                if before.is_some_and(|letter| letter.is_ascii_digit()) {
                    continue;
                }
                all &= !between.contains([';', '|', '&', ')', '<', '>']);
                if next || all || assigns(between, behind) {
                    self.set.insert(name.to_owned());
                }
                self.open |= ["source", "eval"].contains(&name);
                next = ["for", "select"].contains(&name) || (name == "v" && before == Some('-'));
                all |= SETTERS.contains(&name);
            }
        }
    }

    fn script(&mut self, script: &str) {
        let Ok(tokens) = brush_parser::tokenize_str(script) else {
            return;
        };
        let mut begins = true;
        let mut tokens = tokens.iter();
        while let Some(token) = tokens.next() {
            match token {
                Token::Operator(sign, _) if sign.starts_with("<<") && sign != "<<<" => {
                    let tag = tokens.next().map(Token::to_str).unwrap_or_default();
                    let body = tokens.next().map(Token::to_str).unwrap_or_default();
                    tokens.next();
                    if !tag.contains(['\'', '"', '\\']) {
                        self.pieces(word::parse_heredoc(body, &ParserOptions::default()));
                    }
                }
                Token::Operator(sign, _) => {
                    begins = !sign.starts_with(['<', '>']);
                }
                Token::Word(text, _) => {
                    self.open |= begins && text == ".";
                    begins = false;
                    self.word(text);
                }
            }
        }
    }

    fn word(&mut self, text: &str) {
        if text.contains(['$', '`']) {
            self.pieces(word::parse(text, &ParserOptions::default()));
        }
        // a process substitution is a word of its own
        let inner = text.strip_prefix("<(").or(text.strip_prefix(">("));
        if let Some(inner) = inner.and_then(|it| it.strip_suffix(')')) {
            self.script(inner);
        }
    }

    fn pieces<E>(&mut self, pieces: Result<Vec<WordPieceWithSource>, E>) {
        for piece in pieces.into_iter().flatten() {
            self.piece(piece.piece);
        }
    }

    fn piece(&mut self, piece: WordPiece) {
        match piece {
            WordPiece::DoubleQuotedSequence(pieces)
            | WordPiece::GettextDoubleQuotedSequence(pieces) => {
                self.pieces(Ok::<_, ()>(pieces));
            }
            WordPiece::ParameterExpansion(expansion) => self.expansion(expansion),
            WordPiece::CommandSubstitution(script)
            | WordPiece::BackquotedCommandSubstitution(script) => self.script(&script),
            WordPiece::ArithmeticExpression(expression) => self.word(&expression.value),
            WordPiece::Text(_)
            | WordPiece::SingleQuotedText(_)
            | WordPiece::AnsiCQuotedText(_)
            | WordPiece::TildeExpansion(_)
            | WordPiece::EscapeSequence(_) => {}
        }
    }

    fn expansion(&mut self, expansion: ParameterExpr) {
        let (parameter, words) = parts(expansion);
        match parameter {
            Some(
                Parameter::Named(name)
                | Parameter::NamedWithIndex { name, .. }
                | Parameter::NamedWithAllIndices { name, .. },
            ) => {
                if !self.read.contains(&name) {
                    self.read.push(name);
                }
            }
            Some(Parameter::Positional(_) | Parameter::Special(_)) | None => {}
        }
        words.iter().flatten().for_each(|word| self.word(word));
    }
}

/// The parameter that an expansion cannot go without, and the words in it.
fn parts(expansion: ParameterExpr) -> (Option<Parameter>, [Option<String>; 2]) {
    use ParameterExpr as Expansion;
    match expansion {
        Expansion::UseDefaultValues {
            default_value: word,
            ..
        }
        | Expansion::AssignDefaultValues {
            default_value: word,
            ..
        }
        | Expansion::IndicateErrorIfNullOrUnset {
            error_message: word,
            ..
        }
        | Expansion::UseAlternativeValue {
            alternative_value: word,
            ..
        } => (None, [word, None]),
        Expansion::Parameter { parameter, .. }
        | Expansion::ParameterLength { parameter, .. }
        | Expansion::Substring { parameter, .. }
        | Expansion::Transform { parameter, .. } => (Some(parameter), [None, None]),
        Expansion::RemoveSmallestSuffixPattern {
            parameter, pattern, ..
        }
        | Expansion::RemoveLargestSuffixPattern {
            parameter, pattern, ..
        }
        | Expansion::RemoveSmallestPrefixPattern {
            parameter, pattern, ..
        }
        | Expansion::RemoveLargestPrefixPattern {
            parameter, pattern, ..
        }
        | Expansion::UppercaseFirstChar {
            parameter, pattern, ..
        }
        | Expansion::UppercasePattern {
            parameter, pattern, ..
        }
        | Expansion::LowercaseFirstChar {
            parameter, pattern, ..
        }
        | Expansion::LowercasePattern {
            parameter, pattern, ..
        } => (Some(parameter), [pattern, None]),
        Expansion::ReplaceSubstring {
            parameter,
            pattern,
            replacement,
            ..
        } => (Some(parameter), [Some(pattern), replacement]),
        Expansion::MemberKeys { variable_name, .. } => {
            (Some(Parameter::Named(variable_name)), [None, None])
        }
        Expansion::VariableNames { .. } => (None, [None, None]),
    }
}

/// Whether a name between these is set there.
fn assigns(before: &str, behind: &str) -> bool {
    let indexed = behind.strip_prefix('[').and_then(|it| it.split_once(']'));
    let unindexed = indexed.map_or(behind, |(_, rest)| rest);
    let operators = ['+', '-', '*', '/', '%', '&', '|', '^', '<', '>'];
    let operator = unindexed.trim_start().trim_start_matches(operators);
    let computed = operator.starts_with('=') && !operator.starts_with("==");
    let stepped = unindexed.starts_with("++") || unindexed.starts_with("--");
    let descriptor = before.ends_with('{') && !before.ends_with("${") && behind.starts_with('}');
    computed || stepped || before.ends_with("++") || descriptor
}

fn is_start(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

fn is_part(letter: char) -> bool {
    is_start(letter) || letter.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(script: &str) -> Vec<String> {
        let Variables { read, set, open } = variables(script);
        assert!(!open, "{script}");
        read.into_iter()
            .filter(|name| !set.contains(name))
            .collect()
    }

    #[test]
    fn what_is_read_is_found() {
        for script in [
            "echo $seed",
            "echo \"a ${seed%.txt} b\"",
            "python3 x.py --seed \"${seed}\"",
            "x=$(cat \"$seed\")",
            "if [[ -e $seed ]]; then :; fi",
            "cat <<E\n$seed\nE\n",
            "diff <(sort \"${seed[@]}\") /dev/null > out",
            "echo ${other:-$seed}",
            "echo $(( 2 * ${#seed} ))",
            "echo `wc -l $seed`",
            "y=${x:-1} z=${seed//a/b}",
        ] {
            assert_eq!(unknown(script), ["seed"], "{script}");
        }
    }

    #[test]
    fn what_is_set_or_optional_or_quoted_is_not() {
        for script in [
            "seed=1; echo $seed",
            "for seed in 1 2; do echo $seed; done",
            "while IFS=, read -r id seed; do echo $id $seed; done < f",
            "mapfile -t seed < f; echo ${seed[0]}",
            "f() { local -a seed; echo \"${seed[@]}\"; }",
            "echo ${seed:-1} ${seed-} ${seed:+x}",
            "awk '{ print $seed }' f",
            "cat <<'E'\n$seed\nE\n",
            "printf -v seed %s x; echo $seed",
            "((seed += 1)); echo $seed; ((n++)); echo $n",
            "exec {seed}>f; echo >&$seed",
            "declare -A seed=([a]=1); echo ${seed[a]} ${!seed[@]}",
            "while getopts ab: seed; do echo $seed $OPTARG; done",
            "echo '$seed' \\$seed $1 $# $?",
            "[[ -v seed ]] && echo $seed",
        ] {
            let mut unknown = unknown(script);
            unknown.retain(|name| name != "OPTARG");
            assert_eq!(unknown, Vec::<String>::new(), "{script}");
        }
        for script in ["source lib.sh; echo $seed", ". lib.sh", "eval \"$x\""] {
            assert!(variables(script).open, "{script}");
        }
    }
}
