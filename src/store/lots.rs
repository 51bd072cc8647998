//! Lots of a desk day: who asked, what for, and what the rules said.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, codes, codes_text, corrupt, instant, integer, key, night, stamp, uuid};
use super::schema::{lot, lot_member};
use super::{Read, StoreError, Tx, convert};
use crate::domain::code::SlipCode;
use crate::domain::eligibility::ReasonKind;
use crate::domain::guest::{Country, DocumentShown, GuestId, Referral, Sex};
use crate::domain::lottery::placement::Lot;
use crate::domain::night::Night;
use crate::domain::party::{AskedFor, LotNumber, LotStatus};
use crate::domain::shelter::ShelterCode;

/// A lot as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotEntry {
    /// The desk day.
    pub day: NaiveDate,
    /// Its number.
    pub number: LotNumber,
    /// What it asked for.
    pub asks: AskedFor,
    /// Where it stands.
    pub status: LotStatus,
    /// The check code on its slip.
    pub slip: SlipCode,
    /// Whether its women accept women's places only.
    pub women_only: bool,
    /// The shelters named, most wished first.
    pub wishes: Vec<ShelterCode>,
    /// Those of them it would go to, after bans.
    pub accepts: Vec<ShelterCode>,
    /// The first start night on which all its members may sleep.
    pub from: Option<Night>,
    /// What the rules said, as JSON, for showing it again.
    pub verdict: String,
    /// Whom a minor was referred to.
    pub referral: Option<Referral>,
    /// When it asked.
    pub at: DateTime<Utc>,
    /// Its members, in listed order.
    pub members: Vec<MemberEntry>,
}

impl LotEntry {
    /// The positions of all its members, from 1.
    #[must_use]
    pub fn positions(&self) -> Vec<u32> {
        (1..).take(self.members.len()).collect()
    }

    /// The positions of the members no rule says no to.
    #[must_use]
    pub fn positions_not_refused(&self) -> Vec<u32> {
        let members = (1..).zip(&self.members);
        members.filter_map(|(position, member)| member.main_reason.is_none().then_some(position)).collect()
    }

    /// The sexes of the members at these positions, in their order: all that the draw and the hand-out know of them.
    #[must_use]
    pub fn sexes(&self, positions: &[u32]) -> Vec<Sex> {
        positions.iter().filter_map(|&position| self.member(position)).map(|member| member.sex).collect()
    }

    /// The lot as the draw and the hand-out see it; none for one that may start on no night.
    #[must_use]
    pub fn as_lot(&self) -> Option<Lot> {
        Some(Lot {
            number: self.number,
            members: self.sexes(&self.positions()),
            from: self.from?,
            accepts: self.accepts.clone(),
        })
    }

    /// The member at a position, from 1.
    #[must_use]
    pub fn member(&self, position: u32) -> Option<&MemberEntry> {
        self.members.get(index(position)?)
    }

    /// The same, to be changed.
    pub fn member_mut(&mut self, position: u32) -> Option<&mut MemberEntry> {
        self.members.get_mut(index(position)?)
    }
}

fn index(position: u32) -> Option<usize> {
    usize::try_from(position).ok()?.checked_sub(1)
}

/// A member of a lot as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEntry {
    /// Who; none for a person logged without a document.
    pub guest: Option<GuestId>,
    /// As it decides which places fit.
    pub sex: Sex,
    /// The country.
    pub country: Country,
    /// What was shown.
    pub shown: DocumentShown,
    /// The reason under which it is counted, if it was refused.
    pub main_reason: Option<ReasonKind>,
}

#[derive(Queryable)]
struct LotRow {
    day: NaiveDate,
    number: i32,
    _before: Option<i32>,
    asks: String,
    status: String,
    slip_code: String,
    women_only: bool,
    wishes: String,
    accepts: String,
    from_night: Option<NaiveDate>,
    verdict: String,
    referral: Option<String>,
    at: NaiveDateTime,
}

impl LotRow {
    fn into_entry(self, members: Vec<MemberEntry>) -> Result<LotEntry, StoreError> {
        Ok(LotEntry {
            day: self.day,
            number: convert::lot(self.number)?,
            asks: AskedFor::read(&self.asks)?,
            status: LotStatus::read(&self.status)?,
            slip: self.slip_code.parse().map_err(|_| corrupt("a slip's code", &self.slip_code))?,
            women_only: self.women_only,
            wishes: codes(&self.wishes)?,
            accepts: codes(&self.accepts)?,
            from: self.from_night.map(night).transpose()?,
            verdict: self.verdict,
            referral: self.referral.map(|referral| Referral::read(&referral)).transpose()?,
            at: instant(self.at),
            members,
        })
    }
}

type MemberRow = (i32, Option<Vec<u8>>, String, String, String, Option<String>);
const MEMBER: (
    lot_member::lot,
    lot_member::guest,
    lot_member::sex,
    lot_member::country,
    lot_member::shown,
    lot_member::main_reason,
) = (
    lot_member::lot,
    lot_member::guest,
    lot_member::sex,
    lot_member::country,
    lot_member::shown,
    lot_member::main_reason,
);

fn read_member((_, guest, sex, country, shown, reason): MemberRow) -> Result<MemberEntry, StoreError> {
    Ok(MemberEntry {
        guest: guest.map(|guest| uuid(&guest).map(GuestId)).transpose()?,
        sex: Sex::read(&sex)?,
        country: country.parse().map_err(|_| corrupt("a country", &country))?,
        shown: DocumentShown::read(&shown)?,
        main_reason: reason.map(|reason| ReasonKind::read(&reason)).transpose()?,
    })
}

impl Read<'_> {
    /// One lot.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lot(&mut self, day: NaiveDate, of: LotNumber) -> Result<Option<LotEntry>, StoreError> {
        let row: Option<LotRow> = lot::table.find((day, integer(of.0)?)).row(self.conn).optional()?;
        let Some(row) = row else { return Ok(None) };
        let members: Vec<MemberRow> = lot_member::table
            .filter(lot_member::day.eq(day))
            .filter(lot_member::lot.eq(row.number))
            .order(lot_member::position)
            .select(MEMBER)
            .rows(self.conn)?;
        row.into_entry(members.into_iter().map(read_member).collect::<Result<_, _>>()?).map(Some)
    }

    /// Whether a check code stands on the slip of a lot, of any day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn slip_is_taken(&mut self, slip: SlipCode) -> Result<bool, StoreError> {
        let with_it = lot::table.filter(lot::slip_code.eq(slip.as_str()));
        Ok(with_it.count().get_result::<i64>(self.conn)? > 0)
    }

    /// The lots of a desk day after `after`, by number, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lots(
        &mut self,
        day: NaiveDate,
        after: LotNumber,
        limit: i64,
    ) -> Result<Vec<LotEntry>, StoreError> {
        // After a number that nothing can have comes nothing.
        let after = integer(after.0).unwrap_or(i32::MAX);
        let rows: Vec<LotRow> = lot::table
            .filter(lot::day.eq(day))
            .filter(lot::number.gt(after))
            .order(lot::number)
            .limit(limit)
            .rows(self.conn)?;
        let Some(last) = rows.last().map(|row| row.number) else { return Ok(Vec::new()) };
        let members: Vec<MemberRow> = lot_member::table
            .filter(lot_member::day.eq(day))
            .filter(lot_member::lot.gt(after))
            .filter(lot_member::lot.le(last))
            .order((lot_member::lot, lot_member::position))
            .select(MEMBER)
            .rows(self.conn)?;
        let mut members = members.into_iter().peekable();
        let mut lots = Vec::with_capacity(rows.len());
        for row in rows {
            let mut own = Vec::new();
            while let Some(member) = members.next_if(|member| member.0 == row.number) {
                own.push(read_member(member)?);
            }
            lots.push(row.into_entry(own)?);
        }
        Ok(lots)
    }

    /// Every lot of a desk day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_lots(&mut self, day: NaiveDate) -> Result<Vec<LotEntry>, StoreError> {
        self.lots(day, LotNumber(0), i64::from(i32::MAX))
    }

    /// The lots of a desk day in which a guest is a member, and where they stand.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lots_of_guest(
        &mut self,
        guest: GuestId,
        day: NaiveDate,
    ) -> Result<Vec<(LotNumber, LotStatus)>, StoreError> {
        let rows: Vec<(i32, String, bool)> = lot_member::table
            .inner_join(lot::table.on(lot::day.eq(lot_member::day).and(lot::number.eq(lot_member::lot))))
            .filter(lot_member::guest.eq(key(guest.0)))
            // As a span, lest SQLite go through all members of the day, whose rows are sorted by it, to find those of one guest.
            .filter(lot_member::day.between(day, day))
            .order(lot_member::lot)
            .select((lot::number, lot::status, lot_member::active))
            .rows(self.conn)?;
        let read = |(of, status, active): (i32, String, bool)| {
            // A lot reinstated keeps its status in the list it was frozen with; its members are active all the same.
            let status = match (active, LotStatus::read(&status)?) {
                (true, _) => LotStatus::In,
                // A ban took the member out of a lot that stands in a frozen list as it was.
                (false, LotStatus::In) => LotStatus::Refused,
                (false, status) => status,
            };
            Ok((convert::lot(of)?, status))
        };
        rows.into_iter().map(read).collect()
    }

    /// The latest lots of a guest on any day, latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_lots_of_guest(
        &mut self,
        guest: GuestId,
        limit: i64,
    ) -> Result<Vec<(NaiveDate, LotNumber)>, StoreError> {
        let rows: Vec<(NaiveDate, i32)> = lot_member::table
            .filter(lot_member::guest.eq(key(guest.0)))
            .order((lot_member::day.desc(), lot_member::lot.desc()))
            .limit(limit)
            .select((lot_member::day, lot_member::lot))
            .rows(self.conn)?;
        rows.into_iter().map(|(day, of)| Ok((day, convert::lot(of)?))).collect()
    }
}

impl Tx<'_> {
    /// Keeps a new lot and its members.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if the number is given already, or a person is in another lot that is `in`;
    /// [`StoreError::AgainstARule`] if the number is not the next, or the slip's code is not new; when the database fails.
    pub fn add_lot(&mut self, entry: &LotEntry) -> Result<(), StoreError> {
        let of = integer(entry.number.0)?;
        self.change(diesel::insert_into(lot::table).values((
            lot::day.eq(entry.day),
            lot::number.eq(of),
            lot::before.eq((of > 1).then_some(of - 1)),
            lot::asks.eq(entry.asks.word()),
            lot::status.eq(entry.status.word()),
            lot::slip_code.eq(entry.slip.as_str()),
            lot::women_only.eq(entry.women_only),
            lot::wishes.eq(codes_text(&entry.wishes)),
            lot::accepts.eq(codes_text(&entry.accepts)),
            lot::from_night.eq(entry.from.map(Night::date)),
            lot::verdict.eq(&entry.verdict),
            lot::referral.eq(entry.referral.map(Word::word)),
            lot::at.eq(stamp(entry.at)),
        )))?;
        for (position, member) in (1..).zip(&entry.members) {
            self.change(diesel::insert_into(lot_member::table).values((
                lot_member::day.eq(entry.day),
                lot_member::lot.eq(of),
                lot_member::position.eq(position),
                lot_member::guest.eq(member.guest.map(|guest| key(guest.0))),
                lot_member::sex.eq(member.sex.word()),
                lot_member::country.eq(member.country.to_string()),
                lot_member::shown.eq(member.shown.word()),
                lot_member::active.eq(entry.status == LotStatus::In && member.guest.is_some()),
                lot_member::main_reason.eq(member.main_reason.map(Word::word)),
            )))?;
        }
        Ok(())
    }

    /// Keeps that the members of a lot are in it again: a person is in one a day. The reason under which they were counted is
    /// gone, and what they showed after all is kept.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if a member is in another lot; when the database fails.
    pub fn reinstate_members(&mut self, entry: &LotEntry) -> Result<(), StoreError> {
        let of = integer(entry.number.0)?;
        for (position, member) in (1..).zip(&entry.members) {
            self.change(update(lot_member::table.find((entry.day, of, position))).set((
                lot_member::active.eq(true),
                lot_member::main_reason.eq(None::<String>),
                lot_member::shown.eq(member.shown.word()),
            )))?;
        }
        Ok(())
    }

    /// Keeps that these members of a lot are refused after all, under this reason. The lot itself stays as it stands in the list
    /// it was frozen with.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refuse_members(
        &mut self,
        day: NaiveDate,
        of: LotNumber,
        positions: &[u32],
        reason: ReasonKind,
    ) -> Result<(), StoreError> {
        for &position in positions {
            self.change(
                update(lot_member::table.find((day, integer(of.0)?, integer(position)?)))
                    .set((lot_member::active.eq(false), lot_member::main_reason.eq(Some(reason.word())))),
            )?;
        }
        Ok(())
    }

    /// Keeps where a lot stands now, what it would accept, and the reasons under which its members are counted.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it comes to be `in` and a member is in another lot that is; when the database fails.
    pub fn save_lot(&mut self, entry: &LotEntry) -> Result<(), StoreError> {
        let of = integer(entry.number.0)?;
        self.change(update(lot::table.find((entry.day, of))).set((
            lot::status.eq(entry.status.word()),
            lot::accepts.eq(codes_text(&entry.accepts)),
            lot::from_night.eq(entry.from.map(Night::date)),
        )))?;
        for (position, member) in (1..).zip(&entry.members) {
            self.change(update(lot_member::table.find((entry.day, of, position))).set((
                lot_member::active.eq(entry.status == LotStatus::In && member.guest.is_some()),
                lot_member::main_reason.eq(member.main_reason.map(Word::word)),
            )))?;
        }
        Ok(())
    }
}
