//! What all passes need to report mistakes, and the only printing of them.
//!
//! A pass has its own error type, an enum that derives `miette::Diagnostic` and implements
//! [`Located`]. It holds places only; [`render`] joins them with the texts, once, for people or for
//! machines. Knows nothing of what any diagnostic is about.

mod render;
mod suggest;

pub use render::{coloured, json, plain};
pub use suggest::{closest, suggested};

use crate::source::Span;

/// A diagnostic that has a place. All its labels lie in the source of that place.
pub trait Located: miette::Diagnostic {
    /// Where the mistake is: what diagnostics are sorted by, and whose text is shown.
    fn span(&self) -> Span;
}

/// A diagnostic of any pass.
pub type Report = Box<dyn Located + Send + Sync>;

/// Any pass's errors as reports.
pub fn reports<E>(errors: Vec<E>) -> Vec<Report>
where
    E: Located + Send + Sync + 'static,
{
    let boxed = |error| Box::new(error) as Report;
    errors.into_iter().map(boxed).collect()
}

/// What is doubtful in a program though it compiles; handed through the passes.
#[derive(Debug, Default)]
pub struct Warnings {
    found: Vec<Report>,
}

impl Warnings {
    pub fn push(&mut self, warning: impl Located + Send + Sync + 'static) {
        self.found.push(Box::new(warning));
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Report> {
        self.found.iter()
    }

    pub fn into_reports(self) -> Vec<Report> {
        self.found
    }
}
