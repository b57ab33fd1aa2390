//! Keys of items as components of directories.
//!
//! Two keys never give one component, and every component is a plain file name.

use std::borrow::Cow;

use crate::dataflow::Table;

/// Above this many bytes a key is cut.
const LONGEST: usize = 100;
/// What is kept of it, before `~` and 16 hex digits of a hash of the whole.
const KEPT: usize = 83;

/// The key of an item of a table.
pub(super) fn of_row(table: &Table, row: usize) -> Cow<'_, str> {
    match table.key.as_slice() {
        [only] => key(table.cell(row, *only)),
        several => joined(several.iter().map(|&column| table.cell(row, column))).into(),
    }
}

/// A key of one part.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    match text.as_bytes() {
        [first, ..]
            if text.len() <= LONGEST
                && text.bytes().all(is_plain)
                && !matches!(first, b'.' | b'-') =>
        {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(cut(escape(text, is_plain))),
    }
}

/// A key of several parts: a comma between them, and none in them.
fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let part = |text| escape(text, |byte| is_plain(byte) && byte != b',');
    cut(parts.into_iter().map(part).collect::<Vec<_>>().join(","))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+,@:-".contains(&byte)
}

fn escape(text: &str, plain: impl Fn(u8) -> bool) -> String {
    if text.is_empty() {
        return "%_".to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for (at, byte) in text.bytes().enumerate() {
        let leads = at == 0 && matches!(byte, b'.' | b'-');
        if plain(byte) && !leads {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// Shortens a key to a component that file systems take.
fn cut(key: String) -> String {
    if key.len() <= LONGEST {
        return key;
    }
    let whole = |head: &str| {
        // An escape is not cut in two.
        let tail = head.len().saturating_sub(2);
        let at = head.rfind('%').filter(|&at| at >= tail);
        at.map_or(head.len(), |at| at)
    };
    let head = key.get(..KEPT).unwrap_or_default();
    let head = head.get(..whole(head)).unwrap_or_default();
    let hash = blake3::hash(key.as_bytes()).to_hex();
    format!("{head}~{}", hash.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_keys_stay() {
        for text in ["42", "a.b", "x+y,z@1:2-3", "raw_1"] {
            assert_eq!(key(text), text);
        }
    }

    #[test]
    fn odd_keys_are_escaped() {
        assert_eq!(key("raw/a b.fits"), "raw%2Fa%20b.fits");
        assert_eq!(key(".hidden"), "%2Ehidden");
        assert_eq!(key("-5"), "%2D5");
        assert_eq!(key("100%"), "100%25");
        assert_eq!(key("ä"), "%C3%A4");
        assert_eq!(key(""), "%_");
        assert_eq!(joined(["a,b", "c"]), "a%2Cb,c");
    }

    #[test]
    fn long_keys_are_cut_between_escapes() {
        let long = format!("{}ä{}", "x".repeat(81), "y".repeat(50));
        let cut = key(&long);
        assert_eq!(cut.len(), 81 + 1 + 16);
        assert!(cut.starts_with(&"x".repeat(81)) && cut.contains('~'));
        assert_ne!(cut, key(&format!("{long}z")));
        assert_eq!(key(&"x".repeat(100)).len(), 100);
        assert_eq!(key(&"x".repeat(101)).len(), 100);
    }
}
