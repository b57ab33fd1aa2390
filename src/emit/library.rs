//! What is the same for every workflow: `submit.sh` and `lib/`.

use super::File;

/// Each file with its content, from `templates/`.
macro_rules! library {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../../templates/", $path)))),+]
    };
}

const LIBRARY: &[(&str, &str)] = &library![
    "submit.sh",
    "lib/attempt.sh",
    "lib/checkpoint.sh",
    "lib/compact.awk",
    "lib/container.sh",
    "lib/ignore.sh",
    "lib/items.sh",
    "lib/cut.awk",
    "lib/deal.awk",
    "lib/decide.awk",
    "lib/decide.sh",
    "lib/drop.awk",
    "lib/fields.sh",
    "lib/flow.sh",
    "lib/gate.awk",
    "lib/gate.sh",
    "lib/local.sh",
    "lib/lock.sh",
    "lib/made.awk",
    "lib/plan.awk",
    "lib/queue.sh",
    "lib/records.awk",
    "lib/rename.awk",
    "lib/rung.awk",
    "lib/rung.sh",
    "lib/status.awk",
    "lib/status.sh",
    "lib/submit.sh",
    "lib/temp.awk",
    "lib/temp.sh",
    "lib/tracked.awk",
    "lib/watch.sh",
    "lib/when.sh",
];

/// The entry and the run-time functions.
pub(super) fn files() -> impl Iterator<Item = File> {
    LIBRARY.iter().map(|&(path, text)| File {
        executable: path == "submit.sh",
        ..File::text(path, text)
    })
}
