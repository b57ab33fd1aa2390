//! The folder `run/` of a workflow: its records, its submissions.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::records::Record;

use super::failure::Failure;

/// Bytes of a line; what is longer comes in pieces.
const LONGEST: u64 = 1 << 20;

pub(super) struct RunFolder {
    pub path: PathBuf,
}

impl RunFolder {
    /// `run` in a folder that was compiled to, or the folder itself.
    pub fn of(dir: &Path) -> Self {
        let own = dir.join("run");
        Self {
            path: if own.is_dir() { own } else { dir.to_owned() },
        }
    }

    pub fn state(&self) -> PathBuf {
        self.path.join("state")
    }

    /// Hands on every record, some of them more than once; gives the number of lines that are none.
    pub fn records(&self, mut take: impl FnMut(&Record<'_>)) -> Result<u64, Failure> {
        let mut foreign = 0;
        // A submission may move a journal meanwhile: what is gone from the first folder is in the second.
        for folder in ["journal", "journal/old", "records"] {
            for path in tables(&self.state().join(folder)) {
                lines(&path, |line| match Record::read(line) {
                    Some(record) => take(&record),
                    None => foreign += 1,
                })?;
            }
        }
        Ok(foreign)
    }

    /// The folders of the submissions, in their order.
    pub fn submissions(&self) -> Vec<PathBuf> {
        let mut found = entries(&self.state().join("submissions"));
        found.retain(|path| path.join("plan.tsv").is_file());
        found
    }
}

/// Hands on each line of a file; of one that is gone, none.
pub(super) fn lines(path: &Path, take: impl FnMut(&str)) -> Result<(), Failure> {
    match File::open(path).and_then(|file| each(file, take)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::io("read", path)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Each line of what is open.
pub(super) fn each(file: File, mut take: impl FnMut(&str)) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        take(&String::from_utf8_lossy(text));
    }
}

/// The `.tsv` files of a folder, sorted.
pub(super) fn tables(folder: &Path) -> Vec<PathBuf> {
    let mut found = entries(folder);
    found.retain(|path| path.extension().is_some_and(|ending| ending == "tsv"));
    found
}

/// What is in a folder, sorted; nothing where there is none.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}
