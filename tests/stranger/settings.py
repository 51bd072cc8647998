"""The settings of schemathesis for one role: which codes it knows, which checks are on, and how many cases each operation gets."""

import json

# Where a rule that no schema can tell may say 422 to a request that is written as the document says, and which. Everywhere else that
# is a fault: the document promises more than the service takes.
RULES = {
    "/guests/[{]uno": "the last character of a code checks the others",
    "/tickets/[{]code": "the same",
    "/arrivals": "the same",
    "/public/.*/lots": "the same",
    "/waivers": "the same",
    "/walk-ins": "a document or a UNO code, not both, and nobody twice",
    "/lots$": "the same",
    "/eligibility": "the same",
    "/calendar$": "a year, or from and to; not too many days",
    "/turned-away$": "from before to; not too many days",
    "/places/decisions": "which fields are asked goes by what is decided",
    "/draws$": "dice or the service, not both",
    "/shelters/[{]code[}]/move$": "to other shelters, each once",
    "/api/v1/desk-days$": "the shortest ticket is no longer than the longest of a shelter",
    "/reinstate$": "each member once, and one of the lot",
    "/guests/find": "a document's number that is letters and digits in the end",
}


def quoted(values):
    return json.dumps(list(values))


# So many cases it takes to go through every limit of every field: where fewer are asked, that is done for some operations alone.
THOROUGH = 6000


def of(document, known, role, cases, seed, hooks):
    lines = [f'hooks = "{hooks}"', "continue-on-failure = true", "max-failures = 20", "warnings = false"]
    lines += ["[generation]", f"max-examples = {max(1, cases // 75)}", 'database = "none"', "no-shrink = true"]
    lines += ["[generation.dictionaries.string]", 'dictionary = "known"', "probability = 0.4"]
    keys = known.bans + known.decisions + known.signatures
    words = {
        "days": known.days, "shelters": known.shelters, "unos": known.unos, "tickets": known.tickets, "slips": known.slips,
        "keys": keys, "lots": range(1, 16), "draws": [1, 1, 2], "nights": ["tonight", *known.days],
    }
    words["known"] = known.days + known.shelters + known.unos + known.tickets + keys
    for name, values in words.items():
        lines += [f"[dictionaries.{name}]", f"values = {quoted(values)}"]
    lines += ["[parameters]"]
    for parameter, name in [("day", "days"), ("uno", "unos"), ("lot", "lots"), ("draw", "draws"), ("night", "nights"), ("id", "keys"), ("check", "slips")]:
        lines += [f'{parameter} = {{ dictionary = "{name}", probability = 0.9 }}']
    if role in known.tokens:
        lines += ["[auth.openapi.token]", f'bearer = "{known.tokens[role]}"']
    lines += ["[checks]", "enabled = true"]
    lines += ['positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409"]']
    lines += ["[[operations]]", 'include-path-regex = "/shelters/[{]code"', 'parameters.code = { dictionary = "shelters", probability = 0.9 }']
    lines += ["[[operations]]", 'include-path-regex = "/tickets/[{]code"', 'parameters.code = { dictionary = "tickets", probability = 0.9 }']
    if cases < THOROUGH:
        names = [one["operationId"] for item in document["paths"].values() for one in item.values()]
        left_out = [name for n, name in enumerate(names) if role != "coordinator" or n % 15 != seed % 15]
        lines += ["[[operations]]", f"include-operation-id = {quoted(left_out)}", "phases.coverage.enabled = false"]
    for path in RULES:
        lines += ["[[operations]]", f"include-path-regex = '{path}'"]
        lines += ['checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]']
    return "\n".join(lines) + "\n"
