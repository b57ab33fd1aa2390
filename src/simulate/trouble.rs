//! What goes wrong on a real cluster: tasks that fail and are queued again, waits in the queue.
//!
//! Drawn from a seed and the numbers of job and task, so that the same seed gives the same run on
//! any machine, and another plan meets the same luck.

/// How much trouble there is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Trouble {
    /// The part of the tasks that fail, 0 to 1; each is queued again until it succeeds.
    pub failures: f64,
    /// Mean seconds that an array waits in the queue beside what slots and launches ask for.
    pub wait: f64,
    pub seed: u64,
}

/// A task that ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ran {
    /// Index of the job.
    pub job: usize,
    pub task: u64,
    /// Seconds from the release of the roots.
    pub start: f64,
    pub end: f64,
    pub failed: bool,
}

impl Trouble {
    /// Where an attempt fails, as the part of its time that it gets through.
    pub(super) fn fails(&self, job: usize, task: u64, attempt: u32) -> Option<f64> {
        if self.failures <= 0.0 {
            return None;
        }
        let draw = self.draw(job, task, u64::from(attempt) * 2 + 1);
        let through = self.draw(job, task, u64::from(attempt) * 2 + 2);
        // A run in which everything fails for ever has no end.
        (draw < self.failures.min(0.95)).then_some(through)
    }

    /// Seconds that tasks of a job wait which become ready together.
    pub(super) fn waits(&self, job: usize, task: u64) -> f64 {
        if self.wait <= 0.0 {
            return 0.0;
        }
        -self.wait * (1.0 - self.draw(job, task, 0)).ln()
    }

    /// Of [0, 1), evenly.
    fn draw(&self, job: usize, task: u64, what: u64) -> f64 {
        let mut state = self.seed;
        for part in [job as u64, task, what] {
            state = mixed(state ^ mixed(part));
        }
        let top = (state >> 11) as f64;
        top / (1_u64 << 53) as f64
    }
}

/// splitmix64
fn mixed(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
