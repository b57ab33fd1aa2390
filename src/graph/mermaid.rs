//! As Mermaid, which GitHub and GitLab draw.

use std::fmt::Write as _;

use super::{Edge, Graph, Line, Node, NodeKind};

/// Without colours of their own, so that they are legible on light and on dark pages.
const FILES: &str = "  classDef files fill:none,stroke:#8b949e\n";
const CONDITIONAL: &str = "  classDef conditional stroke-dasharray:5 4\n";

pub(super) fn mermaid(graph: &Graph) -> String {
    let mut text = "flowchart TB\n".to_owned();
    inside(graph, None, 1, &mut text);
    graph.edges.iter().for_each(|it| edge(it, &mut text));
    if graph.nodes.iter().any(|it| it.kind == NodeKind::Files) {
        text += FILES;
    }
    if graph.nodes.iter().any(|it| it.conditional) {
        text += CONDITIONAL;
    }
    text
}

/// What stands in a cluster, or in none.
fn inside(graph: &Graph, cluster: Option<usize>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    // Writing to a String cannot fail.
    for (at, inner) in graph.clusters_in(cluster) {
        let _ = writeln!(text, "{indent}subgraph c{at}[\"{}\"]", escaped(&inner.name));
        inside(graph, Some(at), depth + 1, text);
        let _ = writeln!(text, "{indent}end");
    }
    for (at, it) in graph.nodes_in(cluster) {
        let _ = writeln!(text, "{indent}n{at}{}", node(it));
    }
}

fn node(node: &Node) -> String {
    let lines: Vec<_> = node.text().map(escaped).collect();
    let label = lines.join("<br/>");
    match (node.kind, node.conditional) {
        (NodeKind::Files, _) => format!("([\"{label}\"]):::files"),
        (NodeKind::Step, false) => format!("[\"{label}\"]"),
        (NodeKind::Step, true) => format!("[\"{label}\"]:::conditional"),
    }
}

fn edge(edge: &Edge, text: &mut String) {
    let arrow = match edge.kind.line() {
        Line::Thin => "-->",
        Line::Thick => "==>",
        Line::Dashed => "-.->",
    };
    let label = match edge.label.as_str() {
        "" => String::new(),
        label => format!("|\"{}\"|", escaped(label)),
    };
    let _ = writeln!(text, "  n{} {arrow}{label} n{}", edge.from, edge.to);
}

/// Between double quotes. What Mermaid, Markdown or HTML would take for its own is written by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let around = [before, letters.peek().copied()];
        let inside = around.iter().flatten().filter(|it| it.is_alphanumeric());
        let is_own = match letter {
            '"' | '#' | '&' | '<' | '>' | '`' | '*' | '~' | '%' | '\\' | '$' | ';' => true,
            // Emphasis, but within a word.
            '_' => inside.count() < around.len(),
            // The first item of a list.
            '-' | '+' => before.is_none(),
            '.' | ')' => escaped.bytes().all(|it| it.is_ascii_digit()),
            _ => false,
        };
        if is_own {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "#{};", u32::from(letter));
        } else {
            escaped.push(letter);
        }
        before = Some(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_markup() {
        assert_eq!(
            escaped("a \"b\" #1; <i>"),
            "a #34;b#34; #35;1#59; #60;i#62;"
        );
        assert_eq!(
            escaped("%%{init}%% `x`"),
            "#37;#37;{init}#37;#37; #96;x#96;"
        );
        assert_eq!(
            escaped("snake_case __init__ _"),
            "snake_case #95;#95;init#95;#95; #95;"
        );
        assert_eq!(escaped("1. a"), "1#46; a");
        assert_eq!(escaped("- a-b, 2.5"), "#45; a-b, 2.5");
        assert_eq!(escaped("日本語 {seed}/[x]"), "日本語 {seed}/[x]");
    }
}
