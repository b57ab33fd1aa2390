//! How long the tasks of a job work.

use std::rc::Rc;

/// Seconds of work of each task, without start-up.
#[derive(Debug, Clone, PartialEq)]
pub enum Tasks {
    /// All alike but for the last.
    Even {
        count: u64,
        each: f64,
        last: f64,
    },
    Uneven(Rc<[f64]>),
}

impl Tasks {
    pub fn len(&self) -> u64 {
        match self {
            Self::Even { count, .. } => *count,
            Self::Uneven(each) => each.len() as u64,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Elements that run so many tasks side by side: each takes as long as its longest.
    pub fn abreast(self, width: u64) -> Self {
        if width <= 1 {
            return self;
        }
        match self {
            Self::Even { count, each, last } => Self::Even {
                count: count.div_ceil(width),
                each,
                last: if count % width == 1 { last } else { each },
            },
            Self::Uneven(all) => {
                let width = usize::try_from(width).unwrap_or(usize::MAX);
                let longest = |element: &[f64]| element.iter().copied().fold(0.0, f64::max);
                Self::Uneven(all.chunks(width).map(longest).collect())
            }
        }
    }

    pub(super) fn seconds(&self, task: u64) -> f64 {
        match self {
            Self::Even { count, last, .. } if task + 1 == *count => *last,
            Self::Even { each, .. } => *each,
            Self::Uneven(all) => usize::try_from(task)
                .ok()
                .and_then(|task| all.get(task).copied())
                .unwrap_or(0.0),
        }
    }

    /// Seconds of work in all.
    pub fn total(&self) -> f64 {
        match self {
            Self::Even { count, each, last } => count.saturating_sub(1) as f64 * each + last,
            Self::Uneven(all) => all.iter().sum(),
        }
    }
}
