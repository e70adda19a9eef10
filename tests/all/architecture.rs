//! The rules of `docs/architecture.md`, checked from the sources: which way imports run, and what
//! each part of the program knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use crate::{repository, trial};

/// The floors of the house, from the ground up: each may import from those before it.
const FLOORS: &[&str] = &[
    "kernel",
    "types",
    "words",
    "hint",
    "progress",
    "error",
    "columns",
    "page",
    "framework",
    "arguments",
    "engine",
    "index",
    "functions",
    "expr_fn",
    "codec",
    "statement",
    "read",
    "register",
    "catalog",
    "export",
    "draw",
    "document",
    "session",
    "audit",
    "cli",
    "lib",
    "main",
];

/// Words that the sources of a folder must not have in them.
const UNKNOWN: &[(&str, &[&str])] = &[
    ("kernel", &["datafusion", "arrow", "crate::error", "crate::types"]),
    ("index", &["sqlparser", "ExecutionPlan", "LogicalPlan", "physical_plan", "SessionContext"]),
    ("functions", &["std::fs", "std::path", "object_store", "tokio::fs"]),
    ("engine", &["std::fs", "std::path", "object_store", "sqlparser"]),
    ("export", &["clap", "rustyline", "terminal_size"]),
    ("statement", &["clap", "rustyline", "std::fs"]),
    ("framework", &["ExecutionPlan", "LogicalPlan", "sqlparser"]),
];

pub fn trials() -> Vec<Trial> {
    vec![
        trial("architecture::imports_run_down", imports_run_down),
        trial("architecture::no_circles", no_circles),
        trial("architecture::what_each_part_knows", what_each_part_knows),
        trial("architecture::first_lines", first_lines),
        trial("architecture::document", document),
        trial("architecture::reader_of_imports", reader_of_imports),
    ]
}

/// The sources, by module path: `functions/table/mod.rs` is `functions::table`.
fn sources() -> BTreeMap<Vec<String>, (String, String)> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<Vec<String>, (String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).expect("below the root").display().to_string();
                let mut module: Vec<String> =
                    name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
                if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                    module.pop();
                }
                let text = fs::read_to_string(&path).expect("text");
                found.insert(module, (name, text));
            }
        }
    }
    let (mut found, root) = (BTreeMap::new(), repository().join("src"));
    walk(&root, &root, &mut found);
    assert!(found.len() > 100, "sources must be found, found {}", found.len());
    found
}

/// A source without comments, strings and its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut is_code = true;
        for part in line.split('"') {
            if is_code {
                code.push_str(part);
            }
            is_code = !is_code;
        }
        code.push('\n');
    }
    code
}

/// The paths that a source names: those of its `use` and those that stand in the code.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for piece in code.split_inclusive(';') {
        let start = ["use ", "\nuse ", " use "].iter().filter_map(|word| piece.rfind(word)).max();
        match start.filter(|_| piece.trim_end().ends_with(';')) {
            Some(at) if !piece[at..].contains('(') => {
                let tree = piece[at..].trim().trim_start_matches("use ").trim_end_matches(';');
                expand(&[], tree, &mut found);
                rest.push_str(&piece[..at]);
            }
            _ => rest.push_str(piece),
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in rest.split(|c: char| !is_word(c)).filter(|word| word.contains("::")) {
        found.push(word.split("::").map(str::to_owned).collect());
    }
    found
}

/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(before: &[String], tree: &str, found: &mut Vec<Vec<String>>) {
    let words = |text: &str| -> Vec<String> {
        let words = text.split("::").map(|word| word.trim().to_owned());
        before.iter().cloned().chain(words.filter(|word| !word.is_empty())).collect()
    };
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        return found.push(words(tree.split(" as ").next().unwrap_or_default()));
    };
    let (head, body) = (words(&tree[..open]), &tree[open + 1..tree.rfind('}').unwrap_or(open + 1)]);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in body.char_indices().chain([(body.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !body[start..at].trim().is_empty() {
                    expand(&head, &body[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Which file imports from which.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let sources = sources();
    let mut imports = BTreeMap::new();
    for (module, (name, text)) in &sources {
        let mut of_file = BTreeSet::new();
        for path in paths(&code(text)) {
            let Some(first) = path.first() else { continue };
            let (mut base, mut at) = match first.as_str() {
                "crate" => (Vec::new(), 1),
                "self" => (module.clone(), 1),
                "super" => (module.clone(), 0),
                other => {
                    let child = [module.as_slice(), &[other.to_owned()]].concat();
                    if !sources.contains_key(&child) {
                        continue;
                    }
                    (module.clone(), 0)
                }
            };
            while path.get(at).is_some_and(|word| word == "super") {
                base.pop();
                at += 1;
            }
            // The deepest module on the way is the one that defines or re-exports the thing.
            let mut target = base.clone();
            for word in &path[at..] {
                base.push(word.clone());
                if sources.contains_key(&base) {
                    target.clone_from(&base);
                }
            }
            if target != *module {
                of_file.extend(sources.get(&target).map(|(name, _)| name.clone()));
            }
        }
        imports.insert(name.clone(), of_file);
    }
    imports
}

fn floor(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn imports_run_down() {
    let place = |file: &str| {
        let place = FLOORS.iter().position(|known| *known == floor(file));
        place.unwrap_or_else(|| panic!("src/{file} must be on a floor of the house, found none"))
    };
    let mut up = Vec::new();
    for (file, of_file) in imports() {
        for import in of_file {
            if floor(&file) != floor(&import) && place(&import) >= place(&file) {
                up.push(format!("src/{file} imports src/{import}"));
            }
        }
    }
    assert!(up.is_empty(), "imports must run down, found\n{}", up.join("\n"));
}

/// No circle between files; nor, in any folder, between its folders and files.
fn no_circles() {
    let imports = imports();
    let mut faults = circles(&imports);
    let folders: BTreeSet<&str> =
        imports.keys().filter_map(|file| file.rsplit_once('/').map(|(folder, _)| folder)).collect();
    for folder in folders {
        let inside = |file: &str| -> Option<String> {
            let rest = file.strip_prefix(folder)?.strip_prefix('/')?;
            Some(rest.split('/').next().unwrap_or_default().to_owned())
        };
        let mut of_folder: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (file, of_file) in &imports {
            // A mod.rs declares its children and may use them; they do not use it.
            let Some(from) = inside(file) else { continue };
            let to = of_file.iter().filter_map(|import| inside(import)).filter(|to| *to != from);
            of_folder.entry(from.clone()).or_default().extend(to);
        }
        faults.extend(circles(&of_folder).iter().map(|circle| format!("in {folder}: {circle}")));
    }
    assert!(faults.is_empty(), "there must be no circle of imports, found\n{}", faults.join("\n"));
}

/// Circles of a graph, each once: nodes from which a way leads back.
fn circles(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reach = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(node) = next.pop() {
            for to in graph.get(node).into_iter().flatten() {
                if seen.insert(to) {
                    next.push(to);
                }
            }
        }
        seen
    };
    let on_circle: BTreeMap<&String, BTreeSet<&String>> = graph
        .keys()
        .map(|node| (node, reach(node)))
        .filter(|(node, seen)| seen.contains(*node))
        .collect();
    let mut groups = BTreeSet::new();
    for (node, seen) in &on_circle {
        let group: Vec<&str> = on_circle
            .iter()
            .filter(|(other, back)| seen.contains(**other) && back.contains(*node))
            .map(|(other, _)| other.as_str())
            .collect();
        groups.insert(group.join(" <-> "));
    }
    groups.into_iter().collect()
}

fn what_each_part_knows() {
    let mut faults = Vec::new();
    for (name, text) in sources().values() {
        let code = code(text);
        for (part, unknown) in UNKNOWN {
            if floor(name) != *part {
                continue;
            }
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let mut words = code.split(|c: char| !is_word(c));
            let found = words.find(|word| {
                let word = format!("::{word}::");
                unknown.iter().any(|unknown| word.contains(&format!("::{unknown}::")))
            });
            faults.extend(found.map(|found| format!("src/{name}: {part} must not know {found}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Each file says in its first line what it holds.
fn first_lines() {
    for (name, text) in sources().values() {
        let first = text.lines().next().unwrap_or_default();
        let is_document = first.starts_with("//! ") || first.starts_with("#![doc");
        assert!(is_document, "src/{name} must begin with what it is about, found '{first}'");
    }
}

/// The document speaks of what there is, and leaves no folder out.
fn document() {
    let text = fs::read_to_string(repository().join("docs/architecture.md")).expect("a document");
    let mut known = 0;
    for path in text.split('`').filter(|word| word.starts_with("src/")) {
        known += 1;
        let is_pattern =
            path.contains(['<', '*', '{']) || path.contains("METHOD") || path.contains("NAME");
        assert!(is_pattern || repository().join(path).exists(), "{path} must exist");
    }
    assert!(known > 20, "paths must be named, found {known}");
    for name in FLOORS.iter().filter(|name| !["lib", "main"].contains(name)) {
        let (folder, file) = (format!("src/{name}/"), format!("src/{name}.rs"));
        assert!(text.contains(&folder) || text.contains(&file), "{name} must be explained");
    }
}

/// The reader of imports finds what it is to find.
fn reader_of_imports() {
    let text = "//! x\nuse crate::a::{self, b::{C, D}, e as f};\npub(crate) use super::g;\n\
                fn h() { crate::i::j(\"crate::no\"); } // crate::neither\n";
    let mut found: Vec<String> =
        paths(&code(text)).into_iter().map(|path| path.join("::")).collect();
    found.sort_unstable();
    let wanted = ["crate::a::b::C", "crate::a::b::D", "crate::a::e", "crate::a::self"];
    assert_eq!(found[..4], wanted, "{found:?}");
    assert!(found.contains(&"super::g".to_owned()), "{found:?}");
    assert!(found.contains(&"crate::i::j".to_owned()), "{found:?}");
    assert_eq!(found.len(), 6, "{found:?}");
    let edge = |to: &str| BTreeSet::from([to.to_owned()]);
    let graph = BTreeMap::from([
        ("a".to_owned(), edge("b")),
        ("b".to_owned(), edge("c")),
        ("c".to_owned(), edge("b")),
    ]);
    assert_eq!(circles(&graph), ["b <-> c"]);
}
