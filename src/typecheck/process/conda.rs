//! `conda`: a file, a folder or a name, told apart by how it is written.

use super::super::Checker;
use super::ProcessError;
use crate::hir::Conda;
use crate::source::Spanned;

/// Endings of files that an environment is made from.
const FILES: [&str; 3] = [".yml", ".yaml", ".txt"];

impl Checker<'_> {
    pub(in super::super) fn conda(&mut self, written: &Spanned<String>) -> Option<Conda> {
        let text = &written.node;
        if FILES.iter().any(|ending| text.ends_with(ending)) {
            return Some(Conda::File(Spanned::new(self.path(written), written.span)));
        }
        let folder = |path: &str| Some(Conda::Prefix(path.trim_end_matches('/').to_owned()));
        if text.starts_with("~/") {
            return folder(text);
        }
        if text.contains('/') && !text.starts_with('~') {
            return folder(&self.path(written));
        }
        let part = |it: char| it.is_ascii_alphanumeric() || "_.+-".contains(it);
        if text.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_')
            && text.chars().all(part)
        {
            return Some(Conda::Name(text.clone()));
        }
        self.error(ProcessError::CondaName { span: written.span });
        None
    }
}
