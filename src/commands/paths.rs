//! Paths from one place to another, and what is written there.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::failure::Failure;

/// From one folder to another, both absolute: `..`, `../flows`, `.`.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let way = pathdiff::diff_paths(to, from).unwrap_or_else(|| to.to_owned());
    match way.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => way.to_string_lossy().into_owned(),
    }
}

/// The folder that a file is in, or is to be in.
pub(super) fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Writes a file, and makes the folders that it is to be in.
pub(super) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    fs::create_dir_all(folder_of(file))
        .and_then(|()| fs::write(file, content))
        .map_err(Failure::io("written", file))
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
