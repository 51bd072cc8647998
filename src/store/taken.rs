//! The keys of the database that keep two people out of one place and one person out of two: which of them stands against a
//! step, as either database says it. Any other constraint is a rule that no step should meet.

/// What somebody else was faster to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A place on a night.
    Place,
    /// A night of a guest, who has a bed on it already.
    GuestsNight,
    /// The arrival of a ticket on a night.
    Arrival,
    /// The place of a guest who walked in.
    WalkIn,
    /// A night that is closed at a door.
    NightClosed,
    /// The head count of a night.
    HeadCount,
    /// The person, who is in another lot of that day.
    Person,
    /// The number of a lot.
    Lot,
    /// The document, which belongs to a guest who was made meanwhile.
    Document,
    /// The desk day, or another one that still runs.
    DeskDay,
    /// A step of the draw.
    Draw,
    /// A place among those who wait.
    Waiting,
    /// The number of a pool's places from a night on.
    Number,
    /// A key under which a retry is known.
    Retry,
}

/// A key as SQLite names it, by its columns, and as PostgreSQL does.
const KEYS: [(&str, &str, Taken); 21] = [
    ("bed.night, bed.shelter, bed.kind, bed.who, bed.place", "bed_pkey", Taken::Place),
    ("bed.guest, bed.night", "bed_guest_night_key", Taken::GuestsNight),
    ("arrival.ticket, arrival.night", "arrival_once", Taken::Arrival),
    ("arrival.ticket, arrival.night, arrival.number", "arrival_pkey", Taken::Arrival),
    ("walk_in.guest, walk_in.night", "walk_in_once", Taken::WalkIn),
    ("walk_in.guest, walk_in.night, walk_in.number", "walk_in_pkey", Taken::WalkIn),
    ("door_night.shelter, door_night.night", "door_night_pkey", Taken::NightClosed),
    ("head_count.shelter, head_count.night, head_count.number", "head_count_pkey", Taken::HeadCount),
    ("lot_member.day, lot_member.guest", "lot_member_once", Taken::Person),
    ("lot.day, lot.number", "lot_pkey", Taken::Lot),
    ("document.mac", "document_pkey", Taken::Document),
    ("desk_day.date", "desk_day_pkey", Taken::DeskDay),
    ("index 'desk_day_running'", "desk_day_running", Taken::DeskDay),
    ("frozen_list.day, frozen_list.draw", "frozen_list_pkey", Taken::Draw),
    ("digit.day, digit.draw, digit.place", "digit_pkey", Taken::Draw),
    ("service_bytes.day, service_bytes.draw", "service_bytes_pkey", Taken::Draw),
    ("draw_record.day, draw_record.draw", "draw_record_pkey", Taken::Draw),
    ("draw_end.day, draw_end.draw", "draw_end_pkey", Taken::Draw),
    ("waiting.day, waiting.part, waiting.place", "waiting_pkey", Taken::Waiting),
    (
        "place_fact.shelter, place_fact.kind, place_fact.who, place_fact.first_night",
        "place_fact_number",
        Taken::Number,
    ),
    ("idempotency.actor, idempotency.idempotency_key", "idempotency_pkey", Taken::Retry),
];

/// What SQLite writes before the columns of a key.
const SQLITE: &str = "UNIQUE constraint failed: ";

/// Which key an error speaks of: PostgreSQL names it, SQLite its columns. None for one that is not of those above.
pub(super) fn which(text: &str, constraint: Option<&str>) -> Option<Taken> {
    let columns = text.strip_prefix(SQLITE);
    let found = KEYS
        .into_iter()
        .find(|(sqlite, postgres, _)| columns == Some(sqlite) || constraint == Some(postgres));
    found.map(|(_, _, taken)| taken)
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Place => "this place was given to somebody else a moment ago",
            Self::GuestsNight => "this guest was given a bed for one of these nights a moment ago",
            Self::Arrival => "somebody else noted this arrival a moment ago",
            Self::WalkIn => "somebody else gave this guest a place for the night a moment ago",
            Self::NightClosed => "somebody else closed this night a moment ago",
            Self::HeadCount => "somebody else reported the count of this night a moment ago",
            Self::Person => "somebody else registered one of these people in another lot a moment ago",
            Self::Lot => "this lot was given to somebody else a moment ago",
            Self::Document => "somebody else registered this document a moment ago",
            Self::DeskDay => "somebody else opened a desk day a moment ago",
            Self::Draw => "somebody else took this step of the draw a moment ago",
            Self::Waiting => "somebody else was put into this place among those who wait a moment ago",
            Self::Number => "somebody else decided the number of these places a moment ago",
            Self::Retry => "this request is being done already",
        })
    }
}
