//! Arrivals (ankomster).
