//! The draw `inskrivning-draw/1`.

pub mod placement;
