//! Paths in files that lie in other folders.

/// The folder of a file: empty, or with a slash at its end.
pub fn folder(path: &str) -> &str {
    let end = path.rfind('/').map_or(0, |at| at + 1);
    path.get(..end).unwrap_or("")
}

/// A path as seen from where the folder's own path begins; absolute ones stay.
pub fn joined(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_to_the_file_that_says_it() {
        let seen = |file, path| joined(folder(file), path);
        assert_eq!(seen("main.flow", "lib/a.flow"), "lib/a.flow");
        assert_eq!(seen("lib/a.flow", "./b.flow"), "lib/b.flow");
        assert_eq!(seen("lib/a.flow", "../b.flow"), "b.flow");
        assert_eq!(seen("lib/a.flow", "../../b.flow"), "../b.flow");
        assert_eq!(seen("../x/a.flow", "../b.flow"), "../b.flow");
        assert_eq!(seen("lib/a.flow", "/opt/b.flow"), "/opt/b.flow");
        assert_eq!(seen("/opt/a.flow", "b.flow"), "/opt/b.flow");
    }
}
