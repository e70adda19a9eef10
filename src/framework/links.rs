//! Rows linked by their codes, whether the links make a tree or not.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::row::Row;

/// How rows hang together. Rows are known by their position.
pub(super) struct Links<'a> {
    /// The row of a code, the first where there are several.
    pub by_code: HashMap<&'a str, usize>,
    /// Codes that several rows have, with these rows.
    pub repeated: Vec<(&'a str, Vec<usize>)>,
    /// Parents that are not in the table, with the rows that name them.
    pub unknown: Vec<(&'a str, Vec<usize>)>,
    pub parent: Vec<Option<usize>>,
    pub children: Vec<Vec<usize>>,
    /// 1 for a row that is nobody's parent, 1 + the highest level of its children for the others.
    /// Without meaning on a cycle and above it.
    pub level: Vec<usize>,
    /// Rows that are their own ancestor, each cycle from its first row in the table upwards.
    pub cycles: Vec<Vec<usize>>,
    /// No row names a parent.
    pub flat: bool,
}

impl<'a> Links<'a> {
    pub(super) fn of(rows: &'a [Row]) -> Self {
        let codes = rows.iter().map(|row| row.code.as_deref().filter(|code| !code.is_empty()));
        let mut by_code = HashMap::with_capacity(rows.len());
        let mut repeated = Grouped::default();
        for (row, code) in codes.enumerate() {
            let Some(code) = code else { continue };
            match by_code.entry(code) {
                Entry::Vacant(entry) => {
                    entry.insert(row);
                }
                Entry::Occupied(entry) => repeated.push(code, [*entry.get()], row),
            }
        }
        let mut parent = vec![None; rows.len()];
        let mut children = vec![Vec::new(); rows.len()];
        let mut unknown = Grouped::default();
        for (row, name) in rows.iter().enumerate() {
            let Some(name) = name.parent.as_deref() else { continue };
            match by_code.get(name) {
                Some(&above) => {
                    parent[row] = Some(above);
                    children[above].push(row);
                }
                None => unknown.push(name, [], row),
            }
        }
        let (level, cycles) = levels(&parent, &children);
        Self {
            by_code,
            repeated: repeated.groups,
            unknown: unknown.groups,
            parent,
            children,
            level,
            cycles,
            flat: rows.iter().all(|row| row.parent.is_none()),
        }
    }
}

/// Rows under a name, in the order the names came.
#[derive(Default)]
struct Grouped<'a> {
    groups: Vec<(&'a str, Vec<usize>)>,
    position: HashMap<&'a str, usize>,
}

impl<'a> Grouped<'a> {
    /// Adds a row; a group that is new begins with the rows `start`.
    fn push<const N: usize>(&mut self, name: &'a str, start: [usize; N], row: usize) {
        let position = *self.position.entry(name).or_insert_with(|| {
            self.groups.push((name, start.to_vec()));
            self.groups.len() - 1
        });
        self.groups[position].1.push(row);
    }
}

/// Levels from the indicators up. What is never reached is on a cycle: a row has one parent, so
/// that a cycle has no way out, and all that hangs below it is reached.
fn levels(parent: &[Option<usize>], children: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut level = vec![1; parent.len()];
    let mut waiting: Vec<usize> = children.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..parent.len()).filter(|&row| waiting[row] == 0).collect();
    while let Some(row) = ready.pop() {
        let Some(above) = parent[row] else { continue };
        level[above] = level[above].max(level[row] + 1);
        waiting[above] -= 1;
        if waiting[above] == 0 {
            ready.push(above);
        }
    }
    let mut cycles = Vec::new();
    for first in 0..parent.len() {
        let mut cycle = Vec::new();
        let mut next = Some(first);
        while let Some(row) = next.filter(|&row| waiting[row] > 0) {
            waiting[row] = 0;
            cycle.push(row);
            next = parent[row];
        }
        if !cycle.is_empty() {
            cycles.push(cycle);
        }
    }
    (level, cycles)
}
