//! The ways of edges: between the rows of nodes as they like, through a row straight down.

use super::{Area, Point};

/// So far from its corners an edge leaves a node.
const CORNER: f64 = 10.0;

/// The upper and the lower border of each row of nodes, by where its middle is.
pub(super) struct Rows(Vec<Row>);

#[derive(Clone, Copy)]
struct Row {
    middle: f64,
    top: f64,
    bottom: f64,
}

impl Row {
    fn has(self, y: f64) -> bool {
        (self.middle - y).abs() < 0.5
    }
}

impl Rows {
    pub fn new(nodes: impl Iterator<Item = Area>) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for node in nodes {
            let (top, bottom) = (node.top, node.top + node.height);
            let middle = top.midpoint(bottom);
            match rows.iter_mut().find(|it| it.has(middle)) {
                Some(row) => {
                    row.top = row.top.min(top);
                    row.bottom = row.bottom.max(bottom);
                }
                None => rows.push(Row {
                    middle,
                    top,
                    bottom,
                }),
            }
        }
        Self(rows)
    }

    fn at(&self, y: f64) -> Option<Row> {
        self.0.iter().copied().find(|it| it.has(y))
    }

    /// From the lower border of a node to the upper one of another, past these bends; upwards the other
    /// way round.
    pub fn route(&self, from: Area, to: Area, bends: &[Point]) -> Vec<Point> {
        let (start, end) = (middle(from), middle(to));
        let is_down = start.1 <= end.1;
        let leave = x_towards(from, bends.first().unwrap_or(&end));
        let enter = x_towards(to, bends.last().unwrap_or(&start));
        let mut points = vec![(leave, border(from, is_down))];
        points.extend(self.past((leave, start.1), is_down).last());
        for bend in bends {
            points.extend(self.past(*bend, is_down));
        }
        points.extend(self.past((enter, end.1), is_down).first());
        points.push((enter, border(to, !is_down)));
        points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.05 && (a.1 - b.1).abs() < 0.05);
        points
    }

    /// A point between rows is itself; one in a row is two, at its borders.
    fn past(&self, (x, y): Point, is_down: bool) -> Vec<Point> {
        match self.at(y) {
            None => vec![(x, y)],
            Some(row) if is_down => vec![(x, row.top), (x, row.bottom)],
            Some(row) => vec![(x, row.bottom), (x, row.top)],
        }
    }
}

fn middle(area: Area) -> Point {
    (area.left + area.width / 2.0, area.top + area.height / 2.0)
}

fn border(area: Area, lower: bool) -> f64 {
    match lower {
        true => area.top + area.height,
        false => area.top,
    }
}

/// Where an edge leaves a node that goes on to a point.
fn x_towards(area: Area, (x, _): &Point) -> f64 {
    let right = area.left + area.width - CORNER;
    x.clamp(area.left + CORNER, right.max(area.left + CORNER))
}
