//! What is the same for every workflow: `submit.sh` and `lib/`.

use super::File;

/// Each file with its content, from `templates/`.
macro_rules! library {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../../templates/", $path)))),+]
    };
}

const LIBRARY: [(&str, &str); 5] = library![
    "submit.sh",
    "lib/decide.awk",
    "lib/flow.sh",
    "lib/records.awk",
    "lib/submit.sh",
];

/// The entry and the run-time functions.
pub(super) fn files() -> impl Iterator<Item = File> {
    LIBRARY.into_iter().map(|(path, text)| File {
        executable: path == "submit.sh",
        ..File::text(path, text)
    })
}
