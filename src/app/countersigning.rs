//! Two coordinators behind one step: one signs beforehand, the other takes it (domain.md, *What the service must never do*).

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Ctx, Refusal, facts, random_uuid, tokens};
use crate::domain::audit::Event;
use crate::domain::countersigned::{CoordinatorId, Countersigned, CountersignedStep, StatedReason};
use crate::domain::role::Power;
use crate::store::{Countersignature, Read, Tx};

/// Signs beforehand for a step that another coordinator will take, and says why in words of one's own.
///
/// # Errors
/// A refusal for anybody but a coordinator, or if there is no such day.
pub fn countersign(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    step: CountersignedStep,
    reason: StatedReason,
) -> Result<Uuid, Refusal> {
    ctx.must(Power::Countersign)?;
    let by = ctx.coordinator()?;
    may_be_signed(tx, date, step)?;
    let id = random_uuid()?;
    let (word, number) = step.written();
    let said = reason.to_string();
    let signature = Countersignature { id, by, day: date, step, reason, at: ctx.now, used: false };
    tx.add_countersignature(&signature)?;
    let event =
        Event::Countersigned { signature: id, step: word.to_owned(), day: date, number, reason: said };
    ctx.record(tx, &event)?;
    Ok(id)
}

/// Nobody signs for what is not there.
fn may_be_signed(read: &mut Read<'_>, date: NaiveDate, step: CountersignedStep) -> Result<(), Refusal> {
    let saved = facts::desk_day(read, date)?;
    let lot_is_there = match step {
        CountersignedStep::Reinstate(lot) => read.lot(date, lot)?.is_some(),
        CountersignedStep::Abandon(_) | CountersignedStep::Redraw(..) => false,
    };
    if saved.day.may_be_signed(step, lot_is_there) {
        return Ok(());
    }
    Err(Refusal::conflict(
        "nothing-to-sign",
        "there is no such draw to abandon or to draw again now, or no such lot: look at the day again",
    ))
}

/// Two coordinators behind this step: the one who takes it, and the one who signed for just this beforehand. The signature is
/// used up.
///
/// # Errors
/// A refusal if it is for something else, was used, or is the same person's.
pub fn signed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    step: CountersignedStep,
    signature: Uuid,
) -> Result<Countersigned, Refusal> {
    let by: CoordinatorId = ctx.coordinator()?;
    let given = tx.countersignature(signature)?.filter(|given| given.day == date && given.step == step);
    let given = given.ok_or_else(|| {
        Refusal::conflict(
            "no-countersignature",
            "there is no countersignature for just this: another coordinator signs first",
        )
    })?;
    if given.used {
        return Err(Refusal::conflict(
            "countersignature-used",
            "this countersignature was used: another coordinator signs again",
        ));
    }
    if tx.token_by_id(given.by.0)?.is_none_or(|token| !tokens::opens(&token, ctx.now)) {
        return Err(Refusal::conflict(
            "countersigner-ended",
            "who countersigned is no coordinator any more: another coordinator signs again",
        ));
    }
    let signed = Countersigned::new(by, given.by)?;
    tx.use_countersignature(signature, ctx.now)?;
    Ok(signed)
}
