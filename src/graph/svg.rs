//! As SVG: without scripts, legible in light and in dark.

use std::fmt::Write as _;

use super::layout::{Area, LEADING, LINE, Layout, NAME, Route, layout};
use super::text::{tenth, width, xml};
use super::{Cluster, Edge, Graph, Line, Node, NodeKind};

const STYLE: &str = "  <style>
    text { font-family: system-ui, sans-serif; font-size: 11px; fill: #57606a; text-anchor: middle; }
    .name { font-size: 13px; font-weight: 600; fill: #1f2328; }
    .page { fill: #ffffff; }
    .step rect { fill: #eef3fa; stroke: #4878a8; }
    .files rect { fill: none; stroke: #b6bcc4; }
    .files .name { font-size: 11px; font-weight: 400; fill: #57606a; }
    .cluster rect { fill: #818b98; fill-opacity: 0.08; stroke: #b6bcc4; }
    .cluster text { text-anchor: start; font-weight: 600; }
    .edge path { fill: none; stroke: #6e7781; stroke-width: 1.2; }
    .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
    .gather path { stroke-width: 2.6; }
    .dashed path, .conditional rect { stroke-dasharray: 5 4; }
    .head { fill: #6e7781; }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1; }
      .name { fill: #f0f6fc; }
      .page { fill: #0d1117; }
      .step rect { fill: #15243a; stroke: #6ea0d6; }
      .files rect, .cluster rect { stroke: #656c76; }
      .files .name { fill: #9198a1; }
      .edge path { stroke: #9198a1; }
      .label { stroke: #0d1117; }
      .head { fill: #9198a1; }
    }
  </style>
";

/// As large for thick edges as for thin ones.
const HEAD: &str = "  <defs>
    <marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">
      <path class=\"head\" d=\"M0 0.5L8 4L0 7.5Z\"/>
    </marker>
  </defs>
";

pub(super) fn svg(graph: &Graph) -> String {
    let Layout {
        width,
        height,
        nodes,
        clusters,
        edges,
    } = layout(graph);
    let (width, height) = (width.ceil(), height.ceil());
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\">\n  \
         <title id=\"title\">{}</title>\n{STYLE}{HEAD}  \
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n",
        xml(&graph.name)
    );
    let clusters = graph.clusters.iter().zip(&clusters);
    clusters.for_each(|(it, area)| cluster(it, *area, &mut text));
    let edges = graph.edges.iter().zip(&edges);
    let labelled = edges.clone().filter(|(it, _)| !it.label.is_empty());
    edges.for_each(|(it, route)| edge(graph, it, route, &mut text));
    labelled.for_each(|(it, route)| label(it, route, &mut text));
    let nodes = graph.nodes.iter().zip(&nodes);
    nodes.for_each(|(it, area)| node(it, *area, &mut text));
    text + "</svg>\n"
}

fn cluster(cluster: &Cluster, area: Area, text: &mut String) {
    let room = area.width - 12.0;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "  <g class=\"cluster\"><title>{}</title>{}<text x=\"{}\" y=\"{}\">{}</text></g>",
        xml(&cluster.name),
        rect(area, 6.0),
        tenth(area.left + 8.0),
        tenth(area.top + LEADING),
        xml(&cut(&cluster.name, room))
    );
}

/// As much of a text as there is room for.
fn cut(text: &str, room: f64) -> String {
    let mut kept = text.to_owned();
    let mut shown = kept.clone();
    while LINE * width(&shown) > room && kept.pop().is_some() {
        shown = format!("{kept}…");
    }
    shown
}

fn node(node: &Node, area: Area, text: &mut String) {
    let class = match (node.kind, node.conditional) {
        (NodeKind::Files, _) => "files",
        (NodeKind::Step, false) => "step",
        (NodeKind::Step, true) => "step conditional",
    };
    let radius = match node.kind {
        NodeKind::Files => area.height.min(2.0 * LEADING) / 2.0,
        NodeKind::Step => 6.0,
    };
    let middle = tenth(area.left + area.width / 2.0);
    let _ = write!(
        text,
        "  <g class=\"{class}\"><title>{}</title>{}",
        xml(&node.tip),
        rect(area, radius)
    );
    let mut y = area.top + NAME + 5.0;
    for (at, line) in node.text().enumerate() {
        let class = if at == 0 { " class=\"name\"" } else { "" };
        let _ = write!(
            text,
            "<text{class} x=\"{middle}\" y=\"{}\">{}</text>",
            tenth(y),
            xml(line)
        );
        y += LEADING;
    }
    text.push_str("</g>\n");
}

fn rect(area: Area, radius: f64) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        tenth(area.left),
        tenth(area.top),
        tenth(area.width),
        tenth(area.height),
        tenth(radius)
    )
}

fn edge(graph: &Graph, edge: &Edge, route: &Route, text: &mut String) {
    let class = match edge.kind.line() {
        Line::Thin => "edge",
        Line::Thick => "edge gather",
        Line::Dashed => "edge dashed",
    };
    let name = |at: usize| graph.nodes.get(at).map_or("", |it| it.name.as_str());
    let ends = format!("{} to {}", name(edge.from), name(edge.to));
    let title = match edge.label.as_str() {
        "" => ends,
        label => format!("{ends}: {label}"),
    };
    let _ = write!(
        text,
        "  <g class=\"{class}\"><title>{}</title><path d=\"{}\" marker-end=\"url(#head)\"/>",
        xml(&title),
        path(&route.points)
    );
    text.push_str("</g>\n");
}

/// Above all edges, so that none goes through it.
fn label(edge: &Edge, route: &Route, text: &mut String) {
    let (x, y) = route.label;
    let _ = writeln!(
        text,
        "  <text class=\"label\" x=\"{}\" y=\"{}\">{}</text>",
        tenth(x),
        tenth(y + LINE / 3.0),
        xml(&edge.label)
    );
}

/// A line from the first point to the last, which bends towards those between.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let middle = |(x, y): (f64, f64), (u, v): (f64, f64)| (x.midpoint(u), y.midpoint(v));
    let point = |(x, y): (f64, f64)| format!("{} {}", tenth(x), tenth(y));
    let [first, inner @ .., last] = points else {
        return path;
    };
    let _ = write!(path, "M{}", point(*first));
    if let Some(next) = inner.first() {
        let _ = write!(path, "L{}", point(middle(*first, *next)));
    }
    let behind = inner.iter().skip(1).chain([last]);
    for (bend, next) in inner.iter().zip(behind) {
        let _ = write!(path, "Q{} {}", point(*bend), point(middle(*bend, *next)));
    }
    let _ = write!(path, "L{}", point(*last));
    path
}
