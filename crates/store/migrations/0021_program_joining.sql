-- Who may join a program, as a column: programs by invitation are looked for by everybody who lists programs.

ALTER TABLE programs ADD COLUMN joining TEXT NOT NULL DEFAULT 'open';
UPDATE programs SET joining = 'application' WHERE body LIKE '%"joining":"application"%';
UPDATE programs SET joining = 'invitation' WHERE body LIKE '%"joining":"invitation"%';
CREATE INDEX programs_by_invitation ON programs (network_id, id) WHERE joining = 'invitation';
