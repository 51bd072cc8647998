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

/// Something that is done by itself.
pub type Step = fn(&mut Tx<'_>, &Ctx) -> Result<(), Refusal>;

/// What is done when anything is due, one after the other and each by itself: a day that cannot be finished keeps nothing else from being
/// done.
pub const STEPS: [Step; 2] = [forget, lead_on];

/// Forgets answers that were kept long enough.
fn forget(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), Refusal> {
    Ok(tx.forget_replays(forgotten(ctx.now)).map(|_| ())?)
}

/// Does what is due on a desk day: concludes a draw whose randomness is kept, finishes a day left unfinished.
fn lead_on(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), Refusal> {
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
