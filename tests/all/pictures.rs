//! Errors as pictures: all that the program says of them on standard error.

use crate::cli::{Place, place};
use crate::trial;
use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    vec![]
}
