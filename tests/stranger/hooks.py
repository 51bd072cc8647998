"""What schemathesis is told beside its settings: cases are counted, and no case is a retry of another by chance."""

import os
import random
import uuid

import schemathesis

DICE = random.Random(int(os.environ["STRANGER_SEED"]))
COUNT = os.environ["STRANGER_COUNT"]


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # Short keys come up again and again, and would be told only that they were used before.
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and case.meta is not None and case.meta.generation.mode.is_positive:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=DICE.getrandbits(128)))


@schemathesis.hook
def after_call(ctx, case, response):
    with open(COUNT, "a", encoding="utf-8") as count:
        count.write(f"{response.status_code} {case.operation.label}\n")
