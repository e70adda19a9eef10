//! The nodes of a framework from the root down, with their place among the indicators and their share in the whole.

use crate::framework::Framework;

/// A node.
#[derive(Debug)]
pub struct Branch {
    pub code: String,
    pub name: String,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// 0 for the root.
    pub depth: usize,
    /// Share within the parent.
    pub share: f64,
    /// Share in the whole.
    pub effective: f64,
    /// Where its part of the whole begins, 0 to 1.
    pub from: f64,
    /// Which of those below the root it is, or is below; none for the root, and where all are indicators.
    pub pillar: Option<usize>,
}

/// All nodes, each before those below it, siblings as they come.
#[derive(Debug)]
pub struct Branches {
    pub nodes: Vec<Branch>,
    /// The greatest depth.
    pub deepest: usize,
}

impl Branches {
    /// The nodes of a checked framework.
    pub fn of(framework: &Framework) -> Self {
        let effective = framework.effective_weights(|node| framework.nodes()[node].weight);
        let mut this = Self { nodes: Vec::new(), deepest: 0 };
        // Node of the framework, the branch above it, and which pillar it belongs to.
        let mut next = vec![(framework.root(), None::<usize>, None::<usize>)];
        while let Some((at, parent, pillar)) = next.pop() {
            let node = &framework.nodes()[at];
            let place = this.nodes.len();
            let depth = parent.map_or(0, |parent| this.nodes[parent].depth + 1);
            let from = parent.map_or(0.0, |parent| {
                let above = &this.nodes[parent];
                let before = above.children.last().map(|&last| &this.nodes[last]);
                before.map_or(above.from, |before| before.from + before.effective)
            });
            this.deepest = this.deepest.max(depth);
            this.nodes.push(Branch {
                code: node.code.clone(),
                name: node.label.clone().unwrap_or_else(|| node.code.clone()),
                parent,
                children: Vec::new(),
                depth,
                share: node.weight,
                effective: effective[at],
                from,
                pillar,
            });
            if let Some(parent) = parent {
                this.nodes[parent].children.push(place);
            }
            let below = node.children.iter().enumerate().rev();
            next.extend(below.map(|(order, &child)| (child, Some(place), pillar.or(Some(order)))));
        }
        // Without pillars there is nothing to tell apart.
        if this.deepest < 2 {
            this.nodes.iter_mut().for_each(|node| node.pillar = None);
        }
        this
    }

    /// The indicators.
    pub fn leaves(&self) -> impl Iterator<Item = &Branch> {
        self.nodes.iter().filter(|node| node.children.is_empty())
    }
}

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        percent if percent > 0.0 && percent < 0.05 => "<0.1%".to_owned(),
        percent if (percent - percent.round()).abs() < 0.05 => format!("{percent:.0}%"),
        percent => format!("{percent:.1}%"),
    }
}
