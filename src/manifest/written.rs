//! What an earlier compile wrote, from its manifest.

use serde::Deserialize;
use thiserror::Error;

use super::FORMAT;

/// The part of a manifest that holds for every format.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Written {
    format: u32,
    /// Below `out/`.
    pub files: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WrittenError {
    #[error("line {line}, column {column}: {reason}")]
    Corrupt {
        line: usize,
        column: usize,
        reason: String,
    },
    #[error("it has format {0}, this flowc knows formats up to {FORMAT}")]
    Newer(u32),
    #[error("it lists `{0}`, which is not a path below its own folder")]
    Stray(String),
}

/// Reads the list of files. Its paths are safe to remove: below `out/`, and not of a run.
pub fn written(text: &str) -> Result<Written, WrittenError> {
    let written: Written = serde_json::from_str(text).map_err(|error| WrittenError::Corrupt {
        line: error.line(),
        column: error.column(),
        reason: plain(&error),
    })?;
    if written.format > FORMAT {
        return Err(WrittenError::Newer(written.format));
    }
    match written.files.iter().find(|path| is_stray(path)) {
        Some(stray) => Err(WrittenError::Stray(stray.clone())),
        None => Ok(written),
    }
}

/// The message without the place, which serde_json puts behind it.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => text,
    }
}

fn is_stray(path: &str) -> bool {
    let mut parts = path.split('/');
    path.starts_with("run/") || path == "run" || parts.any(|part| matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whatever_else_there_is() {
        let read = written(r#"{"format": 1, "name": "x", "files": ["jobs/01-a.sbatch"]}"#);
        assert_eq!(read.unwrap().files, ["jobs/01-a.sbatch"]);
    }

    #[test]
    fn a_newer_a_corrupt_and_a_stray_one_are_refused() {
        let newer = written(r#"{"format": 99, "files": []}"#);
        assert_eq!(newer, Err(WrittenError::Newer(99)));
        let corrupt = written("{\n\"format\": oops").unwrap_err().to_string();
        assert_eq!(corrupt, "line 2, column 11: expected value");
        for path in ["../x", "/etc/passwd", "run/work", "a//b", ""] {
            let text = format!(r#"{{"format": 1, "files": ["{path}"]}}"#);
            assert_eq!(written(&text), Err(WrittenError::Stray(path.to_owned())));
        }
    }
}
