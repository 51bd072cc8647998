//! The desk calendar.
