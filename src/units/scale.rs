//! Numbers, durations and sizes as people look at them: the last two rounded.

use super::{Duration, HOUR, MINUTE, SIZES};

/// `1 job`, `2 jobs`
pub fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// `4.2s`, `12m20s`, `27h3m`
pub fn short_duration(seconds: f64) -> String {
    let rounded = match seconds {
        short if short < MINUTE => (seconds * 10.0).round() / 10.0,
        short if short < HOUR => seconds.round(),
        _ => (seconds / MINUTE).round() * MINUTE,
    };
    Duration(rounded).to_string()
}

/// In one unit: `4.2s`, `45s`, `12m`, `3h`
pub fn coarse_duration(seconds: f64) -> String {
    let unit = match seconds {
        under if under < 10.0 => return format!("{under:.1}s"),
        under if under < 600.0 => 1.0,
        under if under < 10.0 * HOUR => MINUTE,
        _ => HOUR,
    };
    Duration((seconds / unit).round() * unit).to_string()
}

/// `310MB`, `1.4GB`: three digits at most.
pub fn short_size(bytes: f64) -> String {
    let fitting = SIZES.into_iter().find(|(_, scale)| bytes >= *scale);
    let (unit, scale) = fitting.unwrap_or(("B", 1.0));
    match bytes / scale {
        few if few < 10.0 && scale > 1.0 => format!("{}{unit}", (few * 10.0).round() / 10.0),
        many => format!("{}{unit}", many.round()),
    }
}

/// Round times, five to ten of them.
pub fn ticks(end: f64) -> impl Iterator<Item = f64> {
    const STEPS: [f64; 20] = [
        0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
        7200.0, 14400.0, 43200.0, 86400.0, 259_200.0, 604_800.0,
    ];
    let step = STEPS
        .into_iter()
        .find(|step| end / step <= 10.0)
        .unwrap_or(end / 5.0);
    (0..=10_u32)
        .map(move |n| f64::from(n) * step)
        .take_while(move |at| *at <= end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::GIGABYTE;

    #[test]
    fn durations_are_rounded() {
        let seconds = [0.04, 4.23, 45.4, 740.2, 97_380.0];
        let short = ["0s", "4.2s", "45.4s", "12m20s", "27h3m"];
        assert_eq!(seconds.map(short_duration), short);
        let coarse = ["0.0s", "4.2s", "45s", "12m", "27h"];
        assert_eq!(seconds.map(coarse_duration), coarse);
    }

    #[test]
    fn sizes_are_rounded() {
        let written = [0.0, 700.0, 1024.0, 1.5e6, 3.2e8, 4.0 * GIGABYTE].map(short_size);
        assert_eq!(written, ["0B", "700B", "1KB", "1.4MB", "305MB", "4GB"]);
    }
}
