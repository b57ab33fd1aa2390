//! Whole lines of a script that mean something to a workflow: modules, environments, changes of folder.

use super::names::pattern;

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
