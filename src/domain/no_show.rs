//! No-shows.
