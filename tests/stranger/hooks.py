"""What schemathesis is told beside its settings: cases are counted, and no case is a retry of another by chance."""

import os
import random
import uuid

import schemathesis

DICE = random.Random(int(os.environ["STRANGER_SEED"]))
COUNT = open(os.environ["STRANGER_COUNT"], "a", encoding="utf-8", buffering=1)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # Short keys come up again and again, and would be told only that they were used before.
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and case.meta is not None and case.meta.generation.mode.is_positive:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=DICE.getrandbits(128)))


@schemathesis.hook
def after_call(ctx, case, response):
    phase = case.meta.phase.name.value if case.meta is not None else "other"
    COUNT.write(f"{response.status_code} {phase} {case.operation.label}\n")
