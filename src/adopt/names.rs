//! Names that the program gives.

use std::collections::BTreeSet;

use regex::Regex;

/// Words of the language, of bash, and of what is written around.
const TAKEN: [&str; 35] = [
    "after",
    "as",
    "case",
    "container",
    "do",
    "done",
    "elif",
    "else",
    "esac",
    "false",
    "fi",
    "for",
    "function",
    "if",
    "import",
    "in",
    "it",
    "on",
    "param",
    "process",
    "publish",
    "record",
    "repeat",
    "return",
    "select",
    "then",
    "time",
    "true",
    "until",
    "where",
    "while",
    "workflow",
    "run",
    "set",
    "_",
];

/// Every name of the program; none is given twice.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
}

impl Names {
    /// A name near the wanted one that is new here, and no variable of the script.
    pub fn fresh(&mut self, wanted: &str, script: &str) -> String {
        let base = identifier(wanted);
        let is_free = |name: &str| {
            !self.given.contains(name) && !TAKEN.contains(&name) && !is_variable(name, script)
        };
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let name = std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| is_free(name));
        let name = name.unwrap_or_else(|| unreachable!("there are endless numbers"));
        self.given.insert(name.clone());
        name
    }
}

/// Letters, digits and `_`, in small letters.
pub(super) fn identifier(text: &str) -> String {
    let plain = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_lowercase(),
        false => '_',
    };
    let name: String = text.chars().map(plain).collect();
    let name = name.trim_matches('_');
    let owned = ["slurm_", "sbatch_", "flow_", "bash"];
    let owned = owned.iter().any(|start| name.starts_with(start));
    match name.starts_with(|it: char| it.is_ascii_digit()) || owned || name.is_empty() {
        true => format!("x_{name}").trim_end_matches('_').to_owned(),
        false => name.to_owned(),
    }
}

/// Whether a script reads or sets a variable.
fn is_variable(name: &str, script: &str) -> bool {
    pattern(&format!(
        r"\$\{{?[!#]?{name}\b|(?m:^|[\s;(&|]){name}\+?=|\b(for|read|local|declare|mapfile)\b[^\n;]*\b{name}\b"
    ))
    .is_match(script)
}

/// A pattern of this room.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_new() {
        let mut names = Names::default();
        let script = "task=1\npython3 x.py --seed 3 $data\n";
        let mut fresh = |wanted| names.fresh(wanted, script);
        assert_eq!(fresh("SEED"), "seed");
        assert_eq!(fresh("seed"), "seed_2");
        assert_eq!(fresh("task"), "task_2");
        assert_eq!(fresh("data"), "data_2");
        assert_eq!(fresh("for"), "for_2");
        assert_eq!(fresh("2mass-x.fits"), "x_2mass_x_fits");
        assert_eq!(fresh("é"), "x");
    }
}
