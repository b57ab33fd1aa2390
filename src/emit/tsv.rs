//! Tables: fields between tabs, LF at the end of a line.

use std::borrow::Cow;

/// A column that does not apply.
pub(super) const NONE: &str = "-";

/// A field as it stands in a table: `%`, tab, LF, CR and `\` escaped, an empty one `%_`.
pub(super) fn field(text: &str) -> Cow<'_, str> {
    let special = |byte: u8| matches!(byte, b'%' | b'\t' | b'\n' | b'\r' | b'\\');
    match text {
        "" => Cow::Borrowed("%_"),
        _ if !text.bytes().any(special) => Cow::Borrowed(text),
        _ => {
            let mut escaped = String::with_capacity(text.len() + 8);
            for character in text.chars() {
                match character {
                    '%' => escaped.push_str("%25"),
                    '\t' => escaped.push_str("%09"),
                    '\n' => escaped.push_str("%0A"),
                    '\r' => escaped.push_str("%0D"),
                    '\\' => escaped.push_str("%5C"),
                    other => escaped.push(other),
                }
            }
            Cow::Owned(escaped)
        }
    }
}

/// A value as a field of its own: it always applies, so a text that is `-` is no `-`.
pub(super) fn value(text: &str) -> Cow<'_, str> {
    match text {
        NONE => Cow::Borrowed("%2D"),
        _ => field(text),
    }
}

/// Appends a line of fields that are escaped already.
pub(super) fn line<'a>(table: &mut String, fields: impl IntoIterator<Item = Cow<'a, str>>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            table.push('\t');
        }
        table.push_str(&field);
    }
    table.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_absent() {
        assert_eq!((value("-"), value("")), ("%2D".into(), "%_".into()));
    }

    #[test]
    fn odd_bytes_are_escaped() {
        assert_eq!(field("a b/ä"), "a b/ä");
        assert_eq!(field(""), "%_");
        assert_eq!(field("100%\t\\n\n"), "100%25%09%5Cn%0A");
    }
}
