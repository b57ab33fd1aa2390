//! Time limits and memory as SLURM writes them.

use std::fmt;
use std::str::FromStr;

use super::{Duration, LiteralError, MEGABYTE, Size};

/// A time limit as `sbatch --time` takes it: whole seconds, at least one (0 is "no limit").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Walltime {
    seconds: u64,
}

impl Walltime {
    pub fn from_seconds(seconds: u64) -> Self {
        Self {
            seconds: seconds.max(1),
        }
    }

    pub fn seconds(self) -> u64 {
        self.seconds
    }
}

impl From<Duration> for Walltime {
    /// Rounds up.
    fn from(duration: Duration) -> Self {
        Self::from_seconds(duration.0.ceil() as u64)
    }
}

impl From<Walltime> for Duration {
    fn from(walltime: Walltime) -> Self {
        Self(walltime.seconds as f64)
    }
}

/// `2-00:00:00`, `01:30:00`
impl fmt::Display for Walltime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, rest) = (self.seconds / 86_400, self.seconds % 86_400);
        if days > 0 {
            write!(f, "{days}-")?;
        }
        let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// Reads SLURM's `D-HH:MM:SS` and its shorter forms: `MM`, `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM`.
impl FromStr for Walltime {
    type Err = LiteralError;

    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let (days, clock) = match text.split_once('-') {
            Some((days, clock)) => (Some(days), clock),
            None => (None, text),
        };
        let field = |part: &str| part.parse::<u64>().map_err(|_| LiteralError::Malformed);
        let fields = clock.split(':').map(field).collect::<Result<Vec<_>, _>>()?;
        let seconds = match (days, fields.as_slice()) {
            (None, [m]) => m * 60,
            (None, [m, s]) => m * 60 + s,
            (Some(_), [h]) => h * 3600,
            (Some(_), [h, m]) => h * 3600 + m * 60,
            (_, [h, m, s]) => h * 3600 + m * 60 + s,
            (_, _) => return Err(LiteralError::Malformed),
        };
        let days = days.map_or(Ok(0), field)?;
        Ok(Self::from_seconds(days * 86_400 + seconds))
    }
}

/// A size as `sbatch --mem` takes it: whole mebibytes, at least one (0 is "all of the node").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Memory {
    megabytes: u64,
}

impl Memory {
    pub fn times(self, count: u64) -> Self {
        Self {
            megabytes: self.megabytes.saturating_mul(count),
        }
    }

    pub fn from_megabytes(megabytes: u64) -> Self {
        Self {
            megabytes: megabytes.max(1),
        }
    }

    pub fn megabytes(self) -> u64 {
        self.megabytes
    }
}

impl From<Size> for Memory {
    /// Rounds up.
    fn from(size: Size) -> Self {
        Self::from_megabytes((size.0 / MEGABYTE).ceil() as u64)
    }
}

impl From<Memory> for Size {
    fn from(memory: Memory) -> Self {
        Self(memory.megabytes as f64 * MEGABYTE)
    }
}

/// `4096M`
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}M", self.megabytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walltime_is_slurms_form_rounded_up() {
        let print = |seconds| Walltime::from(Duration(seconds)).to_string();
        assert_eq!(print(172_800.0), "2-00:00:00");
        assert_eq!(print(5400.0), "01:30:00");
        assert_eq!(print(0.2), "00:00:01");
        assert_eq!(print(59.1), "00:01:00");
        assert_eq!(print(0.0), "00:00:01");
    }

    #[test]
    fn walltime_reads_slurms_forms() {
        let read = |text: &str| text.parse::<Walltime>().map(Walltime::seconds);
        assert_eq!(read("2-00:00:00"), Ok(172_800));
        assert_eq!(read("1-12"), Ok(129_600));
        assert_eq!(read("1-12:30"), Ok(131_400));
        assert_eq!(read("01:30:00"), Ok(5400));
        assert_eq!(read("10:30"), Ok(630));
        assert_eq!(read("10"), Ok(600));
        assert_eq!(read("UNLIMITED"), Err(LiteralError::Malformed));
    }

    #[test]
    fn memory_is_mebibytes_rounded_up() {
        let print = |text: &str| Memory::from(text.parse::<Size>().unwrap()).to_string();
        assert_eq!(print("4GB"), "4096M");
        assert_eq!(print("1KB"), "1M");
        assert_eq!(print("1.5MB"), "2M");
    }
}
