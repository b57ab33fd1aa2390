//! The files of a program's folder.
//!
//! The only way from the passes to the disk; they know it as [`Files`].

use std::io;
use std::path::{Path, PathBuf};

use crate::source::Files;

/// The folder that a program's paths are relative to.
#[derive(Debug, Clone)]
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A match spelled like its pattern: relative stays relative.
    fn spelled(&self, path: &Path, pattern: &str) -> io::Result<String> {
        let relative = if Path::new(pattern).is_absolute() {
            path
        } else {
            path.strip_prefix(&self.folder).unwrap_or(path)
        };
        relative.to_str().map(str::to_owned).ok_or_else(|| {
            let name = format!("the name of `{}` is not UTF-8", path.display());
            io::Error::new(io::ErrorKind::InvalidData, name)
        })
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(path))
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        std::fs::metadata(self.path(path)).map(|it| it.len())
    }

    fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        let invalid = |error: glob::PatternError| {
            io::Error::new(io::ErrorKind::InvalidInput, error.msg.to_owned())
        };
        let folder = glob::Pattern::escape(&self.folder.to_string_lossy());
        let whole = Path::new(&folder).join(pattern);
        // Like a shell: `*` does not match a leading dot.
        let options = glob::MatchOptions {
            require_literal_leading_dot: true,
            ..glob::MatchOptions::default()
        };
        let found = glob::glob_with(&whole.to_string_lossy(), options).map_err(invalid)?;
        let mut paths = Vec::new();
        for path in found {
            let path = path.map_err(io::Error::from)?;
            paths.push(self.spelled(&path, pattern)?);
        }
        paths.sort();
        Ok(paths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_sorted_and_relative() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let disk = Disk::new(folder.path());
        assert_eq!(disk.glob("*.txt").unwrap(), ["a.txt", "b.txt"]);
        assert_eq!(disk.size("a.txt").unwrap(), 1);
    }
}
