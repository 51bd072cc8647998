//! Karens and the week rule.
