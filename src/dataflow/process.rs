//! The clauses of a process to numbers and texts.

use super::evaluate::{Evaluator, converted, written};
use super::{
    Again, Column, DataflowError, Input, More, Output, Process, Raise, Resources, Retry, Script,
    TextPart,
};
use crate::hir::{self, Clauses, Expr, ExprKind, How, Raised, Requests};
use crate::types::Value;

impl Evaluator<'_> {
    pub fn process(&mut self, process: &hir::Process) -> Process {
        let Clauses { requests, .. } = &process.clauses;
        let clauses = &process.clauses;
        let success = self.success(clauses);
        let env = clauses.env.iter().filter_map(|(name, expr)| {
            let Some(expr) = expr else {
                return Some((name.node.clone(), None));
            };
            let value = self.constant(expr)?;
            Some((name.node.clone(), Some(converted(value, &expr.ty))))
        });
        let env = env.collect();
        Process {
            name: process.name.node.clone(),
            inputs: process.inputs.iter().map(|it| self.input(it)).collect(),
            outputs: process.outputs.iter().map(|it| self.output(it)).collect(),
            script: clauses.script.as_ref().map(|script| Script {
                interpreter: script.interpreter.clone(),
                text: script.text.clone(),
            }),
            uses: clauses.uses.clone(),
            container: clauses.container.clone(),
            modules: clauses.modules.clone(),
            conda: clauses.conda.clone(),
            env,
            bind: clauses.bind.clone(),
            stdin: clauses.stdin.clone(),
            resources: self.resources(clauses.cost.as_ref(), requests),
            retry: self.retry(clauses.retry.as_ref()),
            on_failure: clauses.on_failure,
            pack: self.count("pack", clauses.pack.as_ref()),
            never_pack: clauses.never_pack,
            never_fuse: clauses.never_fuse,
            at_most: self.count("at most", clauses.at_most.as_ref()),
            was: clauses.was.clone(),
            checkpoint: clauses.checkpoint.as_ref().map(|it| it.node.clone()),
            again: self.again(clauses.again.as_ref(), &success),
            success,
            doc: process.doc.clone(),
            span: process.name.span,
        }
    }

    fn input(&self, input: &hir::Input) -> Input {
        let record = input.ty.record();
        let record = record.and_then(|name| self.program.records.get(name));
        let fields = record.map_or(&[][..], |record| &record.fields);
        Input {
            name: input.name.node.clone(),
            ty: input.ty.clone(),
            fields: fields
                .iter()
                .map(|field| Column {
                    name: field.name.node.clone(),
                    ty: field.ty.clone(),
                })
                .collect(),
        }
    }

    fn output(&mut self, output: &hir::Output) -> Output {
        let path = if let ExprKind::Template(parts) = &output.path.kind {
            parts.iter().filter_map(part).collect()
        } else if let ExprKind::Constant(value) = &output.path.kind {
            vec![TextPart::Literal(written(value))]
        } else {
            unreachable!("the path of an output is a text")
        };
        Output {
            name: output.name.node.clone(),
            ty: output.ty.clone(),
            path,
            stdout: output.stdout,
            expect: self.count("expect", output.expect.as_ref()),
            temp: output.temp,
        }
    }

    fn success(&mut self, clauses: &Clauses) -> Vec<u8> {
        if clauses.success.is_empty() {
            return vec![0];
        }
        let mut statuses = Vec::new();
        for expr in &clauses.success {
            let help = "an exit status is 0 to 255";
            if let Some(status) = self.within("success", Some(expr), 0, 255, help) {
                statuses.extend(u8::try_from(status));
            }
        }
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    fn again(&mut self, again: Option<&hir::Again>, success: &[u8]) -> Option<Again> {
        let again = again?;
        let help = "write the exit status of a script that wants to go on: 1 to 255";
        let status = self.within("again", Some(&again.status), 1, 255, help)?;
        let help = "write how often it is started in all: 2 to 1000";
        let up_to = self.within("up to", Some(&again.up_to), 2, 1000, help)?;
        let (status, up_to) = (u8::try_from(status).ok()?, u64::try_from(up_to).ok()?);
        if success.contains(&status) {
            self.errors.push(DataflowError::ClauseRange {
                clause: "again",
                found: status.to_string(),
                span: again.status.span,
                help: "by `success` that is a good end; take another exit status for one of the two",
            });
        }
        let span = again.status.span.to(again.up_to.span);
        Some(Again {
            status,
            up_to,
            span,
        })
    }

    fn retry(&mut self, retry: Option<&hir::Retry>) -> Retry {
        let Some(retry) = retry else {
            return Retry::default();
        };
        let help = "write how often a failed shard is tried again: 0 to 20";
        let count = self.within("retry", Some(&retry.count), 0, 20, help);
        let raises = retry.raises.iter().filter_map(|it| self.raise(it));
        Retry {
            raises: raises.collect(),
            count: count.and_then(|it| u32::try_from(it).ok()).unwrap_or(0),
            causes: retry.causes.clone(),
        }
    }

    fn raise(&mut self, raise: &hir::Raise) -> Option<Raise> {
        let (clause, span) = ("retry … with", raise.span);
        let (what, how) = match raise.what {
            Raised::Amount(what, how) => (what, how),
            Raised::Word(what) => {
                let word = self.word(clause, Some(&raise.value))?;
                return Some(Raise::Word { what, word, span });
            }
        };
        let amount = match self.constant(&raise.value)? {
            Value::Duration(amount) | Value::Size(amount) | Value::Float(amount) => amount,
            Value::Int(count) => count as f64,
            Value::Bool(_)
            | Value::String(_)
            | Value::File(_)
            | Value::Dir(_)
            | Value::List(_)
            | Value::Record(..)
            | Value::Absent => return None,
        };
        let (least, help) = match how {
            How::Times => (1.0, "a retry asks for more: multiply by 1 or more"),
            How::Plus => (0.0, "a retry asks for more: add something"),
            How::To => (0.0, "ask for more than nothing"),
        };
        if amount.is_finite() && amount >= least {
            return Some(Raise::Amount(More {
                what,
                how,
                amount,
                span,
            }));
        }
        self.errors.push(DataflowError::ClauseRange {
            clause,
            found: amount.to_string(),
            span: raise.value.span,
            help,
        });
        None
    }

    /// The clauses that read no input.
    pub fn resources(&mut self, cost: Option<&Expr>, requests: &Requests) -> Resources {
        Resources {
            cost: self.amount("cost", cost),
            time: self.amount("time", requests.time.as_ref()),
            memory: self.amount("memory", requests.memory.as_ref()),
            tmp: self.amount("tmp", requests.tmp.as_ref()),
            cpus: self.count("cpus", requests.cpus.as_ref()),
            gpus: self.count("gpus", requests.gpus.as_ref()),
            tasks: self.count("tasks", requests.tasks.as_ref()),
            nodes: self.count("nodes", requests.nodes.as_ref()),
            partition: self.word("partition", requests.partition.as_ref()),
            partition_span: requests.partition.as_ref().map(|expr| expr.span),
            constraint: self.word("constraint", requests.constraint.as_ref()),
            account: self.word("account", requests.account.as_ref()),
            raw: requests.raw.clone(),
        }
    }

    /// Seconds or bytes, more than none.
    fn amount(&mut self, clause: &'static str, expr: Option<&Expr>) -> Option<f64> {
        let expr = expr.filter(|it| !it.reads_input())?;
        let (Value::Duration(amount) | Value::Size(amount)) = self.constant(expr)? else {
            return None;
        };
        if amount > 0.0 && amount.is_finite() {
            return Some(amount);
        }
        self.errors.push(DataflowError::ClauseRange {
            clause,
            found: if amount == 0.0 {
                "zero".to_owned()
            } else {
                "negative".to_owned()
            },
            span: expr.span,
            help: "ask for more than nothing, or leave the clause out",
        });
        None
    }

    /// A whole number of 1 or more.
    pub(super) fn count(&mut self, clause: &'static str, expr: Option<&Expr>) -> Option<u64> {
        let least = if clause == "gpus" { 0 } else { 1 };
        let help = "ask for 1 or more, or leave the clause out";
        let count = self.within(clause, expr, least, 1_000_000, help)?;
        u64::try_from(count).ok()
    }

    fn within(
        &mut self,
        clause: &'static str,
        expr: Option<&Expr>,
        least: i64,
        most: i64,
        help: &'static str,
    ) -> Option<i64> {
        let expr = expr.filter(|it| !it.reads_input())?;
        let found = self.int(expr, &Default::default())?;
        if (least..=most).contains(&found) {
            return Some(found);
        }
        self.errors.push(DataflowError::ClauseRange {
            clause,
            found: found.to_string(),
            span: expr.span,
            help,
        });
        None
    }

    /// A text that SLURM takes as one word.
    fn word(&mut self, clause: &'static str, expr: Option<&Expr>) -> Option<String> {
        let expr = expr?;
        let text = self.text(expr, &Default::default())?;
        if !text.is_empty() && !text.contains(char::is_whitespace) {
            return Some(text);
        }
        self.errors.push(DataflowError::ClauseRange {
            clause,
            found: format!("`{text}`"),
            span: expr.span,
            help: "write one word without spaces",
        });
        None
    }
}

fn part(part: &hir::TextPart) -> Option<TextPart> {
    let hole = match part {
        hir::TextPart::Literal(text) => return Some(TextPart::Literal(text.clone())),
        hir::TextPart::Hole(hole) => hole,
    };
    if let ExprKind::Field { of, field, .. } = &hole.kind {
        let field = Some(field.clone());
        return input_name(of).map(|input| TextPart::Input { input, field });
    }
    input_name(hole).map(|input| TextPart::Input { input, field: None })
}

fn input_name(expr: &Expr) -> Option<String> {
    if let ExprKind::Input(name) = &expr.kind {
        Some(name.clone())
    } else {
        None
    }
}
