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

/// From the least to the most, a box around the middle half, a line at the median. Shards differ by orders of magnitude: the scale
/// is that of logarithms, the same for all plots, from 1 on.
#[derive(Debug, Serialize)]
pub(super) struct Plot {
    least: String,
    low: String,
    half: String,
    box_width: String,
    most: String,
}

impl Plot {
    /// None of nothing. `end` is the end of the scale.
    pub fn new(sorted: &[f64], end: f64) -> Option<Self> {
        let x = |percent| {
            let value = quantile(sorted, percent)?;
            Some(2.0 + WIDTH * value.max(1.0).ln() / end.max(2.0).ln())
        };
        let (low, high) = (x(25)?, x(75)?);
        Some(Self {
            least: at(x(0)?),
            low: at(low),
            half: at(x(50)?),
            box_width: at((high - low).max(1.0)),
            most: at(x(100)?),
        })
    }
}
