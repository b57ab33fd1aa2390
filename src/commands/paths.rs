//! Paths from one place to another.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// From one folder to another, both absolute: `..`, `../flows`, `.`.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to
        .components()
        .skip(common)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<_> = up.chain(down).collect();
    match parts.as_slice() {
        [] => ".".to_owned(),
        parts => parts.join("/"),
    }
}

/// The absolute path, without links, of what may not be there yet.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for above in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(above), absolute.strip_prefix(above)) {
            return Ok(real.join(rest));
        }
    }
    Ok(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_is_found_from_another() {
        let way = |from, to| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/out", "/a/b"), "..");
        assert_eq!(way("/a/out", "/a/flows/x"), "../flows/x");
        assert_eq!(way("/a", "/a"), ".");
        assert_eq!(way("/a", "/a/b"), "b");
    }
}
