/** Tables of signed heads, for `openSpool`. All can be made again: the tiles from the entries, a head by signing anew. */
export const headMigrations = [
  {
    name: 'ledger-heads-1',
    sql: `
-- The tree over each generation's entries, as tiles of leaf hashes and of the roots of full tiles below.
CREATE TABLE ledger_tile (
  generation INTEGER NOT NULL,
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,                           -- 32 bytes each, at most 256
  PRIMARY KEY (generation, level, tile)
) STRICT, WITHOUT ROWID;

-- The newest head of each generation. Its size is how many entries the tiles are over.
CREATE TABLE ledger_head (
  generation INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  root TEXT NOT NULL,                             -- hex
  note TEXT NOT NULL,                             -- signed by this recorder
  signed_at INTEGER NOT NULL                      -- UTC ms
) STRICT;

-- The newest head of each generation that each witness has counter-signed.
CREATE TABLE witnessed_head (
  generation INTEGER NOT NULL,
  witness TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,                             -- with its signature
  PRIMARY KEY (generation, witness)
) STRICT, WITHOUT ROWID;
`,
  },
] as const;
