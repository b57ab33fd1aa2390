//! Whether a script is bash, and which variables it reads.

use brush_parser::{ParseError, Parser, ParserOptions};

mod variables;

pub(super) use variables::variables;

/// The line, from 0, on which bash would stop reading a script; None where it reads all of it.
pub(super) fn fault(script: &str) -> Option<usize> {
    let options = ParserOptions::default();
    let text = with_short_numbers(script);
    let error = Parser::new(text.as_bytes(), &options)
        .parse_program()
        .err()?;
    let last = script.lines().count().saturating_sub(1);
    let line = match error {
        ParseError::ParsingNear(place) => place.line,
        ParseError::ParsingAtEndOfInput => return Some(last),
        ParseError::Tokenizing { position, .. } => position.map_or(last + 1, |place| place.line),
    };
    Some(line.saturating_sub(1).min(last))
}

/// The digits of the largest descriptor that the parser can hold.
const DESCRIPTOR: usize = 9;

/// The script, with whole numbers before `<` and `>` cut to what can be a descriptor: the parser panics at a larger one. Its
/// lines stay what they are.
fn with_short_numbers(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut digits = 0;
    for letter in script.chars() {
        if matches!(letter, '<' | '>') {
            text.truncate(text.len() - usize::saturating_sub(digits, DESCRIPTOR));
        }
        digits = if letter.is_ascii_digit() {
            digits + 1
        } else {
            0
        };
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_its_line() {
        assert_eq!(fault("a=1\nif true; then\n  echo $a\nfi\n"), None);
        assert_eq!(fault("a=1\nfor x in; do echo; fi\n"), Some(1));
        assert_eq!(fault("a=1\nif true; then\n  echo\n"), Some(2));
    }

    #[test]
    fn what_bash_reads_is_read() {
        for script in [
            include_str!("../../templates/lib/attempt.sh"),
            include_str!("../../templates/lib/flow.sh"),
            include_str!("../../templates/lib/submit.sh"),
            include_str!("../../templates/lib/gate.sh"),
            include_str!("../../templates/lib/queue.sh"),
            include_str!("../../templates/submit.sh"),
            "cat <<'E' > x\n$( ` \" ' \nE\n",
            "while IFS=$'\\t' read -r a b; do [[ $a =~ ^x(y|z)$ ]] && ((n += 1)); done < <(sort f)\n",
            "case $x in a|b) echo ;; *) : ;& esac\nf() { local -a y=(1 2); }; ${x:?} \"${y[@]/#/-}\"\n",
            "awk '{ print $1 \"\\t\" $2 }' f | tee >(wc -l) > \"${out%.*}.txt\" 2>&1 || true\n",
            "echo 1 99999999999999999999>f\n",
            "coproc cat; exec {fd}>f; echo $'it\\'s' \"$((1 + 2))\" `date`; [[ ! -e x && -n ${y-} ]]\n",
        ] {
            let line = fault(script).and_then(|at| script.lines().nth(at));
            assert_eq!(line, None);
        }
    }
}
