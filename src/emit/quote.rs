//! Quoting: one function for each language that text is put into.

use std::borrow::Cow;

/// A word of bash, between quotes where it needs some.
pub fn word(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:=@%+,-".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(literal(text))
    }
}

/// A word of bash that is data, always between quotes: single ones, or double ones around what
/// single ones cannot hold or a reader could take for an expansion.
pub fn literal(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return ansi(text);
    }
    if !text.contains(['\'', '$', '`']) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        if matches!(character, '\\' | '"' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// `$'…'`: keeps a line of a script one line.
fn ansi(text: &str) -> String {
    let mut quoted = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str(r"\'"),
            '\\' => quoted.push_str(r"\\"),
            '\n' => quoted.push_str(r"\n"),
            '\t' => quoted.push_str(r"\t"),
            other if other.is_control() => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The value of an option behind `#SBATCH`: SLURM splits at blanks, knows quotes and backslashes,
/// and ends at a `#`.
pub(super) fn directive(text: &str) -> Cow<'_, str> {
    let plain = |character: char| {
        !character.is_whitespace() && !character.is_control() && !r##"#"'\"##.contains(character)
    };
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let escaped = one_line(text).replace('\\', r"\\").replace('"', "\\\"");
    Cow::Owned(format!("\"{escaped}\""))
}

/// Text for a comment: what would end its line becomes a blank.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

/// A heredoc's delimiter that no line of the text is.
pub(super) fn delimiter(text: &str) -> String {
    let mut delimiter = String::from("FLOW");
    while text.lines().any(|line| line == delimiter) {
        delimiter.push('_');
    }
    delimiter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_bash_would_read_them() {
        assert_eq!(word("data/a.csv"), "data/a.csv");
        assert_eq!(word(""), "''");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("$(id)"), r#""\$(id)""#);
        assert_eq!(word("it's `\\"), r#""it's \`\\""#);
        assert_eq!(word(r#"\n "a" !"#), r#"'\n "a" !'"#);
        assert_eq!(word("a\nb'\u{1}"), r"$'a\nb\'\001'");
    }

    #[test]
    fn directives_are_quoted_by_slurms_rules() {
        assert_eq!(directive("annz.classify"), "annz.classify");
        assert_eq!(directive("my flow"), "\"my flow\"");
        assert_eq!(directive("a#\"b\\\n"), "\"a#\\\"b\\\\ \"");
    }

    #[test]
    fn a_delimiter_is_no_line_of_the_text() {
        assert_eq!(delimiter("a\nFLOW b\n"), "FLOW");
        assert_eq!(delimiter("FLOW\nFLOW_\n"), "FLOW__");
    }
}
