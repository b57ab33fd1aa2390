//! The files that `uses` and `conda` clauses name.
//!
//! Takes the dataflow and the program's folder; gives [`Code`]: each file with its content and
//! digest, folders listed file by file. Knows nothing of what is done with them.

mod environment;

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::{fs, io};

use miette::Diagnostic;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::dataflow::{Conda, Dataflow};
use crate::diagnostics::{Located, closest};
use crate::source::{Span, Spanned};

/// What programs leave behind beside code that they run, and no part of it.
const IGNORED: [&str; 2] = [".git", "__pycache__"];

/// The code of all processes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Code {
    /// By path as in the program, `/` between components.
    pub files: BTreeMap<String, CodeFile>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CodeFile {
    pub content: Vec<u8>,
    /// Lower-case hex.
    pub sha256: String,
    pub executable: bool,
}

#[derive(Debug, Error, Diagnostic)]
pub enum CodeError {
    #[error("`{path}` is not there")]
    #[diagnostic(code(flow::code::missing))]
    Missing {
        path: String,
        #[help]
        help: String,
        #[label("`{process}` uses it")]
        span: Span,
        process: String,
    },

    #[error("`{path}` is outside of the program's folder")]
    #[diagnostic(
        code(flow::code::outside),
        help(
            "copy or link it into the folder: what is emitted must not depend on where the folder is"
        )
    )]
    Outside {
        path: String,
        #[label("`{process}` uses it")]
        span: Span,
        process: String,
    },

    #[error("`{path}` cannot be read: {reason}")]
    #[diagnostic(code(flow::code::unreadable))]
    Unreadable {
        path: String,
        reason: io::Error,
        #[label("`{process}` uses it")]
        span: Span,
        process: String,
    },

    #[error("`{path}` is no file that an environment can be made from: {reason}")]
    #[diagnostic(code(flow::code::environment))]
    Environment {
        path: String,
        reason: String,
        #[help]
        help: &'static str,
        #[label("`{process}` is to run in it")]
        span: Span,
        process: String,
    },
}

impl Located for CodeError {
    fn span(&self) -> Span {
        match self {
            Self::Missing { span, .. }
            | Self::Outside { span, .. }
            | Self::Unreadable { span, .. }
            | Self::Environment { span, .. } => *span,
        }
    }
}

impl Code {
    pub fn file(&self, path: &str) -> Option<&CodeFile> {
        self.files.get(&clean(path))
    }

    /// The files below one path of a `uses` clause: itself, or all of a folder.
    pub fn below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a CodeFile)> {
        let path = clean(path);
        let all = self.files.iter().map(|(path, file)| (path.as_str(), file));
        all.filter(move |(file, _)| {
            let rest = file.strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.is_empty())
        })
    }
}

/// Reads all that the processes use.
pub fn read(dataflow: &Dataflow, folder: &Path) -> Result<Code, Vec<CodeError>> {
    let mut code = Code::default();
    each(dataflow, folder, |path| add(&mut code, folder, path))?;
    Ok(code)
}

/// Looks whether all that the processes use is there, and whether environments can be made from it.
pub fn check(dataflow: &Dataflow, folder: &Path) -> Result<(), Vec<CodeError>> {
    each(dataflow, folder, |path| {
        fs::metadata(folder.join(path)).map(drop)
    })
}

/// Does something with each path of a `uses` or `conda` clause; gathers what fails.
fn each(
    dataflow: &Dataflow,
    folder: &Path,
    mut take: impl FnMut(&str) -> io::Result<()>,
) -> Result<(), Vec<CodeError>> {
    let mut errors = Vec::new();
    for process in &dataflow.processes {
        let environment = process.conda.iter().filter_map(Conda::file);
        for Spanned { node: path, span } in process.uses.iter().chain(environment) {
            let (span, process) = (*span, process.name.clone());
            let outcome = if leaves_folder(path) {
                Err(None)
            } else {
                take(&clean(path)).map_err(Some)
            };
            let path = path.clone();
            errors.extend(outcome.err().map(|reason| match reason {
                None => CodeError::Outside {
                    path,
                    span,
                    process,
                },
                Some(reason) if reason.kind() == io::ErrorKind::NotFound => CodeError::Missing {
                    help: near(folder, &path),
                    path,
                    span,
                    process,
                },
                Some(reason) => CodeError::Unreadable {
                    path,
                    reason,
                    span,
                    process,
                },
            }));
        }
        errors.extend(environment::check(process, folder));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// A file beside the missing one that has nearly its name.
fn near(folder: &Path, path: &str) -> String {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let entries = fs::read_dir(folder.join(above)).into_iter().flatten();
    let mut names: Vec<_> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    match closest(name, names.iter().map(String::as_str)) {
        Some(near) if above.is_empty() => format!("did you mean `{near}`?"),
        Some(near) => format!("did you mean `{above}/{near}`?"),
        None => "paths are relative to the folder of the file that names them".to_owned(),
    }
}

/// Without `.` components and slashes at the end.
fn clean(path: &str) -> String {
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

fn leaves_folder(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    parts.any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
}

fn add(code: &mut Code, folder: &Path, path: &str) -> io::Result<()> {
    if code.files.contains_key(path) {
        return Ok(());
    }
    let place = folder.join(path);
    let metadata = fs::metadata(&place)?;
    if metadata.is_dir() {
        for entry in fs::read_dir(&place)? {
            let name = entry?.file_name();
            let name = name.to_str().ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "a file name in it is not UTF-8")
            })?;
            if !IGNORED.contains(&name) {
                add(code, folder, &clean(&format!("{path}/{name}")))?;
            }
        }
        return Ok(());
    }
    let content = fs::read(&place)?;
    let file = CodeFile {
        sha256: hex(&Sha256::digest(&content)),
        executable: is_executable(&metadata),
        content,
    };
    code.files.insert(path.to_owned(), file);
    Ok(())
}

fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_folder() {
        assert!(leaves_folder("../x.py"));
        assert!(leaves_folder("a/../../x.py"));
        assert!(leaves_folder("/opt/x.py"));
        assert!(!leaves_folder("./tools/x.py"));
        assert_eq!(clean("./tools//lib/"), "tools/lib");
    }

    #[test]
    fn a_folder_is_its_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("lib/__pycache__")).unwrap();
        fs::write(folder.path().join("lib/a.py"), "1").unwrap();
        fs::write(folder.path().join("lib/__pycache__/a.pyc"), "1").unwrap();
        let mut code = Code::default();
        add(&mut code, folder.path(), "lib").unwrap();
        assert_eq!(code.files.keys().collect::<Vec<_>>(), ["lib/a.py"]);
        assert_eq!(code.below("lib/").count(), 1);
        assert_eq!(code.below("li").count(), 0);
    }
}
