//! What falls due at an hour, without anybody asking: the service looks for it from its start on.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Ctx, Refusal, drawing, facts, finishing};
use crate::store::{Read, Tx};

/// How long answers are kept for requests that may be sent again.
const REPLAYS_KEPT: TimeDelta = TimeDelta::hours(48);

/// Whether anything is due: looking costs no write.
///
/// # Errors
/// When the database fails.
pub fn anything(read: &mut Read<'_>, ctx: &Ctx) -> Result<bool, Refusal> {
    if read.has_replays_before(forgotten(ctx.now))? {
        return Ok(true);
    }
    let Some(saved) = read.running_desk_day()? else { return Ok(false) };
    Ok(facts::is_to_conclude(read, &saved)? || saved.day.finish_left_unfinished(ctx.now).is_ok())
}

/// Does what is due: concludes a draw whose randomness is kept, finishes a desk day left unfinished, forgets answers kept for
/// 48 hours.
///
/// # Errors
/// When the database fails.
pub fn run(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), Refusal> {
    tx.forget_replays(forgotten(ctx.now))?;
    if let Some(saved) = tx.running_desk_day()?
        && facts::is_to_conclude(tx, &saved)?
    {
        drawing::conclude(tx, ctx, saved.day.date())?;
    }
    finishing::finish_what_was_left(tx, ctx)?;
    Ok(())
}

fn forgotten(now: DateTime<Utc>) -> DateTime<Utc> {
    now - REPLAYS_KEPT
}
