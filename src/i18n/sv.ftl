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
reason-in-a-lot = Du är redan anmäld i dag, med lott nummer { $lot }. Vänta på besked om den lotten.
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
