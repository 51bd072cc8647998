-- An auditor reads draws, the audit log and sums, and nothing else. A machine's token ends on a date, and may do a part only of what
-- its role may.
ALTER TABLE token DROP CONSTRAINT token_role_check,
    ADD CONSTRAINT token_role_check CHECK (role IN ('desk', 'shelter', 'coordinator', 'auditor')),
    -- The powers it has of its role, their words with commas between; all of them if it says nothing.
    ADD COLUMN powers TEXT CHECK (length(powers) > 0),
    -- The last date on which it opens anything.
    ADD COLUMN last_date DATE;

ALTER TABLE audit DROP CONSTRAINT audit_role_check,
    ADD CONSTRAINT audit_role_check CHECK (role IN ('desk', 'shelter', 'coordinator', 'auditor', 'operator', 'service'));
