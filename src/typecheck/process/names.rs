//! The names of variables that a script cannot have, and those that it has.

/// Variables that bash sets, reads or keeps from being set.
const BASH: [&str; 41] = [
    "CDPATH",
    "COLUMNS",
    "COMPREPLY",
    "COPROC",
    "DIRSTACK",
    "ENV",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "EXECIGNORE",
    "FIGNORE",
    "FUNCNAME",
    "FUNCNEST",
    "GLOBIGNORE",
    "GROUPS",
    "HISTCMD",
    "HISTFILE",
    "HOME",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "INPUTRC",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "LINENO",
    "LINES",
    "MACHTYPE",
    "MAPFILE",
    "OLDPWD",
    "OPTARG",
    "OPTERR",
    "OPTIND",
    "OSTYPE",
    "PATH",
    "PIPESTATUS",
    "POSIXLY_CORRECT",
    "PPID",
    "PWD",
    "RANDOM",
    "SECONDS",
    "UID",
];

/// More of them, and words of the shell.
const SHELL: [&str; 32] = [
    "SHELL",
    "SHELLOPTS",
    "SHLVL",
    "SRANDOM",
    "TERM",
    "TIMEFORMAT",
    "TMOUT",
    "TMPDIR",
    "USER",
    "REPLY",
    "PS1",
    "PS2",
    "PS3",
    "PS4",
    "LANG",
    "LOGNAME",
    "if",
    "then",
    "fi",
    "do",
    "done",
    "while",
    "until",
    "case",
    "esac",
    "select",
    "function",
    "time",
    "elif",
    "_",
    "LD_PRELOAD",
    "COMP_WORDS",
];

/// Words of Python that no variable can have.
const PYTHON: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Names in small letters that an environment may well have.
const ENVIRONMENT: [&str; 6] = [
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "histchars",
];

/// Whether a script may rely on the environment to have it.
pub(super) fn in_environments(name: &str) -> bool {
    ENVIRONMENT.contains(&name)
}

/// Why an input or output of a Python script cannot have this name.
pub(super) fn reserved_in_python(name: &str) -> Option<&'static str> {
    let reserved = PYTHON.contains(&name);
    reserved.then_some("python has a meaning of its own for this")
}

/// Why an input or output cannot have this name.
pub(super) fn reserved(name: &str) -> Option<&'static str> {
    if BASH.contains(&name) || SHELL.contains(&name) || name.starts_with("BASH") {
        return Some("bash has a meaning of its own for this");
    }
    owned_by_runtime(name)
}

/// Why a secret cannot have this name: it reaches the tasks through the variables of `submit.sh`.
pub(super) fn reserved_for_secrets(name: &str) -> Option<&'static str> {
    let small = name.contains(|letter: char| letter.is_ascii_lowercase());
    small.then_some(
        "variables that are handed on from the user's environment are written in capitals",
    )
}

/// Why nothing at all can have this name.
pub(super) fn owned_by_runtime(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("slurm_") || lower.starts_with("sbatch_") {
        return Some("names of SLURM begin like this");
    }
    lower
        .starts_with("flow_")
        .then_some("names of the run-time functions begin like this")
}

/// Whether a word stands in a text, as a word of its own.
pub(super) fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_part_of_another() {
        assert!(contains_word("run --seed \"$seed\"", "seed"));
        assert!(!contains_word("run $seeds", "seed"));
    }

    #[test]
    fn names_of_others_are_refused() {
        for name in ["PATH", "BASH_ENV", "SLURM_JOB_ID", "flow_log", "RANDOM"] {
            assert!(reserved(name).is_some(), "{name}");
        }
        assert_eq!(reserved("seed"), None);
    }
}
