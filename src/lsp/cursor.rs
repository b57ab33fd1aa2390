//! What is around a place of a text that need not be a program yet.

use crate::parse::ITEMS;

/// What the text is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Between items.
    File,
    /// Directly in the braces of an item, where a clause or statement may begin.
    Body,
    /// Anywhere else in code, holes of strings included.
    Code,
    Script,
    /// A comment, or a string outside of its holes.
    Words,
}

/// What is around the end of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cursor<'t> {
    pub within: Within,
    /// The word that the item around begins with.
    pub item: &'t str,
    /// Where that item begins.
    pub start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Bracket,
    Brace,
    Text,
    Hole,
}

/// Reads a text up to a place.
pub(super) fn cursor(text: &str) -> Cursor<'_> {
    let mut reader = Reader {
        text,
        at: 0,
        open: Vec::new(),
        item: "",
        start: 0,
    };
    let cut = reader.run();
    let begins = text.trim_end_matches([' ', '\t']);
    let begins = begins.is_empty() || begins.ends_with(['\n', '{', '}']);
    let within = match (cut, reader.open.last()) {
        (Some(within), _) => within,
        (None, Some(Open::Text)) => Within::Words,
        (None, None) if begins => Within::File,
        (None, Some(Open::Brace)) if begins => Within::Body,
        (None, None | Some(Open::Brace | Open::Bracket | Open::Hole)) => Within::Code,
    };
    Cursor {
        within,
        item: reader.item,
        start: reader.start,
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Open>,
    item: &'t str,
    start: usize,
}

impl<'t> Reader<'t> {
    /// Reads to the end; gives what it ended within if that is a comment or a script.
    fn run(&mut self) -> Option<Within> {
        while let Some(letter) = self.rest().chars().next() {
            let in_text = self.open.last() == Some(&Open::Text);
            if in_text {
                self.in_text(letter);
                continue;
            }
            let rest = self.rest();
            if rest.starts_with("//") {
                let Some(end) = rest.find('\n') else {
                    return Some(Within::Words);
                };
                self.at += end;
            } else if rest.starts_with("\"\"\"") {
                let quotes = rest.len() - rest.trim_start_matches('"').len();
                let (mark, behind) = rest.split_at_checked(quotes).unwrap_or((rest, ""));
                let Some(end) = behind.find(mark) else {
                    return Some(Within::Script);
                };
                self.at += quotes + end + quotes;
            } else {
                self.code(letter);
            }
        }
        None
    }

    fn in_text(&mut self, letter: char) {
        match letter {
            '"' | '\n' => drop(self.open.pop()),
            '\\' => self.at += self.rest().chars().nth(1).map_or(0, char::len_utf8),
            '{' if self.rest().starts_with("{{") => self.at += 1,
            '{' => self.open.push(Open::Hole),
            _ => {}
        }
        self.at += letter.len_utf8();
    }

    fn code(&mut self, letter: char) {
        match letter {
            '"' => self.open.push(Open::Text),
            '{' => self.open.push(Open::Brace),
            '(' | '[' => self.open.push(Open::Bracket),
            ')' | ']' | '}' => drop(self.open.pop()),
            _ if letter.is_ascii_alphabetic() || letter == '_' => return self.word(),
            _ => {}
        }
        self.at += letter.len_utf8();
    }

    /// A word that begins an item where no line of a body does: what is open before it is not closed yet.
    fn word(&mut self) {
        let rest = self.rest();
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let fresh = self.text.get(..self.at).unwrap_or_default();
        let fresh = fresh.is_empty() || fresh.ends_with('\n');
        if ITEMS.contains(&word) && fresh {
            self.open.clear();
            self.item = word;
            self.start = self.at;
        }
        self.at += end;
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(text: &str) -> (Within, &str) {
        let cursor = cursor(text);
        (cursor.within, cursor.item)
    }

    #[test]
    fn what_is_around_a_place_is_known_while_it_is_written() {
        assert_eq!(within(""), (Within::File, ""));
        assert_eq!(within("workflow {\n  "), (Within::Body, "workflow"));
        assert_eq!(within("workflow {\n  x = "), (Within::Code, "workflow"));
        assert_eq!(within("workflow {\n  x = f("), (Within::Code, "workflow"));
        assert_eq!(
            within("workflow {\n  for x in xs { "),
            (Within::Body, "workflow")
        );
        assert_eq!(within("workflow {\n  x = \"a{"), (Within::Code, "workflow"));
        assert_eq!(within("workflow {\n  x = \"a"), (Within::Words, "workflow"));
        assert_eq!(
            within("process p() -> () {\n  // m"),
            (Within::Words, "process")
        );
        let script = "process p() -> () {\n  script \"\"\"\n    echo ";
        assert_eq!(within(script), (Within::Script, "process"));
        let behind = format!("{script}{{\"\"\"\n  ");
        assert_eq!(within(&behind), (Within::Body, "process"));
    }

    #[test]
    fn an_item_that_is_not_closed_does_not_hide_the_next() {
        assert_eq!(
            within("workflow {\n  x = f(\nprocess p"),
            (Within::Code, "process")
        );
    }
}
