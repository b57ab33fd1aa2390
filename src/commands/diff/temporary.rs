//! Temporary outputs: those of the other compile are gone where all of it is done, so their shards run again for whoever
//! reads them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Side;
use crate::commands::failure::Failure;

/// A call and a directory of it.
pub(super) type Shard = (String, String);

/// Who reads a temporary output of a shard.
pub(super) struct Reading {
    made: Shard,
    output: String,
    reader: Shard,
}

/// What the awk programs of `submit.sh` wrote of them: `temp/CALL.tsv`.
pub(super) fn readings(scratch: &Path) -> Result<Vec<Reading>, Failure> {
    let mut all = Vec::new();
    let files = fs::read_dir(scratch.join("temp"));
    for entry in files.into_iter().flatten().flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
        let call = path.file_stem().unwrap_or_default().to_string_lossy();
        for line in text.lines() {
            let mut fields = line.split('\t').map(str::to_owned);
            let mut field = || fields.next().unwrap_or_default();
            let (dir, output, reader) = (field(), field(), field());
            all.push(Reading {
                made: (call.clone().into_owned(), starred(&dir)),
                output,
                reader: (reader, starred(&field())),
            });
        }
    }
    Ok(all)
}

/// The shards of which a temporary output went, and is read by one that runs.
pub(super) fn read_again(before: &Side<'_>, after: &Side<'_>) -> BTreeSet<Shard> {
    let went = before.temporary.iter().map(|it| (&it.made, &it.output));
    let went: BTreeSet<_> = went.collect();
    let mut again = BTreeSet::new();
    loop {
        let known = again.len();
        for it in &after.temporary {
            let (call, dir) = &it.reader;
            let runs = before.id(call, dir) != after.id(call, dir) || again.contains(&it.reader);
            if runs && went.contains(&(&it.made, &it.output)) {
                again.insert(it.made.clone());
            }
        }
        if again.len() == known {
            return again;
        }
    }
}

/// A directory with a star for each item that is not known yet: `%*chunk.0*` is the mark of one.
pub(super) fn starred(dir: &str) -> String {
    let mut parts = dir.split("%*");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('*');
        text.push_str(part.split_once('*').map_or("", |(_, rest)| rest));
    }
    text
}
