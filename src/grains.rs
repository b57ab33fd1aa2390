//! Processes with `split`, written out: as a named workflow that cuts, runs the process for each
//! grain, and merges.
//!
//! Takes the modules; gives them with such a process under another name, and in its place the
//! workflow. That is text of its own, a source like the others; what is to run is left as it was
//! written. Nothing behind this pass knows of grains: they are shards of a loop.

mod error;
mod text;

use crate::ast::{
    Clause, ClauseKind, Expr, ExprKind, Input, ItemKind, MergeBy, Name, Process, SplitBy, TextPart,
};
use crate::import::Modules;
use crate::parse;
use crate::source::{Source, SourceId, Sources, Span};

pub use error::GrainError;

/// A process with its `split` and the `merge` of each of its outputs.
struct Cut<'a> {
    process: &'a Process,
    input: &'a Name,
    by: &'a SplitBy,
    merges: Vec<Merge>,
}

/// How an output is merged.
struct Merge {
    output: String,
    /// The file that it is, and its type, as written.
    file: String,
    ty: String,
    /// A process and its output; none: one file behind the other.
    by: Option<(String, String)>,
}

/// Writes out every process with `split`.
pub fn write_out(modules: &mut Modules, sources: &mut Sources) -> Result<(), Vec<GrainError>> {
    let mut errors = Vec::new();
    for at in 0..modules.all().count() {
        let mut texts = Vec::new();
        for (item, process) in processes(modules, at) {
            match cut(modules, process, sources) {
                Ok(Some(cut)) => texts.push((item, text::workflow(&cut, sources))),
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        for (item, text) in texts {
            put(modules, at, item, text, sources);
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The processes of a module with their places.
fn processes(modules: &Modules, at: usize) -> impl Iterator<Item = (usize, &Process)> {
    let module = modules.all().nth(at).into_iter();
    let items = module.flat_map(|module| module.file.items.iter().enumerate());
    items.filter_map(|(at, item)| {
        if let ItemKind::Process(process) = &item.kind {
            Some((at, process.as_ref()))
        } else {
            None
        }
    })
}

/// The process under the name of its grains, and behind it what is written for it.
fn put(modules: &mut Modules, at: usize, item: usize, text: String, sources: &mut Sources) {
    let Some(module) = modules.get_mut(at) else {
        return;
    };
    let Some(ItemKind::Process(process)) = module.file.items.get_mut(item).map(|it| &mut it.kind)
    else {
        return;
    };
    let place = process.name.span;
    let source = Source {
        name: format!("`split` of {}", process.name.node),
        text,
    };
    process.name.node = text::grain(&process.name.node);
    process.clauses.retain(|clause| !is_ours(clause));
    let id = sources.add(source.clone());
    let written = parse::parse(&source, id);
    let written = written.unwrap_or_else(|_| unreachable!("it is text of ours:\n{}", source.text));
    module.written.push(id);
    for mut item in written.items {
        if let ItemKind::Workflow(workflow) = &mut item.kind
            && let Some(name) = &mut workflow.name
        {
            name.span = place;
        }
        module.file.items.push(item);
    }
}

fn is_ours(clause: &Clause) -> bool {
    matches!(
        clause.kind,
        ClauseKind::Split { .. } | ClauseKind::Merge { .. }
    )
}

fn cut<'a>(
    modules: &Modules,
    process: &'a Process,
    sources: &Sources,
) -> Result<Option<Cut<'a>>, GrainError> {
    let mut splits = process.clauses.iter().filter_map(|clause| {
        if let ClauseKind::Split { input, by } = &clause.kind {
            Some((clause.word, input, by))
        } else {
            None
        }
    });
    let Some((word, input, by)) = splits.next() else {
        let alone = process.clauses.iter().find(|clause| is_ours(clause));
        return match alone {
            Some(clause) => Err(GrainError::MergeAlone { span: clause.word }),
            None => Ok(None),
        };
    };
    if let Some((span, ..)) = splits.next() {
        return Err(GrainError::SplitTwice {
            process: process.name.node.clone(),
            span,
            first: word,
        });
    }
    can_split(process, input, by, sources)?;
    let merges = merges(modules, process, word, sources)?;
    Ok(Some(Cut {
        process,
        input,
        by,
        merges,
    }))
}

/// Lines are those of a file, items those of a list.
fn can_split(
    process: &Process,
    name: &Name,
    by: &SplitBy,
    sources: &Sources,
) -> Result<(), GrainError> {
    let (unit, size, wanted) = match by {
        SplitBy::Lines(size) => ("lines", size, "name an input of the type `File`"),
        SplitBy::Items(size) => ("items", size, "name an input that is a list"),
    };
    if let ExprKind::Int(..=0) = size.kind {
        return Err(GrainError::GrainSize {
            unit,
            span: size.span,
        });
    }
    let input = process.inputs.iter().find(|it| it.name.node == name.node);
    let ty = input.map(|it| slice(sources, it.ty.span));
    let fits = ty.is_some_and(|ty| match by {
        SplitBy::Lines(_) => ty == "File",
        SplitBy::Items(_) => ty.starts_with('[') && ty.ends_with(']'),
    });
    match fits {
        true => Ok(()),
        false => Err(GrainError::SplitInput {
            input: name.node.clone(),
            unit,
            span: name.span,
            why: match ty {
                Some(ty) => format!("a `{ty}`"),
                None => "no input of this process".to_owned(),
            },
            help: wanted,
        }),
    }
}

/// A merge for each output.
fn merges(
    modules: &Modules,
    process: &Process,
    split: Span,
    sources: &Sources,
) -> Result<Vec<Merge>, GrainError> {
    let clauses = process.clauses.iter().filter_map(|clause| {
        if let ClauseKind::Merge { output, by } = &clause.kind {
            Some((output, by))
        } else {
            None
        }
    });
    let clauses: Vec<_> = clauses.collect();
    are_outputs(process, &clauses)?;
    let each = process.outputs.iter().map(|output| {
        let mut clauses = clauses.iter();
        let found = clauses.find(|(name, _)| name.node == output.name.node);
        let Some((name, by)) = found else {
            return Err(GrainError::NotMerged {
                output: output.name.node.clone(),
                span: output.name.span,
                split,
            });
        };
        let ty = slice(sources, output.ty.span).to_owned();
        let by = match by {
            MergeBy::Process(process) => {
                Some((process.node.clone(), gives(modules, process, sources)?))
            }
            MergeBy::Concat if ty == "File" => None,
            MergeBy::Concat => {
                return Err(GrainError::MergeOutput {
                    output: name.node.clone(),
                    span: name.span,
                    why: format!("a `{ty}`"),
                    help: "files can be put one behind the other; merge all else `by PROCESS`",
                });
            }
        };
        let source = output.source.as_ref().filter(|source| is_plain(source));
        let file = source.map(|source| slice(sources, source.span).to_owned());
        Ok(Merge {
            output: output.name.node.clone(),
            file: file.unwrap_or_else(|| format!("\"{}\"", output.name.node)),
            ty,
            by,
        })
    });
    each.collect()
}

/// Each `merge` names an output of the process, and no two the same.
fn are_outputs(process: &Process, merges: &[(&Name, &MergeBy)]) -> Result<(), GrainError> {
    for (at, (output, _)) in merges.iter().enumerate() {
        let known = process.outputs.iter().any(|it| it.name.node == output.node);
        let mut before = merges.iter().take(at);
        let why = match known {
            false => "no output of this process",
            true if before.any(|(it, _)| it.node == output.node) => "merged already",
            true => continue,
        };
        return Err(GrainError::MergeOutput {
            output: output.node.clone(),
            span: output.span,
            why: why.to_owned(),
            help: "write one `merge` for each output",
        });
    }
    Ok(())
}

/// A text without holes: what differs from grain to grain is no name for the whole.
fn is_plain(expr: &Expr) -> bool {
    let literal = |part: &TextPart| matches!(part, TextPart::Literal(_));
    matches!(&expr.kind, ExprKind::Text(parts) if parts.iter().all(literal))
}

/// The one output of the process that merges.
fn gives(modules: &Modules, name: &Name, sources: &Sources) -> Result<String, GrainError> {
    let bare = name.node.rsplit('.').next().unwrap_or(&name.node);
    let places: Vec<SourceId> = modules
        .meanings(&name.node, name.span.source)
        .into_iter()
        .map(|(_, source)| source)
        .collect();
    let all = 0..modules.all().count();
    let mut found = all.flat_map(|at| processes(modules, at));
    let found = found.find(|(_, process)| {
        process.name.node == bare && places.contains(&process.name.span.source)
    });
    let list = |input: &Input| slice(sources, input.ty.span).starts_with('[');
    let ends = found.map(|(_, it)| (it.inputs.as_slice(), it.outputs.as_slice()));
    let why = match ends {
        None => "no such process",
        Some(([input], [output])) if list(input) => return Ok(output.name.node.clone()),
        Some(([_], [_])) => "its input is no list",
        Some(([_], _)) => "gives more than one result, or none",
        Some(_) => "wants more than one input, or none",
    };
    Err(GrainError::MergeProcess {
        process: name.node.clone(),
        span: name.span,
        why,
    })
}

fn slice(sources: &Sources, span: Span) -> &str {
    let source = sources.all().get(usize::from(span.source.0));
    let text = source.and_then(|it| it.text.get(span.start as usize..span.end as usize));
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests;
