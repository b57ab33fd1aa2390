//! Pictures of a program: its calls, or the array jobs that it becomes, as nodes and edges.
//!
//! Takes the dataflow or the plan; gives [`Graph`], and the text of one in a format that others draw.
//! No pass: nothing that is compiled depends on it. A node is a call and not a shard, so a picture is
//! as small for a million shards as for two.

mod calls;
mod dot;
mod drawio;
mod files;
mod groups;
mod jobs;
mod layout;
mod mermaid;
mod svg;
mod text;

pub use calls::calls;
pub use jobs::jobs;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// The program's.
    pub name: String,
    /// Each behind the one that it is in.
    pub clusters: Vec<Cluster>,
    pub nodes: Vec<Node>,
    /// By where they begin, then by where they end.
    pub edges: Vec<Edge>,
}

/// A call of a named workflow, with what is called in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub name: String,
    /// Index into [`Graph::clusters`].
    pub within: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub kind: NodeKind,
    pub name: String,
    /// What stands below the name.
    pub lines: Vec<String>,
    /// For readers who point at it.
    pub tip: String,
    /// Index into [`Graph::clusters`].
    pub cluster: Option<usize>,
    /// Whether each shard decides if it runs.
    pub conditional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A call, or a job.
    Step,
    /// Files that are read, or published.
    Files,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Index into [`Graph::nodes`].
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
    pub label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Shard by shard, or one value for several shards.
    Each,
    /// A list of what several shards make.
    Gather,
    /// One of several values, whichever there is.
    Maybe,
    /// What a condition asks for.
    Asked,
    /// Nothing passes.
    Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Svg,
    Mermaid,
    Dot,
    Drawio,
}

impl Format {
    /// As options name them.
    pub const WORDS: [(&str, Self); 4] = [
        ("svg", Self::Svg),
        ("mermaid", Self::Mermaid),
        ("dot", Self::Dot),
        ("drawio", Self::Drawio),
    ];

    const ENDINGS: [(&str, Self); 6] = [
        ("svg", Self::Svg),
        ("mmd", Self::Mermaid),
        ("mermaid", Self::Mermaid),
        ("dot", Self::Dot),
        ("gv", Self::Dot),
        ("drawio", Self::Drawio),
    ];

    /// By the ending of a file name, without its dot.
    pub fn of_ending(ending: &str) -> Option<Self> {
        let mut endings = Self::ENDINGS.into_iter();
        let found = endings.find(|(known, _)| ending.eq_ignore_ascii_case(known));
        found.map(|(_, it)| it)
    }
}

/// The text of a picture; the same bytes for the same graph.
pub fn write(graph: &Graph, format: Format) -> String {
    match format {
        Format::Svg => svg::svg(graph),
        Format::Mermaid => mermaid::mermaid(graph),
        Format::Dot => dot::dot(graph),
        Format::Drawio => drawio::drawio(graph),
    }
}

impl Graph {
    /// The nodes that stand in a cluster itself, or in none.
    fn nodes_in(&self, cluster: Option<usize>) -> impl Iterator<Item = (usize, &Node)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter(move |(_, node)| node.cluster == cluster)
    }

    /// The clusters that stand in one itself, or in none.
    fn clusters_in(&self, cluster: Option<usize>) -> impl Iterator<Item = (usize, &Cluster)> {
        let clusters = self.clusters.iter().enumerate();
        clusters.filter(move |(_, it)| it.within == cluster)
    }
}

impl Node {
    /// Its name, then what stands below.
    fn text(&self) -> impl Iterator<Item = &str> {
        let below = self.lines.iter().map(String::as_str);
        std::iter::once(self.name.as_str()).chain(below)
    }
}

/// How an edge looks, whatever draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Thin,
    Thick,
    Dashed,
}

impl EdgeKind {
    fn line(self) -> Line {
        match self {
            Self::Each => Line::Thin,
            Self::Gather => Line::Thick,
            Self::Maybe | Self::Asked | Self::Order => Line::Dashed,
        }
    }
}
