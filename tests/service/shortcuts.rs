//! Steps of other chapters of the day, taken straight in the store, for tests that need only what they leave behind.

use inskrivning::app::{Ctx, Refusal};
use inskrivning::domain::audit::Event;
use inskrivning::domain::desk_day::{EntropySource, Stage};
use inskrivning::domain::hand_out::Rank;
use inskrivning::domain::lottery::hash::Hash32;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::role::Actor;
use inskrivning::store::{Tx, WaitEnd};

use crate::support::App;

/// Takes a step as the service.
pub fn write<T: Send + 'static>(
    app: &App,
    mut step: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T, Refusal> + Send + 'static,
) -> T {
    let ctx = app.service.ctx(Actor::Service);
    app.service.store().write_now(move |tx| step(tx, &ctx)).unwrap()
}

/// Hands out every ticket of a lot.
pub fn collect(app: &App, day: &str, lot: u32) {
    let day = day.parse().unwrap();
    write(app, move |tx, ctx| {
        for (_, ticket) in tx.tickets_of_lot(day, LotNumber(lot))? {
            let collected = ticket.collect(true)?;
            tx.save_ticket(&collected)?;
            ctx.record(tx, &Event::TicketCollected { ticket: collected.id.0, sl_ticket: true })?;
        }
        Ok(())
    });
}

/// Freezes the list of a closed day, without a manifest worth the name.
pub fn freeze(app: &App, day: &str) {
    let day = day.parse().unwrap();
    write(app, move |tx, ctx| {
        let saved = tx.desk_day(day)?.unwrap();
        let frozen = saved.day.freeze(Hash32([9; 32]), EntropySource::Dice(30), 1)?;
        let Stage::Frozen(list) = &frozen.stage else { panic!("not frozen") };
        tx.add_list(day, list, "{\"salt\":\"secret\"}", ctx.by(), ctx.now)?;
        let waits = frozen.place_by_number(1)?;
        tx.save_desk_day(&waits, ctx.now)?;
        let list = waits.list().unwrap();
        ctx.record(
            tx,
            &Event::ListFrozen {
                day,
                draw: 1,
                commitment: list.commitment,
                lots_in: 1,
                last_lot: list.last_lot,
                entropy: "dice:30".to_owned(),
            },
        )
    });
}

/// Finishes a day in direct mode.
pub fn finish(app: &App, day: &str) {
    let day = day.parse().unwrap();
    write(app, move |tx, ctx| {
        let finished = tx.desk_day(day)?.unwrap().day.finish(Ok(()))?;
        tx.save_desk_day(&finished, ctx.now)?;
        ctx.record(tx, &Event::DeskDayFinished { day, by: "desk".to_owned(), turned_away: 0 })
    });
}

/// Turns away all who wait.
pub fn turn_away(app: &App, day: &str) {
    let day = day.parse().unwrap();
    write(app, move |tx, ctx| {
        for waiting in tx.queue(day)? {
            if waiting.ended.is_none() {
                tx.end_waiting(day, waiting.rank, WaitEnd::TurnedAway, ctx.now)?;
            }
        }
        let by = "desk".to_owned();
        ctx.record(tx, &Event::DeskDayFinished { day, by, turned_away: 0 })
    });
}

/// Rank, lot, members, what it accepts, and how it ended.
pub type Waits = (Rank, u32, Vec<u32>, String, Option<WaitEnd>);

/// Who waits or waited.
pub fn queue(app: &App, day: &str) -> Vec<Waits> {
    let day = day.parse().unwrap();
    let found: Result<_, Refusal> = app.service.store().read(|read| Ok(read.queue(day)?));
    found
        .unwrap()
        .into_iter()
        .map(|entry| {
            let accepts: Vec<String> = entry.accepts.iter().map(ToString::to_string).collect();
            (entry.rank, entry.lot.0, entry.members, accepts.join(","), entry.ended)
        })
        .collect()
}
