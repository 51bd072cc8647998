//! Codes.

/// A ticket's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketCode([u8; 8]);

#[cfg(test)]
impl TicketCode {
    /// Some code, for tests in which it plays no part.
    pub(crate) const ANY: Self = Self([b'2'; 8]);
}
