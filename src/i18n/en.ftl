# What is said to guests and at the door. It is read out: short sentences, everyday words, day and date in words.
# Every key and every $name stands in the file of each language; src/i18n/tests.rs keeps it so.

## Dates

date = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## Lists

list-comma = { $before }, { $item }
list-and = { $before } and { $item }
list-or = { $before } or { $item }

## Why a rule says no, to the guest

-first-night = The first night you can have a place again is
-id-needed = To get a ticket you need a valid identity document. Please bring it and come back here.

reason-no-document-nothing = You have not shown an identity document. { -id-needed }
reason-no-document-not-valid = The identity document you showed is not valid. { -id-needed }
reason-under-18 = You are under 18, and the shelters are for adults only. Socialjouren (the emergency social services) or the city's EU team can help you. Ask us how to reach them. The first night you can have a place at a shelter is { $date }.
reason-holds-ticket = You already have a ticket. Your last night begins on the evening of { $date }. Have you lost the ticket? Tell us, and we print a new one.
reason-karens = You are in karens: after a ticket there is a wait before the next place. { -first-night } { $date }.
reason-week-rule = There is one ticket a week for each person. { -first-night } { $date }.
reason-in-a-lot = You are already registered today, with lot number { $lot }. Ask us about that lot.
reason-banned = There is a ban at { $bans }. So you cannot have a place at the shelters you chose.
reason-never-fits = The shelters you chose have no places that fit you or your party.

ban = { $shelter } up to and including { $date }

remaining-none = No other shelter can take you today. Ask us what you can do.
remaining = You can choose { $shelters } instead. Tell us if you want that.
remaining-not-women-only = If you say yes to places that are not for women only, { $shelters } can take you.
remaining-also-not-women-only = If you say yes to places that are not for women only, { $shelters } can take you too.

come-on = Come here and ask again on { $date }.
# Follows a sentence that ends with a date: the day on which the desk is closed.
come-before = The desk is closed on that day. So come here and ask before that, on { $date }.

## Why a shelter that was wished for is left out, to the guest

left-out-banned = { $shelter } is left out: there is a ban there up to and including { $date }.
left-out-never-fits = { $shelter } is left out: it has no places that fit you or your party.
left-out-not-women-only = { $shelter } is left out: it also has places that are not for women only.
left-out-not-in-the-draw = { $shelter } is left out: the desk gives no places there today.

## The door's answers, to the shelter's staff

-to-the-desk = Ask the guest to go to the desk.
-no-longer-valid = The ticket is no longer valid:

door-let-in = Let in.
door-let-in-correction = Let in. The night is closed, so the arrival is entered as a correction.
door-already-in = Already in since { $time }. Only the same guest may come in again.
door-other-shelter = Not here tonight. The ticket is for { $shelter }. Show the guest the way there.
door-back-to-the-desk = Not here tonight. { -to-the-desk }
door-not-yet = Not yet. The ticket's first night begins on the evening of { $date }.
door-over = The ticket is over. { -to-the-desk }
door-over-until = The ticket is over. The first night the guest can have a place again is { $date }.
door-given-back = { -no-longer-valid } the guest gave it back. { -to-the-desk }
door-revoked = { -no-longer-valid } it was revoked. { -to-the-desk }
door-ban = { -no-longer-valid } a ban here ended it. The ban is not in force tonight. { -to-the-desk }
door-released = { -no-longer-valid } its place was released when the guest did not come. { -to-the-desk }
door-place-gone = { -no-longer-valid } its place is gone. { -to-the-desk }
door-code-replaced = Old code. The ticket was printed anew. Ask the guest for the new one.
door-banned-here = Banned here up to and including the night that begins on { $date }. { -to-the-desk }
door-unknown = Unknown code. Read the ticket again. Still unknown? { -to-the-desk }

## Why a lot got what it got in a draw, line by line. It stands on paper beside the record: F1 to S2 are the steps of the draw.

short-date = { $year }-{ $month ->
    [10] 10
    [11] 11
    [12] 12
   *[other] 0{ $month }
}-{ $day ->
    [1] 01
    [2] 02
    [3] 03
    [4] 04
    [5] 05
    [6] 06
    [7] 07
    [8] 08
    [9] 09
   *[other] { $day }
}

why-nights = { $count ->
    [one] { $count } night
   *[other] { $count } nights
}
why-places = { $count ->
    [one] { $count } place
   *[other] { $count } places
}
why-family-members = { $count ->
    [one] { $count } family member
   *[other] { $count } family members
}
why-singles = { $count ->
    [one] { $count } single
   *[other] { $count } singles
}

why-single-place = single place for { $who }
why-family-place = family place for { $who }
why-for-anyone = anyone
why-for-men = men
why-for-women = women
why-entry = entry { $number }
why-entry-on = { $entry } ({ $shelter } { $place }, free from { $from } on)
why-entry-until = { $entry } ({ $shelter } { $place }, free from { $from } through { $until })

why-out-refused = Lot { $lot } was refused before the list was frozen. It was not in the draw.
why-out-withdrawn = Lot { $lot } was withdrawn before the list was frozen. It was not in the draw.
why-placed = Lot { $lot } got shelter { $shelter } for { $nights } from { $start }.
why-reserve = Lot { $lot } is number { $reserve } on the reserve list.
why-drawn = It was drawn as number { $rank } of { $of } (key { $key }).
why-not-drawn = Everyone fits, so nothing was drawn: it is number { $rank } of { $of } in the order of asking.

why-phase-f1 = It was seated in F1: families on family places, in order.
why-phase-f2 = It was seated in F2: families passed over, on places of both kinds beside the singles admitted.
why-phase-f3 = It was seated in F3: families still not seated, on the places left over.
why-phase-s1 = It was admitted in S1: singles on single places, as many as can have one, in order.
why-phase-s2 = It was admitted in S2: singles not admitted before, on places of both kinds that no family took.

why-best = It got the best place it could use.
why-preferred = It would have preferred, best first:
why-passed-full = { $nights } from { $start } on { $entry }: full when its turn came
why-passed-needed = { $nights } from { $start } on { $entry }: needed, so that everyone admitted has a place

why-nothing-fits = No place of the shelters it accepts fits it for at least { $least }.
why-taken = All places it could use, and all that could have been freed for it by moving others, are held:
why-taken-entry = { $entry }: { $places }, held by { $families } and { $singles }
why-no-single = No single holds any of them.
why-none-later = None of these singles was drawn after it; the last was number { $last }.
why-one-later = One of these singles was drawn after it, as number { $last }: report this record.

why-turn-f1 = At its turn in F1, on family places, for at least { $least }:
why-turn-f2 = At its turn in F2, on places of both kinds, while every single admitted keeps one, for at least { $least }:
why-turn-f3 = At its turn in F3, on the places left over, for at least { $least }:
why-offer = { $shelter } from { $start }: { $free } for some of them, enough for { $seated } of { $members }
why-no-night = no start night on which all its members may sleep
why-nothing-free = nothing free in the shelters it accepts
why-nothing-else = nothing free in its other shelters and nights
