//! As an uncompressed file of draw.io.

use std::fmt::Write as _;

use super::layout::{Area, Layout, Route, layout};
use super::text::{tenth, xml};
use super::{Edge, Graph, Line, Node, NodeKind};

const CLUSTER: &str = "rounded=1;arcSize=4;absoluteArcSize=0;container=1;collapsible=0;html=0;verticalAlign=top;align=left;spacingLeft=6;fillColor=none;strokeColor=#b6bcc4;fontColor=#57606a;";
const STEP: &str =
    "rounded=1;html=0;fontSize=11;fillColor=#eef3fa;strokeColor=#4878a8;fontColor=#1f2328;";
const FILES: &str =
    "rounded=1;arcSize=50;html=0;fontSize=11;fillColor=none;strokeColor=#b6bcc4;fontColor=#57606a;";
const EDGE: &str =
    "rounded=1;html=0;fontSize=11;endArrow=block;strokeColor=#6e7781;fontColor=#57606a;";
const DASHED: &str = "dashed=1;";
const THICK: &str = "strokeWidth=3;";

pub(super) fn drawio(graph: &Graph) -> String {
    let Layout {
        width,
        height,
        nodes,
        clusters,
        edges,
    } = layout(graph);
    let name = xml(&graph.name);
    let mut text = format!(
        "<mxfile host=\"flowc\">\n  <diagram id=\"calls\" name=\"{name}\">\n    \
         <mxGraphModel dx=\"0\" dy=\"0\" grid=\"0\" page=\"0\" pageWidth=\"{:.0}\" pageHeight=\"{:.0}\">\n      \
         <root>\n        <mxCell id=\"0\"/>\n        <mxCell id=\"1\" parent=\"0\"/>\n",
        width.ceil(),
        height.ceil()
    );
    // Writing to a String cannot fail.
    for (at, (cluster, area)) in graph.clusters.iter().zip(&clusters).enumerate() {
        let value = xml(&cluster.name);
        let parent = parent(cluster.within);
        let _ = writeln!(
            text,
            "        <mxCell id=\"c{at}\" value=\"{value}\" style=\"{CLUSTER}\" vertex=\"1\" parent=\"{parent}\">\n{}",
            geometry(*area, around(cluster.within, &clusters))
        );
    }
    for (at, (node, area)) in graph.nodes.iter().zip(&nodes).enumerate() {
        let _ = writeln!(
            text,
            "        <mxCell id=\"n{at}\" value=\"{}\" style=\"{}\" vertex=\"1\" parent=\"{}\">\n{}",
            value(node),
            style(node),
            parent(node.cluster),
            geometry(*area, around(node.cluster, &clusters))
        );
    }
    for (at, (edge, route)) in graph.edges.iter().zip(&edges).enumerate() {
        text += &cell(at, edge, route);
    }
    text + "      </root>\n    </mxGraphModel>\n  </diagram>\n</mxfile>\n"
}

fn parent(cluster: Option<usize>) -> String {
    cluster.map_or_else(|| "1".to_owned(), |at| format!("c{at}"))
}

fn around(cluster: Option<usize>, clusters: &[Area]) -> Area {
    let around = cluster.and_then(|at| clusters.get(at));
    around.copied().unwrap_or_default()
}

fn value(node: &Node) -> String {
    let lines: Vec<_> = node.text().collect();
    xml(&lines.join("\n"))
}

fn style(node: &Node) -> String {
    match (node.kind, node.conditional) {
        (NodeKind::Files, _) => FILES.to_owned(),
        (NodeKind::Step, false) => STEP.to_owned(),
        (NodeKind::Step, true) => format!("{STEP}{DASHED}"),
    }
}

/// Inside of what is around it.
fn geometry(area: Area, around: Area) -> String {
    format!(
        "          <mxGeometry x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" as=\"geometry\"/>\n        </mxCell>",
        tenth(area.left - around.left),
        tenth(area.top - around.top),
        tenth(area.width),
        tenth(area.height)
    )
}

fn cell(at: usize, edge: &Edge, route: &Route) -> String {
    let style = match edge.kind.line() {
        Line::Thin => "",
        Line::Thick => THICK,
        Line::Dashed => DASHED,
    };
    // Where it leaves and enters its nodes draw.io finds by itself.
    let inner = route.points.len().saturating_sub(2);
    let bends = route.points.iter().skip(1).take(inner);
    let bends = bends.map(|(x, y)| format!("<mxPoint x=\"{}\" y=\"{}\"/>", tenth(*x), tenth(*y)));
    let bends: String = bends.collect();
    let points = match bends.as_str() {
        "" => String::new(),
        bends => format!("<Array as=\"points\">{bends}</Array>"),
    };
    format!(
        "        <mxCell id=\"e{at}\" value=\"{}\" style=\"{EDGE}{style}\" edge=\"1\" parent=\"1\" source=\"n{}\" target=\"n{}\">\n          \
         <mxGeometry relative=\"1\" as=\"geometry\">{points}</mxGeometry>\n        </mxCell>\n",
        xml(&edge.label),
        edge.from,
        edge.to
    )
}
