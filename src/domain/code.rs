//! Codes.

/// A ticket's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketCode([u8; 8]);

#[cfg(test)]
impl TicketCode {
    pub(crate) fn of_test(n: u8) -> Self {
        Self([n; 8])
    }
}
