//! Files and folders.

use std::fs;
use std::path::Path;

use super::candidate::Offer;

/// Those that begin with a path, each as it goes on. Hidden ones only for who asks for them.
pub fn files(typed: &str) -> Vec<Offer> {
    let (folder, begin) = match typed.rfind('/') {
        Some(slash) => typed.split_at(slash + 1),
        None => ("", typed),
    };
    let place = match (folder.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ if folder.is_empty() => Path::new(".").to_owned(),
        _ => Path::new(folder).to_owned(),
    };
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') && !begin.starts_with('.') {
            continue;
        }
        // A link is what it leads to.
        let is_folder = entry.path().is_dir();
        let (slash, kind) = if is_folder { ("/", "folder") } else { ("", "") };
        found.push(Offer::new(format!("{folder}{name}{slash}"), kind));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}
