//! What the pages say about the desk that they belong to.

use std::sync::Arc;

/// The desk's name, and whether it is a demo.
#[derive(Debug, Clone)]
pub struct Site {
    name: Arc<str>,
    is_demo: bool,
}

impl Default for Site {
    fn default() -> Self {
        Self::new("Support")
    }
}

impl Site {
    /// With the name that customers know the desk by.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), is_demo: false }
    }

    /// Says on its pages that nothing here is real.
    #[must_use]
    pub fn demo(mut self) -> Self {
        self.is_demo = true;
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a demo.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.is_demo
    }
}
