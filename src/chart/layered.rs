//! A layered layout from left to right (Sugiyama's method, by dagre), for pictures that other programs draw.

use super::canvas::Point;
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};

/// Where nodes and links go; all coordinates are at least zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layered {
    /// Middle of each node.
    pub nodes: Vec<Point>,
    /// Of each link, from node to node.
    pub links: Vec<Vec<Point>>,
}

/// Lays out nodes of these sizes (width, height) with links between their numbers. Two links between the same nodes share
/// their path.
pub fn layered(sizes: &[(f64, f64)], links: &[(usize, usize)]) -> Layered {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    for (i, &(width, height)) in sizes.iter().enumerate() {
        graph.set_node(i.to_string().as_str(), Some(NodeLabel { width, height, ..NodeLabel::default() }));
    }
    for (from, to) in links {
        let (from, to) = (from.to_string(), to.to_string());
        graph.set_edge(from.as_str(), to.as_str(), Some(EdgeLabel::default()), None);
    }
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: 50.0,
        edgesep: 20.0,
        ranksep: 60.0,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));
    let middle = |i: usize| {
        let node = graph.node(&i.to_string());
        node.and_then(|n| Some((n.x?, n.y?))).unwrap_or_default()
    };
    let mut nodes: Vec<Point> = (0..sizes.len()).map(middle).collect();
    let path = |(from, to): &(usize, usize)| -> Vec<Point> {
        let edge = graph.edge(&from.to_string(), &to.to_string(), None);
        edge.map_or_else(Vec::new, |e| e.points.iter().map(|p| (p.x, p.y)).collect())
    };
    let mut paths: Vec<Vec<Point>> = links.iter().map(path).collect();
    let corners = nodes.iter().zip(sizes).map(|((x, y), (w, h))| (x - w / 2.0, y - h / 2.0));
    let all: Vec<Point> = corners.chain(paths.iter().flatten().copied()).collect();
    let least = |of: fn(&Point) -> f64| all.iter().map(of).fold(f64::INFINITY, f64::min).min(0.0);
    let (left, top) = (least(|p| p.0), least(|p| p.1));
    nodes.iter_mut().chain(paths.iter_mut().flatten()).for_each(|p| *p = (p.0 - left, p.1 - top));
    Layered { nodes, links: paths }
}
