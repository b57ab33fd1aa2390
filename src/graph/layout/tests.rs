//! Whatever the graph, its picture can be read.

use proptest::prelude::*;

use super::super::{Cluster, EdgeKind, NodeKind};
use super::*;

/// Some nodes, of which pairs are connected; clusters hold those of a number.
fn graph() -> impl Strategy<Value = Graph> {
    let pairs = prop::collection::vec((0..24_usize, 0..24_usize), 0..40);
    (1..24_usize, pairs, 1..8_usize).prop_map(|(count, pairs, clusters)| {
        let nodes = (0..count).map(|at| Node {
            kind: NodeKind::Step,
            name: "n".repeat(1 + at % 9),
            lines: vec!["seed: 100".to_owned(); at % 4],
            tip: String::new(),
            cluster: (at % clusters).checked_sub(1),
            conditional: false,
        });
        let edges = pairs.into_iter().filter_map(|(a, b)| {
            let ends = (a % count, b % count);
            (ends.0 != ends.1).then_some(Edge {
                from: ends.0,
                to: ends.1,
                kind: EdgeKind::Each,
                label: "stats [seed]".to_owned(),
            })
        });
        let within = |at: usize| at.checked_sub(2);
        let clusters = (0..clusters.min(count) - 1).map(|at| Cluster {
            name: format!("cluster {at}"),
            within: within(at),
        });
        Graph {
            name: "random".to_owned(),
            clusters: clusters.collect(),
            nodes: nodes.collect(),
            edges: edges.collect(),
        }
    })
}

fn overlap(a: &Area, b: &Area) -> bool {
    let apart = |start: f64, size: f64, other: f64| start + size <= other + 0.1;
    !(apart(a.left, a.width, b.left)
        || apart(b.left, b.width, a.left)
        || apart(a.top, a.height, b.top)
        || apart(b.top, b.height, a.top))
}

fn holds(outer: &Area, inner: &Area) -> bool {
    let (right, bottom) = (outer.left + outer.width, outer.top + outer.height);
    outer.left <= inner.left + 0.1
        && outer.top <= inner.top + 0.1
        && inner.left + inner.width <= right + 0.1
        && inner.top + inner.height <= bottom + 0.1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nodes_are_apart_and_within_their_clusters(graph in graph()) {
        let laid = layout(&graph);
        for (at, area) in laid.nodes.iter().enumerate() {
            for other in laid.nodes.iter().skip(at + 1) {
                prop_assert!(!overlap(area, other), "{area:?} {other:?}");
            }
            let whole = Area { left: 0.0, top: 0.0, width: laid.width, height: laid.height };
            prop_assert!(holds(&whole, area));
            if let Some(cluster) = graph.nodes[at].cluster {
                prop_assert!(holds(&laid.clusters[cluster], area));
            }
        }
        for (edge, route) in graph.edges.iter().zip(&laid.edges) {
            let (first, last) = (route.points[0], *route.points.last().unwrap());
            let (from, to) = (laid.nodes[edge.from], laid.nodes[edge.to]);
            prop_assert!(first.0 >= from.left && first.0 <= from.left + from.width);
            prop_assert!(last.0 >= to.left && last.0 <= to.left + to.width);
        }
    }

    #[test]
    fn the_same_graph_has_the_same_picture(graph in graph()) {
        let (one, two) = (layout(&graph), layout(&graph));
        prop_assert_eq!(one.nodes, two.nodes);
        prop_assert_eq!(one.edges, two.edges);
    }
}
