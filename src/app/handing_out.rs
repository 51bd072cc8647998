//! The hand-out: tickets are collected, declined or lapse, and what comes free goes to who waits (domain.md, *Hand-out*,
//! *Finishing*; draw.md, section 8).

use super::{Ctx, Refusal};
use crate::store::Tx;

/// Finishes a desk day that was left unfinished, from 06.00 of the next date on. Nothing if there is none.
///
/// # Errors
/// When the database fails.
pub fn finish_what_was_left(_tx: &mut Tx<'_>, _ctx: &Ctx) -> Result<(), Refusal> {
    Ok(())
}
