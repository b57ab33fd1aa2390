//! Whether a script is bash, and which variables it reads.

use brush_parser::{ParseError, Parser, ParserOptions};

mod variables;
mod words;

pub use variables::{Variables, variables};
pub use words::{ShellPiece, ShellWord, shell_pieces, shell_words};

/// The line, from 0, on which bash would stop reading a script; None where it reads all of it.
pub fn fault(script: &str) -> Option<usize> {
    let options = ParserOptions::default();
    let error = Parser::new(small_numbers(script).as_bytes(), &options)
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

/// The script with zeros for numbers of ten digits and more, at which the parser panics where they name a descriptor
/// (`9999999999>x`) or a folder (`~9999999999`). What bash does with them is the same: a word.
fn small_numbers(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(|it: char| it.is_ascii_digit()) {
        let (head, tail) = rest.split_at(at);
        let digits = tail.find(|it: char| !it.is_ascii_digit());
        let (number, tail) = tail.split_at(digits.unwrap_or(tail.len()));
        out.push_str(head);
        // The end of a name stays.
        let named = head.ends_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        match number.len() >= 10 && !named {
            true => out.extend(number.chars().map(|_| '0')),
            false => out.push_str(number),
        }
        rest = tail;
    }
    out + rest
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
    fn large_numbers_are_words() {
        let script = "echo ~99999999999999999999 99999999999999999999>x 1>&2\n";
        assert_eq!(fault(script), None);
        let read = variables("echo ~99999999999999999999 $a99999999999999999999\n");
        assert!(format!("{read:?}").contains("a99999999999999999999"));
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
