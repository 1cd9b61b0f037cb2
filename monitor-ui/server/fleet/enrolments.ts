import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { nameSchema } from '@minhbach/shared/protocol';
import {
  utcMs,
  type PersonId,
  type RecorderId,
  type SiteId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { EnrolmentBook } from '../uplink/index.ts';
import type { FleetTables } from './fleet-schema.ts';

const validMs = 24 * 3_600_000;

/** One-time secrets by which a new recorder becomes one of ours, and the keys of those that are. */
export class Enrolments implements EnrolmentBook {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #keyFingerprint: string;

  constructor(database: MonitorDatabase, audit: AuditLog, keyFingerprint: string) {
    this.#database = database;
    this.#audit = audit;
    this.#keyFingerprint = keyFingerprint;
  }

  /** The code is shown once; only its hash is kept. It holds for a day and for one recorder. */
  make(siteId: SiteId, madeBy: PersonId, now: UtcMs): { id: string; code: string; expiresAt: UtcMs } {
    const id = randomUUID();
    const secret = randomBytes(24).toString('base64url');
    const expiresAt = utcMs(now + validMs);
    this.#database.run(
      this.#table.insertInto('enrolment').values({
        id,
        site_id: siteId,
        secret_hash: hashOf(secret),
        made_by: madeBy,
        made_at: now,
        expires_at: expiresAt,
        used_at: null,
        recorder_id: null,
      }),
    );
    return { id, code: `mb1.${this.#keyFingerprint}.${secret}`, expiresAt };
  }

  find(recorderId: RecorderId): { readonly siteId: SiteId; readonly publicKey: string } | undefined {
    return this.#database.first(
      this.#table
        .selectFrom('recorder')
        .select(['site_id as siteId', 'public_key as publicKey'])
        .where('id', '=', recorderId),
    );
  }

  enrol(of: Parameters<EnrolmentBook['enrol']>[0]): { readonly siteId: SiteId } | undefined {
    return this.#database.transaction(() => {
      if (this.find(of.recorderId)) return undefined;
      const enrolment = this.#database.first(
        this.#table
          .selectFrom('enrolment')
          .selectAll()
          .where('secret_hash', '=', hashOf(of.secret))
          .where('used_at', 'is', null)
          .where('expires_at', '>', of.at),
      );
      if (enrolment === undefined) return undefined;
      const name = nameSchema.safeParse(of.name);
      this.#database.run(
        this.#table.insertInto('recorder').values({
          id: of.recorderId,
          name: name.success ? name.data : 'recorder',
          site_id: enrolment.site_id,
          public_key: of.publicKey,
          enrolled_at: of.at,
          last_seen_at: null,
          report: null,
        }),
      );
      this.#database.run(
        this.#table
          .updateTable('enrolment')
          .set({ used_at: of.at, recorder_id: of.recorderId })
          .where('id', '=', enrolment.id),
      );
      this.#audit.append({
        kind: 'recorder-enrolled',
        subject: { recorderId: of.recorderId, siteId: enrolment.site_id, enrolmentId: enrolment.id },
      });
      return { siteId: enrolment.site_id };
    });
  }

  get #table() {
    return this.#database.tables<FleetTables>();
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
