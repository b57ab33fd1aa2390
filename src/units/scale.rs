//! Numbers, durations and sizes as people look at them: the last two rounded.

use super::{Duration, SIZES};

/// `1 job`, `2 jobs`
pub fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// `42s`, `12m20s`, `1d3h`
pub fn clock(seconds: f64) -> String {
    let rounded = match seconds {
        short if short < 60.0 => (seconds * 10.0).round() / 10.0,
        short if short < 3600.0 => seconds.round(),
        _ => (seconds / 60.0).round() * 60.0,
    };
    Duration(rounded).to_string()
}

/// `310MB`, `1.4GB`: three digits at most.
pub fn about(bytes: f64) -> String {
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

    #[test]
    fn sizes_are_rounded() {
        let written = [
            0.0,
            700.0,
            1024.0,
            1.5e6,
            3.2e8,
            4.0 * 1024.0 * 1024.0 * 1024.0,
        ]
        .map(about);
        assert_eq!(written, ["0B", "700B", "1KB", "1.4MB", "305MB", "4GB"]);
    }
}
