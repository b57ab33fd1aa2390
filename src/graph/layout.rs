//! Where nodes and edges go.
//!
//! The only file that knows the layout library.

mod parts;
mod route;

use dagre::graph::{Edge as Between, Graph as Laid, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use super::text::width;
use super::{Edge, Graph, Node};
use parts::parts;
use route::Rows;

/// Sizes of letters.
pub(super) const NAME: f64 = 13.0;
pub(super) const LINE: f64 = 11.0;

/// How much wider a name is.
const BOLD: f64 = 1.1;

/// From line to line.
pub(super) const LEADING: f64 = 16.0;

/// Between the border of a node and its text.
const PADDING: f64 = 9.0;

const MARGIN: f64 = 16.0;

/// Between parts that nothing connects.
const BETWEEN: f64 = 32.0;

/// How wide a picture of several parts is, if none of them is wider.
const WIDE: f64 = 1600.0;

type Point = (f64, f64);

/// Places from the upper left, in pixels.
pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    /// In the order of the graph.
    pub nodes: Vec<Area>,
    pub clusters: Vec<Area>,
    pub edges: Vec<Route>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Route {
    /// From border to border.
    pub points: Vec<Point>,
    /// The middle of the label.
    pub label: Point,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let part_of = parts(graph);
    let count = part_of.iter().max().map_or(0, |last| last + 1);
    let mut layout = Layout {
        width: 0.0,
        height: 0.0,
        nodes: vec![Area::default(); graph.nodes.len()],
        clusters: vec![Area::default(); graph.clusters.len()],
        edges: vec![Route::default(); graph.edges.len()],
    };
    // Parts stand side by side, in several rows where they are many.
    let (mut left, mut top) = (MARGIN, MARGIN);
    for part in 0..count {
        let part = Part::new(graph, |node| part_of.get(node) == Some(&part));
        if left > MARGIN && left + part.width > WIDE {
            (left, top) = (MARGIN, layout.height + BETWEEN);
        }
        part.put((left, top), &mut layout);
        layout.width = layout.width.max(left + part.width);
        layout.height = layout.height.max(top + part.height);
        left += part.width + BETWEEN;
    }
    layout.width += MARGIN;
    layout.height += MARGIN;
    layout
}

/// Nodes that edges or clusters connect, with what connects them, by their places in the graph.
struct Part {
    width: f64,
    height: f64,
    nodes: Vec<(usize, Area)>,
    clusters: Vec<(usize, Area)>,
    edges: Vec<(usize, Route)>,
}

impl Part {
    fn new(graph: &Graph, has: impl Fn(usize) -> bool) -> Self {
        let mut laid = Laid::with_options(GraphOptions {
            directed: true,
            multigraph: true,
            compound: true,
        });
        let nodes = graph.nodes.iter().enumerate();
        for (at, node) in nodes.filter(|(at, _)| has(*at)) {
            laid.set_node(node_id(at), Some(sized(node)));
            let (mut inner, mut around) = (node_id(at), node.cluster);
            while let Some(cluster) = around {
                laid.set_node(cluster_id(cluster), Some(NodeLabel::default()));
                laid.set_parent(&inner, Some(&cluster_id(cluster)));
                inner = cluster_id(cluster);
                around = graph.clusters.get(cluster).and_then(|it| it.within);
            }
        }
        let edges = graph.edges.iter().enumerate();
        for (at, edge) in edges.filter(|(_, it)| has(it.from)) {
            let between = between(at, edge);
            let label = Some(labelled(graph, edge));
            laid.set_edge(between.v, between.w, label, between.name.as_deref());
        }
        let options = LayoutOptions {
            nodesep: 28.0,
            edgesep: 14.0,
            ranksep: 44.0,
            ..LayoutOptions::default()
        };
        dagre::layout(&mut laid, Some(options));
        Self::read(graph, &laid)
    }

    /// What the library has found.
    fn read(graph: &Graph, laid: &Laid<NodeLabel, EdgeLabel>) -> Self {
        let area = |at: usize, id: String| Some((at, Area::from(laid.node(&id)?)));
        let nodes = (0..graph.nodes.len()).filter_map(|at| area(at, node_id(at)));
        let nodes: Vec<_> = nodes.collect();
        let clusters = (0..graph.clusters.len()).filter_map(|at| area(at, cluster_id(at)));
        let rows = Rows::new(nodes.iter().map(|(_, area)| *area));
        let edges = graph.edges.iter().enumerate().filter_map(|(at, edge)| {
            let found = laid.edge_by_obj(&between(at, edge))?;
            let end = |at: usize| laid.node(&node_id(at)).map(Area::from);
            let inner = found.points.len().saturating_sub(2);
            let bends = found.points.iter().skip(1).take(inner);
            let bends: Vec<_> = bends.map(|it| (it.x, it.y)).collect();
            let route = Route {
                points: rows.route(end(edge.from)?, end(edge.to)?, &bends),
                label: found.x.zip(found.y).unwrap_or_default(),
            };
            Some((at, route))
        });
        let mut part = Self {
            width: 0.0,
            height: 0.0,
            clusters: clusters.collect(),
            edges: edges.collect(),
            nodes,
        };
        part.enclose(graph);
        (part.width, part.height) = part.size(graph);
        part
    }

    /// Makes clusters hold what is in them: where many edges lead from one to the other, the library
    /// may leave a node at the border.
    fn enclose(&mut self, graph: &Graph) {
        let nodes = self.nodes.iter().filter_map(|(at, area)| {
            let cluster = graph.nodes.get(*at)?.cluster?;
            Some((cluster, *area))
        });
        let mut inner: Vec<_> = nodes.collect();
        for (at, area) in self.clusters.iter_mut().rev() {
            for (_, it) in inner.iter().filter(|(cluster, _)| cluster == at) {
                *area = area.around(it);
            }
            let within = graph.clusters.get(*at).and_then(|it| it.within);
            inner.extend(within.map(|within| (within, *area)));
        }
    }

    fn size(&self, graph: &Graph) -> Point {
        let areas = self.nodes.iter().chain(&self.clusters);
        let ends = areas.map(|(_, it)| (it.left + it.width, it.top + it.height));
        let labels = self.edges.iter().filter_map(|(at, route)| {
            let (width, height) = label_size(&graph.edges.get(*at)?.label);
            Some((route.label.0 + width / 2.0, route.label.1 + height / 2.0))
        });
        let routes = self.edges.iter();
        let bends = routes.flat_map(|(_, it)| it.points.iter().copied());
        let all = ends.chain(labels).chain(bends);
        all.fold((0.0, 0.0), |most, it| (most.0.max(it.0), most.1.max(it.1)))
    }

    /// Puts all of it into the whole, so far from the upper left.
    fn put(&self, (left, top): Point, layout: &mut Layout) {
        let moved = |area: &Area| Area {
            left: area.left + left,
            top: area.top + top,
            ..*area
        };
        let to = |(x, y): &Point| (x + left, y + top);
        for (at, area) in &self.nodes {
            set(&mut layout.nodes, *at, moved(area));
        }
        for (at, area) in &self.clusters {
            set(&mut layout.clusters, *at, moved(area));
        }
        for (at, route) in &self.edges {
            let route = Route {
                points: route.points.iter().map(to).collect(),
                label: to(&route.label),
            };
            set(&mut layout.edges, *at, route);
        }
    }
}

fn set<T>(all: &mut [T], at: usize, it: T) {
    if let Some(slot) = all.get_mut(at) {
        *slot = it;
    }
}

fn node_id(at: usize) -> String {
    format!("n{at}")
}

fn cluster_id(at: usize) -> String {
    format!("c{at}")
}

fn between(at: usize, edge: &Edge) -> Between {
    Between::with_name(node_id(edge.from), node_id(edge.to), at.to_string())
}

fn sized(node: &Node) -> NodeLabel {
    let below = node.lines.iter().map(|it| LINE * width(it));
    let widest = below.fold(BOLD * NAME * width(&node.name), f64::max);
    let lines = node.text().count() as f64;
    NodeLabel {
        width: widest + 2.0 * PADDING,
        height: LEADING * lines + PADDING,
        ..NodeLabel::default()
    }
}

fn labelled(graph: &Graph, edge: &Edge) -> EdgeLabel {
    let (width, height) = label_size(&edge.label);
    let cluster = |at: usize| graph.nodes.get(at)?.cluster;
    let from = cluster(edge.from);
    let leaves = from.is_some() && from != cluster(edge.to);
    EdgeLabel {
        // Who leaves a cluster goes below what is at its lower border.
        minlen: if leaves { 2 } else { 1 },
        width,
        height,
        labelpos: LabelPos::Center,
        ..EdgeLabel::default()
    }
}

/// The place that the label of an edge takes.
fn label_size(label: &str) -> (f64, f64) {
    match label {
        "" => (0.0, 0.0),
        label => (LINE * width(label), LEADING),
    }
}

impl Area {
    /// The smallest that holds this one and another.
    fn around(self, other: &Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }
}

impl From<&NodeLabel> for Area {
    fn from(node: &NodeLabel) -> Self {
        Self {
            left: node.x.unwrap_or_default() - node.width / 2.0,
            top: node.y.unwrap_or_default() - node.height / 2.0,
            width: node.width,
            height: node.height,
        }
    }
}

#[cfg(test)]
mod tests;
