//! Why a step of a desk day is refused, in words for the desk.

use chrono::NaiveDate;

use crate::domain::hand_out::HandOutError;
use crate::domain::lottery::manifest::{MAX_DRAWS, MAX_LOTS};
use crate::domain::party::LotNumber;

/// A step of a desk day, as named when it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the step of its name; `Display` says when it can be taken")]
pub enum Step {
    Open,
    ChooseMode,
    Register,
    Close,
    Freeze,
    PlaceByNumber,
    TypeDigit,
    StoreServiceBytes,
    Abandon,
    Redraw,
    HandOut,
    Reinstate,
    Finish,
    FinishLeftUnfinished,
    MarkNotHeld,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::Open => "a day is opened once",
            Step::ChooseMode => "the mode is chosen after the opening and before the first lot",
            Step::Register => "parties register from the opening until the day is finished",
            Step::Close => "only an open day in lottery mode is closed",
            Step::Freeze => "the list is frozen once, after the close",
            Step::PlaceByNumber => "the service places lots by number right after the list is frozen",
            Step::TypeDigit => "digits are typed after the list is frozen, when not everyone fits",
            Step::StoreServiceBytes => "the service draws after the list is frozen, when not everyone fits",
            Step::Abandon => "a draw is abandoned only while its digits are awaited",
            Step::Redraw => "a draw is redone only when drawn and before the first ticket is handed out",
            Step::HandOut => "tickets are handed out after the draw, or at any time in direct mode",
            Step::Reinstate => "a lot is reinstated after the close and before the day is finished",
            Step::Finish => "a day is finished after its draw, or at any time in direct mode",
            Step::FinishLeftUnfinished => "the service finishes only a day that was opened and not finished",
            Step::MarkNotHeld => "only a day without any lot can be marked as not held",
        })
    }
}

/// Why a step of a desk day is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskDayError {
    /// The day stands elsewhere.
    #[error("the desk day {day} {stage}: {step}")]
    NotNow {
        /// Which day.
        day: NaiveDate,
        /// Where it stands, in words.
        stage: &'static str,
        /// What was tried.
        step: Step,
    },
    /// It is opened on its own date only.
    #[error("the desk day {day} is opened on that date only, and today is {today}")]
    NotItsDate {
        /// Which day.
        day: NaiveDate,
        /// Today.
        today: NaiveDate,
    },
    /// An earlier desk day comes first.
    #[error("the desk day {0} is not finished: finish it first, or let a coordinator mark it as not held")]
    EarlierUnfinished(NaiveDate),
    /// Many start nights ask for a confirmation.
    #[error("this desk day hands out {0} start nights, more than a week: check the calendar, then confirm")]
    ManyStartNights(u32),
    /// The mode is chosen before the first lot.
    #[error("lot 1 is given: the mode can be chosen only before the first lot")]
    FirstLotGiven,
    /// No lot number is left.
    #[error("all {MAX_LOTS} lots of this day are given: nobody more can be registered")]
    NoLotLeft,
    /// No draw number is left.
    #[error("all {MAX_DRAWS} draws of this day are used up: no further list can be frozen")]
    NoDrawLeft,
    /// Dice from 25 to 100.
    #[error("{0} dice cannot be thrown for a draw: choose 25 to 100")]
    WrongNumberOfDice(u32),
    /// A die shows 1 to 6.
    #[error("a die shows 1 to 6, not {0}: read it again")]
    NotADie(u8),
    /// Digits are typed in their order, each once.
    #[error("digit {place} was typed, but the next to type is digit {next}: compare with the paper")]
    NotTheNextDigit {
        /// The place given.
        place: u32,
        /// The place that is next, from 1.
        next: u32,
    },
    /// All digits are there.
    #[error("all digits of this draw are stored: none can be added or changed")]
    EntropyComplete,
    /// The list names the service as its source.
    #[error("this list is drawn by the service: no digits are typed for it")]
    ServiceDraws,
    /// The list names dice as its source.
    #[error("this list is drawn with {0} dice: type the digits thrown in the hall")]
    DiceDraw(u32),
    /// One redraw a day.
    #[error("this day was drawn again once: there is no second redraw")]
    RedrawUsed,
    /// No digits were typed for the result.
    #[error(
        "no dice were thrown for this result: only a fault in the frozen list can be a reason to draw again"
    )]
    NoDigitsTyped,
    /// The lot is not out.
    #[error("lot {0} is neither refused nor withdrawn: there is nothing to reinstate")]
    NotOut(LotNumber),
    /// The lot was given after the close.
    #[error("lot {0} was given after the close: register the party anew, as a late-comer")]
    GivenAfterTheClose(LotNumber),
    /// A member asks in another lot.
    #[error("a member of lot {lot} is in lot {other} now: lot {lot} cannot be reinstated")]
    MemberInAnotherLot {
        /// The lot to be reinstated.
        lot: LotNumber,
        /// The lot that is `in`.
        other: LotNumber,
    },
    /// The service waits until 06.00 of the next date.
    #[error(
        "the desk day {0} may still be finished by the desk: the service does so at 06.00 of the next date"
    )]
    NotLeftYet(NaiveDate),
    /// The hand-out is not done.
    #[error(transparent)]
    HandOut(#[from] HandOutError),
}
