//! What should be known of files that were read, until someone tells it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Notes of a session, each once.
#[derive(Debug, Default)]
pub struct Notes {
    notes: Mutex<(Vec<String>, HashSet<String>)>,
}

impl Notes {
    /// Adds notes on a file.
    pub fn add(&self, shown: &str, notes: &[String]) {
        let mut kept = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        for note in notes {
            let note = format!("{shown}: note: {note}");
            if kept.1.insert(note.clone()) {
                kept.0.push(note);
            }
        }
    }

    /// What has not been told yet.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}
