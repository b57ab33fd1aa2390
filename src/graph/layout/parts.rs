//! Parts of a graph between which there is no edge.

use super::super::Graph;

/// For each node the number of its part, from 0; what is in one cluster is in one part.
pub(super) fn parts(graph: &Graph) -> Vec<usize> {
    let mut links: Vec<_> = graph.edges.iter().map(|it| (it.from, it.to)).collect();
    let clusters = graph
        .nodes
        .iter()
        .map(|it| it.cluster.map(|at| root(graph, at)));
    let clusters: Vec<_> = clusters.collect();
    for (at, cluster) in clusters.iter().enumerate() {
        let first = clusters.iter().position(|it| it == cluster);
        links.extend(first.filter(|_| cluster.is_some()).map(|first| (first, at)));
    }
    let mut parts: Vec<_> = (0..graph.nodes.len()).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (from, to) in &links {
            let ends = [parts.get(*from), parts.get(*to)];
            let least = ends.into_iter().flatten().copied().min();
            for at in [*from, *to] {
                if let (Some(part), Some(least)) = (parts.get_mut(at), least)
                    && *part != least
                {
                    *part = least;
                    changed = true;
                }
            }
        }
    }
    numbered(&parts)
}

/// The outermost cluster around one.
fn root(graph: &Graph, mut cluster: usize) -> usize {
    while let Some(around) = graph.clusters.get(cluster).and_then(|it| it.within) {
        cluster = around;
    }
    cluster
}

/// The same parts with numbers from 0, in the order of their first nodes.
fn numbered(parts: &[usize]) -> Vec<usize> {
    let mut known: Vec<usize> = Vec::new();
    let number = |part: &usize| {
        known.iter().position(|it| it == part).unwrap_or_else(|| {
            known.push(*part);
            known.len() - 1
        })
    };
    parts.iter().map(number).collect()
}
