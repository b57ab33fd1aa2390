//! What shards of earlier runs took: a small file that is committed beside the program.
//!
//! Takes and gives TOML; knows nothing of records and of programs. `flowc learn` writes it, `cost`
//! reads what it holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::units::{GIGABYTE, MEGABYTE};

/// The form of the file; another is refused.
pub const FORMAT: u32 = 1;

/// A shard gets this much more memory than the most that was seen.
const MEMORY_MARGIN: f64 = 1.5;

/// Memory is asked for in steps of so many bytes.
const STEP: f64 = 64.0 * MEGABYTE;

/// Seconds that a shard is expected to take at least: records know whole seconds.
pub const LEAST: f64 = 0.1;

/// Measured figures of processes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    pub format: u32,
    #[serde(default)]
    pub process: BTreeMap<String, Measured>,
    /// Bytes of files that inputs name, as they are when compiling.
    #[serde(skip)]
    pub sizes: BTreeMap<String, f64>,
}

/// Of the shards of one process that were done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub shards: u64,
    /// Seconds.
    pub time: Quantiles,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantiles>,
    /// Where the size of the input files explains the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_size: Option<BySize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    pub mean: f64,
    pub half: f64,
    pub most_of_10: f64,
    pub most_of_100: f64,
    pub most: f64,
}

/// Seconds: `base + per_gigabyte * size`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySize {
    pub base: f64,
    pub per_gigabyte: f64,
}

impl Learned {
    /// The text of the file.
    pub fn read(text: &str) -> Result<Self, String> {
        let learned: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        match learned.format {
            FORMAT => Ok(learned),
            other => Err(format!(
                "format {other} is not {FORMAT}: write it again with `flowc learn`"
            )),
        }
    }

    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let head = "# What the shards of earlier runs took, in seconds and bytes; `flowc learn` wrote it. Committed beside the program,\n\
                    # it stands for costs, and for the time and memory that a process does not ask for.\n";
        toml::to_string(self).map(|body| format!("{head}{body}"))
    }
}

impl Measured {
    /// Bytes to ask for: the most that was seen and half as much again, in steps of 64 MB.
    pub fn request(&self) -> Option<f64> {
        let most = self.memory?.most;
        Some((most * MEMORY_MARGIN / STEP).ceil().max(1.0) * STEP)
    }
}

impl BySize {
    /// Seconds of a shard whose input files have so many bytes.
    pub fn seconds(self, bytes: f64) -> f64 {
        (self.base + self.per_gigabyte * bytes / GIGABYTE).max(LEAST)
    }

    /// The line through pairs of bytes and seconds, where it explains at least half of what they
    /// differ by.
    pub fn fit(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < 8 {
            return None;
        }
        let count = pairs.len() as f64;
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(&|it| it.0), mean(&|it| it.1));
        let xx = mean(&|it| (it.0 - x) * (it.0 - x));
        let yy = mean(&|it| (it.1 - y) * (it.1 - y));
        let xy = mean(&|it| (it.0 - x) * (it.1 - y));
        if xx <= 0.0 || yy <= 0.0 || xy <= 0.0 || xy * xy / (xx * yy) < 0.5 {
            return None;
        }
        let slope = xy / xx;
        Some(Self {
            base: rounded(y - slope * x),
            per_gigabyte: rounded(slope * GIGABYTE),
        })
    }
}

impl Quantiles {
    /// None of nothing.
    pub fn of(mut all: Vec<f64>) -> Option<Self> {
        all.sort_by(f64::total_cmp);
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let at = |percent| quantile(&all, percent);
        Some(Self {
            mean: rounded(mean),
            half: at(50)?,
            most_of_10: at(90)?,
            most_of_100: at(99)?,
            most: at(100)?,
        })
    }
}

/// The least of sorted values that so many percent do not exceed; the first for 0, none of nothing.
pub fn quantile(sorted: &[f64], percent: usize) -> Option<f64> {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied()
}

/// Three digits behind the point: the file is read by people, and compared by git.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_hundred() {
        let all = (1..=100).map(f64::from).collect();
        let quantiles = Quantiles::of(all);
        let expected = Quantiles {
            mean: 50.5,
            half: 50.0,
            most_of_10: 90.0,
            most_of_100: 99.0,
            most: 100.0,
        };
        assert_eq!(quantiles, Some(expected));
        assert_eq!(Quantiles::of(Vec::new()), None);
    }

    #[test]
    fn a_line_is_found_where_size_explains_time() {
        let line: Vec<_> = (1..10)
            .map(|n| (f64::from(n) * GIGABYTE, 2.0 + 3.0 * f64::from(n)))
            .collect();
        let fit = BySize::fit(&line);
        assert_eq!(
            fit,
            Some(BySize {
                base: 2.0,
                per_gigabyte: 3.0
            })
        );
        let noise: Vec<_> = (1..10)
            .map(|n| (f64::from(n), f64::from(n * 7 % 5)))
            .collect();
        assert_eq!(BySize::fit(&noise), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let measured = Measured {
            shards: 3,
            time: Quantiles::of(vec![1.0, 2.0, 3.0]).unwrap(),
            memory: Quantiles::of(vec![1e8]),
            by_size: None,
        };
        let learned = Learned {
            format: FORMAT,
            process: [("train".to_owned(), measured)].into(),
            ..Learned::default()
        };
        assert_eq!(
            Learned::read(&learned.to_toml().unwrap()),
            Ok(learned.clone())
        );
        assert_eq!(learned.process["train"].request(), Some(3.0 * STEP));
        assert!(Learned::read("format = 2").is_err());
    }
}
