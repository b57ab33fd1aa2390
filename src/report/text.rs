//! Figures as people read them.

use jiff::Timestamp;

use crate::units::{short_duration, short_size};

/// `1 file`, `12,345 files`
pub(super) fn count(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {what}{s}", grouped(number))
}

/// `12,345`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `2026-11-29 19:21:33` of seconds since 1970, in UTC.
pub(super) fn instant(seconds: u64) -> String {
    let instant = i64::try_from(seconds).ok();
    let instant = instant.and_then(|it| Timestamp::from_second(it).ok());
    instant.map_or_else(
        || format!("{seconds} s"),
        |it| it.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// Core hours: `0.02`, `1.3`, `12,345`
pub(super) fn hours(seconds: f64) -> String {
    let hours = seconds / 3600.0;
    match hours {
        0.0 => "0".to_owned(),
        few if few < 0.01 => "< 0.01".to_owned(),
        few if few < 1.0 => format!("{few:.2}"),
        some if some < 100.0 => format!("{some:.1}"),
        many => grouped(many.round() as u64),
    }
}

/// `fit[seed=4]`; a call without axes has one shard, which needs no name.
pub(super) fn shard(call: &str, dir: &str) -> String {
    match dir {
        "." => call.to_owned(),
        dir => format!("{call}[{dir}]"),
    }
}

/// A row of a table.
pub(super) type Row = Vec<Cell>;

/// One value of a table: what is shown, and what it is sorted by.
#[derive(Debug, serde::Serialize)]
pub(super) struct Cell {
    pub text: String,
    pub key: String,
    pub class: &'static str,
}

impl Cell {
    pub fn word(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            key: text.clone(),
            text,
            class: "word",
        }
    }

    /// Of a word that is not broken.
    pub fn fixed(text: impl Into<String>) -> Self {
        Self {
            class: "fixed",
            ..Self::word(text)
        }
    }

    /// A digest, or a name that is typed.
    pub fn code(text: impl Into<String>) -> Self {
        Self {
            class: "code",
            ..Self::word(text)
        }
    }

    pub fn number(text: impl Into<String>, key: f64) -> Self {
        Self {
            text: text.into(),
            key: key.to_string(),
            class: "number",
        }
    }

    /// A number that stands out where it is not 0.
    pub fn trouble(number: u64, class: &'static str) -> Self {
        Self {
            class: if number > 0 { class } else { "number" },
            ..Self::count(number)
        }
    }

    pub fn count(number: u64) -> Self {
        Self::number(grouped(number), number as f64)
    }

    /// Of seconds.
    pub fn duration(seconds: f64) -> Self {
        Self::number(short_duration(seconds), seconds)
    }

    pub fn bytes(bytes: f64) -> Self {
        Self::number(short_size(bytes), bytes)
    }

    pub fn of(value: Option<f64>, cell: impl FnOnce(f64) -> Self) -> Self {
        value.map_or_else(Self::none, cell)
    }

    pub fn none() -> Self {
        Self {
            text: "–".to_owned(),
            key: "-1".to_owned(),
            class: "number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(1_234_567, "file"), "1,234,567 files");
        assert_eq!(instant(1_795_980_093), "2026-11-29 19:21:33");
        assert_eq!(instant(u64::MAX), format!("{} s", u64::MAX));
        assert_eq!(hours(0.0), "0");
        assert_eq!(hours(1.0), "< 0.01");
        assert_eq!(hours(5400.0), "1.5");
        assert_eq!(hours(3600.0 * 12_345.0), "12,345");
    }
}
