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
reason-in-a-lot = You are already registered today, with lot number { $lot }. Please wait for the answer to that lot.
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
