//! Where a script names a path, and what is made of its name.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::parse::{ShellPiece, ShellWord, shell_pieces};

use regex::Regex;

use super::names::{Names, pattern};
use super::paths::Output;

/// What a variable begins with that stands for `$(basename "$x" .fits)`.
pub(super) const BASENAME: &str = "flow_basename_";

/// A path in its pieces, where it stands, and what in front of it stays.
pub(super) struct Place {
    pub range: Range<usize>,
    pub path: Vec<ShellPiece>,
    pub word: usize,
    /// `--out` of `--out=x`, `OUT` of `OUT=x`
    pub option: String,
    pub assigns: bool,
}

/// `--out=` of `--out=x`, `OUT=` of `OUT=x`
static ATTACHED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(--?[A-Za-z][\w-]*|[A-Za-z_]\w*)="));
/// `$(basename $x .fits)`
static SUFFIX: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\$\(\s*basename\s+"?\$\{?(\w+)\}?"?(?:\s+"?\.(\w+)"?)?\s*\)"#));
/// `$(basename ${x%.fits})`
static CUT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\$\(\s*basename\s+"?\$\{(\w+)%\.(\w+)\}"?\s*\)"#));

/// The path that a word may be.
pub(super) fn place(words: &[ShellWord], at: usize) -> Option<Place> {
    let word = words.get(at)?;
    let attached = ATTACHED.captures(&word.text);
    let option = attached.and_then(|it| Some(it.get(1)?.as_str().to_owned()));
    let option = option.unwrap_or_default();
    let offset = if option.is_empty() {
        0
    } else {
        option.len() + 1
    };
    let path = with_basenames(word.text.get(offset..)?);
    Some(Place {
        range: word.start + offset..word.end,
        path: shell_pieces(&path).unwrap_or_default(),
        word: at,
        assigns: !option.is_empty() && !option.starts_with('-'),
        option,
    })
}

/// A word with variables in the place of the names of files: `$(basename $x .fits)`, `$(basename ${x%.fits})`.
fn with_basenames(word: &str) -> String {
    let variable = format!("$${{{BASENAME}${{2}}_of_${{1}}}}");
    let word = SUFFIX.replace_all(word, &variable);
    CUT.replace_all(&word, &variable).into_owned()
}

/// The variable that such a name is of, and the ending that it goes without.
pub(super) fn named(name: &str) -> Option<(String, String)> {
    let (ending, variable) = name.strip_prefix(BASENAME)?.split_once("_of_")?;
    let ending = match ending.is_empty() {
        true => String::new(),
        false => format!(".{ending}"),
    };
    Some((variable.to_owned(), ending))
}

/// The output for a path, and its name; no two have one file.
pub(super) fn output(
    path: &str,
    script: &str,
    names: &mut Names,
    declared: &mut BTreeSet<String>,
) -> (String, Output) {
    let (stem, ending) = stem_and_ending(path);
    let name = names.fresh(&stem, script);
    let mut file = format!("{stem}{ending}");
    if declared.contains(&file) {
        file = format!("{name}{ending}");
    }
    let output = Output {
        declared: format!("{name}: File = \"{file}\""),
        published: Some(format!(" as \"{path}\"")),
    };
    declared.insert(file);
    (name, output)
}

/// The parts of the last name in a path, without what depends on the item.
pub(super) fn stem_and_ending(path: &str) -> (String, String) {
    let last = path.rsplit('/').next().unwrap_or_default();
    let plain = pattern(r"\{[^{}]*\}").replace_all(last, "");
    let ending = pattern(r"(?:\.\w+)?\.(?:gz|bz2|xz|zst)$|\.\w+$").find(&plain);
    let ending = ending.map_or("", |it| it.as_str()).to_owned();
    let stem = plain.strip_suffix(ending.as_str()).unwrap_or_default();
    let stem = stem.trim_matches(|it: char| !it.is_ascii_alphanumeric());
    let stem = if stem.is_empty() { "result" } else { stem };
    (stem.to_owned(), ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_variables() {
        for (word, variable, ending) in [
            ("$(basename $x .fits)", "x", ".fits"),
            ("$(basename \"${x}\" \".fits\")", "x", ".fits"),
            ("$(basename ${x%.fits})", "x", ".fits"),
            ("$(basename \"$x\")", "x", ""),
        ] {
            let word = with_basenames(word);
            let name = word.trim_start_matches("${").trim_end_matches('}');
            assert_eq!(
                named(name),
                Some((variable.to_owned(), ending.to_owned())),
                "{word}"
            );
        }
    }

    #[test]
    fn a_file_has_a_stem_and_an_ending() {
        let parts = |path| {
            let (stem, ending) = stem_and_ending(path);
            format!("{stem}|{ending}")
        };
        assert_eq!(parts("results/stats_{seed}.csv"), "stats|.csv");
        assert_eq!(parts("{stem(x)}.vcf.gz"), "result|.vcf.gz");
        assert_eq!(parts("kld0.9_step2.log"), "kld0.9_step2|.log");
        assert_eq!(parts("out/{seed}"), "result|");
    }
}
