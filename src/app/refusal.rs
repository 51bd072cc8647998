//! Why a step is not taken: a person's sentence, a code that does not change, and for the log the cause. No HTTP in it.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::domain::arrival::ArrivalError;
use crate::domain::calendar::CalendarError;
use crate::domain::countersigned::{RoleError, StatedReason};
use crate::domain::desk_day::DeskDayError;
use crate::domain::hand_out::HandOutError;
use crate::domain::head_count::HeadCountError;
use crate::domain::night::DateError;
use crate::domain::party::PartyError;
use crate::domain::place::change::{ChangeRefused, CountedMore};
use crate::domain::place::entries::Overbooked;
use crate::domain::place::plan::PlanError;
use crate::domain::role::{Actor, Power};
use crate::domain::ticket::TicketError;
use crate::domain::waiver::WaiverError;
use crate::domain::word::Word;
use crate::store::{StoreError, StoreFault};

/// What kind of no it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was sent is not what is asked: fields say what is wrong with each.
    Invalid,
    /// There is no such thing, or it is none of the asker's business.
    NotFound,
    /// It cannot be done as things stand.
    Conflict,
    /// The asker may not do it.
    Forbidden,
    /// Not now: the database or the service is not ready.
    Unavailable,
    /// A fault of the service.
    Internal,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where, as `members[1].birth`.
    pub field: String,
    /// What is wrong, and what to do.
    pub text: String,
}

/// Why a step is not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What kind of no.
    pub kind: Kind,
    /// A code that does not change, like `ticket-not-waiting`.
    pub code: &'static str,
    /// A sentence a desk worker understands.
    pub text: String,
    /// What is wrong with each field, all of them.
    pub fields: Vec<FieldError>,
    /// More about it, as data: the tickets that must be moved first, say.
    pub details: Option<Box<Value>>,
    /// For the log alone.
    pub cause: Option<Box<StoreError>>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        // Of one field the text itself says all.
        let fields = if self.fields.len() > 1 { self.fields.as_slice() } else { &[] };
        fields.iter().try_for_each(|field| write!(f, "; {}: {}", field.field, field.text))
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    fn new(kind: Kind, code: &'static str, text: impl Into<String>) -> Self {
        Self { kind, code, text: text.into(), fields: Vec::new(), details: None, cause: None }
    }

    /// It cannot be done as things stand.
    pub fn conflict(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, text)
    }

    /// There is no such `what`.
    #[must_use]
    pub fn not_found(what: &'static str) -> Self {
        Self::new(
            Kind::NotFound,
            "not-found",
            format!("there is no such {what} here: check what was asked for"),
        )
    }

    /// The asker may not do it.
    pub fn forbidden(text: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, "forbidden", text)
    }

    /// The asker's role has not this power.
    #[must_use]
    pub fn without(power: Power, asker: Actor) -> Self {
        if asker.role().is_some_and(|role| role.may(power)) {
            return Self::forbidden(format!("this token was not made for this: it lacks {}", power.word()));
        }
        let of: Vec<&str> = power.of().iter().map(|role| role.word()).collect();
        Self::forbidden(format!(
            "this is for {}, and your token is for {}: ask one of them",
            of.join(" or "),
            asker.role_name()
        ))
    }

    /// What was sent is not what is asked.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let text = match fields.as_slice() {
            [one] => format!("{}: {}", one.field, one.text),
            _ => format!("{} fields must be mended", fields.len()),
        };
        Self { fields, ..Self::new(Kind::Invalid, "invalid-fields", text) }
    }

    /// One field is wrong.
    pub fn field(field: impl Into<String>, error: impl fmt::Display) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), text: error.to_string() }])
    }

    /// What was sent cannot be taken as it is, and no field of it alone is wrong.
    pub fn invalid_whole(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, text)
    }

    /// A fault of the service.
    #[must_use]
    pub fn internal(cause: &str) -> Self {
        Self {
            cause: Some(Box::new(StoreError::Corrupt(cause.to_owned()))),
            ..Self::new(
                Kind::Internal,
                "internal",
                "this is a fault of the service and nothing was kept: try once more; if it happens again, tell your coordinator",
            )
        }
    }

    /// The same with more about it.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details: Some(Box::new(details)), ..self }
    }
}

impl StoreFault for Refusal {
    fn of_the_store(&self) -> Option<&StoreError> {
        self.cause.as_deref()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let (kind, code) = match &error {
            StoreError::Unavailable(_) => (Kind::Unavailable, "database-unavailable"),
            StoreError::InDoubt => (Kind::Unavailable, "outcome-unknown"),
            StoreError::Busy => (Kind::Unavailable, "busy"),
            StoreError::ShuttingDown => (Kind::Unavailable, "shutting-down"),
            StoreError::NoPlaceLeft(_) | StoreError::Taken(..) => (Kind::Conflict, "refused-by-database"),
            StoreError::TooLarge(_) => (Kind::NotFound, "not-found"),
            _ => return Self { cause: Some(Box::new(error)), ..Self::internal("") },
        };
        // What the database says names tables and files: it is for the log.
        let text = match &error {
            StoreError::Unavailable(_) => {
                "the database cannot be used now and nothing was kept: try again in a moment".to_owned()
            }
            StoreError::NoPlaceLeft(_) => {
                "somebody else was faster, and no place is left: look again, then decide".to_owned()
            }
            StoreError::TooLarge(number) => {
                format!("there is no {number} here: check what was asked for")
            }
            StoreError::Taken(taken, _) => format!("{taken}, and nothing was kept: look again, then decide"),
            other => other.to_string(),
        };
        Self { cause: Some(Box::new(error)), ..Self::new(kind, code, text) }
    }
}

/// Gathers what is wrong with every field before anything is done.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Reads a field from its text, or notes what is wrong with it.
    pub fn parse<T: FromStr<Err: fmt::Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        self.note(field, text.parse())
    }

    /// The same for a field that may be left out.
    pub fn parse_opt<T: FromStr<Err: fmt::Display>>(&mut self, field: &str, text: Option<&str>) -> Option<T> {
        text.and_then(|text| self.parse(field, text))
    }

    /// Takes a value, or notes what is wrong with it.
    pub fn note<T>(&mut self, field: &str, read: Result<T, impl fmt::Display>) -> Option<T> {
        read.map_err(|error| self.wrong(field, error)).ok()
    }

    /// Reads a stated reason.
    pub fn reason(&mut self, field: &str, text: &str) -> Option<StatedReason> {
        self.note(field, StatedReason::new(text))
    }

    /// Notes that something is wrong with a field.
    pub fn wrong(&mut self, field: &str, error: impl fmt::Display) {
        self.0.push(FieldError { field: field.to_owned(), text: error.to_string() });
    }

    /// Notes that a field does not hold to a rule.
    pub fn require(&mut self, field: &str, holds: bool, error: impl fmt::Display) {
        if !holds {
            self.wrong(field, error);
        }
    }

    /// What was read, unless a field is wrong: then all that are.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.0.is_empty() => Ok(read),
            _ => Err(Refusal::invalid(self.0)),
        }
    }
}

macro_rules! conflicts {
    ($($error:ty: |$value:ident| $code:expr;)+) => {$(
        impl From<$error> for Refusal {
            fn from($value: $error) -> Self {
                Self::conflict($code, $value.to_string())
            }
        }
    )+};
}

conflicts! {
    DateError: |error| match error { DateError::NotADate(_) => "not-a-date", _ => "date-out-of-range" };
    CalendarError: |error| match error {
        CalendarError::Date(_) => "date-out-of-range",
        CalendarError::NotADeskDay { .. } => "not-a-desk-day",
        CalendarError::TooManyStartNights { .. } => "too-many-start-nights",
        CalendarError::TooLate { .. } => "calendar-settled",
        CalendarError::AlreadyOpen(_) => "already-a-desk-day",
        CalendarError::AlreadyClosed { .. } => "already-closed",
    };
    DeskDayError: |error| match error {
        DeskDayError::NotNow { .. } => "desk-day-not-now",
        DeskDayError::NotItsDate { .. } => "not-its-date",
        DeskDayError::EarlierUnfinished(_) => "earlier-day-unfinished",
        DeskDayError::ManyStartNights(_) => "confirm-many-start-nights",
        DeskDayError::FirstLotGiven => "first-lot-given",
        DeskDayError::NoLotLeft => "no-lot-left",
        DeskDayError::NoDrawLeft => "no-draw-left",
        DeskDayError::WrongNumberOfDice(_) => "wrong-number-of-dice",
        DeskDayError::NotADie(_) => "not-a-die",
        DeskDayError::NotTheNextDigit { .. } => "not-the-next-digit",
        DeskDayError::EntropyComplete => "entropy-complete",
        DeskDayError::ServiceDraws => "service-draws",
        DeskDayError::DiceDraw(_) => "dice-draw",
        DeskDayError::RedrawUsed => "redraw-used",
        DeskDayError::NoDigitsTyped => "no-digits-typed",
        DeskDayError::NotOut(_) => "lot-not-out",
        DeskDayError::GivenAfterTheClose(_) => "lot-given-after-close",
        DeskDayError::MemberInAnotherLot { .. } => "member-in-another-lot",
        DeskDayError::NotLeftYet(_) => "not-left-yet",
        DeskDayError::HandOut(ref inner) => hand_out_code(inner),
    };
    HandOutError: |error| hand_out_code(&error);
    TicketError: |error| ticket_code(&error);
    ArrivalError: |error| match error {
        ArrivalError::UndoneAlready(_) => "arrival-undone",
        ArrivalError::ClosedToMoves { .. } => "night-closed",
        ArrivalError::Ticket(ref inner) => ticket_code(inner),
        ArrivalError::NotScanned(_) => "shelter-counts-heads",
        ArrivalError::NotBegun(_) => "night-not-begun",
        ArrivalError::ClosedAlready { .. } => "night-closed-already",
    };
    HeadCountError: |error| match error {
        HeadCountError::CountedByArrivals(_) => "counted-by-arrivals",
        HeadCountError::NotBegun(_) => "night-not-begun",
        HeadCountError::MoreThanPlaces { .. } => "more-than-places",
        HeadCountError::ReportedAlready { .. } => "head-count-reported",
        HeadCountError::NotReported { .. } => "head-count-not-reported",
    };
    PartyError: |error| match error {
        PartyError::NoMember => "party-without-member",
        PartyError::TooManyMembers(_) => "party-too-large",
        PartyError::MemberTwice { .. } => "member-twice",
        PartyError::NoWish => "party-without-wish",
        PartyError::TooManyWishes(_) => "too-many-wishes",
        PartyError::WishTwice(_) => "wish-twice",
    };
    PlanError: |error| match error {
        PlanError::NumberTwice { .. } => "number-twice",
        PlanError::LendsMoreThanItHas { .. } => "lends-more-than-it-has",
        PlanError::TooManyPlaces { .. } => "too-many-places",
    };
    ChangeRefused: |error| match error {
        ChangeRefused::NightHasBegun { .. } => "night-has-begun",
        ChangeRefused::WouldDisplace(_) => "would-displace",
    };
    CountedMore: |_error| "counted-more";
    Overbooked: |_error| "overbooked";
    RoleError: |error| match error {
        RoleError::SamePersonCountersigns => "same-person-countersigns",
        _ => "bad-reason",
    };
    WaiverError: |_error| "waiver-lifts-nothing";
}

fn hand_out_code(error: &HandOutError) -> &'static str {
    match error {
        HandOutError::TicketWaits(_) => "ticket-waits",
        HandOutError::PlaceNotOffered { .. } => "place-not-offered",
        HandOutError::WaitsAlready(_) => "waits-already",
        HandOutError::NoTicketThere(_) => "no-ticket-there",
        HandOutError::NotATicketEach { .. } => "not-a-ticket-each",
        HandOutError::NotAllWait(_) => "not-all-wait",
        HandOutError::NoOtherShelter { .. } => "no-other-shelter",
        HandOutError::Ticket(inner) => ticket_code(inner),
    }
}

fn ticket_code(error: &TicketError) -> &'static str {
    match error {
        TicketError::NotWaiting => "ticket-not-waiting",
        TicketError::NotCollected => "ticket-not-collected",
        TicketError::CalledTooSoon { .. } => "called-too-soon",
        TicketError::NotCalledTwice => "not-called-twice",
        TicketError::NoNightLeft(_) => "no-night-left",
        TicketError::NotAStartNight(_) => "not-a-start-night",
        TicketError::WrongLength { .. } => "wrong-ticket-length",
        TicketError::CodeUsed => "code-used",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Taken;

    #[test]
    fn somebody_was_faster_is_said_of_a_key_and_never_of_a_fault() {
        let said = |error: StoreError| Refusal::from(error);
        let place = said(StoreError::Taken(Taken::Place, "UNIQUE constraint failed: bed".to_owned()));
        assert_eq!((place.kind, place.code), (Kind::Conflict, "refused-by-database"));
        assert!(place.text.starts_with("this place was given to somebody else a moment ago"), "{place}");
        assert!(!place.text.contains("UNIQUE"), "{place}");
        let fault = said(StoreError::AgainstARule("CHECK constraint failed: place".to_owned()));
        assert_eq!((fault.kind, fault.code), (Kind::Internal, "internal"));
        assert!(fault.text.contains("fault of the service") && !fault.text.contains("CHECK"), "{fault}");
        assert!(
            fault.cause.is_some_and(|cause| cause.to_string().contains("CHECK constraint failed: place"))
        );
        let none_left = said(StoreError::NoPlaceLeft("all 2 are held".to_owned()));
        assert_eq!((none_left.kind, none_left.code), (Kind::Conflict, "refused-by-database"));
        assert!(
            none_left.text.contains("no place is left") && !none_left.text.contains("all 2"),
            "{none_left}"
        );
        let too_large = said(StoreError::TooLarge(u32::MAX));
        assert_eq!((too_large.kind, too_large.code), (Kind::NotFound, "not-found"));
        assert!(too_large.text.contains("4294967295"), "{too_large}");
    }
}
