/** What a selection of files came to, by the stamps of all of them. */
export const SELECTIONS = `
CREATE TABLE selection_digest (
  stamps TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  used_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
