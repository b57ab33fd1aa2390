//! Places as the protocol counts them: lines from 0, and in a line units of UTF-16.

use lsp_types::{Position, Range};

/// The byte at a place; behind the end of a line it is that end, behind the last line that of the text.
pub(super) fn offset(text: &str, place: Position) -> usize {
    let mut start = 0;
    for _ in 0..place.line {
        let rest = text.get(start..).unwrap_or_default();
        match rest.find('\n') {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text.get(start..).unwrap_or_default();
    let line = line.lines().next().unwrap_or_default();
    let mut units = 0;
    for (at, letter) in line.char_indices() {
        if units >= place.character as usize {
            return start + at;
        }
        units += letter.len_utf16();
    }
    start + line.len()
}

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub fn new(text: &str) -> Self {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(behind).collect())
    }

    /// The place of a byte of that text; inside of a letter that of the letter.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.0.partition_point(|start| *start <= offset) - 1;
        let start = self.0.get(line).copied().unwrap_or_default();
        let before = text.get(start..offset).unwrap_or_default();
        Position::new(number(line), number(before.encode_utf16().count()))
    }

    /// From one byte to another.
    pub fn range(&self, text: &str, start: usize, end: usize) -> Range {
        Range::new(self.position(text, start), self.position(text, end))
    }
}

/// The name around a byte: from where to where; empty where there is none.
pub(super) fn word(text: &str, offset: usize) -> (usize, usize) {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let (before, behind) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.trim_end_matches(is_part).len();
    let end = behind.len() - behind.trim_start_matches(is_part).len();
    (start, offset + end)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: usize) -> Position {
        Lines::new(text).position(text, offset)
    }

    #[test]
    fn letters_count_as_in_utf_16() {
        let text = "ä = \"😀\" x\r\nzwei\n";
        let x = text.find('x').unwrap();
        assert_eq!(position(text, x), Position::new(0, 9));
        assert_eq!(offset(text, Position::new(0, 9)), x);
        let inside = text.find('😀').unwrap() + 1;
        assert_eq!(position(text, inside), Position::new(0, 5));
    }

    #[test]
    fn a_place_outside_of_the_text_is_its_nearest() {
        let text = "ab\r\nc";
        assert_eq!(offset(text, Position::new(0, 99)), 2);
        assert_eq!(offset(text, Position::new(9, 0)), 5);
        assert_eq!(position(text, 99), Position::new(1, 1));
    }

    #[test]
    fn a_name_is_found_from_within_and_from_behind() {
        let text = "run = fit(x)";
        assert_eq!(word(text, 3), (0, 3));
        assert_eq!(word(text, 7), (6, 9));
        assert_eq!(word(text, 5), (5, 5));
    }
}
