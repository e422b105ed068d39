//! The commands in the README are run.

use crate::{
    console::{Statuses, check},
    sandbox::repository,
};

#[test]
fn the_readme_shows_what_really_comes_out() {
    if let Err(message) = check(&repository().join("README.md"), Statuses::Hidden) {
        panic!("{message}");
    }
}
