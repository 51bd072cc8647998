-- One morning at the desk and the nights that follow from it.
--
-- Both folders of migrations give the same tables, columns, keys and checks (tests/schema.rs). Names are those of
-- docs/spec/domain.md. A night or a day is a date; an instant is UTC, to the microsecond; a key is 16 bytes of a UUID.

-- The end of the audit chain. Every write takes this row first: lock, serialiser and sequence in one.
CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    hash BYTEA NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- The key file that belongs to these data: what it makes of a fixed text, never the key.
CREATE TABLE key_check (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    mac BYTEA NOT NULL CHECK (length(mac) = 32)
);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY CHECK (seq > 0),
    at TIMESTAMP NOT NULL,
    actor BYTEA CHECK (length(actor) = 16),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator', 'operator', 'service')),
    event TEXT NOT NULL,
    previous BYTEA NOT NULL CHECK (length(previous) = 32),
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32)
);

CREATE TABLE shelter (
    code TEXT NOT NULL PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    full_nights INTEGER NOT NULL CHECK (full_nights BETWEEN 1 AND 366),
    karens_nights INTEGER NOT NULL CHECK (karens_nights BETWEEN 0 AND 366),
    admission TEXT NOT NULL CHECK (admission IN ('scanned', 'counted', 'own')),
    protected BOOLEAN NOT NULL
);

CREATE TABLE token (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator')),
    shelter TEXT REFERENCES shelter (code),
    made_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    CHECK ((role = 'shelter') = (shelter IS NOT NULL))
);

-- What a coordinator decided about places: a number from a night on, a closure, a lending, extra places for a night.
CREATE TABLE place_fact (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    fact TEXT NOT NULL CHECK (fact IN ('number', 'closure', 'lending', 'extra')),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT CHECK (kind IN ('single', 'family')),
    who TEXT CHECK (who IN ('men', 'women', 'any')),
    direction TEXT CHECK (direction IN ('men_to_women', 'women_to_men')),
    first_night DATE NOT NULL,
    last_night DATE,
    count INTEGER CHECK (count BETWEEN 0 AND 1000000),
    made_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP,
    removed_at TIMESTAMP,
    CHECK ((fact = 'number') = (last_night IS NULL)),
    CHECK (last_night >= first_night),
    CHECK (fact = 'closure' OR (kind IS NOT NULL AND count IS NOT NULL)),
    CHECK ((kind IS NULL) = (who IS NULL) OR fact = 'lending'),
    CHECK ((fact = 'lending') = (direction IS NOT NULL)),
    CHECK (fact <> 'extra' OR last_night = first_night),
    CHECK (kind IS NOT NULL OR count IS NULL)
);
CREATE UNIQUE INDEX place_fact_number ON place_fact (shelter, kind, who, first_night)
    WHERE fact = 'number' AND removed_at IS NULL;

CREATE TABLE calendar_day (
    date DATE NOT NULL PRIMARY KEY,
    desk TEXT NOT NULL CHECK (desk IN ('open', 'closed')),
    reason TEXT NOT NULL,
    decided_by BYTEA NOT NULL CHECK (length(decided_by) = 16),
    at TIMESTAMP NOT NULL
);

CREATE TABLE guest (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    uno TEXT NOT NULL UNIQUE CHECK (length(uno) = 8),
    sex TEXT NOT NULL CHECK (sex IN ('man', 'woman', 'other')),
    birth DATE NOT NULL,
    country TEXT NOT NULL CHECK (length(country) = 2),
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 8),
    made_at TIMESTAMP NOT NULL
);

-- A document is known only by what the key file makes of it.
CREATE TABLE document (
    mac BYTEA NOT NULL PRIMARY KEY CHECK (length(mac) = 32),
    guest BYTEA NOT NULL REFERENCES guest (id),
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX document_guest ON document (guest);

CREATE TABLE ban (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    guest BYTEA NOT NULL REFERENCES guest (id),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    first_night DATE NOT NULL,
    last_night DATE NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('violence', 'threats', 'drugs', 'theft', 'other')),
    family TEXT NOT NULL CHECK (family IN ('rest', 'together')),
    made_by BYTEA NOT NULL CHECK (length(made_by) = 16),
    made_at TIMESTAMP NOT NULL,
    lifted_at TIMESTAMP,
    CHECK (last_night >= first_night)
);
CREATE INDEX ban_guest ON ban (guest, last_night);

CREATE TABLE waiver (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    guest BYTEA REFERENCES guest (id),
    day DATE NOT NULL,
    from_night DATE NOT NULL CHECK (from_night >= day),
    reason TEXT NOT NULL,
    made_by BYTEA NOT NULL CHECK (length(made_by) = 16),
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX waiver_day ON waiver (day);

CREATE TABLE desk_day (
    date DATE NOT NULL PRIMARY KEY,
    last_start_night DATE NOT NULL CHECK (last_start_night >= date),
    mode TEXT NOT NULL CHECK (mode IN ('lottery', 'direct')),
    min_nights INTEGER NOT NULL CHECK (min_nights BETWEEN 1 AND 366),
    lots INTEGER NOT NULL CHECK (lots BETWEEN 0 AND 1000000),
    stage TEXT NOT NULL CHECK (stage IN ('open', 'closed', 'frozen', 'awaiting_entropy', 'drawn', 'handing_out', 'finished', 'not_held')),
    last_lot INTEGER CHECK (last_lot BETWEEN 0 AND lots),
    finished_by TEXT CHECK (finished_by IN ('desk', 'service')),
    not_held_by BYTEA CHECK (length(not_held_by) = 16),
    not_held_reason TEXT,
    opened_at TIMESTAMP,
    ended_at TIMESTAMP,
    CHECK ((stage = 'finished') = (finished_by IS NOT NULL)),
    CHECK ((stage = 'not_held') = (not_held_by IS NOT NULL)),
    CHECK ((stage = 'not_held') = (not_held_reason IS NOT NULL)),
    CHECK ((stage IN ('finished', 'not_held')) = (ended_at IS NOT NULL)),
    CHECK (stage <> 'closed' OR last_lot IS NOT NULL)
);
-- One desk day at a time: the earlier one is finished first.
CREATE UNIQUE INDEX desk_day_running ON desk_day ((1)) WHERE stage NOT IN ('finished', 'not_held');

-- A party that asked. The row before is named, so that no number can be left out.
CREATE TABLE lot (
    day DATE NOT NULL REFERENCES desk_day (date),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 1000000),
    before INTEGER,
    asks TEXT NOT NULL CHECK (asks IN ('draw', 'at_once', 'late', 'logged')),
    status TEXT NOT NULL CHECK (status IN ('in', 'withdrawn', 'refused')),
    slip_code TEXT NOT NULL UNIQUE CHECK (length(slip_code) = 8),
    women_only BOOLEAN NOT NULL,
    wishes TEXT NOT NULL,
    accepts TEXT NOT NULL,
    from_night DATE,
    verdict TEXT NOT NULL,
    referral TEXT CHECK (referral IN ('socialjouren', 'eu_team')),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, number),
    FOREIGN KEY (day, before) REFERENCES lot (day, number),
    CHECK ((number = 1 AND before IS NULL) OR (number > 1 AND before IS NOT NULL AND before = number - 1)),
    CHECK (status <> 'in' OR (from_night IS NOT NULL AND accepts <> ''))
);

-- A member of a party. Active while its lot is `in`: a person is in one such lot a day.
CREATE TABLE lot_member (
    day DATE NOT NULL,
    lot INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 20),
    guest BYTEA REFERENCES guest (id),
    sex TEXT NOT NULL CHECK (sex IN ('man', 'woman', 'other')),
    country TEXT NOT NULL CHECK (length(country) = 2),
    shown TEXT NOT NULL CHECK (shown IN ('valid', 'not_valid', 'nothing')),
    active BOOLEAN NOT NULL,
    main_reason TEXT,
    PRIMARY KEY (day, lot, position),
    FOREIGN KEY (day, lot) REFERENCES lot (day, number),
    CHECK (guest IS NOT NULL OR NOT active)
);
CREATE UNIQUE INDEX lot_member_once ON lot_member (day, guest) WHERE active;
CREATE INDEX lot_member_guest ON lot_member (guest, day);

-- A list frozen for a draw: the manifest, and what was shown when it was frozen.
CREATE TABLE frozen_list (
    day DATE NOT NULL REFERENCES desk_day (date),
    draw INTEGER NOT NULL CHECK (draw BETWEEN 1 AND 99),
    previous BYTEA CHECK (length(previous) = 32),
    commitment BYTEA NOT NULL UNIQUE CHECK (length(commitment) = 32),
    dice INTEGER CHECK (dice BETWEEN 25 AND 100),
    service_reason TEXT,
    last_lot INTEGER NOT NULL,
    lots_in INTEGER NOT NULL CHECK (lots_in BETWEEN 0 AND last_lot),
    manifest TEXT NOT NULL,
    frozen_by BYTEA NOT NULL CHECK (length(frozen_by) = 16),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, draw),
    CHECK ((draw = 1) = (previous IS NULL)),
    CHECK ((dice IS NULL) = (service_reason IS NOT NULL))
);

-- The digits of the dice, each once, in their order, each naming the one before.
CREATE TABLE digit (
    day DATE NOT NULL,
    draw INTEGER NOT NULL,
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 100),
    before INTEGER,
    shown INTEGER NOT NULL CHECK (shown BETWEEN 1 AND 6),
    typed_by BYTEA NOT NULL CHECK (length(typed_by) = 16),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, draw, place),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw),
    FOREIGN KEY (day, draw, before) REFERENCES digit (day, draw, place),
    CHECK ((place = 1 AND before IS NULL) OR (place > 1 AND before IS NOT NULL AND before = place - 1))
);

CREATE TABLE service_bytes (
    day DATE NOT NULL,
    draw INTEGER NOT NULL,
    bytes BYTEA NOT NULL CHECK (length(bytes) = 32),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw)
);

CREATE TABLE draw_record (
    day DATE NOT NULL,
    draw INTEGER NOT NULL,
    record TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw)
);

-- Why a list does not stand.
CREATE TABLE draw_end (
    day DATE NOT NULL,
    draw INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('abandoned', 'fault_in_manifest', 'fault_in_digits', 'left_unfinished')),
    reason TEXT,
    ended_by BYTEA CHECK (length(ended_by) = 16),
    countersigned_by BYTEA CHECK (length(countersigned_by) = 16),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (day, draw),
    FOREIGN KEY (day, draw) REFERENCES frozen_list (day, draw),
    CHECK ((why = 'left_unfinished') = (reason IS NULL)),
    CHECK ((reason IS NULL) = (ended_by IS NULL) AND (reason IS NULL) = (countersigned_by IS NULL)),
    CHECK (ended_by <> countersigned_by)
);

-- A coordinator's signature beforehand, under a step that another will take once.
CREATE TABLE countersignature (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signed_by BYTEA NOT NULL CHECK (length(signed_by) = 16),
    step TEXT NOT NULL CHECK (step IN ('abandon', 'redraw_for_manifest', 'redraw_for_digits', 'reinstate')),
    day DATE NOT NULL REFERENCES desk_day (date),
    number INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

-- Who waits for a place, and how that ended. part: 0 put first by a ban, 1 reserve list, 2 reinstated, 3 late-comers.
CREATE TABLE waiting (
    day DATE NOT NULL,
    part INTEGER NOT NULL CHECK (part BETWEEN 0 AND 3),
    place INTEGER NOT NULL CHECK (place >= 0),
    lot INTEGER NOT NULL,
    members TEXT NOT NULL CHECK (members <> ''),
    accepts TEXT NOT NULL CHECK (accepts <> ''),
    from_night DATE NOT NULL,
    since TIMESTAMP NOT NULL,
    ended TEXT CHECK (ended IN ('placed', 'withdrawn', 'refused', 'turned_away')),
    ended_at TIMESTAMP,
    PRIMARY KEY (day, part, place),
    FOREIGN KEY (day, lot) REFERENCES lot (day, number),
    CHECK ((ended IS NULL) = (ended_at IS NULL))
);
CREATE INDEX waiting_lot ON waiting (day, lot);

-- Places declined for a stay shorter than min_nights, not to be offered to that party again.
CREATE TABLE declined_place (
    day DATE NOT NULL,
    part INTEGER NOT NULL,
    place INTEGER NOT NULL,
    number INTEGER NOT NULL,
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    from_night DATE NOT NULL,
    until_night DATE,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, part, place, number),
    FOREIGN KEY (day, part, place) REFERENCES waiting (day, part, place)
);

CREATE TABLE ticket (
    id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    code TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
    guest BYTEA NOT NULL REFERENCES guest (id),
    day DATE NOT NULL,
    lot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    first_night DATE NOT NULL,
    last_night DATE NOT NULL,
    full_nights INTEGER NOT NULL CHECK (full_nights BETWEEN 1 AND 366),
    karens_nights INTEGER NOT NULL CHECK (karens_nights BETWEEN 0 AND 366),
    min_nights INTEGER NOT NULL CHECK (min_nights BETWEEN 1 AND 366),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'collected', 'declined', 'lapsed', 'ended')),
    calls INTEGER NOT NULL CHECK (calls BETWEEN 0 AND 2),
    called_at TIMESTAMP,
    sl_ticket BOOLEAN,
    cut_to DATE,
    end_cause TEXT CHECK (end_cause IN ('given_back', 'revoked', 'banned', 'released', 'place_gone')),
    kept_to DATE,
    matters_to DATE NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    FOREIGN KEY (day, lot, position) REFERENCES lot_member (day, lot, position),
    CHECK (first_night >= day AND last_night >= first_night),
    CHECK ((state = 'ended') = (end_cause IS NOT NULL)),
    CHECK (state = 'ended' OR kept_to IS NULL),
    CHECK (state = 'ended' OR (state = 'collected') = (sl_ticket IS NOT NULL)),
    CHECK (calls = 0 OR called_at IS NOT NULL)
);
CREATE INDEX ticket_guest ON ticket (guest, matters_to);
CREATE INDEX ticket_lot ON ticket (day, lot);

-- Every code a ticket ever had, so that none is used twice and an old one is known at the door.
CREATE TABLE ticket_code (
    code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 8),
    ticket BYTEA NOT NULL REFERENCES ticket (id),
    replaced_at TIMESTAMP
);
CREATE INDEX ticket_code_ticket ON ticket_code (ticket);

CREATE TABLE ticket_move (
    ticket BYTEA NOT NULL REFERENCES ticket (id),
    from_night DATE NOT NULL,
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    PRIMARY KEY (ticket, from_night)
);

-- A place held on a night, by a ticket or by a guest who walked in. Two keys stand against the two things that must never
-- be: two people in one place, and one person in two.
CREATE TABLE bed (
    night DATE NOT NULL,
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 1000000),
    guest BYTEA NOT NULL REFERENCES guest (id),
    ticket BYTEA REFERENCES ticket (id),
    PRIMARY KEY (night, shelter, kind, who, place),
    UNIQUE (guest, night)
);
CREATE INDEX bed_ticket ON bed (ticket);

CREATE TABLE arrival (
    ticket BYTEA NOT NULL REFERENCES ticket (id),
    night DATE NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    at TIMESTAMP NOT NULL,
    correction BOOLEAN NOT NULL,
    undone_at TIMESTAMP,
    undone_correction BOOLEAN,
    PRIMARY KEY (ticket, night, number),
    CHECK ((undone_at IS NULL) = (undone_correction IS NULL))
);
CREATE UNIQUE INDEX arrival_once ON arrival (ticket, night) WHERE undone_at IS NULL;
CREATE INDEX arrival_door ON arrival (shelter, night);

CREATE TABLE walk_in (
    guest BYTEA NOT NULL REFERENCES guest (id),
    night DATE NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    shelter TEXT NOT NULL REFERENCES shelter (code),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'family')),
    who TEXT NOT NULL CHECK (who IN ('men', 'women', 'any')),
    given_by TEXT NOT NULL CHECK (given_by IN ('coordinator', 'shelter')),
    at TIMESTAMP NOT NULL,
    correction BOOLEAN NOT NULL,
    undone_at TIMESTAMP,
    PRIMARY KEY (guest, night, number)
);
CREATE UNIQUE INDEX walk_in_once ON walk_in (guest, night) WHERE undone_at IS NULL;
CREATE INDEX walk_in_door ON walk_in (shelter, night);

CREATE TABLE door_night (
    shelter TEXT NOT NULL REFERENCES shelter (code),
    night DATE NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    closed_by BYTEA NOT NULL CHECK (length(closed_by) = 16),
    PRIMARY KEY (shelter, night)
);

-- The tickets valid at the close of a night, for good.
CREATE TABLE valid_ticket (
    shelter TEXT NOT NULL,
    night DATE NOT NULL,
    ticket BYTEA NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (shelter, night, ticket),
    FOREIGN KEY (shelter, night) REFERENCES door_night (shelter, night)
);

-- A night has one count; a correction is a new entry with a reason.
CREATE TABLE head_count (
    shelter TEXT NOT NULL REFERENCES shelter (code),
    night DATE NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    women INTEGER NOT NULL CHECK (women >= 0),
    men INTEGER NOT NULL CHECK (men >= 0),
    other INTEGER NOT NULL CHECK (other >= 0),
    reason TEXT,
    at TIMESTAMP NOT NULL,
    reported_by BYTEA NOT NULL CHECK (length(reported_by) = 16),
    PRIMARY KEY (shelter, night, number),
    CHECK ((number = 1) = (reason IS NULL))
);

-- What was answered to a request that may be sent again. The answer itself is made anew from the resource.
CREATE TABLE idempotency (
    actor BYTEA NOT NULL CHECK (length(actor) = 16),
    idempotency_key TEXT NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 100),
    fingerprint BYTEA NOT NULL CHECK (length(fingerprint) = 32),
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    resource TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (actor, idempotency_key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- What is written for good.
CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER frozen_list_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON frozen_list FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER digit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON digit FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER service_bytes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON service_bytes FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER draw_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_record FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER draw_end_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_end FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER valid_ticket_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON valid_ticket FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER head_count_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON head_count FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
