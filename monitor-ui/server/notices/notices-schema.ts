import type { CounterId, NoticeId, PersonId, Sha256Hex } from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface NoticeTables {
  notice: {
    id: NoticeId;
    counter_id: CounterId;
    version: number;
    made_at: number;
    made_by: PersonId;
    body: string;
    sha256: Sha256Hex;
    pdf: Buffer;
    posted_at: number | null;
    posted_by: PersonId | null;
  };
}

export const noticesSchema: readonly SchemaStep[] = [
  {
    name: 'notices',
    up: `
CREATE TABLE notice (
  id         TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL REFERENCES counter (id),
  version    INTEGER NOT NULL CHECK (version >= 1),  -- for each counter, without holes
  made_at    INTEGER NOT NULL,                       -- UTC milliseconds, like all times
  made_by    TEXT NOT NULL REFERENCES person (id),
  body       TEXT NOT NULL,                          -- JSON of what it says
  sha256     TEXT NOT NULL,                          -- of pdf, hex
  pdf        BLOB NOT NULL,                          -- kept: another library version would draw other bytes
  posted_at  INTEGER,                                -- when it was first said to hang at the counter
  posted_by  TEXT REFERENCES person (id),
  UNIQUE (counter_id, version)
) STRICT;
`,
  },
];
