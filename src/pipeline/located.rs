//! Errors of passes that say their place themselves, as diagnostics with a place.

use crate::diagnostics::Located;
use crate::source::Span;
use crate::{dataflow, resolve, typecheck};

macro_rules! located {
    ($($error:ty),+ $(,)?) => {
        $(impl Located for $error {
            fn span(&self) -> Span {
                <$error>::span(self)
            }
        })+
    };
}

located! {
    resolve::ResolveError,
    resolve::Warning,
    typecheck::TypeError,
    typecheck::Warning,
    dataflow::DataflowError,
    dataflow::Warning,
}
