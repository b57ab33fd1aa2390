//! Whole lines of a script that mean something to a workflow: modules, the item of an array's element, changes of folder.

use super::names::pattern;

/// `$SLURM_ARRAY_TASK_ID`, `${SLURM_ARRAY_TASK_ID}`
const INDEX: &str = r"(?:\$\{SLURM_ARRAY_TASK_ID\}|\$SLURM_ARRAY_TASK_ID\b)";
/// The same, or one more.
const NUMBER: &str = r#"["']?(?:\$\{SLURM_ARRAY_TASK_ID\}|\$SLURM_ARRAY_TASK_ID\b|(?P<one>\$\(\(\s*\$?\{?SLURM_ARRAY_TASK_ID\}?\s*\+\s*1\s*\)\)))["']?"#;
const FILE: &str = r#"(?:"(?P<a>[^"$`]+)"|'(?P<b>[^']+)'|(?P<c>[^\s"'$`|<>;&]+))"#;
const ASSIGNED: &str = r"^\s*(?:export\s+|declare\s+|readonly\s+)?(?P<name>[A-Za-z_]\w*)=";

/// Where a script says what its element of the array works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pick {
    /// The line, from 0.
    pub line: usize,
    /// The variable that is set.
    pub variable: String,
    /// The file of which it is a line; else it is the index itself.
    pub file: Option<String>,
    /// 1 where the first line is that of index 0.
    pub offset: u64,
}

/// `SEED=$SLURM_ARRAY_TASK_ID`, or a line of a file by its number, which counts more.
pub(super) fn pick(script: &str) -> Option<Pick> {
    let of_file = script
        .lines()
        .enumerate()
        .find_map(|(at, line)| line_of_file(at, line));
    let alias = pattern(&format!(r#"{ASSIGNED}"?{INDEX}"?\s*(?:#.*)?$"#));
    of_file.or_else(|| {
        script.lines().enumerate().find_map(|(line, text)| {
            let variable = alias.captures(text)?.name("name")?.as_str().to_owned();
            Some(Pick {
                line,
                variable,
                file: None,
                offset: 0,
            })
        })
    })
}

/// `INPUT=$(sed -n "${SLURM_ARRAY_TASK_ID}p" files.txt)` and its other spellings.
fn line_of_file(at: usize, line: &str) -> Option<Pick> {
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
        Some(Pick {
            line: at,
            variable: variable.to_owned(),
            file: Some(file.as_str().to_owned()),
            offset: u64::from(found.name("one").is_some()),
        })
    })
}

/// Takes `module load` out of a script whose only words about modules stand in front of all else; says what was loaded,
/// and whether `module purge` stood there.
pub(super) fn modules(script: &str) -> Option<(Vec<String>, String)> {
    let load =
        pattern(r"^\s*(?:module\s+(?:load|add)|ml(?:\s+load)?)((?:\s+[\w./+-]+)+)\s*(?:#.*)?$");
    let purge = pattern(r"^\s*(?:module|ml)\s+purge\s*(?:#.*)?$");
    let other = pattern(r"^\s*(module|ml)\b");
    let (mut loaded, mut kept) = (Vec::new(), Vec::new());
    let mut top = true;
    for line in script.lines() {
        let passed = line.trim_start().starts_with('#') || line.trim().is_empty();
        if let Some(found) = load.captures(line).filter(|_| top) {
            let words = found.get(1).map_or("", |it| it.as_str()).split_whitespace();
            let words: Vec<_> = words.map(str::to_owned).collect();
            if words.iter().any(|it| it.starts_with('-')) {
                return None;
            }
            loaded.extend(words);
        } else if top && purge.is_match(line) {
            // A task begins without any.
            kept.push(format!("# {}", line.trim_start()));
        } else if other.is_match(line) {
            return None;
        } else {
            top &= passed;
            kept.push(line.to_owned());
        }
    }
    (!loaded.is_empty()).then(|| (loaded, kept.join("\n") + "\n"))
}

/// For `source …/conda.sh` and its like.
const HOOKED: &str = "# The set-up of conda stood here: the clause does without.";

/// Are there words about environments?
pub(super) fn activates(script: &str) -> bool {
    pattern(r"(?m)^\s*(?:(?:conda|mamba|micromamba)\s|(?:source|\.)\s+activate\b)").is_match(script)
}

/// Takes `conda activate` out of a script whose only words about environments stand in front of all else; says what was
/// activated. Of how the shell came to know `conda` a comment stays.
pub(super) fn environment(script: &str) -> Option<(String, String)> {
    let activate = pattern(
        r#"^\s*(?:conda|mamba|micromamba|source|\.)\s+activate\s+["']?((?:~/|\$HOME/|\$\{HOME\}/)?[\w./+-]+)["']?\s*(?:#.*)?$"#,
    );
    let hook = pattern(
        r#"^\s*(?:(?:source|\.)\s+\S*/conda\.sh|eval\s+"\$\(\S*(?:conda|mamba)\s+(?:shell|'shell)[^)]*\)")\s*(?:#.*)?$"#,
    );
    let (mut found, mut kept) = (None, Vec::new());
    let mut top = true;
    for line in script.lines() {
        let passed = line.trim_start().starts_with('#') || line.trim().is_empty();
        match activate.captures(line).and_then(|it| it.get(1)) {
            Some(name) if top && found.is_none() => {
                let home = pattern(r"^\$(?:HOME|\{HOME\})/");
                found = Some(home.replace(name.as_str(), "~/").into_owned());
            }
            _ if top && hook.is_match(line) => kept.push(HOOKED.to_owned()),
            _ if activates(line) => return None,
            _ => {
                top &= passed;
                kept.push(line.to_owned());
            }
        }
    }
    found.map(|name| (name, kept.join("\n") + "\n"))
}

/// Without the lines that go to the folder that the script was submitted from: these stay as comments.
pub(super) fn at_home(script: &str) -> String {
    let home = pattern(
        r#"^\s*cd\s+"?\$\{?(?:SLURM_SUBMIT_DIR|PBS_O_WORKDIR)\}?"?\s*(?:\|\|\s*exit(?:\s+\d+)?\s*)?;?\s*(?:#.*)?$"#,
    );
    let lines = script.lines().map(|line| match home.is_match(line) {
        true => format!("# {}\n", line.trim_start()),
        false => format!("{line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let pick = pick(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                (pick.variable.as_str(), pick.offset),
                ("INPUT", 0),
                "{line}"
            );
            assert_eq!(pick.file.as_deref(), Some("files.txt"), "{line}");
        }
        let from_0 = pick("x=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" f.txt)");
        assert_eq!(from_0.map(|it| it.offset), Some(1));
        for line in [
            "INPUT=$(sed -n \"$SLURM_ARRAY_TASK_IDp\" files.txt)",
            "INPUT=$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" $LIST)",
            "INPUT=$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" files.txt | cut -f1)",
        ] {
            assert_eq!(pick(line), None, "{line}");
        }
    }

    #[test]
    fn environments_are_taken_from_the_top_alone() {
        for (script, name) in [
            ("conda activate astro\n./x\n", "astro"),
            ("# it\nsource activate astro # old\n./x\n", "astro"),
            ("mamba activate ~/envs/astro\n", "~/envs/astro"),
            ("micromamba activate \"$HOME/envs/astro\"\n", "~/envs/astro"),
            (
                "conda activate /data/envs/astro-3.12\n",
                "/data/envs/astro-3.12",
            ),
        ] {
            let taken = environment(script).map(|(name, _)| name);
            assert_eq!(taken.as_deref(), Some(name), "{script}");
        }
        let script = "source /opt/conda/etc/profile.d/conda.sh\nconda activate a\n\n./x\n";
        let rest = format!("{HOOKED}\n\n./x\n");
        assert_eq!(environment(script), Some(("a".to_owned(), rest)));
        let hooked = "eval \"$(conda shell.bash hook)\"\nconda activate a\n";
        assert!(environment(hooked).is_some());
        for script in [
            "cd data\nconda activate a\n",
            "conda activate a\n./x\nconda deactivate\n",
            "conda activate a\nconda activate b\n",
            "conda activate $ENV\n",
            "source venv/bin/activate\n",
            "conda run -n a ./x\n",
        ] {
            assert_eq!(environment(script), None, "{script}");
        }
    }

    #[test]
    fn modules_are_taken_from_the_top_alone() {
        let taken = modules("module purge\nmodule load gcc/12 cuda\n\nml python\n./x\n");
        let (loaded, rest) = taken.unwrap_or_default();
        assert_eq!(loaded, ["gcc/12", "cuda", "python"]);
        assert_eq!(rest, "# module purge\n\n./x\n");
        for script in [
            "module use /opt/m\nmodule load x\n",
            "module load x\n./a\nmodule load y\n",
            "module load $VERSION\n",
            "./x\n",
        ] {
            assert_eq!(modules(script), None, "{script}");
        }
    }
}
