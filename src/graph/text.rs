//! Words in pictures: how many, how long, how wide.

/// So many names stand one beside the other, or one below the other.
const FEW: usize = 3;

/// Letters of a line, above which its middle is left out.
const LONGEST: usize = 48;

/// The first names, and how many there are more.
pub(super) fn few(names: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    // Where one more would be counted, it is named.
    let (shown, more) = match names.len() {
        many if many > FEW + 1 => (FEW, many - FEW),
        all => (all, 0),
    };
    let mut few: Vec<_> = names.take(shown).map(|it| short(&it)).collect();
    if more > 0 {
        few.push(format!("and {more} more"));
    }
    few
}

/// A text without its middle, if it is long; in one line.
pub(super) fn short(text: &str) -> String {
    let letters: Vec<char> = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    if letters.len() <= LONGEST {
        return letters.into_iter().collect();
    }
    let half = LONGEST / 2;
    let head = letters.iter().take(half);
    let tail = letters.iter().skip(letters.len() - half + 1);
    head.chain(['…'].iter()).chain(tail).collect()
}

/// No less than what a text takes in any common font without serifs, in units of its size.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

fn letter(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|'
        | '!' | '(' | ')' | '[' | ']' | '{' | '}' | '/' | '\\' | '-' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '+' | '=' | '<' | '>' | '×' => 0.95,
        'A'..='Z' => 0.78,
        letter if letter.is_ascii() => 0.64,
        _ => 1.1,
    }
}

/// As XML, also between quotes.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' => escaped += "&#10;",
            // XML has no way to write them.
            control if control.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A place or a size to a tenth.
pub(super) fn tenth(number: f64) -> f64 {
    // No negative zero.
    (number * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_counted() {
        let names = |n: usize| {
            few((0..n)
                .map(|it| it.to_string())
                .collect::<Vec<_>>()
                .into_iter())
        };
        assert_eq!(names(4), ["0", "1", "2", "3"]);
        assert_eq!(names(5), ["0", "1", "2", "and 2 more"]);
    }

    #[test]
    fn long_ones_lose_their_middle() {
        assert_eq!(short("data/x.csv"), "data/x.csv");
        let long = short(&format!("data/{}/end.csv", "x".repeat(100)));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(
            long.starts_with("data/x") && long.ends_with("x/end.csv"),
            "{long}"
        );
    }

    #[test]
    fn no_text_is_xml() {
        assert_eq!(
            xml("<a b=\"c\">\u{1}&\n"),
            "&lt;a b=&quot;c&quot;&gt; &amp;&#10;"
        );
    }
}
