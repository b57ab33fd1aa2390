//! Writing `out/`: whole or not at all.
//!
//! Takes the emitted files; changes the folder. Everything is written beside it first, so that a
//! full disk leaves what was there; then file after file is renamed to its place. What flowc did
//! not write is refused, `run/` is never looked at, files that are as they should be stay as they
//! are, and what only an earlier compile made is removed.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use miette::Diagnostic;
use tempfile::{Builder, TempDir};
use thiserror::Error;

use crate::emit::File;
use crate::manifest::{Manifest, Written, WrittenError, written};

const MANIFEST: &str = "manifest.json";
/// Made at run time, and no business of a compile.
const RUN: &str = "run";

#[derive(Debug, Error, Diagnostic)]
pub enum OutputError {
    #[error("`{}` is not a file of flowc", path.display())]
    #[diagnostic(
        code(flow::output::foreign),
        help("move it away, or compile into another folder with `-o DIR`")
    )]
    Foreign { path: PathBuf },

    #[error("`{}` is not a folder", path.display())]
    #[diagnostic(
        code(flow::output::not_a_folder),
        help("compile into another folder with `-o DIR`")
    )]
    NotAFolder { path: PathBuf },

    #[error("`{}` cannot be used: {reason}", path.display())]
    #[diagnostic(
        code(flow::output::manifest),
        help(
            "it says which files are flowc's: put it back from version control, use the flowc that wrote it, or remove the folder but for `run/`"
        )
    )]
    Manifest { path: PathBuf, reason: WrittenError },

    #[error("`{}` cannot be {action}: {reason}", path.display())]
    #[diagnostic(code(flow::output::io))]
    Io {
        action: &'static str,
        path: PathBuf,
        reason: io::Error,
    },
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub files: usize,
    /// New, or other than they were.
    pub changed: usize,
    /// Of an earlier compile.
    pub removed: usize,
}

/// Brings `out` to hold exactly these files, and the manifest.
pub fn write(out: &Path, files: &[File], manifest: &Manifest) -> Result<Summary, OutputError> {
    let mut files: Vec<&File> = files.iter().collect();
    let own = File {
        path: MANIFEST.to_owned(),
        content: manifest.to_json().into_bytes(),
        executable: false,
    };
    files.push(&own);
    let earlier = earlier(out)?;
    let changed = changed(out, &files, &earlier)?;
    let current: BTreeSet<_> = files.iter().map(|file| file.path.as_str()).collect();
    let stale: Vec<_> = earlier
        .files
        .iter()
        .map(String::as_str)
        .filter(|path| !current.contains(path))
        .collect();
    let summary = Summary {
        files: files.len(),
        changed: changed.len(),
        removed: stale.len(),
    };
    if changed.is_empty() && stale.is_empty() {
        return Ok(summary);
    }
    let beside = Beside::new(out)?;
    let both = File {
        content: owning_both(manifest, &earlier).into_bytes(),
        ..own.clone()
    };
    let mut others = changed;
    others.retain(|file| file.path != MANIFEST);
    beside.write("first", &both)?;
    beside.write("last", &own)?;
    for (number, file) in others.iter().enumerate() {
        beside.write(&number.to_string(), file)?;
    }
    // From here on files change: should it end in between, the manifest owns the old and the new.
    beside.place("first", &both, out)?;
    for path in stale {
        remove(out, path)?;
    }
    make_folders(out, &others)?;
    for (number, file) in others.iter().enumerate() {
        beside.place(&number.to_string(), file, out)?;
    }
    beside.place("last", &own, out)?;
    Ok(summary)
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> OutputError + 'a {
    move |reason| OutputError::Io {
        action,
        path: path.to_owned(),
        reason,
    }
}

/// What an earlier compile wrote into the folder. Without a manifest it must be empty, but for
/// `run/`.
fn earlier(out: &Path) -> Result<Written, OutputError> {
    let path = out.join(MANIFEST);
    match fs::read_to_string(&path) {
        Ok(text) => written(&text).map_err(|reason| OutputError::Manifest { path, reason }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match foreign(out)? {
            Some(path) => Err(OutputError::Foreign { path }),
            None => Ok(Written::default()),
        },
        Err(_) if out.exists() && !out.is_dir() => Err(OutputError::NotAFolder {
            path: out.to_owned(),
        }),
        Err(reason) => Err(failed("read", &path)(reason)),
    }
}

/// The first, by name, of what lies in the folder.
fn foreign(out: &Path) -> Result<Option<PathBuf>, OutputError> {
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(reason) => return Err(failed("read", out)(reason)),
    };
    let paths: Result<Vec<_>, _> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let paths = paths.map_err(failed("read", out))?;
    Ok(paths.into_iter().filter(|path| !path.ends_with(RUN)).min())
}

/// Those files that are not yet as they should be. What is in the way and not flowc's is refused.
fn changed<'a>(
    out: &Path,
    files: &[&'a File],
    earlier: &Written,
) -> Result<Vec<&'a File>, OutputError> {
    let known: BTreeSet<_> = earlier.files.iter().map(|path| out.join(path)).collect();
    let is_known = |path: &Path| known.iter().any(|known| known.starts_with(path));
    let mut changed = Vec::new();
    for &file in files {
        let path = out.join(&file.path);
        if is_same(&path, file) {
            continue;
        }
        let mut above = path.ancestors().take_while(|above| *above != out);
        let in_the_way = above.find(|place| match fs::symlink_metadata(place) {
            Ok(metadata) => *place == path || !metadata.is_dir(),
            Err(_) => false,
        });
        match in_the_way.filter(|place| !is_known(place)) {
            Some(place) => {
                return Err(OutputError::Foreign {
                    path: place.to_owned(),
                });
            }
            None => changed.push(file),
        }
    }
    Ok(changed)
}

fn is_same(path: &Path, file: &File) -> bool {
    let same_kind = fs::symlink_metadata(path).is_ok_and(|metadata| {
        metadata.is_file()
            && metadata.len() == file.content.len() as u64
            && (metadata.permissions().mode() & 0o100 != 0) == file.executable
    });
    same_kind && fs::read(path).is_ok_and(|content| content == file.content)
}

/// The manifest with the files of both compiles.
fn owning_both(manifest: &Manifest, earlier: &Written) -> String {
    let files: BTreeSet<_> = manifest
        .files
        .iter()
        .chain(&earlier.files)
        .cloned()
        .collect();
    let both = Manifest {
        files: files.into_iter().collect(),
        ..manifest.clone()
    };
    both.to_json()
}

/// Removes a file, and the folders that it leaves empty.
fn remove(out: &Path, path: &str) -> Result<(), OutputError> {
    let place = out.join(path);
    match fs::remove_file(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("removed", &place)(error));
        }
        Ok(()) | Err(_) => {}
    }
    let above = place.ancestors().skip(1).take_while(|above| *above != out);
    for folder in above {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// A folder beside `out` that takes the files until all are written; removed at the end, whatever
/// the end is.
struct Beside {
    folder: TempDir,
}

impl Beside {
    fn new(out: &Path) -> Result<Self, OutputError> {
        fs::create_dir_all(out).map_err(failed("made", out))?;
        let out = fs::canonicalize(out).map_err(failed("read", out))?;
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let above = out.parent().unwrap_or(&out);
        let folder = Builder::new()
            .prefix(&format!(".{name}.flowc-"))
            .tempdir_in(above);
        let folder = folder.map_err(failed("written", above))?;
        Ok(Self { folder })
    }

    fn write(&self, name: &str, file: &File) -> Result<(), OutputError> {
        let path = self.folder.path().join(name);
        fs::write(&path, &file.content).map_err(failed("written", &path))?;
        if file.executable {
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&path, mode).map_err(failed("made executable", &path))?;
        }
        Ok(())
    }

    fn place(&self, name: &str, file: &File, out: &Path) -> Result<(), OutputError> {
        let path = out.join(&file.path);
        fs::rename(self.folder.path().join(name), &path).map_err(failed("written", &path))
    }
}

/// Each folder once: there are few beside the files.
fn make_folders(out: &Path, files: &[&File]) -> Result<(), OutputError> {
    let paths = files.iter().map(|file| Path::new(&file.path));
    let folders: BTreeSet<_> = paths.filter_map(Path::parent).collect();
    for folder in folders {
        let folder = out.join(folder);
        fs::create_dir_all(&folder).map_err(failed("made", &folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
