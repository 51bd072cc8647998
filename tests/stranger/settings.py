"""The settings of schemathesis for one role: which codes it knows, which checks are on, what a request that is written as the document
says may be answered, and how many cases each operation gets."""

import json

# Where a rule that no schema can tell may say 422 to a request that is written as the document says, and which. Everywhere else that
# is a fault: the document promises more than the service takes.
CODE = "the last character of a code checks the others"
WHO = "a document or a UNO code, not both, nobody twice; a document's number is letters and digits in the end"
RULES = {
    "GET /guests/{uno}": CODE,
    "PUT /guests/{uno}": CODE,
    "POST /guests/{uno}/bans": CODE,
    "POST /guests/{uno}/documents": f"{CODE}; {WHO}",
    "POST /guests/find": WHO,
    "GET /tickets/{code}": CODE,
    "POST /tickets/{code}/give-back": CODE,
    "POST /tickets/{code}/move": CODE,
    "POST /tickets/{code}/place-gone": CODE,
    "POST /tickets/{code}/reprint": CODE,
    "POST /tickets/{code}/revoke": CODE,
    "POST /shelters/{code}/arrivals": CODE,
    "POST /shelters/{code}/arrivals/undo": CODE,
    "POST /shelters/{code}/walk-ins": WHO,
    "POST /shelters/{code}/walk-ins/undo": CODE,
    "POST /shelters/{code}/move": "to other shelters, each once",
    "GET /shelters/{code}/turned-away": "from before to; not too many days",
    "GET /turned-away": "from before to; not too many days",
    "GET /calendar": "a year, or from and to; not too many days",
    "GET /public/desk-days/{day}/lots/{lot}": CODE,
    "GET /desk-days/{day}/lots": "no number larger than any that is kept",
    "POST /desk-days/{day}/lots": WHO,
    "POST /desk-days/{day}/eligibility": WHO,
    "POST /desk-days/{day}/lots/{lot}/reinstate": "each member once, and one of the lot",
    "POST /desk-days/{day}/draws": "dice or the service, not both",
    "POST /desk-days": "the shortest ticket is no longer than the longest of a shelter",
    "POST /waivers": CODE,
    "POST /places/decisions": "which fields are asked goes by what is decided",
    "PATCH /places/decisions/{id}": "the same",
    "DELETE /places/decisions/{id}": "the same",
}
# What is named in the body or behind the question mark may not be there either: elsewhere that goes by the path alone.
NAMED = ["GET /bans", "POST /guests/find", "POST /waivers", "POST /places/decisions"]
# What a role may do in general, but not so: a direct day is opened by a coordinator.
NOT_SO = {("desk", "POST /desk-days"): "403"}


def quoted(values):
    return json.dumps(list(values))


# So many cases of a role it takes to go through every limit of every field as each of them. Where fewer are asked, a coordinator does
# so alone, who is let in everywhere but at one address, with half of the operations on each database.
THOROUGH = 6000


def operations(document):
    """Method and path, key, and the roles of each: none for what everybody may ask."""
    for path, item in document["paths"].items():
        for method, one in item.items():
            security = one.get("security") or [{}]
            label = f"{method.upper()} {path.removeprefix('/api/v1')}"
            yield label, one["operationId"], security[0].get("token")


def expected(label, roles, role):
    """What a request that is written as the document says may be answered: who is not let in hears that and nothing else."""
    if roles is not None and role == "nobody":
        return ["401"]
    if roles is not None and role not in roles:
        return ["403"]
    statuses = ["2xx"]
    if (role, label) in NOT_SO:
        statuses.append(NOT_SO[role, label])
    if "{" in label.replace("{day}", "") or label in NAMED:
        statuses.append("404")
    if not label.startswith("GET ") or "{day}" in label:
        statuses.append("409")
    if label in RULES:
        statuses.append("422")
    return statuses


def answers(document, role):
    """The lines that say so, for all operations of which the same holds at once: each line is read again for every operation."""
    groups = {}
    for label, key, roles in operations(document):
        groups.setdefault(tuple(expected(label, roles, role)), []).append(key)
    for statuses, keys in groups.items():
        yield "[[operations]]"
        yield f"include-operation-id = {quoted(keys)}"
        yield f"checks.positive_data_acceptance.expected-statuses = {quoted(statuses)}"


def each(cases):
    """How many cases an operation gets of those that are thought of one by one: of 75, those that take nothing soon have none left."""
    return max(1, cases // (75 if cases < 1000 else 60))


# So many times as many cases get the few operations that are open to everybody, where nobody calls: all others end at the same 401.
OWN = 6


def dictionaries(known):
    keys = known.bans + known.decisions + known.signatures
    words = {
        "days": known.days, "shelters": known.shelters, "unos": known.unos, "tickets": known.tickets, "slips": known.slips,
        "keys": keys, "lots": range(1, 16), "draws": [1, 1, 2], "nights": ["tonight", *known.days],
    }
    words["known"] = known.days + known.shelters + known.unos + known.tickets + keys
    for name, values in words.items():
        yield f"[dictionaries.{name}]"
        yield f"values = {quoted(values)}"
    yield "[parameters]"
    for parameter, name in [("day", "days"), ("uno", "unos"), ("lot", "lots"), ("draw", "draws"), ("night", "nights"), ("id", "keys"), ("check", "slips")]:
        yield f'{parameter} = {{ dictionary = "{name}", probability = 0.9 }}'


def of(document, known, role, cases, half, hooks):
    """The settings of a role; `half` says which half of the operations is gone through limit by limit, 0 or 1, or None for all."""
    lines = [f'hooks = "{hooks}"', "continue-on-failure = true", "max-failures = 20", "warnings = false"]
    lines += ["[generation]", f"max-examples = {each(cases)}", 'database = "none"', "no-shrink = true"]
    lines += ["[generation.dictionaries.string]", 'dictionary = "known"', "probability = 0.4"]
    lines += dictionaries(known)
    if role in known.tokens:
        lines += ["[auth.openapi.token]", f'bearer = "{known.tokens[role]}"']
    lines += ["[checks]", "enabled = true"]
    lines += ["[[operations]]", 'include-path-regex = "/shelters/[{]code"', 'parameters.code = { dictionary = "shelters", probability = 0.9 }']
    lines += ["[[operations]]", 'include-path-regex = "/tickets/[{]code"', 'parameters.code = { dictionary = "tickets", probability = 0.9 }']
    lines += answers(document, role)
    if role == "nobody":
        own = [key for _, key, roles in operations(document) if roles is None]
        lines += ["[[operations]]", f"include-operation-id = {quoted(own)}", f"generation.max-examples = {OWN * each(cases)}"]
    if cases < THOROUGH:
        keys = [key for _, key, _ in operations(document)]
        left_out = [key for n, key in enumerate(keys) if role != "coordinator" or half not in (None, n % 2)]
        if left_out:
            lines += ["[[operations]]", f"include-operation-id = {quoted(left_out)}", "phases.coverage.enabled = false"]
    return "\n".join(lines) + "\n"
