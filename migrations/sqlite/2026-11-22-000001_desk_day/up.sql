-- One morning at the desk and the nights that follow from it.
--
-- Both folders of migrations give the same tables, columns, keys and checks (tests/schema.rs). Names are those of
-- docs/spec/domain.md. A night or a day is a date; an instant is UTC, to the microsecond; a key is 16 bytes of a UUID.

-- The end of the audit chain. Every write takes this row first: lock, serialiser and sequence in one.
CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO head (id, seq, hash) VALUES (1, 0, zeroblob(32));

-- The key file that belongs to these data: what it makes of a fixed text, never the key.
CREATE TABLE key_check (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    actor BLOB CHECK (length(actor) = 16),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator', 'operator', 'service')),
    event TEXT NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE shelter (
    code TEXT NOT NULL PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    full_nights INTEGER NOT NULL CHECK (full_nights BETWEEN 1 AND 366),
    karens_nights INTEGER NOT NULL CHECK (karens_nights BETWEEN 0 AND 366),
    admission TEXT NOT NULL CHECK (admission IN ('scanned', 'counted', 'own')),
    protected INTEGER NOT NULL CHECK (protected IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator')),
    shelter TEXT REFERENCES shelter (code),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*'),
    ended_at TEXT CHECK (ended_at GLOB '????-??-?? ??:??:??*'),
    CHECK ((role = 'shelter') = (shelter IS NOT NULL))
) STRICT;

-- What a coordinator decided about places: a number from a night on, a closure, a lending, extra places for a night.
CREATE TABLE place_fact (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    fact TEXT NOT NULL CHECK (fact IN ('number', 'closure', 'lending', 'extra')),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT CHECK (kind IN ('single', 'family')),
    who TEXT CHECK (who IN ('men', 'women', 'any')),
    direction TEXT CHECK (direction IN ('men_to_women', 'women_to_men')),
    first_night TEXT NOT NULL CHECK (date(first_night) IS first_night),
    last_night TEXT CHECK (date(last_night) IS last_night),
    count INTEGER CHECK (count BETWEEN 0 AND 1000000),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*'),
    changed_at TEXT CHECK (changed_at GLOB '????-??-?? ??:??:??*'),
    removed_at TEXT CHECK (removed_at GLOB '????-??-?? ??:??:??*'),
    CHECK ((fact = 'number') = (last_night IS NULL)),
    CHECK (last_night >= first_night),
    CHECK (fact = 'closure' OR (kind IS NOT NULL AND count IS NOT NULL)),
    CHECK ((kind IS NULL) = (who IS NULL) OR fact = 'lending'),
    CHECK ((fact = 'lending') = (direction IS NOT NULL)),
    CHECK (fact <> 'extra' OR last_night = first_night),
    CHECK (kind IS NOT NULL OR count IS NULL)
) STRICT;
CREATE UNIQUE INDEX place_fact_number ON place_fact (shelter, kind, who, first_night)
    WHERE fact = 'number' AND removed_at IS NULL;

CREATE TABLE calendar_day (
    date TEXT NOT NULL PRIMARY KEY CHECK (date(date) IS date),
    desk TEXT NOT NULL CHECK (desk IN ('open', 'closed')),
    reason TEXT NOT NULL,
    decided_by BLOB NOT NULL CHECK (length(decided_by) = 16),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*')
) STRICT, WITHOUT ROWID;

CREATE TABLE guest (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    uno TEXT NOT NULL UNIQUE CHECK (length(uno) = 8),
    sex TEXT NOT NULL CHECK (sex IN ('man', 'woman', 'other')),
    birth TEXT NOT NULL CHECK (date(birth) IS birth),
    country TEXT NOT NULL CHECK (length(country) = 2),
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 8),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*')
) STRICT;

-- A document is known only by what the key file makes of it.
CREATE TABLE document (
    mac BLOB NOT NULL PRIMARY KEY CHECK (length(mac) = 32),
    guest BLOB NOT NULL REFERENCES guest (id),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*')
) STRICT, WITHOUT ROWID;
CREATE INDEX document_guest ON document (guest);

CREATE TABLE ban (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    guest BLOB NOT NULL REFERENCES guest (id),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    first_night TEXT NOT NULL CHECK (date(first_night) IS first_night),
    last_night TEXT NOT NULL CHECK (date(last_night) IS last_night),
    reason TEXT NOT NULL CHECK (reason IN ('violence', 'threats', 'drugs', 'theft', 'other')),
    family TEXT NOT NULL CHECK (family IN ('rest', 'together')),
    made_by BLOB NOT NULL CHECK (length(made_by) = 16),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*'),
    lifted_at TEXT CHECK (lifted_at GLOB '????-??-?? ??:??:??*'),
    CHECK (last_night >= first_night)
) STRICT;
CREATE INDEX ban_guest ON ban (guest, last_night);

CREATE TABLE waiver (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    guest BLOB REFERENCES guest (id),
    day TEXT NOT NULL CHECK (date(day) IS day),
    from_night TEXT NOT NULL CHECK (from_night >= day) CHECK (date(from_night) IS from_night),
    reason TEXT NOT NULL,
    made_by BLOB NOT NULL CHECK (length(made_by) = 16),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*')
) STRICT;
CREATE INDEX waiver_day ON waiver (day);

CREATE TABLE desk_day (
    date TEXT NOT NULL PRIMARY KEY CHECK (date(date) IS date),
    last_start_night TEXT NOT NULL CHECK (last_start_night >= date) CHECK (date(last_start_night) IS last_start_night),
    mode TEXT NOT NULL CHECK (mode IN ('lottery', 'direct')),
    min_nights INTEGER NOT NULL CHECK (min_nights BETWEEN 1 AND 366),
    lots INTEGER NOT NULL CHECK (lots BETWEEN 0 AND 1000000),
    stage TEXT NOT NULL CHECK (stage IN ('open', 'closed', 'frozen', 'awaiting_entropy', 'drawn', 'handing_out', 'finished', 'not_held')),
    last_lot INTEGER CHECK (last_lot BETWEEN 0 AND lots),
    finished_by TEXT CHECK (finished_by IN ('desk', 'service')),
    not_held_by BLOB CHECK (length(not_held_by) = 16),
    not_held_reason TEXT,
    opened_at TEXT CHECK (opened_at GLOB '????-??-?? ??:??:??*'),
    ended_at TEXT CHECK (ended_at GLOB '????-??-?? ??:??:??*'),
    CHECK ((stage = 'finished') = (finished_by IS NOT NULL)),
    CHECK ((stage = 'not_held') = (not_held_by IS NOT NULL)),
    CHECK ((stage = 'not_held') = (not_held_reason IS NOT NULL)),
    CHECK ((stage IN ('finished', 'not_held')) = (ended_at IS NOT NULL)),
    CHECK (stage <> 'closed' OR last_lot IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- One desk day at a time: the earlier one is finished first.
CREATE UNIQUE INDEX desk_day_running ON desk_day ((1)) WHERE stage NOT IN ('finished', 'not_held');

-- A party that asked. The row before is named, so that no number can be left out.
CREATE TABLE lot (
    day TEXT NOT NULL REFERENCES desk_day (date) CHECK (date(day) IS day),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 1000000),
    before INTEGER,
    asks TEXT NOT NULL CHECK (asks IN ('draw', 'at_once', 'late', 'logged')),
    status TEXT NOT NULL CHECK (status IN ('in', 'withdrawn', 'refused')),
    slip_code TEXT NOT NULL UNIQUE CHECK (length(slip_code) = 8),
    women_only INTEGER NOT NULL CHECK (women_only IN (0, 1)),
    wishes TEXT NOT NULL,
    accepts TEXT NOT NULL,
    from_night TEXT CHECK (date(from_night) IS from_night),
    verdict TEXT NOT NULL,
    referral TEXT CHECK (referral IN ('socialjouren', 'eu_team')),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, number),
    FOREIGN KEY (day, before) REFERENCES lot (day, number),
    CHECK ((number = 1 AND before IS NULL) OR (number > 1 AND before IS NOT NULL AND before = number - 1)),
    CHECK (status <> 'in' OR (from_night IS NOT NULL AND accepts <> ''))
) STRICT, WITHOUT ROWID;

-- A member of a party. Active while its lot is `in`: a person is in one such lot a day.
CREATE TABLE lot_member (
    day TEXT NOT NULL CHECK (date(day) IS day),
    lot INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 20),
    guest BLOB REFERENCES guest (id),
    sex TEXT NOT NULL CHECK (sex IN ('man', 'woman', 'other')),
    country TEXT NOT NULL CHECK (length(country) = 2),
    shown TEXT NOT NULL CHECK (shown IN ('valid', 'not_valid', 'nothing')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    main_reason TEXT,
    PRIMARY KEY (day, lot, position),
    FOREIGN KEY (day, lot) REFERENCES lot (day, number),
    CHECK (guest IS NOT NULL OR NOT active)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lot_member_once ON lot_member (day, guest) WHERE active;
CREATE INDEX lot_member_guest ON lot_member (guest, day);

-- A list frozen for a draw: the manifest, and what was shown when it was frozen.
CREATE TABLE frozen_list (
    day TEXT NOT NULL REFERENCES desk_day (date) CHECK (date(day) IS day),
    draw INTEGER NOT NULL CHECK (draw BETWEEN 1 AND 99),
    previous BLOB CHECK (length(previous) = 32),
    commitment BLOB NOT NULL UNIQUE CHECK (length(commitment) = 32),
    dice INTEGER CHECK (dice BETWEEN 25 AND 100),
    service_reason TEXT,
    last_lot INTEGER NOT NULL,
    lots_in INTEGER NOT NULL CHECK (lots_in BETWEEN 0 AND last_lot),
    manifest TEXT NOT NULL,
    frozen_by BLOB NOT NULL CHECK (length(frozen_by) = 16),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, draw),
    CHECK ((draw = 1) = (previous IS NULL)),
    CHECK ((dice IS NULL) = (service_reason IS NOT NULL))
) STRICT;

-- The digits of the dice, each once, in their order, each naming the one before.
CREATE TABLE digit (
    day TEXT NOT NULL CHECK (date(day) IS day),
    draw INTEGER NOT NULL,
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 100),
    before INTEGER,
    shown INTEGER NOT NULL CHECK (shown BETWEEN 1 AND 6),
    typed_by BLOB NOT NULL CHECK (length(typed_by) = 16),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, draw, place),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw),
    FOREIGN KEY (day, draw, before) REFERENCES digit (day, draw, place),
    CHECK ((place = 1 AND before IS NULL) OR (place > 1 AND before IS NOT NULL AND before = place - 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE service_bytes (
    day TEXT NOT NULL CHECK (date(day) IS day),
    draw INTEGER NOT NULL,
    bytes BLOB NOT NULL CHECK (length(bytes) = 32),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw)
) STRICT, WITHOUT ROWID;

CREATE TABLE draw_record (
    day TEXT NOT NULL CHECK (date(day) IS day),
    draw INTEGER NOT NULL,
    record TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw)
) STRICT;

-- Why a list does not stand.
CREATE TABLE draw_end (
    day TEXT NOT NULL CHECK (date(day) IS day),
    draw INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('abandoned', 'fault_in_manifest', 'fault_in_digits', 'left_unfinished')),
    reason TEXT,
    ended_by BLOB CHECK (length(ended_by) = 16),
    countersigned_by BLOB CHECK (length(countersigned_by) = 16),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw),
    CHECK ((why = 'left_unfinished') = (reason IS NULL)),
    CHECK ((reason IS NULL) = (ended_by IS NULL) AND (reason IS NULL) = (countersigned_by IS NULL)),
    CHECK (ended_by <> countersigned_by)
) STRICT, WITHOUT ROWID;

-- A coordinator's signature beforehand, under a step that another will take once.
CREATE TABLE countersignature (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signed_by BLOB NOT NULL CHECK (length(signed_by) = 16),
    step TEXT NOT NULL CHECK (step IN ('abandon', 'redraw_for_manifest', 'redraw_for_digits', 'reinstate')),
    day TEXT NOT NULL REFERENCES desk_day (date) CHECK (date(day) IS day),
    number INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    used_at TEXT CHECK (used_at GLOB '????-??-?? ??:??:??*')
) STRICT;

-- Who waits for a place, and how that ended. part: 0 put first by a ban, 1 reserve list, 2 reinstated, 3 late-comers.
CREATE TABLE waiting (
    day TEXT NOT NULL CHECK (date(day) IS day),
    part INTEGER NOT NULL CHECK (part BETWEEN 0 AND 3),
    place INTEGER NOT NULL CHECK (place >= 0),
    lot INTEGER NOT NULL,
    members TEXT NOT NULL CHECK (members <> ''),
    accepts TEXT NOT NULL CHECK (accepts <> ''),
    from_night TEXT NOT NULL CHECK (date(from_night) IS from_night),
    since TEXT NOT NULL CHECK (since GLOB '????-??-?? ??:??:??*'),
    ended TEXT CHECK (ended IN ('placed', 'withdrawn', 'refused', 'turned_away')),
    ended_at TEXT CHECK (ended_at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (day, part, place),
    FOREIGN KEY (day, lot) REFERENCES lot (day, number),
    CHECK ((ended IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_lot ON waiting (day, lot);

-- Places declined for a stay shorter than min_nights, not to be offered to that party again.
CREATE TABLE declined_place (
    day TEXT NOT NULL CHECK (date(day) IS day),
    part INTEGER NOT NULL,
    place INTEGER NOT NULL,
    number INTEGER NOT NULL,
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    from_night TEXT NOT NULL CHECK (date(from_night) IS from_night),
    until_night TEXT CHECK (date(until_night) IS until_night),
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, part, place, number),
    FOREIGN KEY (day, part, place) REFERENCES waiting (day, part, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    code TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
    guest BLOB NOT NULL REFERENCES guest (id),
    day TEXT NOT NULL CHECK (date(day) IS day),
    lot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    first_night TEXT NOT NULL CHECK (date(first_night) IS first_night),
    last_night TEXT NOT NULL CHECK (date(last_night) IS last_night),
    full_nights INTEGER NOT NULL CHECK (full_nights BETWEEN 1 AND 366),
    karens_nights INTEGER NOT NULL CHECK (karens_nights BETWEEN 0 AND 366),
    min_nights INTEGER NOT NULL CHECK (min_nights BETWEEN 1 AND 366),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'collected', 'declined', 'lapsed', 'ended')),
    calls INTEGER NOT NULL CHECK (calls BETWEEN 0 AND 2),
    called_at TEXT CHECK (called_at GLOB '????-??-?? ??:??:??*'),
    sl_ticket INTEGER CHECK (sl_ticket IN (0, 1)),
    cut_to TEXT CHECK (date(cut_to) IS cut_to),
    end_cause TEXT CHECK (end_cause IN ('given_back', 'revoked', 'banned', 'released', 'place_gone')),
    kept_to TEXT CHECK (date(kept_to) IS kept_to),
    matters_to TEXT NOT NULL CHECK (date(matters_to) IS matters_to),
    issued_at TEXT NOT NULL CHECK (issued_at GLOB '????-??-?? ??:??:??*'),
    FOREIGN KEY (day, lot, position) REFERENCES lot_member (day, lot, position),
    CHECK (first_night >= day AND last_night >= first_night),
    CHECK ((state = 'ended') = (end_cause IS NOT NULL)),
    CHECK (state = 'ended' OR kept_to IS NULL),
    CHECK (state = 'ended' OR (state = 'collected') = (sl_ticket IS NOT NULL)),
    CHECK (calls = 0 OR called_at IS NOT NULL)
) STRICT;
CREATE INDEX ticket_guest ON ticket (guest, matters_to);
CREATE INDEX ticket_lot ON ticket (day, lot);

-- Every code a ticket ever had, so that none is used twice and an old one is known at the door.
CREATE TABLE ticket_code (
    code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 8),
    ticket BLOB NOT NULL REFERENCES ticket (id),
    replaced_at TEXT CHECK (replaced_at GLOB '????-??-?? ??:??:??*')
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_code_ticket ON ticket_code (ticket);

CREATE TABLE ticket_move (
    ticket BLOB NOT NULL REFERENCES ticket (id),
    from_night TEXT NOT NULL CHECK (date(from_night) IS from_night),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    PRIMARY KEY (ticket, from_night)
) STRICT, WITHOUT ROWID;

-- A place held on a night, by a ticket or by a guest who walked in. Two keys stand against the two things that must never
-- be: two people in one place, and one person in two.
CREATE TABLE bed (
    night TEXT NOT NULL CHECK (date(night) IS night),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 1000000),
    guest BLOB NOT NULL REFERENCES guest (id),
    ticket BLOB REFERENCES ticket (id),
    PRIMARY KEY (night, shelter, kind, who, place),
    UNIQUE (guest, night)
) STRICT, WITHOUT ROWID;
CREATE INDEX bed_ticket ON bed (ticket);

CREATE TABLE arrival (
    ticket BLOB NOT NULL REFERENCES ticket (id),
    night TEXT NOT NULL CHECK (date(night) IS night),
    number INTEGER NOT NULL CHECK (number > 0),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    correction INTEGER NOT NULL CHECK (correction IN (0, 1)),
    undone_at TEXT CHECK (undone_at GLOB '????-??-?? ??:??:??*'),
    undone_correction INTEGER CHECK (undone_correction IN (0, 1)),
    PRIMARY KEY (ticket, night, number),
    CHECK ((undone_at IS NULL) = (undone_correction IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX arrival_once ON arrival (ticket, night) WHERE undone_at IS NULL;
CREATE INDEX arrival_door ON arrival (shelter, night);

CREATE TABLE walk_in (
    guest BLOB NOT NULL REFERENCES guest (id),
    night TEXT NOT NULL CHECK (date(night) IS night),
    number INTEGER NOT NULL CHECK (number > 0),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    given_by TEXT NOT NULL CHECK (given_by IN ('coordinator', 'shelter')),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    correction INTEGER NOT NULL CHECK (correction IN (0, 1)),
    undone_at TEXT CHECK (undone_at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (guest, night, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX walk_in_once ON walk_in (guest, night) WHERE undone_at IS NULL;
CREATE INDEX walk_in_door ON walk_in (shelter, night);

CREATE TABLE door_night (
    shelter TEXT NOT NULL REFERENCES shelter (code),
    night TEXT NOT NULL CHECK (date(night) IS night),
    closed_at TEXT NOT NULL CHECK (closed_at GLOB '????-??-?? ??:??:??*'),
    closed_by BLOB NOT NULL CHECK (length(closed_by) = 16),
    PRIMARY KEY (shelter, night)
) STRICT, WITHOUT ROWID;

-- The tickets valid at the close of a night, for good.
CREATE TABLE valid_ticket (
    shelter TEXT NOT NULL,
    night TEXT NOT NULL CHECK (date(night) IS night),
    ticket BLOB NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (shelter, night, ticket),
    FOREIGN KEY (shelter, night) REFERENCES door_night (shelter, night)
) STRICT, WITHOUT ROWID;

-- A night has one count; a correction is a new entry with a reason.
CREATE TABLE head_count (
    shelter TEXT NOT NULL REFERENCES shelter (code),
    night TEXT NOT NULL CHECK (date(night) IS night),
    number INTEGER NOT NULL CHECK (number > 0),
    women INTEGER NOT NULL CHECK (women >= 0),
    men INTEGER NOT NULL CHECK (men >= 0),
    other INTEGER NOT NULL CHECK (other >= 0),
    reason TEXT,
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    reported_by BLOB NOT NULL CHECK (length(reported_by) = 16),
    PRIMARY KEY (shelter, night, number),
    CHECK ((number = 1) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

-- What was answered to a request that may be sent again. The answer itself is made anew from the resource.
CREATE TABLE idempotency (
    actor BLOB NOT NULL CHECK (length(actor) = 16),
    idempotency_key TEXT NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 100),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    resource TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (actor, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

-- What is written for good.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER frozen_list_no_update BEFORE UPDATE ON frozen_list BEGIN SELECT RAISE(ABORT, 'frozen_list is append-only'); END;
CREATE TRIGGER frozen_list_no_delete BEFORE DELETE ON frozen_list BEGIN SELECT RAISE(ABORT, 'frozen_list is append-only'); END;
CREATE TRIGGER digit_no_update BEFORE UPDATE ON digit BEGIN SELECT RAISE(ABORT, 'digit is append-only'); END;
CREATE TRIGGER digit_no_delete BEFORE DELETE ON digit BEGIN SELECT RAISE(ABORT, 'digit is append-only'); END;
CREATE TRIGGER service_bytes_no_update BEFORE UPDATE ON service_bytes BEGIN SELECT RAISE(ABORT, 'service_bytes is append-only'); END;
CREATE TRIGGER service_bytes_no_delete BEFORE DELETE ON service_bytes BEGIN SELECT RAISE(ABORT, 'service_bytes is append-only'); END;
CREATE TRIGGER draw_record_no_update BEFORE UPDATE ON draw_record BEGIN SELECT RAISE(ABORT, 'draw_record is append-only'); END;
CREATE TRIGGER draw_record_no_delete BEFORE DELETE ON draw_record BEGIN SELECT RAISE(ABORT, 'draw_record is append-only'); END;
CREATE TRIGGER draw_end_no_update BEFORE UPDATE ON draw_end BEGIN SELECT RAISE(ABORT, 'draw_end is append-only'); END;
CREATE TRIGGER draw_end_no_delete BEFORE DELETE ON draw_end BEGIN SELECT RAISE(ABORT, 'draw_end is append-only'); END;
CREATE TRIGGER valid_ticket_no_update BEFORE UPDATE ON valid_ticket BEGIN SELECT RAISE(ABORT, 'valid_ticket is append-only'); END;
CREATE TRIGGER valid_ticket_no_delete BEFORE DELETE ON valid_ticket BEGIN SELECT RAISE(ABORT, 'valid_ticket is append-only'); END;
CREATE TRIGGER head_count_no_update BEFORE UPDATE ON head_count BEGIN SELECT RAISE(ABORT, 'head_count is append-only'); END;
CREATE TRIGGER head_count_no_delete BEFORE DELETE ON head_count BEGIN SELECT RAISE(ABORT, 'head_count is append-only'); END;
