"""What a service holds before the stranger comes: a Thursday that is over, its night half slept, and an open Friday; and the
codes by which all that is known."""

from dataclasses import dataclass, field

THURSDAY, FRIDAY = "2026-11-26", "2026-11-27"


@dataclass
class Known:
    """Codes, numbers and keys that stand for something."""

    tokens: dict = field(default_factory=dict)
    shelters: list = field(default_factory=lambda: ["fa", "sm", "hc", "ow"])
    days: list = field(default_factory=lambda: [FRIDAY, THURSDAY])
    unos: list = field(default_factory=list)
    tickets: list = field(default_factory=list)
    slips: list = field(default_factory=list)
    bans: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    signatures: list = field(default_factory=list)


def person(number, sex, birth="1980-01-05"):
    document = {"country": "RO", "kind": "id_card", "number": number, "valid": True}
    return {"document": document, "sex": sex, "birth": birth, "language": "ro"}


def prepare(service):
    """Lives until Friday afternoon: what is then known."""
    known = Known()
    known.tokens = {"coordinator": service.token("coordinator"), "another": service.token("coordinator"), "desk": service.token("desk")}
    service.start()
    house(service, known)
    known.tokens["shelter"] = service.token("shelter", "fa")
    known.tokens["auditor"] = service.token("auditor")
    thursday(service, known)
    service.at("2026-11-27 13:00:00")
    friday(service, known)
    return known


def house(service, known):
    coordinator = known.tokens["coordinator"]
    names = {"fa": "Filadelfia", "sm": "Stadsmissionen", "hc": "Hjorthagen", "ow": "Convictus"}
    admissions = {"fa": "scanned", "sm": "scanned", "hc": "counted", "ow": "own"}
    for code, name in names.items():
        service.done("PUT", f"/shelters/{code}", coordinator, {"name": name, "admission": admissions[code]})
    for shelter, kind, who, count in [
        ("fa", "single", "any", 4), ("fa", "family", "any", 3), ("fa", "single", "women", 2),
        ("sm", "single", "men", 3), ("hc", "single", "any", 2), ("ow", "single", "women", 5),
    ]:
        number = {"decision": "number", "shelter": shelter, "kind": kind, "who": who, "first": THURSDAY, "count": count}
        known.decisions.append(service.done("POST", "/places/decisions", coordinator, number)["id"])


def register(service, known, day, members, accepts):
    lots = service.done("POST", f"/desk-days/{day}/lots", known.tokens["desk"], {"members": members, "accepts": accepts})["lots"]
    known.slips += [lot["check"] for lot in lots]
    known.unos += [member["uno"] for lot in lots for member in lot["members"] if member["uno"]]


def thursday(service, known):
    """A quiet day, each placed at once; then the evening."""
    desk, door, coordinator = known.tokens["desk"], known.tokens["shelter"], known.tokens["coordinator"]
    service.done("POST", "/desk-days", desk, {"date": THURSDAY, "mode": "direct"})
    for number in range(6):
        register(service, known, THURSDAY, [person(f"T {number}", "man")], ["fa", "sm", "hc"])
    register(service, known, THURSDAY, [person("T 7", "woman"), person("T 8", "man")], ["fa"])
    for lot in service.done("GET", f"/desk-days/{THURSDAY}/hand-out", desk)["calling"]:
        path = f"/desk-days/{THURSDAY}/lots/{lot}/collect"
        tickets = service.done("POST", path, desk, {"sl_ticket": True})["tickets"]
        known.tickets += [ticket["code"] for ticket in tickets]
    service.done("POST", f"/desk-days/{THURSDAY}/finish", desk)
    service.at("2026-11-26 19:30:00")
    for code in known.tickets[:3]:
        service.done("POST", "/shelters/fa/arrivals", door, {"code": code})
    service.done("POST", "/shelters/hc/nights/tonight/head-count", coordinator, {"women": 0, "men": 1})
    service.done("POST", "/shelters/fa/nights/tonight/close", door, {})


def friday(service, known):
    """Open, with lots; the first arrivals are in, and there is a ban, a waiver, a closure and a signature."""
    desk, door, coordinator = known.tokens["desk"], known.tokens["shelter"], known.tokens["coordinator"]
    service.done("POST", "/desk-days", desk, {"date": FRIDAY})
    for number in range(12):
        register(service, known, FRIDAY, [person(f"F {number}", "man")], ["sm", "fa"])
    register(service, known, FRIDAY, [person("F 20", "woman"), person("F 21", "other")], ["fa"])
    register(service, known, FRIDAY, [person("F 22", "man", "2012-05-05")], ["fa"])
    for code in known.tickets[:2]:
        service.done("POST", "/shelters/fa/arrivals", door, {"code": code})
    ban = {"shelter": "fa", "last": "2026-12-20", "reason": "threats"}
    known.bans.append(service.done("POST", f"/guests/{known.unos[-2]}/bans", coordinator, ban)["id"])
    service.done("POST", "/waivers", coordinator, {"day": FRIDAY, "reason": "minus fourteen"})
    closed = {"decision": "closure", "shelter": "ow", "first": "2026-12-01", "last": "2026-12-24"}
    known.decisions.append(service.done("POST", "/places/decisions", coordinator, closed)["id"])
    sign = {"step": "reinstate", "number": 14, "reason": "a document was found"}
    path = f"/desk-days/{FRIDAY}/countersignatures"
    known.signatures.append(service.done("POST", path, known.tokens["another"], sign)["countersignature"])
