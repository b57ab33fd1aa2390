//! What tasks have recorded: the lines of journals and of compacted records.
//!
//! Takes lines; gives [`Record`]s, and what they say of each shard ([`Shards`]), by the rules of
//! `records.awk`. Knows nothing of files and of programs; `docs/runtime.md` says what the columns are.

mod shards;

pub use shards::{Ended, Shard, Shards, Standing, Trouble};

use std::borrow::Cow;

/// What a line says of its shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Done,
    Skipped,
    Failed,
    Blocked,
    LeftOut,
    Pending,
    Lost,
    Begin,
}

/// Which of two records is the later one, whatever their clocks say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    pub submission: u64,
    /// Of the attempt, in its submission, from 1.
    pub attempt: u64,
}

/// One line, its fields as they are written; [`decoded`] gives their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    pub status: Status,
    pub call: &'a str,
    /// `seed=42`, `.` without axes.
    pub dir: &'a str,
    pub id: &'a str,
    pub order: Order,
    /// Seconds since 1970.
    pub start: u64,
    pub end: u64,
    pub exit: &'a str,
    pub cause: &'a str,
    pub attempt: &'a str,
    pub node: &'a str,
    /// Bytes.
    pub memory: Option<u64>,
}

impl<'a> Record<'a> {
    /// None of a line that is torn, of another form, or of no shard.
    pub fn read(line: &'a str) -> Option<Self> {
        let mut fields = [""; 18];
        let mut parts = line.split('\t');
        for field in &mut fields {
            *field = parts.next()?;
        }
        let [
            status,
            call,
            dir,
            _,
            _,
            id,
            submission,
            number,
            start,
            end,
            exit,
            _,
            _,
            cause,
            attempt,
            node,
            memory,
            ".",
        ] = fields
        else {
            return None;
        };
        if parts.next().is_some() || !is_place(call, dir) {
            return None;
        }
        Some(Self {
            status: Status::read(status)?,
            call,
            dir,
            id,
            order: Order {
                submission: submission.parse().ok()?,
                attempt: number.parse().unwrap_or(0),
            },
            start: start.parse().unwrap_or(0),
            end: end.parse().unwrap_or(0),
            exit,
            cause,
            attempt,
            node,
            memory: memory
                .parse::<u64>()
                .ok()
                .and_then(|it| it.checked_mul(1024)),
        })
    }

    /// Seconds that it took; none of a record that is of no time.
    pub fn seconds(&self) -> Option<u64> {
        (self.start > 0).then(|| self.end.checked_sub(self.start))?
    }
}

impl Status {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "done" => Self::Done,
            "skipped" => Self::Skipped,
            "failed" => Self::Failed,
            "blocked" => Self::Blocked,
            "left-out" => Self::LeftOut,
            "pending" => Self::Pending,
            "lost" => Self::Lost,
            "begin" => Self::Begin,
            _ => return None,
        })
    }
}

/// A call is a name, no longer than a file's may be, and no part of a directory is `..`.
fn is_place(call: &str, dir: &str) -> bool {
    let starts = call.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    starts && call.len() <= 200 && call.bytes().all(word) && dir.split('/').all(|part| part != "..")
}

/// What the name of an attempt says: `SUBMISSION.JOB.TASK.RESTART.HOST.PID.N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// All but its number: the name of the task's journal.
    pub journal: &'a str,
    pub submission: u64,
    /// `SUBMISSION.JOB.TASK`: the name of the task's log.
    pub log: &'a str,
    /// `01-classify`; a rung's is `01-classify.rung1`.
    pub job: &'a str,
    pub task: u64,
    /// Of the attempts of its journal.
    pub number: u32,
}

impl<'a> Attempt<'a> {
    /// None of a name that could be no file's.
    pub fn read(name: &'a str) -> Option<Self> {
        let (journal, number) = name.rsplit_once('.')?;
        let (submission, behind) = journal.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if !digits(submission) || name.contains(['/', '\0']) {
            return None;
        }
        // Jobs and hosts may have points: TASK and RESTART are the first two neighbours that are numbers.
        let mut at = 0;
        let mut before: Option<(usize, &str)> = None;
        for part in behind.split('.') {
            if let Some((start, task)) = before.filter(|(start, _)| *start > 0 && digits(part)) {
                return Some(Self {
                    journal,
                    submission: submission.parse().ok()?,
                    log: name.get(..submission.len() + 1 + start + task.len())?,
                    job: behind.get(..start - 1)?,
                    task: task.parse().ok()?,
                    number: number.parse().ok()?,
                });
            }
            before = digits(part).then_some((at, part));
            at += part.len() + 1;
        }
        None
    }
}

/// The text of a field: `%XX` is a byte, `%_` nothing.
pub fn decoded(field: &str) -> Cow<'_, str> {
    if !field.contains('%') {
        return Cow::Borrowed(field);
    }
    if field == "%_" {
        return Cow::Borrowed("");
    }
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let byte = (first == b'%').then(|| escaped(behind)).flatten();
        bytes.push(byte.unwrap_or(first));
        rest = match byte {
            Some(_) => behind.get(2..).unwrap_or_default(),
            None => behind,
        };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The byte of two hex digits.
fn escaped(digits: &[u8]) -> Option<u8> {
    let &[high, low, ..] = digits else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: &str = "done\tfit\tseed=4\tv\ti\tid\t0002\t1\t100\t142\t0\ta:a.csv=3\t-\t-\t0002.01-fit.7.0.n1.55.3\tn1\t2048\t.";

    #[test]
    fn a_line_is_a_record_or_nothing() {
        let record = Record::read(DONE).unwrap();
        assert_eq!(
            (record.call, record.dir, record.id),
            ("fit", "seed=4", "id")
        );
        let order = Order {
            submission: 2,
            attempt: 1,
        };
        assert_eq!((record.order, record.seconds()), (order, Some(42)));
        assert_eq!(record.memory, Some(2 << 20));
        for torn in [
            &DONE[..40],
            &format!("{DONE}\tmore"),
            &DONE.replace("done", "dome"),
            &DONE.replace("seed=4", "../x"),
            &DONE.replace("\tfit", "\t/etc"),
            "",
        ] {
            assert_eq!(Record::read(torn), None, "{torn}");
        }
    }

    #[test]
    fn an_attempt_says_which_task_made_it() {
        let read = |name| Attempt::read(name).map(|it| (it.log, it.job, it.task, it.number));
        assert_eq!(
            read("0002.01-fit.7.0.n1.55.3"),
            Some(("0002.01-fit.7", "01-fit", 7, 3))
        );
        assert_eq!(
            read("0012.03-a.b.rung1.0.2.n1.site.org.55.10"),
            Some(("0012.03-a.b.rung1.0", "03-a.b.rung1", 0, 10))
        );
        for wrong in [
            "",
            "-",
            "0002",
            "x.01-fit.7.0.n1.55.3",
            "0002.../../etc.1.2.3",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fields_are_decoded() {
        assert_eq!(decoded("a%0Ab%25%3c%"), "a\nb%<%");
        assert_eq!(decoded("%_"), "");
        assert_eq!(decoded("%C3%A4 ä %zz"), "ä ä %zz");
    }
}
