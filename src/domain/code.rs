//! Codes.

/// A ticket's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketCode([u8; 8]);
