import { createHash } from 'node:crypto';
import type { MonitorDatabase } from '../database/index.ts';
import type { Shield } from '../shield/index.ts';

const saltHexLength = 64;

/** Personal fields of an entry as they were committed to. */
export interface CommittedFields {
  /** 32 random bytes, hex. */
  readonly salt: string;
  /** RFC 8785 canonical JSON. */
  readonly plaintext: string;
}

export function commitmentTo({ salt, plaintext }: CommittedFields): string {
  return createHash('sha256').update(Buffer.from(salt, 'hex')).update(plaintext, 'utf8').digest('hex');
}

export function sealFields(shield: Shield, seq: number, { salt, plaintext }: CommittedFields): string {
  return shield.seal(salt + plaintext, contextOf(seq));
}

/** Throws `ShieldError`. */
export function openFields(shield: Shield, seq: number, sealed: string): CommittedFields {
  const text = shield.open(sealed, contextOf(seq));
  return { salt: text.slice(0, saltHexLength), plaintext: text.slice(saltHexLength) };
}

function contextOf(seq: number): string {
  return `audit/${seq}`;
}

/** Seals what an older version of this program kept in plain text, and overwrites it. Durable on return. */
export function sealPlainFields({ sqlite }: MonitorDatabase, shield: Shield): void {
  const some = sqlite.prepare<[], CommittedFields & { readonly seq: number }>(
    'SELECT seq, salt, plaintext FROM audit_shielded ORDER BY seq LIMIT 1000',
  );
  const keep = sqlite.prepare<[number, string]>('INSERT INTO audit_sealed (seq, sealed) VALUES (?, ?)');
  const drop = sqlite.prepare<[number]>('DELETE FROM audit_shielded WHERE seq = ?');
  let rows = some.all();
  if (rows.length === 0) return;
  const before = Number(sqlite.pragma('secure_delete', { simple: true }));
  sqlite.pragma('secure_delete = ON');
  for (; rows.length > 0; rows = some.all()) {
    sqlite
      .transaction(() => {
        for (const row of rows) {
          keep.run(row.seq, sealFields(shield, row.seq, row));
          drop.run(row.seq);
        }
      })
      .immediate();
  }
  sqlite.pragma(`secure_delete = ${before}`);
}

/** Whether a shield key was ever used here: then it must not be made anew. */
export function isAnythingSealed({ sqlite }: MonitorDatabase): boolean {
  return sqlite.prepare('SELECT 1 FROM audit_sealed LIMIT 1').get() !== undefined;
}
