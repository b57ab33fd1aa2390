//! A run as a picture: a row a job, as high as tasks of it run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::pipeline::Replay;
use crate::simulate::Ran;
use crate::units::{short_duration, ticks};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 180.0;
const ROW: f64 = 34.0;
const TOP: f64 = 24.0;

/// Beyond so many steps of a row, those within a pixel are drawn as one.
const PIXELS: f64 = 2.0;

/// How many run at once: each time at which that changes, with the number from there on.
pub(super) fn steps<'a>(trace: impl Iterator<Item = &'a Ran>) -> impl Iterator<Item = (f64, i64)> {
    let mut changes: Vec<(f64, i64)> = trace
        .flat_map(|ran| [(ran.start, 1), (ran.end, -1)])
        .collect();
    changes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut running = 0;
    changes.into_iter().map(move |(at, change)| {
        running += change;
        (at, running)
    })
}

/// The picture; the same bytes for the same run.
pub(super) fn svg(replay: &Replay) -> String {
    let scale = Scale {
        end: replay.timeline.makespan.max(1e-9),
    };
    let height = TOP + ROW * replay.jobs.len() as f64 + 22.0;
    let whole = LEFT + WIDTH + 20.0;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"{whole}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for tick in ticks(scale.end) {
        let at = scale.x(tick);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
            height - 20.0,
            height - 6.0,
            short_duration(tick)
        );
    }
    let mut rows: BTreeMap<usize, Vec<Ran>> = BTreeMap::new();
    for ran in &replay.trace {
        rows.entry(ran.job).or_default().push(*ran);
    }
    for (at, name) in replay.jobs.iter().enumerate() {
        let floor = TOP + ROW * (at + 1) as f64 - 4.0;
        let own = rows.remove(&at).unwrap_or_default();
        text += &row(name, &own, floor, scale);
    }
    text + "</svg>\n"
}

/// From seconds to places.
#[derive(Clone, Copy)]
struct Scale {
    /// Seconds of the whole run.
    end: f64,
}

impl Scale {
    fn x(self, seconds: f64) -> f64 {
        LEFT + WIDTH * seconds / self.end
    }
}

/// One job: its name, how many tasks of it run, and where they fail.
fn row(name: &str, own: &[Ran], floor: f64, scale: Scale) -> String {
    let most = steps(own.iter()).map(|(_, running)| running).max();
    let most = most.unwrap_or(0);
    let mut text = format!(
        "<text x=\"{0:.1}\" y=\"{1:.1}\" text-anchor=\"end\">{2}</text>\
         <text x=\"{0:.1}\" y=\"{3:.1}\" text-anchor=\"end\" fill=\"#777\" font-size=\"9\">at most {most} at once</text>\n\
         <path d=\"{4}\" fill=\"#4878a8\"/>\n",
        LEFT - 8.0,
        floor - 12.0,
        escaped(name),
        floor - 1.0,
        area(own, floor, most, scale)
    );
    for ran in own.iter().filter(|ran| ran.failed) {
        let _ = writeln!(
            text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2\" fill=\"#c03020\"/>",
            scale.x(ran.end),
            floor - ROW + 6.0
        );
    }
    text
}

/// The outline of how many tasks run.
fn area(own: &[Ran], floor: f64, most: i64, scale: Scale) -> String {
    let y = |running: i64| floor - (ROW - 8.0) * running as f64 / most.max(1) as f64;
    let mut path = String::new();
    let (mut last, mut at_y) = (f64::NEG_INFINITY, floor);
    for (at, running) in steps(own.iter()) {
        let at = scale.x(at);
        if path.is_empty() {
            let _ = write!(path, "M{at:.1} {floor:.1}");
        }
        if own.len() > 500 && at - last < 1.0 / PIXELS && running > 0 {
            continue;
        }
        last = at;
        let _ = write!(path, "L{at:.1} {at_y:.1}L{at:.1} {:.1}", y(running));
        at_y = y(running);
    }
    path + "Z"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
