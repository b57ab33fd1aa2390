//! What is written for a process with `split`.

use crate::ast::SplitBy;
use crate::source::Sources;

use super::{Cut, Merge, slice};

/// What the process is called that runs for each grain.
pub(super) fn grain(process: &str) -> String {
    format!("{process}_grain")
}

pub(super) fn workflow(cut: &Cut<'_>, sources: &Sources) -> String {
    let (name, input) = (&cut.process.name.node, &cut.input.node);
    let inputs = cut.process.inputs.iter().map(|it| {
        let default = it.default.as_ref();
        let default = default.map(|it| format!(" = {}", slice(sources, it.span)));
        let ty = slice(sources, it.ty.span);
        format!("{}: {ty}{}", it.name.node, default.unwrap_or_default())
    });
    let outputs = cut.merges.iter().map(|it| {
        let made = it.by.as_ref().map_or("whole", |(_, output)| output);
        format!("{0}: {1} = {0}_merged.{made}", it.output, it.ty)
    });
    let args = cut.process.inputs.iter().map(|it| {
        let own = &it.name.node;
        match own == input {
            true => format!("{own}: {input}_grain"),
            false => format!("{own}: {own}"),
        }
    });
    let (before, grains) = match cut.by {
        SplitBy::Lines(size) => {
            let size = slice(sources, size.span);
            let cutting = format!("  {input}_cut = {name}_cut(whole: {input}, lines: {size})\n");
            (cutting, format!("{input}_cut.grains"))
        }
        SplitBy::Items(size) => {
            let size = slice(sources, size.span);
            (String::new(), format!("batch({input}, {size})"))
        }
    };
    let merged = cut.merges.iter().map(|it| {
        let own = format!("{name}_{}", it.output);
        let by = it.by.as_ref().map_or(&own, |(process, _)| process);
        format!("  {0}_merged = {by}({name}_made.{0})\n", it.output)
    });
    format!(
        "{}{}workflow {name}({}) -> ({}) {{\n{before}  for {input}_grain in {grains} {{\n    {name}_made = {}({})\n  }}\n{}}}\n",
        cutter(cut),
        cut.merges
            .iter()
            .map(|it| merger(cut, it))
            .collect::<String>(),
        inputs.collect::<Vec<_>>().join(", "),
        outputs.collect::<Vec<_>>().join(", "),
        grain(name),
        args.collect::<Vec<_>>().join(", "),
        merged.collect::<String>(),
    )
}

/// Cuts a file. The grains have names in its order, and its ending.
fn cutter(cut: &Cut<'_>) -> String {
    let name = &cut.process.name.node;
    match cut.by {
        SplitBy::Items(_) => String::new(),
        SplitBy::Lines(_) => format!(
            r#"process {name}_cut(whole: File, lines: Int) -> (grains: [File] = "grains/*") {{
  script """
    ending=${{whole##*/}}
    if [[ $ending == ?*.* ]]; then ending=.${{ending##*.}}; else ending=''; fi
    split --numeric-suffixes --suffix-length=7 --lines="$lines" --additional-suffix="$ending" -- "$whole" grains/
  """
}}
"#
        ),
    }
}

/// Puts what the grains made one behind the other.
fn merger(cut: &Cut<'_>, merge: &Merge) -> String {
    if merge.by.is_some() {
        return String::new();
    }
    let (name, output, file) = (&cut.process.name.node, &merge.output, &merge.file);
    format!(
        r#"process {name}_{output}(parts: [File]) -> (whole: File = {file}) {{
  script """
    xargs -r -d '\n' cat -- <"$parts_list" >"$whole"
  """
}}
"#
    )
}
