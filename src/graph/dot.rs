//! As DOT, for Graphviz.

use std::fmt::Write as _;

use super::{Edge, Graph, Line, Node, NodeKind};

const HEAD: &str = "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3fa\", color=\"#4878a8\", fontname=\"sans-serif\", fontsize=11]
  edge [color=\"#6e7781\", fontcolor=\"#57606a\", fontname=\"sans-serif\", fontsize=10]
";

pub(super) fn dot(graph: &Graph) -> String {
    let mut text = format!("digraph {} {{\n{HEAD}", quoted(&graph.name));
    inside(graph, None, 1, &mut text);
    graph.edges.iter().for_each(|it| edge(it, &mut text));
    text + "}\n"
}

/// What stands in a cluster, or in none.
fn inside(graph: &Graph, cluster: Option<usize>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    // Writing to a String cannot fail.
    for (at, inner) in graph.clusters_in(cluster) {
        let _ = writeln!(text, "{indent}subgraph cluster_{at} {{");
        let label = quoted(&inner.name);
        let _ = writeln!(
            text,
            "{indent}  label={label}; color=\"#b6bcc4\"; fontname=\"sans-serif\""
        );
        inside(graph, Some(at), depth + 1, text);
        let _ = writeln!(text, "{indent}}}");
    }
    for (at, it) in graph.nodes_in(cluster) {
        let _ = writeln!(text, "{indent}n{at} [{}]", attributes(it));
    }
}

fn attributes(node: &Node) -> String {
    let lines: Vec<_> = node.text().collect();
    let (label, tip) = (quoted(&lines.join("\n")), quoted(&node.tip));
    let style = match (node.kind, node.conditional) {
        (NodeKind::Files, _) => ", style=rounded, color=\"#b6bcc4\", fontcolor=\"#57606a\"",
        (NodeKind::Step, true) => ", style=\"rounded,filled,dashed\"",
        (NodeKind::Step, false) => "",
    };
    format!("label={label}, tooltip={tip}{style}")
}

fn edge(edge: &Edge, text: &mut String) {
    let label = match edge.label.as_str() {
        "" => None,
        label => Some(format!("label={}", quoted(label))),
    };
    let style = match edge.kind.line() {
        Line::Thin => None,
        Line::Thick => Some("penwidth=2.5".to_owned()),
        Line::Dashed => Some("style=dashed".to_owned()),
    };
    let attributes: Vec<_> = label.into_iter().chain(style).collect();
    let attributes = match attributes.as_slice() {
        [] => String::new(),
        some => format!(" [{}]", some.join(", ")),
    };
    let _ = writeln!(text, "  n{} -> n{}{attributes}", edge.from, edge.to);
}

/// Between double quotes, where a backslash begins an escape.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_and_quotes_are_those_of_the_text() {
        assert_eq!(quoted(r#"a\N "b""#), r#""a\\N \"b\"""#);
        assert_eq!(quoted("two\nlines"), r#""two\nlines""#);
    }
}
