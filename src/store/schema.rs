//! The tables as diesel knows them; the migrations say what each is for.

diesel::table! {
    head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    key_check (id) {
        id -> Integer,
        mac -> Binary,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Nullable<Binary>,
        role -> Text,
        event -> Text,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    shelter (code) {
        code -> Text,
        name -> Text,
        full_nights -> Integer,
        karens_nights -> Integer,
        admission -> Text,
        protected -> Bool,
    }
}

diesel::table! {
    token (id) {
        id -> Binary,
        hash -> Binary,
        name -> Text,
        role -> Text,
        shelter -> Nullable<Text>,
        made_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        powers -> Nullable<Text>,
        last_date -> Nullable<Date>,
    }
}

diesel::table! {
    place_fact (id) {
        id -> Binary,
        fact -> Text,
        shelter -> Text,
        kind -> Nullable<Text>,
        who -> Nullable<Text>,
        direction -> Nullable<Text>,
        first_night -> Date,
        last_night -> Nullable<Date>,
        count -> Nullable<Integer>,
        made_at -> Timestamp,
        changed_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    place_end (fact, number) {
        fact -> Binary,
        number -> Integer,
        instead_of -> Nullable<Date>,
        last_night -> Date,
        at -> Timestamp,
    }
}

diesel::table! {
    calendar_day (date) {
        date -> Date,
        desk -> Text,
        reason -> Text,
        decided_by -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    guest (id) {
        id -> Binary,
        uno -> Text,
        sex -> Text,
        birth -> Date,
        country -> Text,
        language -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    document (mac) {
        mac -> Binary,
        guest -> Binary,
        made_at -> Timestamp,
    }
}

diesel::table! {
    ban (id) {
        id -> Binary,
        guest -> Binary,
        shelter -> Text,
        first_night -> Date,
        last_night -> Date,
        reason -> Text,
        family -> Text,
        made_by -> Binary,
        made_at -> Timestamp,
        lifted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    waiver (id) {
        id -> Binary,
        guest -> Nullable<Binary>,
        day -> Date,
        from_night -> Date,
        reason -> Text,
        made_by -> Binary,
        made_at -> Timestamp,
    }
}

diesel::table! {
    desk_day (date) {
        date -> Date,
        last_start_night -> Date,
        mode -> Text,
        min_nights -> Integer,
        lots -> Integer,
        stage -> Text,
        last_lot -> Nullable<Integer>,
        finished_by -> Nullable<Text>,
        not_held_by -> Nullable<Binary>,
        not_held_reason -> Nullable<Text>,
        opened_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    lot (day, number) {
        day -> Date,
        number -> Integer,
        before -> Nullable<Integer>,
        asks -> Text,
        status -> Text,
        slip_code -> Text,
        women_only -> Bool,
        wishes -> Text,
        accepts -> Text,
        from_night -> Nullable<Date>,
        verdict -> Text,
        referral -> Nullable<Text>,
        at -> Timestamp,
    }
}

diesel::table! {
    lot_member (day, lot, position) {
        day -> Date,
        lot -> Integer,
        position -> Integer,
        guest -> Nullable<Binary>,
        sex -> Text,
        country -> Text,
        shown -> Text,
        active -> Bool,
        main_reason -> Nullable<Text>,
    }
}

diesel::table! {
    frozen_list (day, draw) {
        day -> Date,
        draw -> Integer,
        previous -> Nullable<Binary>,
        commitment -> Binary,
        dice -> Nullable<Integer>,
        service_reason -> Nullable<Text>,
        last_lot -> Integer,
        lots_in -> Integer,
        manifest -> Text,
        frozen_by -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    digit (day, draw, place) {
        day -> Date,
        draw -> Integer,
        place -> Integer,
        before -> Nullable<Integer>,
        shown -> Integer,
        typed_by -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    service_bytes (day, draw) {
        day -> Date,
        draw -> Integer,
        bytes -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    draw_record (day, draw) {
        day -> Date,
        draw -> Integer,
        record -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    draw_end (day, draw) {
        day -> Date,
        draw -> Integer,
        why -> Text,
        reason -> Nullable<Text>,
        ended_by -> Nullable<Binary>,
        countersigned_by -> Nullable<Binary>,
        at -> Timestamp,
    }
}

diesel::table! {
    countersignature (id) {
        id -> Binary,
        signed_by -> Binary,
        step -> Text,
        day -> Date,
        number -> Integer,
        reason -> Text,
        at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    waiting (day, part, place) {
        day -> Date,
        part -> Integer,
        place -> Integer,
        lot -> Integer,
        members -> Text,
        accepts -> Text,
        from_night -> Date,
        since -> Timestamp,
        ended -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        turn -> Integer,
    }
}

diesel::table! {
    declined_place (day, part, place, number) {
        day -> Date,
        part -> Integer,
        place -> Integer,
        number -> Integer,
        shelter -> Text,
        kind -> Text,
        who -> Text,
        from_night -> Date,
        until_night -> Nullable<Date>,
        count -> Integer,
    }
}

diesel::table! {
    ticket (id) {
        id -> Binary,
        code -> Text,
        guest -> Binary,
        day -> Date,
        lot -> Integer,
        position -> Integer,
        first_night -> Date,
        last_night -> Date,
        full_nights -> Integer,
        karens_nights -> Integer,
        min_nights -> Integer,
        shelter -> Text,
        kind -> Text,
        who -> Text,
        state -> Text,
        calls -> Integer,
        called_at -> Nullable<Timestamp>,
        sl_ticket -> Nullable<Bool>,
        cut_to -> Nullable<Date>,
        end_cause -> Nullable<Text>,
        kept_to -> Nullable<Date>,
        matters_to -> Date,
        issued_at -> Timestamp,
        turn -> Integer,
    }
}

diesel::table! {
    ticket_code (code) {
        code -> Text,
        ticket -> Binary,
        replaced_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    ticket_move (ticket, from_night) {
        ticket -> Binary,
        from_night -> Date,
        shelter -> Text,
        kind -> Text,
        who -> Text,
    }
}

diesel::table! {
    bed (night, shelter, kind, who, place) {
        night -> Date,
        shelter -> Text,
        kind -> Text,
        who -> Text,
        place -> Integer,
        guest -> Binary,
        ticket -> Nullable<Binary>,
    }
}

diesel::table! {
    arrival (ticket, night, number) {
        ticket -> Binary,
        night -> Date,
        number -> Integer,
        shelter -> Text,
        at -> Timestamp,
        correction -> Bool,
        undone_at -> Nullable<Timestamp>,
        undone_correction -> Nullable<Bool>,
    }
}

diesel::table! {
    walk_in (guest, night, number) {
        guest -> Binary,
        night -> Date,
        number -> Integer,
        shelter -> Text,
        kind -> Text,
        who -> Text,
        given_by -> Text,
        at -> Timestamp,
        correction -> Bool,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    door_night (shelter, night) {
        shelter -> Text,
        night -> Date,
        closed_at -> Timestamp,
        closed_by -> Binary,
    }
}

diesel::table! {
    valid_ticket (shelter, night, ticket) {
        shelter -> Text,
        night -> Date,
        ticket -> Binary,
    }
}

diesel::table! {
    head_count (shelter, night, number) {
        shelter -> Text,
        night -> Date,
        number -> Integer,
        women -> Integer,
        men -> Integer,
        other -> Integer,
        reason -> Nullable<Text>,
        at -> Timestamp,
        reported_by -> Binary,
    }
}

diesel::table! {
    idempotency (actor, idempotency_key) {
        actor -> Binary,
        idempotency_key -> Text,
        fingerprint -> Binary,
        status -> Integer,
        resource -> Text,
        at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    head,
    key_check,
    audit,
    shelter,
    token,
    place_fact,
    place_end,
    calendar_day,
    guest,
    document,
    ban,
    waiver,
    desk_day,
    lot,
    lot_member,
    frozen_list,
    digit,
    service_bytes,
    draw_record,
    draw_end,
    countersignature,
    waiting,
    declined_place,
    ticket,
    ticket_code,
    ticket_move,
    bed,
    arrival,
    walk_in,
    door_night,
    valid_ticket,
    head_count,
    idempotency,
);
