//! Bans (portad).
