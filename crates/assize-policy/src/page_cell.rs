//! A page that is read when somebody asks for it: most policies find nothing to explain.

use std::{ops::Deref, sync::LazyLock};

use crate::page::Page;

/// A policy's page, read at its first use.
pub struct PageCell(LazyLock<Page, Box<dyn FnOnce() -> Page + Send>>);

impl PageCell {
    /// The page that `read` reads.
    pub fn new(read: impl FnOnce() -> Page + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(read)))
    }
}

impl From<Page> for PageCell {
    fn from(page: Page) -> Self {
        Self::new(move || page)
    }
}

impl Deref for PageCell {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.0
    }
}

impl std::fmt::Debug for PageCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PageCell")
    }
}
