//! Which records count: the last result of a shard, and the last trouble behind it.

use indexmap::IndexMap;

use super::{Order, Record, Status};

/// The shards of a run by call and directory. Holds what counts of each, not its records: they may come in any order.
#[derive(Debug, Default)]
pub struct Shards {
    calls: IndexMap<Box<str>, IndexMap<Box<str>, Shard>>,
    /// Did anybody say which shards there are today?
    expected: bool,
}

#[derive(Debug, Default)]
pub struct Shard {
    /// The id that its result has today.
    expected: Option<Box<str>>,
    held: Option<Ended>,
    /// A `begin`, or a `lost`, stands behind the result.
    begun: Option<Order>,
    lost: Option<Order>,
    trouble: Option<Box<Trouble>>,
}

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    order: Order,
    id: Box<str>,
    pub skipped: bool,
    pub start: u64,
    /// Seconds.
    pub seconds: u64,
    /// Bytes.
    pub memory: Option<u64>,
}

/// The last record that is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    order: Order,
    id: Box<str>,
    pub status: Status,
    pub start: u64,
    /// Seconds.
    pub seconds: u64,
    /// Fields, as they are written.
    pub exit: Box<str>,
    pub cause: Box<str>,
    pub attempt: Box<str>,
    pub node: Box<str>,
    /// Bytes.
    pub memory: Option<u64>,
}

/// How a shard is, by its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    Done(&'a Ended),
    Skipped,
    Failed(&'a Trouble),
    /// Or left out: something that it needs has failed.
    Blocked(&'a Trouble),
    Pending,
    /// The program has it no longer.
    Former,
}

impl Shards {
    /// Says that there is this shard today, and the id that its result has. The order of these words is kept.
    pub fn expect(&mut self, call: &str, dir: &str, id: &str) {
        self.expected = true;
        self.at(call, dir).expected = Some(id.into());
    }

    pub fn take(&mut self, record: &Record<'_>) {
        self.at(record.call, record.dir).take(record);
    }

    /// Call and directory of each shard of which only the directory knows what it holds.
    pub fn unsettled(&self) -> Vec<(String, String)> {
        let all = self.calls.iter().flat_map(|(call, shards)| {
            let begun = shards.iter().filter(|(_, shard)| shard.begun.is_some());
            begun.map(|(dir, _)| (call.to_string(), dir.to_string()))
        });
        all.collect()
    }

    /// What the directory of such a shard holds decides.
    pub fn settle(&mut self, call: &str, dir: &str, own: Option<&Record<'_>>) {
        let shard = self.at(call, dir);
        (shard.begun, shard.held) = (None, None);
        let own = own.filter(|it| (it.call, it.dir) == (call, dir));
        if let Some(record) = own.filter(|it| matches!(it.status, Status::Done | Status::Skipped)) {
            shard.take(record);
        }
    }

    /// Of each call its shards, by directory.
    pub fn calls(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = (&str, &Shard)>)> {
        self.calls.iter().map(|(call, shards)| {
            let shards = shards.iter().map(|(dir, shard)| (&**dir, shard));
            (&**call, shards)
        })
    }

    /// Of one call.
    pub fn of(&self, call: &str) -> impl Iterator<Item = (&str, Standing<'_>)> {
        let shards = self.calls.get(call).into_iter().flatten();
        shards.map(|(dir, shard)| (&**dir, shard.standing(self.expected)))
    }

    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    fn at(&mut self, call: &str, dir: &str) -> &mut Shard {
        slot(slot(&mut self.calls, call), dir)
    }
}

/// The value of a key, which is copied only where it is new.
fn slot<'a, V: Default>(map: &'a mut IndexMap<Box<str>, V>, key: &str) -> &'a mut V {
    let at = map.get_index_of(key);
    let at = at.unwrap_or_else(|| map.insert_full(key.into(), V::default()).0);
    &mut map[at]
}

impl Shard {
    /// The last result, whatever came behind it.
    pub fn ended(&self) -> Option<&Ended> {
        self.held.as_ref()
    }

    fn take(&mut self, record: &Record<'_>) {
        let order = record.order;
        let newer = |known: Option<Order>| known.is_none_or(|known| order >= known);
        let held = self.held.as_ref().map(|it| it.order);
        match record.status {
            Status::Done | Status::Skipped if newer(held) => {
                self.held = Some(Ended::new(record));
                self.begun = self.begun.filter(|begun| order < *begun);
                // Another task reported the loss: its journal may be read first, so the same attempt stays lost.
                self.lost = self.lost.filter(|lost| order <= *lost);
            }
            Status::Done | Status::Skipped => {}
            Status::Begin => {
                if newer(held) {
                    self.begun = self.begun.max(Some(order));
                }
            }
            Status::Lost | Status::Failed | Status::Blocked | Status::LeftOut | Status::Pending => {
                if record.status == Status::Lost && newer(held) {
                    self.lost = self.lost.max(Some(order));
                }
                if newer(self.trouble.as_ref().map(|it| it.order)) {
                    self.trouble = Some(Box::new(Trouble::new(record)));
                }
            }
        }
    }

    fn standing(&self, any_expected: bool) -> Standing<'_> {
        if any_expected && self.expected.is_none() {
            return Standing::Former;
        }
        // What is made without something bears a mark behind its id.
        let is_todays = |id: &str| {
            let id = id.split('~').next();
            self.expected.as_deref().is_none_or(|it| Some(it) == id)
        };
        let stands = self.begun.is_none() && self.lost.is_none();
        let held = self.held.as_ref().filter(|_| stands);
        let trouble = self.trouble.as_deref().filter(|it| is_todays(&it.id));
        // A failure of what stands does not count.
        let counts =
            |it: &&Trouble| held.is_none_or(|held| it.order >= held.order && it.id != held.id);
        match (trouble.filter(counts), held.filter(|it| is_todays(&it.id))) {
            (Some(trouble), _) => trouble.standing(),
            (None, Some(held)) if held.skipped => Standing::Skipped,
            (None, Some(held)) => Standing::Done(held),
            (None, None) => Standing::Pending,
        }
    }
}

impl Ended {
    fn new(record: &Record<'_>) -> Self {
        Self {
            order: record.order,
            id: record.id.into(),
            skipped: record.status == Status::Skipped,
            start: record.start,
            seconds: record.seconds().unwrap_or(0),
            memory: record.memory,
        }
    }
}

impl Trouble {
    fn new(record: &Record<'_>) -> Self {
        Self {
            order: record.order,
            id: record.id.into(),
            status: record.status,
            start: record.start,
            seconds: record.seconds().unwrap_or(0),
            exit: record.exit.into(),
            cause: record.cause.into(),
            attempt: record.attempt.into(),
            node: record.node.into(),
            memory: record.memory,
        }
    }

    /// In its submission, from 1.
    pub fn attempt_number(&self) -> u64 {
        self.order.attempt
    }

    fn standing(&self) -> Standing<'_> {
        match self.status {
            Status::Failed => Standing::Failed(self),
            Status::Blocked | Status::LeftOut => Standing::Blocked(self),
            Status::Done | Status::Skipped | Status::Pending | Status::Lost | Status::Begin => {
                Standing::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(status: &str, id: &str, order: (u64, u64)) -> String {
        let (submission, number) = order;
        format!(
            "{status}\tfit\t.\tv\ti\t{id}\t{submission:04}\t{number}\t100\t142\t1\t-\t-\texit\t-\tn1\t-\t."
        )
    }

    /// How the shard is behind these records, where its id is `a` today.
    fn standing(lines: &[(&str, &str, (u64, u64))]) -> &'static str {
        let mut shards = Shards::default();
        shards.expect("fit", ".", "a");
        for (status, id, order) in lines {
            shards.take(&Record::read(&line(status, id, *order)).unwrap());
        }
        match shards.of("fit").next().unwrap().1 {
            Standing::Done(_) => "done",
            Standing::Skipped => "skipped",
            Standing::Failed(_) => "failed",
            Standing::Blocked(_) => "blocked",
            Standing::Pending => "pending",
            Standing::Former => "former",
        }
    }

    #[test]
    fn the_last_result_counts_and_only_trouble_behind_it() {
        assert_eq!(standing(&[]), "pending");
        let done = ("done", "a", (1, 1));
        assert_eq!(standing(&[done]), "done");
        assert_eq!(standing(&[("done", "a~m", (1, 1))]), "done");
        assert_eq!(standing(&[("done", "b", (1, 1))]), "pending");
        assert_eq!(standing(&[done, ("failed", "a", (2, 1))]), "done");
        assert_eq!(standing(&[done, ("lost", "a", (1, 1))]), "pending");
        assert_eq!(
            standing(&[done, ("lost", "a", (1, 1)), ("done", "a", (2, 1))]),
            "done"
        );
        assert_eq!(
            standing(&[("failed", "a", (1, 2)), ("blocked", "a", (1, 1))]),
            "failed"
        );
        assert_eq!(standing(&[("failed", "b", (1, 1))]), "pending");
        assert_eq!(
            standing(&[("done", "b", (1, 1)), ("failed", "a", (2, 1))]),
            "failed"
        );
        assert_eq!(standing(&[("left-out", "a", (1, 1))]), "blocked");
    }

    #[test]
    fn a_directory_decides_where_an_attempt_died_while_it_replaced_it() {
        let mut shards = Shards::default();
        shards.expect("fit", ".", "a");
        let (done, begin) = (line("done", "a", (1, 1)), line("begin", "a", (2, 1)));
        shards.take(&Record::read(&done).unwrap());
        shards.take(&Record::read(&begin).unwrap());
        assert_eq!(shards.unsettled(), [("fit".to_owned(), ".".to_owned())]);
        assert_eq!(shards.of("fit").next().unwrap().1, Standing::Pending);
        shards.settle("fit", ".", Record::read(&done).as_ref());
        assert!(matches!(
            shards.of("fit").next().unwrap().1,
            Standing::Done(_)
        ));
        shards.settle("fit", ".", None);
        assert_eq!(shards.of("fit").next().unwrap().1, Standing::Pending);
    }
}
