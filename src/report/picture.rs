//! Parts of inline SVG.

use serde::Serialize;

use crate::learned::quantile;

/// A coordinate as it is written.
pub(super) fn at(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // No `-0`.
    (rounded + 0.0).to_string()
}

/// The class of the process with that number: there are eight colours.
pub(super) fn colour(process: usize) -> String {
    format!("c{}", process % 8)
}

/// The width of a box plot, without its margins.
const WIDTH: f64 = 120.0;

/// From the least to the most, a box around the middle half, a line at the median; all from 0 on.
#[derive(Debug, Serialize)]
pub(super) struct Plot {
    least: String,
    low: String,
    half: String,
    box_width: String,
    most: String,
}

impl Plot {
    /// None of nothing.
    pub fn new(sorted: &[f64]) -> Option<Self> {
        let most = quantile(sorted, 100)?;
        let x = |part| {
            let value = quantile(sorted, part).unwrap_or(0.0);
            2.0 + WIDTH * if most > 0.0 { value / most } else { 0.0 }
        };
        Some(Self {
            least: at(x(0)),
            low: at(x(25)),
            half: at(x(50)),
            box_width: at((x(75) - x(25)).max(1.0)),
            most: at(x(100)),
        })
    }
}
