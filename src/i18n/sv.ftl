# Det som sägs till gäster och vid dörren. Läses upp: korta meningar, vanliga ord, dag och datum i ord.
# Varje nyckel och varje $namn finns i alla språkens filer; src/i18n/tests.rs vaktar det.

## Datum

date = { $weekday ->
    [1] måndag
    [2] tisdag
    [3] onsdag
    [4] torsdag
    [5] fredag
    [6] lördag
   *[7] söndag
} { $day } { $month ->
    [1] januari
    [2] februari
    [3] mars
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] augusti
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }

## Uppräkningar

list-comma = { $before }, { $item }
list-and = { $before } och { $item }
list-or = { $before } eller { $item }

## Varför regeln säger nej, till gästen

-first-night = Den första natt du kan få plats igen är
-id-needed = För att få en biljett behöver du en giltig id-handling. Ta med den och kom tillbaka hit.

reason-no-document-nothing = Du har inte visat någon id-handling. { -id-needed }
reason-no-document-not-valid = Id-handlingen du visade är inte giltig. { -id-needed }
reason-under-18 = Du är under 18 år, och härbärgena är bara för vuxna. Du kan få hjälp av Socialjouren eller stadens EU-team. Fråga oss hur du når dem. Den första natt du kan få plats på ett härbärge är { $date }.
reason-holds-ticket = Du har redan en biljett. Din sista natt börjar { $date } på kvällen. Har du tappat biljetten? Säg till, så skriver vi ut en ny.
reason-karens = Du har karens: efter en biljett måste man vänta innan man kan få plats igen. { -first-night } { $date }.
reason-week-rule = Man kan få en biljett i veckan. { -first-night } { $date }.
reason-in-a-lot = Du är redan anmäld i dag, med lott nummer { $lot }. Fråga oss vad som gäller för den lotten.
reason-banned = Det finns en portning på { $bans }. Därför kan du inte få plats på de härbärgen du har valt.
reason-never-fits = De härbärgen du har valt har inga platser som passar dig eller ditt sällskap.

ban = { $shelter } till och med { $date }

remaining-none = Inget annat härbärge kan ta emot dig i dag. Fråga oss vad du kan göra.
remaining = Du kan välja { $shelters } i stället. Säg till om du vill det.
remaining-not-women-only = Om du säger ja till platser som inte bara är för kvinnor kan { $shelters } ta emot dig.
remaining-also-not-women-only = Om du säger ja till platser som inte bara är för kvinnor kan också { $shelters } ta emot dig.

come-on = Kom hit och fråga igen { $date }.
# Följer på en mening som slutar med ett datum: dagen då inskrivningen är stängd.
come-before = Den dagen är inskrivningen stängd. Kom därför hit och fråga redan { $date }.

## Varför ett önskat härbärge inte är med, till gästen

left-out-banned = { $shelter } är inte med: där finns en portning till och med { $date }.
left-out-never-fits = { $shelter } är inte med: där finns inga platser som passar dig eller ditt sällskap.
left-out-not-women-only = { $shelter } är inte med: där finns också platser som inte bara är för kvinnor.
left-out-not-in-the-draw = { $shelter } är inte med: inskrivningen delar inte ut platser dit i dag.

## Dörrens svar, till härbärgets personal

-to-the-desk = Be gästen gå till inskrivningen.
-no-longer-valid = Biljetten gäller inte längre:

door-let-in = Släpp in.
door-let-in-correction = Släpp in. Natten är stängd, så ankomsten skrivs in som en rättelse.
door-already-in = Redan inne sedan { $time }. Bara samma gäst får komma in igen.
door-other-shelter = Inte hit i natt. Biljetten gäller på { $shelter }. Visa gästen vägen dit.
door-back-to-the-desk = Inte hit i natt. { -to-the-desk }
door-not-yet = Inte än. Biljettens första natt börjar { $date } på kvällen.
door-over = Biljetten har gått ut. { -to-the-desk }
door-over-until = Biljetten har gått ut. Den första natt gästen kan få plats igen är { $date }.
door-given-back = { -no-longer-valid } gästen har lämnat tillbaka den. { -to-the-desk }
door-revoked = { -no-longer-valid } den är återkallad. { -to-the-desk }
door-ban = { -no-longer-valid } den slutade genom en portning här. Portningen gäller inte i natt. { -to-the-desk }
door-released = { -no-longer-valid } platsen släpptes när gästen uteblev. { -to-the-desk }
door-place-gone = { -no-longer-valid } platsen finns inte kvar. { -to-the-desk }
door-code-replaced = Gammal kod. Biljetten är utskriven på nytt. Be gästen visa den nya.
door-banned-here = Portad här till och med natten som börjar { $date }. { -to-the-desk }
door-unknown = Okänd kod. Läs av biljetten igen. Är koden fortfarande okänd? { -to-the-desk }

## Varför en lott fick det den fick i en lottning, rad för rad. Det står på papper bredvid protokollet: F1 till S2 är
## lottningens steg.

short-date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] mars
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] augusti
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }

why-nights = { $count ->
    [one] { $count } natt
   *[other] { $count } nätter
}
why-places = { $count ->
    [one] { $count } plats
   *[other] { $count } platser
}
why-family-members = { $count ->
    [one] { $count } familjemedlem
   *[other] { $count } familjemedlemmar
}
why-singles = { $count ->
    [one] { $count } ensam gäst
   *[other] { $count } ensamma gäster
}

why-single-place = singelplats för { $who }
why-family-place = familjeplats för { $who }
why-for-anyone = alla
why-for-men = män
why-for-women = kvinnor
why-entry = post { $number }
why-entry-on = { $entry } (härbärget { $shelter }, { $place }, ledig från och med { $from })
why-entry-until = { $entry } (härbärget { $shelter }, { $place }, ledig från och med { $from } till och med { $until })

why-out-refused = Lott { $lot } blev nekad innan listan frystes. Den var inte med i lottningen.
why-out-withdrawn = Lott { $lot } togs tillbaka innan listan frystes. Den var inte med i lottningen.
why-placed = Lott { $lot } fick plats på härbärget { $shelter } i { $nights } från och med { $start }.
why-reserve = Lott { $lot } är nummer { $reserve } på reservlistan.
why-drawn = Den drogs som nummer { $rank } av { $of } (nyckel { $key }).
why-not-drawn = Alla får plats, så ingenting lottades: den är nummer { $rank } av { $of } i den ordning man anmälde sig.

why-phase-f1 = Den fick plats i F1: familjer på familjeplatser, i tur och ordning.
why-phase-f2 = Den fick plats i F2: familjer som ännu var utan, på platser av båda slagen, vid sidan av de ensamma gäster som redan var med.
why-phase-f3 = Den fick plats i F3: familjer som fortfarande var utan, på de platser som blev över.
why-phase-s1 = Den kom med i S1: ensamma gäster på singelplatser, så många som kan få en, i tur och ordning.
why-phase-s2 = Den kom med i S2: ensamma gäster som inte var med sedan tidigare, på platser av båda slagen som ingen familj fick.

why-best = Den fick den bästa plats som den kunde använda.
why-preferred = Det här hade varit bättre för den, det bästa först:
why-passed-full = { $nights } från och med { $start } på { $entry }: fullt när dess tur kom
why-passed-needed = { $nights } från och med { $start } på { $entry }: behövdes för att alla som kom med skulle få plats

why-nothing-fits = På de härbärgen som den säger ja till finns ingen plats som passar den i minst { $least }.
why-taken = Alla platser som den kunde använda, och alla som hade kunnat bli lediga för den om andra flyttades, är upptagna:
why-taken-entry = { $entry }: { $places }, till { $families } och { $singles }
why-no-single = Ingen ensam gäst har någon av dem.
why-none-later = Ingen av de ensamma gästerna drogs efter den; den sista av dem var nummer { $last }.
why-one-later = En av de ensamma gästerna drogs efter den, som nummer { $last }: anmäl att protokollet är fel.

why-turn-f1 = När dess tur kom i F1, på familjeplatser, i minst { $least }:
why-turn-f2 = När dess tur kom i F2, på platser av båda slagen, när varje ensam gäst som kommit med behåller en, i minst { $least }:
why-turn-f3 = När dess tur kom i F3, på de platser som blev över, i minst { $least }:
why-offer = { $shelter } från och med { $start }: { $free } som passar någon av dem, vilket räcker till { $seated } av { $members }
why-no-night = ingen startnatt då alla i sällskapet får sova på härbärge
why-nothing-free = inget ledigt på de härbärgen som den säger ja till
why-nothing-else = inget ledigt på de andra härbärgena och nätterna
