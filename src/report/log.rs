//! What a shard printed last, cut out of the log of its task.

use std::collections::VecDeque;

use anstream::adapter::strip_str;

/// So many lines are kept, of so many characters.
const LINES: usize = 12;
const COLUMNS: usize = 240;

/// Takes the lines of a log, one after another; keeps the last ones of one shard's last attempt there.
#[derive(Debug)]
pub struct Log {
    begin: String,
    end: String,
    /// What may be of the shard: a log may be read from its middle on.
    lines: VecDeque<String>,
    found: Option<Vec<String>>,
    inside: bool,
}

impl Log {
    pub fn new(call: &str, dir: &str) -> Self {
        Self {
            begin: format!("::flow begin {call} {dir} "),
            end: format!("::flow end {call} {dir} "),
            lines: VecDeque::new(),
            found: None,
            inside: false,
        }
    }

    pub fn take(&mut self, line: &str) {
        if line.starts_with(&self.end) {
            self.found = Some(self.lines.drain(..).collect());
            self.inside = false;
        } else if line.starts_with("::flow begin ") {
            self.lines.clear();
            self.inside = line.starts_with(&self.begin);
        } else if !line.starts_with("flow: failed: ") {
            if self.lines.len() == LINES {
                self.lines.pop_front();
            }
            self.lines.push_back(plain(line));
        }
    }

    /// Of an attempt that died without a word there is no end.
    pub fn lines(self) -> Vec<String> {
        match (self.inside, self.found) {
            (false, found) => found.unwrap_or_default(),
            (true, _) => self.lines.into(),
        }
    }
}

/// Without colours, and nothing that a page cannot hold.
fn plain(line: &str) -> String {
    let text = strip_str(line).to_string();
    let shown = text.chars().filter(|it| *it == '\t' || !it.is_control());
    let mut shown: String = shown.take(COLUMNS + 1).collect();
    if shown.chars().count() > COLUMNS {
        shown.pop();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut log = Log::new("fit", "seed=4");
        text.lines().for_each(|line| log.take(line));
        log.lines()
    }

    #[test]
    fn the_part_of_the_last_attempt_is_cut_out() {
        let one = "::flow begin fit seed=3 x.1\nother\n::flow end fit seed=3 done x.1\n";
        let two = "::flow begin fit seed=4 x.2\nfirst\n::flow end fit seed=4 failed x.2\n";
        let three = "::flow begin fit seed=4 x.3\n\u{1b}[31mred\u{1b}[0m\u{7}\nflow: failed: exit (exit status 1)\n\
                     ::flow end fit seed=4 failed x.3\n";
        assert_eq!(cut(&format!("{one}{two}{three}{one}")), ["red"]);
        assert_eq!(cut(&format!("{one}{two}")), ["first"]);
        assert_eq!(cut(one), [""; 0]);
        // From the middle on, and without an end.
        assert_eq!(cut("last\n::flow end fit seed=4 failed x.2\n"), ["last"]);
        assert_eq!(cut("::flow begin fit seed=4 x.3\nalone\n"), ["alone"]);
    }

    #[test]
    fn a_long_log_keeps_its_end() {
        let many: String = (0..100).map(|n| format!("{n}\n")).collect();
        let lines = cut(&format!(
            "::flow begin fit seed=4 x.3\n{many}{}\n",
            "x".repeat(1000)
        ));
        assert_eq!((lines.len(), lines[0].as_str()), (LINES, "89"));
        assert_eq!(lines[LINES - 1].chars().count(), COLUMNS + 1);
    }
}
