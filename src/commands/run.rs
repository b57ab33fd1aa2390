//! `flowc run FILE`

use std::io::{BufRead, BufReader, IsTerminal, Read, stderr};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;

use indexmap::IndexMap;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Outcome;
use super::compile;
use super::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    compile: compile::Args,

    /// Tasks at a time; without it as many as there are processors
    #[arg(short, long, value_name = "N")]
    jobs: Option<u32>,
}

pub(super) fn run(args: &Args) -> Outcome {
    compile::compile(&args.compile)?;
    let submit = args.compile.out.join("submit.sh");
    let mut command = Command::new("bash");
    command.arg(&submit).arg("--local");
    if let Some(jobs) = args.jobs {
        command.arg("-j").arg(jobs.to_string());
    }
    let drawn = stderr().is_terminal();
    if drawn {
        command
            .arg("--progress")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }
    let started = command.spawn();
    let mut child = started.map_err(Failure::io("run", &submit))?;
    if drawn {
        draw(&mut child);
    }
    let ended = child.wait().map_err(Failure::io("run", &submit))?;
    Ok(if ended.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// A bar a call from the child's progress lines; what else it says goes above them.
fn draw(child: &mut Child) {
    let bars = MultiProgress::new();
    let errors = child.stderr.take().map(|pipe| {
        let bars = bars.clone();
        thread::spawn(move || lines(pipe).for_each(|line| say(&bars, &line)))
    });
    let mut calls = IndexMap::new();
    for line in child.stdout.take().into_iter().flat_map(lines) {
        match Progress::parse(&line) {
            Some(progress) => progress.show(&bars, &mut calls),
            None => say(&bars, &line),
        }
    }
    if let Some(errors) = errors {
        let ended = errors.join();
        debug_assert!(ended.is_ok(), "copying lines does not panic");
    }
    calls.values().for_each(ProgressBar::abandon);
}

fn lines(pipe: impl Read) -> impl Iterator<Item = String> {
    BufReader::new(pipe).lines().map_while(Result::ok)
}

fn say(bars: &MultiProgress, line: &str) {
    // A terminal that is gone is no reason to end the work.
    let _ = bars.println(line);
}

/// `progress TAB call TAB done TAB failed TAB total`
#[derive(Debug, PartialEq, Eq)]
struct Progress<'a> {
    call: &'a str,
    done: u64,
    failed: u64,
    total: u64,
}

impl<'a> Progress<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.strip_prefix("progress\t")?.split('\t');
        Some(Self {
            call: fields.next()?,
            done: fields.next()?.parse().ok()?,
            failed: fields.next()?.parse().ok()?,
            total: fields.next()?.parse().ok()?,
        })
    }

    fn show(&self, bars: &MultiProgress, calls: &mut IndexMap<String, ProgressBar>) {
        let bar = calls.entry(self.call.to_owned()).or_insert_with(|| {
            let bar = ProgressBar::new(self.total).with_style(style());
            bars.add(bar.with_prefix(self.call.to_owned()))
        });
        bar.set_length(self.total);
        bar.set_position(self.done + self.failed);
        if self.failed > 0 {
            bar.set_message(format!("{} failed", self.failed));
        }
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{prefix:20} {wide_bar} {pos}/{len} {eta} {msg}");
    style.unwrap_or_else(|error| unreachable!("a fixed template: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines_are_told_from_others() {
        let progress = Progress::parse("progress\tclassify\t3\t1\t100");
        let expected = Progress {
            call: "classify",
            done: 3,
            failed: 1,
            total: 100,
        };
        assert_eq!(progress, Some(expected));
        assert_eq!(Progress::parse("progress is slow"), None);
        assert_eq!(Progress::parse("progress\tclassify\tmany\t1\t100"), None);
    }
}
