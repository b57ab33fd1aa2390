//! Where a script says what its element of the array works on.

use regex::{Captures, NoExpand};

use super::names::pattern;

/// `$SLURM_ARRAY_TASK_ID`, `${SLURM_ARRAY_TASK_ID}`
const INDEX: &str = r"(?:\$\{SLURM_ARRAY_TASK_ID\}|\$SLURM_ARRAY_TASK_ID\b)";
/// The same, or one more.
const NUMBER: &str = r#"["']?(?:\$\{SLURM_ARRAY_TASK_ID\}|\$SLURM_ARRAY_TASK_ID\b|(?P<one>\$\(\(\s*\$?\{?SLURM_ARRAY_TASK_ID\}?\s*\+\s*1\s*\)\)))["']?"#;
/// The index between the brackets of a bash array, or one less.
const ELEMENT: &str = r"(?:\$\(\(\s*)?\$?\{?SLURM_ARRAY_TASK_ID\}?(?P<less>\s*-\s*1)?(?:\s*\)\))?";
const FILE: &str = r#"(?:"(?P<a>[^"$`]+)"|'(?P<b>[^']+)'|(?P<c>[^\s"'$`|<>;&]+))"#;
/// A path with `*` or `?` that means the same to bash and to `glob()`.
const WILD: &str = r"[\w./+,=@%:-]*[*?][\w./+,=@%:*?-]*";
/// A word that means itself to bash.
const WORD: &str = r#"(?:[\w./+,@%:-]+|"[^"$`\\\n]*"|'[^'\n]*')"#;
const ASSIGNED: &str =
    r"^[ \t]*(?:export\s+|readonly\s+|declare\s+(?:-a\s+)?)?(?P<name>[A-Za-z_]\w*)=";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pick {
    /// None where it is the index itself.
    pub list: Option<List>,
    /// The script, with one line that sets the variable.
    pub script: String,
    /// That line, from 0.
    pub line: usize,
    pub variable: String,
}

/// What the elements of an array share among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    pub kind: Kind,
    /// The path of the file, the pattern, or the words.
    pub of: String,
    /// The index of its first.
    pub first: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a file.
    Lines,
    /// Of a pattern.
    Files,
    /// As the script has them.
    Words,
}

/// The words of a list of words, without their quotes.
pub(super) fn words(list: &str) -> Vec<String> {
    let words = pattern(WORD);
    let words = words.find_iter(list).map(|it| it.as_str());
    words
        .map(|it| it.trim_matches(['"', '\'']).to_owned())
        .collect()
}

/// A variable that a line sets, and the list that it is an element of.
type Set = (String, Option<List>);

/// What an element may be seen to work on; what counts more comes first.
pub(super) fn picks(script: &str) -> Vec<Pick> {
    let direct = without_alias(script);
    let direct = direct.as_deref().unwrap_or(script);
    let all = [
        first_line(direct, line_of_file),
        element(direct),
        first_line(script, index),
    ];
    all.into_iter().flatten().collect()
}

/// The first line of which `of` tells what it sets.
fn first_line(script: &str, of: fn(&str) -> Option<Set>) -> Option<Pick> {
    let mut lines = script.lines().enumerate();
    let (line, (variable, list)) = lines.find_map(|(at, text)| Some((at, of(text)?)))?;
    Some(Pick {
        list,
        script: script.to_owned(),
        line,
        variable,
    })
}

/// The script with `$SLURM_ARRAY_TASK_ID` in place of `$i`, where `i` is that and nothing else.
fn without_alias(script: &str) -> Option<String> {
    let Pick { line, variable, .. } = first_line(script, index)?;
    let read = pattern(&format!(r"\$\{{{variable}\}}|\${variable}\b"));
    let reads = read.find_iter(script).count();
    let quoted = |line: &str| line.contains('\'') && read.is_match(line);
    if mentions(&variable, script) != reads + 1 || script.lines().any(quoted) {
        return None;
    }
    let lines = script.lines().enumerate().filter(|(at, _)| *at != line);
    let index = NoExpand("${SLURM_ARRAY_TASK_ID}");
    let lines = lines.map(|(_, text)| read.replace_all(text, index.clone()) + "\n");
    Some(lines.collect())
}

/// `SEED=$SLURM_ARRAY_TASK_ID`
fn index(line: &str) -> Option<Set> {
    let alias = pattern(&format!(r#"{ASSIGNED}"?{INDEX}"?\s*(?:#.*)?$"#));
    let variable = alias.captures(line)?.name("name")?.as_str().to_owned();
    Some((variable, None))
}

/// `INPUT=$(sed -n "${SLURM_ARRAY_TASK_ID}p" files.txt)` and its other spellings.
fn line_of_file(line: &str) -> Option<Set> {
    if !line.contains("SLURM_ARRAY_TASK_ID") {
        return None;
    }
    let substituted = pattern(&format!(
        r#"{ASSIGNED}"?(?:\$\(|`)\s*(?P<command>.*?)\s*(?:\)|`)"?\s*;?\s*(?:#.*)?$"#
    ));
    let found = substituted.captures(line)?;
    let (variable, command) = (
        found.name("name")?.as_str(),
        found.name("command")?.as_str(),
    );
    let print = r#"(?:\{\s*print(?:\s+\\?\$0)?\s*;?\s*(?:exit;?\s*)?\})?"#;
    let spellings = [
        format!(r#"^sed\s+(?:-n\s+)?-?n?\s*{NUMBER}(?:p|\{{p;q;?\}})["']?\s+{FILE}$"#),
        format!(r#"^sed\s+{NUMBER}q;d["']?\s+{FILE}$"#),
        format!(r#"^awk\s+["']NR\s*==\s*["']?{NUMBER}\s*{print}["']?\s+{FILE}$"#),
        format!(r#"^awk\s+-v\s+(\w+)={NUMBER}\s+'NR\s*==\s*\w+\s*{print}'\s+{FILE}$"#),
        format!(r"^head\s+-(?:n\s*)?{NUMBER}\s+{FILE}\s*\|\s*tail\s+-(?:n\s*)?1$"),
    ];
    spellings.iter().find_map(|spelling| {
        let found = pattern(spelling).captures(command)?;
        let file = ["a", "b", "c"].iter().find_map(|it| found.name(it))?;
        let list = List {
            kind: Kind::Lines,
            of: file.as_str().to_owned(),
            first: u64::from(found.name("one").is_none()),
        };
        Some((variable.to_owned(), Some(list)))
    })
}

/// `FILES=(data/*.fits)`, with `ls`, or `RATES=(0.1 0.2)`, of which nothing but `${FILES[$SLURM_ARRAY_TASK_ID]}` is read.
fn element(script: &str) -> Option<Pick> {
    let filled = pattern(&format!(
        r"(?m){ASSIGNED}\(\s*(?:(?:\$\(\s*ls|`\s*ls|)\s*(?P<files>{WILD})\s*[)`]?|(?P<words>{WORD}(?:\s+{WORD})*))\s*\)[ \t]*(?:#.*)?\n"
    ));
    let mut filled = filled.captures_iter(script);
    filled.find_map(|found| element_of(script, &found))
}

/// The same, of this array.
fn element_of(script: &str, filled: &Captures<'_>) -> Option<Pick> {
    let array = filled.name("name")?.as_str();
    let (kind, of) = match (filled.name("files"), filled.name("words")) {
        (Some(files), _) => (Kind::Files, files.as_str()),
        (None, words) => (Kind::Words, words?.as_str()),
    };
    let read = pattern(&format!(r"\$\{{{array}\[\s*{ELEMENT}\s*\]\}}"));
    let reads: Vec<_> = read.captures_iter(script).collect();
    let from_1 = reads.first()?.name("less").is_some();
    let is_mixed = reads.iter().any(|it| it.name("less").is_some() != from_1);
    if is_mixed || mentions(array, script) != reads.len() + 1 {
        return None;
    }
    let (before, behind) = (
        script.get(..filled.get(0)?.start())?,
        script.get(filled.get(0)?.end()..)?,
    );
    let set = pattern(&format!(r#"(?m){ASSIGNED}"?{read}"?[ \t]*(?:#.*)?$"#));
    let (line, variable, script) = match set.captures(behind).filter(|_| reads.len() == 1) {
        Some(set) => {
            let lines = before.lines().count() + behind.get(..set.get(0)?.start())?.lines().count();
            (
                lines,
                set.name("name")?.as_str().to_owned(),
                format!("{before}{behind}"),
            )
        }
        None => {
            let one = array.strip_suffix(['s', 'S']);
            let one = one.filter(|it| !it.is_empty() && mentions(it, script) == 0);
            let variable = one.unwrap_or(array).to_owned();
            let value = format!("${{{variable}}}");
            let behind = read.replace_all(behind, NoExpand(&value));
            (
                before.lines().count(),
                variable.clone(),
                format!("{before}{variable}=\n{behind}"),
            )
        }
    };
    Some(Pick {
        list: Some(List {
            kind,
            of: of.to_owned(),
            first: u64::from(from_1),
        }),
        script,
        line,
        variable,
    })
}

/// How often a script has a word.
fn mentions(word: &str, script: &str) -> usize {
    pattern(&format!(r"\b{word}\b")).find_iter(script).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kind: Kind, of: &str, first: u64) -> List {
        List {
            kind,
            of: of.to_owned(),
            first,
        }
    }

    #[test]
    fn lines_of_files_are_found() {
        for line in [
            "INPUT=$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" files.txt)",
            "INPUT=`sed -n ${SLURM_ARRAY_TASK_ID}p files.txt`",
            "export INPUT=\"$(sed -n \"$SLURM_ARRAY_TASK_ID\"p 'files.txt')\"",
            "INPUT=$(sed \"${SLURM_ARRAY_TASK_ID}q;d\" files.txt)",
            "INPUT=$(awk \"NR==$SLURM_ARRAY_TASK_ID\" files.txt)  # its line",
            "INPUT=$(awk -v n=$SLURM_ARRAY_TASK_ID 'NR==n{print $0}' files.txt)",
            "INPUT=$(head -n $SLURM_ARRAY_TASK_ID files.txt | tail -n 1)",
            "INPUT=$(head -${SLURM_ARRAY_TASK_ID} files.txt | tail -1)",
        ] {
            let [pick] = picks(line).try_into().unwrap_or_else(|_| panic!("{line}"));
            assert_eq!(pick.variable, "INPUT", "{line}");
            assert_eq!(pick.list, Some(list(Kind::Lines, "files.txt", 1)), "{line}");
        }
        let from_0 = picks("x=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" f.txt)");
        assert_eq!(from_0[0].list, Some(list(Kind::Lines, "f.txt", 0)));
        for line in [
            "INPUT=$(sed -n \"$SLURM_ARRAY_TASK_IDp\" files.txt)",
            "INPUT=$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" $LIST)",
            "INPUT=$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" files.txt | cut -f1)",
        ] {
            assert_eq!(picks(line), [], "{line}");
        }
    }

    #[test]
    fn files_of_patterns_are_found() {
        for (filled, element, first) in [
            ("(d/*.fits)", "${FILES[$SLURM_ARRAY_TASK_ID]}", 0),
            (
                "( d/*.fits ) # all",
                "\"${FILES[${SLURM_ARRAY_TASK_ID}]}\"",
                0,
            ),
            ("($(ls d/*.fits))", "${FILES[SLURM_ARRAY_TASK_ID-1]}", 1),
            ("(`ls d/*.fits`)", "${FILES[$SLURM_ARRAY_TASK_ID - 1]}", 1),
            ("(d/*.fits)", "${FILES[$((SLURM_ARRAY_TASK_ID - 1))]}", 1),
        ] {
            let script = format!("#!/bin/bash\nFILES={filled}\n\nX={element}\nwc $X\n");
            let [pick] = picks(&script)
                .try_into()
                .unwrap_or_else(|_| panic!("{script}"));
            assert_eq!(pick.list, Some(list(Kind::Files, "d/*.fits", first)));
            assert_eq!((pick.variable.as_str(), pick.line), ("X", 2));
            assert!(!pick.script.contains("FILES="), "{}", pick.script);
        }
        let alias = "i=$SLURM_ARRAY_TASK_ID\nF=(d/*)\nX=${F[$i]}\nwc $X > n_${i}.txt\n";
        let direct = "X=${F[${SLURM_ARRAY_TASK_ID}]}\nwc $X > n_${SLURM_ARRAY_TASK_ID}.txt\n";
        assert_eq!(picks(alias)[0].script, direct);
        for not_alone in ["i=2\n", "awk '{ print $i }'\n", "((i++))\n"] {
            let first = &picks(&format!("{alias}{not_alone}"))[0];
            assert_eq!(
                (first.variable.as_str(), &first.list),
                ("i", &None),
                "{not_alone}"
            );
        }
        let inline = "FITS=(*.fits)\nwc ${FITS[$SLURM_ARRAY_TASK_ID]} > $SLURM_ARRAY_TASK_ID\n";
        assert_eq!(
            picks(inline)[0].script,
            "FIT=\nwc ${FIT} > $SLURM_ARRAY_TASK_ID\n"
        );
        let rates =
            "\ndeclare -a RATES=(\n  0.1 '0.2'\n  \"1 0\"\n)\n\nR=${RATES[$SLURM_ARRAY_TASK_ID]}\n";
        let [pick] = picks(rates)
            .try_into()
            .unwrap_or_else(|_| panic!("{rates}"));
        let of = pick.list.map(|it| words(&it.of)).unwrap_or_default();
        assert_eq!(of, ["0.1", "0.2", "1 0"]);
        assert_eq!(
            (pick.script.as_str(), pick.line),
            ("\n\nR=${RATES[$SLURM_ARRAY_TASK_ID]}\n", 2)
        );
        for script in [
            "F=(d/*.fits)\necho ${#F[@]}\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
            "F=(d/*.fits)\nX=${F[$SLURM_ARRAY_TASK_ID]} Y=${F[$SLURM_ARRAY_TASK_ID-1]}\n",
            "F=(d/*.fits)\nX=${F[$SLURM_ARRAY_TASK_ID + 1]}\n",
            "F=(d/*.fits e/*.fits)\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
            "F=($D/*.fits)\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
            "F=(d/{a,b}*.fits)\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
            "F=(a$B c)\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
            "F=(a {b,c})\nX=${F[$SLURM_ARRAY_TASK_ID]}\n",
        ] {
            assert_eq!(picks(script), [], "{script}");
        }
    }
}
