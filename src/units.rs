//! Durations and sizes: as programs write them and as SLURM takes them.
//!
//! Gives the reading of every number literal ([`literal`]), so that a site file, `--set` and a
//! program agree on what `1h30m` is. Knows nothing of programs.

mod scale;
mod slurm;

pub use scale::{coarse_duration, counted, short_duration, short_size, ticks};
pub use slurm::{Memory, Walltime};

use std::fmt;
use std::str::FromStr;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
const KILOBYTE: f64 = 1024.0;
/// Bytes.
pub const MEGABYTE: f64 = 1024.0 * KILOBYTE;
/// Bytes.
pub const GIGABYTE: f64 = 1024.0 * MEGABYTE;

/// Longest first: the order in which a duration is written.
const DURATIONS: [(&str, f64); 4] = [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1.0)];

/// Powers of 1024, as SLURM counts them.
const SIZES: [(&str, f64); 4] = [
    ("TB", 1024.0 * GIGABYTE),
    ("GB", GIGABYTE),
    ("MB", MEGABYTE),
    ("KB", KILOBYTE),
];

/// Other spellings of units, with what they may have meant.
const SLIPS: [(&[&str], &[&str]); 9] = [
    (&["M"], &["m", "MB"]),
    (&["K", "k", "kb", "Kb", "kB", "KiB", "Ki"], &["KB"]),
    (&["mb", "Mb", "MiB", "Mi"], &["MB"]),
    (&["G", "g", "gb", "Gb", "gB", "GiB", "Gi"], &["GB"]),
    (&["T", "t", "tb", "Tb", "TiB", "Ti"], &["TB"]),
    (&["S", "sec", "secs", "second", "seconds"], &["s"]),
    (&["min", "mins", "minute", "minutes"], &["m"]),
    (&["H", "hr", "hrs", "hour", "hours"], &["h"]),
    (&["D", "day", "days"], &["d"]),
];

/// What a number literal says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    Int(i64),
    Float(f64),
    Duration(Duration),
    Size(Size),
}

/// Why a number literal says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralError {
    /// Over 64 bits.
    TooLarge,
    /// `1_000`
    Underscore,
    /// A unit that does not exist, with the literals that may have been meant.
    Unit {
        unit: String,
        suggestions: Vec<String>,
    },
    /// `30m1h`, `1h1h`: units of a duration go from long to short.
    Order,
    /// Not a number at all, or a number behind its unit (`1h30`).
    Malformed,
}

/// Seconds.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Duration(pub f64);

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Size(pub f64);

/// Reads `42`, `1.5`, `1e-3`, `1h30m`, `4GB`.
pub fn literal(text: &str) -> Result<Literal, LiteralError> {
    if let Ok(value) = text.parse::<i64>() {
        return Ok(Literal::Int(value));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(LiteralError::Malformed);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(LiteralError::TooLarge);
    }
    if text.contains('_') {
        return Err(LiteralError::Underscore);
    }
    if let Ok(value) = text.parse::<f64>() {
        return finite(value).map(Literal::Float);
    }
    let parts = parts(text)?;
    if let [(value, unit)] = parts.as_slice()
        && let Some(scale) = scale(&SIZES, unit)
    {
        return finite(value * scale).map(|bytes| Literal::Size(Size(bytes)));
    }
    duration(&parts, text).map(Literal::Duration)
}

fn finite(value: f64) -> Result<f64, LiteralError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(LiteralError::TooLarge)
    }
}

/// `1h30m` as pairs of number and unit.
fn parts(text: &str) -> Result<Vec<(f64, &str)>, LiteralError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (number, behind) = split_at(rest, |c| !c.is_ascii_digit() && c != '.');
        let (unit, behind) = split_at(behind, |c| c.is_ascii_digit());
        let value = number.parse().map_err(|_| LiteralError::Malformed)?;
        if unit.is_empty() {
            return Err(LiteralError::Malformed);
        }
        parts.push((value, unit));
        rest = behind;
    }
    Ok(parts)
}

fn split_at(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at_checked(text.find(end).unwrap_or(text.len()))
        .unwrap_or((text, ""))
}

fn duration(parts: &[(f64, &str)], text: &str) -> Result<Duration, LiteralError> {
    let mut seconds = 0.0;
    let mut shorter_than = f64::INFINITY;
    for (value, unit) in parts {
        let scale = scale(&DURATIONS, unit).ok_or_else(|| unknown_unit(unit, text))?;
        if scale >= shorter_than {
            return Err(LiteralError::Order);
        }
        shorter_than = scale;
        seconds += value * scale;
    }
    finite(seconds).map(Duration)
}

fn scale(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    let found = units.iter().find(|(name, _)| *name == unit);
    found.map(|(_, scale)| *scale)
}

fn unknown_unit(unit: &str, text: &str) -> LiteralError {
    let meant = SLIPS.iter().find(|(slips, _)| slips.contains(&unit));
    let respell = |right: &&str| text.replacen(unit, right, 1);
    let suggestions = meant.map_or_else(Vec::new, |(_, right)| right.iter().map(respell).collect());
    LiteralError::Unit {
        unit: unit.to_owned(),
        suggestions,
    }
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("does not fit in 64 bits"),
            Self::Underscore => f.write_str("numbers are written without `_`"),
            Self::Unit { unit, .. } => write!(f, "`{unit}` is no unit"),
            Self::Order => f.write_str("the units of a duration go from long to short, each once"),
            Self::Malformed => f.write_str("not a number"),
        }
    }
}

impl std::error::Error for LiteralError {}

impl FromStr for Duration {
    type Err = LiteralError;

    fn from_str(text: &str) -> Result<Self, LiteralError> {
        match literal(text)? {
            Literal::Duration(duration) => Ok(duration),
            Literal::Int(_) | Literal::Float(_) | Literal::Size(_) => Err(LiteralError::Malformed),
        }
    }
}

impl FromStr for Size {
    type Err = LiteralError;

    fn from_str(text: &str) -> Result<Self, LiteralError> {
        match literal(text)? {
            Literal::Size(size) => Ok(size),
            Literal::Int(_) | Literal::Float(_) | Literal::Duration(_) => {
                Err(LiteralError::Malformed)
            }
        }
    }
}

/// `36h`, `1h30m`, `2d`: days only where nothing is left over.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        if rest < 0.0 {
            f.write_str("-")?;
            rest = -rest;
        }
        if rest >= 2.0 * DAY && rest % DAY == 0.0 {
            return write!(f, "{}d", rest / DAY);
        }
        let mut written = false;
        for (unit, scale) in [("h", HOUR), ("m", MINUTE)] {
            let count = (rest / scale).floor();
            if count > 0.0 {
                write!(f, "{count}{unit}")?;
                written = true;
                rest -= count * scale;
            }
        }
        if rest > 0.0 || !written {
            write!(f, "{}s", (rest * 1000.0).round() / 1000.0)?;
        }
        Ok(())
    }
}

/// `4GB`, `1536MB`: the largest unit of which it is a whole number.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, scale): &&(&str, f64)| self.0 != 0.0 && self.0 % scale == 0.0;
        let (unit, scale) = SIZES.iter().find(whole).unwrap_or(&("KB", KILOBYTE));
        write!(f, "{}{unit}", self.0 / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(value: f64) -> Result<Literal, LiteralError> {
        Ok(Literal::Duration(Duration(value)))
    }

    fn bytes(value: f64) -> Result<Literal, LiteralError> {
        Ok(Literal::Size(Size(value)))
    }

    #[test]
    fn literals_are_read() {
        assert_eq!(literal("42"), Ok(Literal::Int(42)));
        assert_eq!(literal("1.5"), Ok(Literal::Float(1.5)));
        assert_eq!(literal("1e-3"), Ok(Literal::Float(0.001)));
        assert_eq!(literal("36h"), seconds(129_600.0));
        assert_eq!(literal("1h30m"), seconds(5400.0));
        assert_eq!(literal("2d"), seconds(172_800.0));
        assert_eq!(literal("1.5m"), seconds(90.0));
        assert_eq!(literal("4GB"), bytes(4_294_967_296.0));
        assert_eq!(literal("0.5KB"), bytes(512.0));
    }

    #[test]
    fn wrong_units_name_the_right_ones() {
        let suggestions = |text| match literal(text) {
            Err(LiteralError::Unit { suggestions, .. }) => suggestions,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(suggestions("1M"), ["1m", "1MB"]);
        assert_eq!(suggestions("4G"), ["4GB"]);
        assert_eq!(suggestions("512mb"), ["512MB"]);
        assert_eq!(suggestions("10min"), ["10m"]);
        assert_eq!(suggestions("1h30min"), ["1h30m"]);
        assert!(suggestions("1w").is_empty());
        assert!(suggestions("3x").is_empty());
    }

    #[test]
    fn malformed_literals_are_refused() {
        assert_eq!(literal("99999999999999999999"), Err(LiteralError::TooLarge));
        assert_eq!(literal("1_000"), Err(LiteralError::Underscore));
        assert_eq!(literal("30m1h"), Err(LiteralError::Order));
        assert_eq!(literal("1h1h"), Err(LiteralError::Order));
        assert_eq!(literal("1h30"), Err(LiteralError::Malformed));
        assert_eq!(literal(""), Err(LiteralError::Malformed));
        assert_eq!("4GB".parse::<Duration>(), Err(LiteralError::Malformed));
    }

    #[test]
    fn durations_print_as_written() {
        for text in ["36h", "1h30m", "2d", "45s", "1m30s", "1.5s", "0s", "24h"] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration.to_string(), text);
        }
    }

    #[test]
    fn sizes_print_in_the_largest_whole_unit() {
        for (text, printed) in [
            ("4GB", "4GB"),
            ("1.5GB", "1536MB"),
            ("1024KB", "1MB"),
            ("0.5KB", "0.5KB"),
        ] {
            let size: Size = text.parse().unwrap();
            assert_eq!(size.to_string(), printed);
        }
        assert_eq!(Size(0.0).to_string(), "0KB");
    }
}
