//! How an item begins.

use super::{Scanner, word_length};
use crate::parse::words;

impl Scanner<'_> {
    /// Item words are reserved, so within brackets one that begins a line as an item does tells of
    /// a bracket left open. `container` is a clause too.
    pub(super) fn begins_item(&self, word: &str) -> bool {
        let shaped = words::ITEMS.contains(&word) && self.shaped_as(word);
        if self.open.is_empty() {
            shaped || self.fresh && (words::ITEMS.contains(&word) || self.unknown_item(word))
        } else {
            shaped && self.fresh
        }
    }

    /// Whether what follows the word could follow it in an item.
    fn shaped_as(&self, word: &str) -> bool {
        let behind = self.rest().get(word.len()..).unwrap_or_default();
        let next = behind.trim_start_matches([' ', '\t']);
        let name_length = word_length(next);
        let after_name = next
            .get(name_length..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t']);
        match word {
            "import" => next.starts_with('"'),
            "workflow" => {
                next.starts_with('{') || name_length > 0 && after_name.starts_with(['(', '{'])
            }
            "container" => name_length > 0 && after_name.starts_with('='),
            "param" => name_length > 0 && after_name.starts_with(':'),
            "record" => name_length > 0 && after_name.starts_with('{'),
            _ => name_length > 0 && after_name.starts_with('('),
        }
    }

    /// `rule all`, `proces align(…)`: a word at the beginning of a line that no expression goes on with.
    fn unknown_item(&self, word: &str) -> bool {
        let behind = self.rest().get(word.len()..).unwrap_or_default();
        let next = behind.trim_start_matches([' ', '\t']);
        let follows =
            next.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"' | '{'));
        let in_column_one = self.at == self.line_start;
        in_column_one && follows && !matches!(word, "step" | "where" | "as" | "expect" | "temp")
    }
}
