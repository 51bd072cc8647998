//! What became of a person who asked with one lot, read from what was kept of it (domain.md, *Sums that must hold*, *Refused
//! and turned away*).

use crate::domain::eligibility::ReasonKind;
use crate::domain::hand_out::WaitEnd;
use crate::domain::party::LotStatus;
use crate::domain::ticket::{EndCause, State, Ticket};

/// What became of a person who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate<R> {
    /// Was handed a ticket, whatever became of it later.
    Collected,
    /// Did not want the ticket.
    Declined,
    /// Was called twice and did not come.
    Lapsed,
    /// Got nothing for lack of place (ut gäst); a later walk-in changes nothing.
    TurnedAway,
    /// A rule said no (nekad): the person's one main reason ([`crate::domain::eligibility::Verdict::main_reason`]).
    Refused(R),
    /// Took the question back.
    Withdrawn,
    /// Registered, placed or on the reserve list: still to come.
    Undecided,
}

/// What was kept of a person's lot.
#[derive(Clone, Copy, Debug)]
pub struct Traces<'a> {
    /// Where the lot stands.
    pub status: LotStatus,
    /// The reason under which the person is counted as refused; with a lot that is in, a ban after the freeze.
    pub refused: Option<ReasonKind>,
    /// The person's tickets of that lot, in the order in which they were issued.
    pub tickets: &'a [&'a Ticket],
    /// How each waiting of the person with that lot ended, in the order in which they began; none for one that goes on.
    pub waits: &'a [Option<WaitEnd>],
}

impl Traces<'_> {
    /// What became of the person, or has so far.
    #[must_use]
    pub fn fate(&self) -> Fate<ReasonKind> {
        if self.tickets.iter().any(|ticket| ticket.was_handed_out()) {
            return Fate::Collected;
        }
        if self.is_to_come() {
            return Fate::Undecided;
        }
        let refused = self.refused.map(Fate::Refused);
        self.of_waiting().or(refused).unwrap_or_else(|| self.of_tickets())
    }

    /// Whether a ticket waits to be collected, or the person for a place.
    fn is_to_come(&self) -> bool {
        self.tickets.iter().any(|ticket| ticket.waits()) || self.waits.iter().any(Option::is_none)
    }

    /// What the end of the last waiting says, unless it ended with a place. What ended before was made good: who withdrew was
    /// reinstated since, or waited again.
    fn of_waiting(&self) -> Option<Fate<ReasonKind>> {
        match (*self.waits.last()?)? {
            WaitEnd::TurnedAway => Some(Fate::TurnedAway),
            WaitEnd::Withdrawn => Some(Fate::Withdrawn),
            WaitEnd::Refused => Some(Fate::Refused(self.refused.unwrap_or(ReasonKind::Banned))),
            WaitEnd::Placed => None,
        }
    }

    /// What the tickets say that were never handed out, the last of them that says anything; else the lot itself.
    fn of_tickets(&self) -> Fate<ReasonKind> {
        let said = self.tickets.iter().rev().find_map(|ticket| match ticket.state {
            State::Declined => Some(Fate::Declined),
            State::Lapsed => Some(Fate::Lapsed),
            // The place went before the ticket was handed out: nothing, for lack of place.
            State::Ended { cause: EndCause::PlaceGone, .. } => Some(Fate::TurnedAway),
            _ => None,
        });
        let of_lot = if self.status == LotStatus::Withdrawn { Fate::Withdrawn } else { Fate::Undecided };
        said.unwrap_or(of_lot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::karens::fixtures::{night, ticket};
    use crate::domain::ticket::Calls;

    fn with(state: State) -> Ticket {
        Ticket { state, ..ticket("2026-11-27", "2026-12-01") }
    }

    fn waiting() -> Ticket {
        with(State::Waiting(Calls::None))
    }

    fn ended(cause: EndCause) -> Ticket {
        waiting().end(cause, night("2026-11-27")).unwrap()
    }

    /// The fate of somebody whose lot is in and whom no rule refused.
    fn fate(tickets: &[Ticket], waits: &[Option<WaitEnd>]) -> Fate<ReasonKind> {
        let tickets: Vec<&Ticket> = tickets.iter().collect();
        Traces { status: LotStatus::In, refused: None, tickets: &tickets, waits }.fate()
    }

    #[test]
    fn who_was_handed_a_ticket_has_collected_it_whatever_became_of_it() {
        let given_back = ticket("2026-11-27", "2026-12-01").end(EndCause::GivenBack, night("2026-11-27"));
        assert_eq!(fate(&[given_back.unwrap()], &[Some(WaitEnd::TurnedAway)]), Fate::Collected);
    }

    #[test]
    fn who_waits_for_a_place_or_to_be_called_is_undecided() {
        assert_eq!(fate(&[], &[]), Fate::Undecided);
        assert_eq!(fate(&[with(State::Declined), waiting()], &[Some(WaitEnd::Placed)]), Fate::Undecided);
        assert_eq!(fate(&[with(State::Declined)], &[Some(WaitEnd::Placed), None]), Fate::Undecided);
    }

    #[test]
    fn the_end_of_the_waiting_counts_unless_it_was_a_place() {
        assert_eq!(fate(&[], &[Some(WaitEnd::TurnedAway)]), Fate::TurnedAway);
        assert_eq!(fate(&[], &[Some(WaitEnd::Withdrawn)]), Fate::Withdrawn);
        assert_eq!(fate(&[], &[Some(WaitEnd::Refused)]), Fate::Refused(ReasonKind::Banned));
        let declined = [with(State::Declined)];
        assert_eq!(fate(&declined, &[Some(WaitEnd::Placed), Some(WaitEnd::TurnedAway)]), Fate::TurnedAway);
        assert_eq!(fate(&declined, &[Some(WaitEnd::Placed)]), Fate::Declined);
    }

    #[test]
    fn who_withdrew_and_was_reinstated_is_counted_by_what_came_of_it_then() {
        let then = |tickets: &[Ticket], how| fate(tickets, &[Some(WaitEnd::Withdrawn), Some(how)]);
        assert_eq!(then(&[], WaitEnd::TurnedAway), Fate::TurnedAway);
        assert_eq!(then(&[], WaitEnd::Refused), Fate::Refused(ReasonKind::Banned));
        assert_eq!(then(&[with(State::Declined)], WaitEnd::Placed), Fate::Declined);
        assert_eq!(then(&[with(State::Lapsed)], WaitEnd::Placed), Fate::Lapsed);
        assert_eq!(then(&[ended(EndCause::PlaceGone)], WaitEnd::Placed), Fate::TurnedAway);
    }

    #[test]
    fn who_was_refused_is_counted_under_the_one_main_reason() {
        let karens = Some(ReasonKind::Karens);
        let refused = Traces { status: LotStatus::Refused, refused: karens, tickets: &[], waits: &[] };
        assert_eq!(refused.fate(), Fate::Refused(ReasonKind::Karens));
        let turned_away = Traces { waits: &[Some(WaitEnd::TurnedAway)], ..refused };
        assert_eq!(turned_away.fate(), Fate::TurnedAway, "reinstated, and there was no place");
    }

    #[test]
    fn of_tickets_never_handed_out_the_last_that_was_offered_counts() {
        assert_eq!(fate(&[with(State::Lapsed)], &[]), Fate::Lapsed);
        assert_eq!(fate(&[with(State::Lapsed), with(State::Declined)], &[]), Fate::Declined);
        assert_eq!(fate(&[with(State::Lapsed), ended(EndCause::Revoked)], &[]), Fate::Lapsed);
        assert_eq!(fate(&[ended(EndCause::PlaceGone)], &[]), Fate::TurnedAway, "the place went");
        let drawn_anew = [ended(EndCause::PlaceGone), with(State::Declined)];
        assert_eq!(
            fate(&drawn_anew, &[]),
            Fate::Declined,
            "the place of a first draw went, that of the second was declined"
        );
        let withdrawn = Traces { status: LotStatus::Withdrawn, refused: None, tickets: &[], waits: &[] };
        assert_eq!(withdrawn.fate(), Fate::Withdrawn);
    }
}
