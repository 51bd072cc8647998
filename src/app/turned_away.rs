//! The log of those who were turned away: there was no place, only that (domain.md, *Refused and turned away*).

use chrono::NaiveDate;

use super::{Refusal, queue};
use crate::domain::hand_out::WaitEnd;
use crate::domain::party::LotNumber;
use crate::store::{MemberEntry, Read};

/// The longest span of the log that is shown at once, in days.
pub const MAX_DAYS: i64 = 92;

/// A party that was turned away, or those of it that were.
#[derive(Clone, Debug)]
pub struct TurnedAway {
    /// The lot.
    pub lot: LotNumber,
    /// Its members, with their places in the party.
    pub members: Vec<(u32, MemberEntry)>,
}

/// Those turned away on each desk day from `from` through `to`, in the order in which they waited; a day on which nobody was
/// is listed too.
///
/// # Errors
/// When the database fails.
pub fn between(
    read: &mut Read<'_>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(NaiveDate, Vec<TurnedAway>)>, Refusal> {
    let mut days = read.desk_days_before(to.succ_opt(), MAX_DAYS)?;
    days.retain(|&day| day >= from);
    days.sort_unstable();
    days.into_iter().map(|day| Ok((day, of_day(read, day)?))).collect()
}

fn of_day(read: &mut Read<'_>, day: NaiveDate) -> Result<Vec<TurnedAway>, Refusal> {
    let mut found = Vec::new();
    for waited in read.queue(day)? {
        if waited.ended != Some(WaitEnd::TurnedAway) {
            continue;
        }
        let lot = queue::lot_behind(read, &waited)?;
        let members = (1..).zip(lot.members).filter(|(position, _)| waited.members.contains(position));
        found.push(TurnedAway { lot: waited.lot, members: members.collect() });
    }
    Ok(found)
}
