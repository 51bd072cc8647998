ALTER TABLE audit DROP CONSTRAINT audit_role_check,
    ADD CONSTRAINT audit_role_check CHECK (role IN ('desk', 'shelter', 'coordinator', 'operator', 'service'));
ALTER TABLE token DROP COLUMN last_date, DROP COLUMN powers, DROP CONSTRAINT token_role_check,
    ADD CONSTRAINT token_role_check CHECK (role IN ('desk', 'shelter', 'coordinator'));
