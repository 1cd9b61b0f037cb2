import type { Clock } from '@minhbach/shared/clock';
import {
  counterIdSchema,
  grantIdSchema,
  newId,
  utcMs,
  type CounterId,
  type GrantId,
  type IncidentId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { SignedIn } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { notFound, ProblemError } from '../problem/index.ts';
import type { GrantTables } from './grant-schema.ts';

export interface Grant {
  readonly id: GrantId;
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly expiresAt: UtcMs;
}

export interface NewGrant {
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly incidentId?: IncidentId | undefined;
  readonly caseId?: string | undefined;
}

const lifeMs = 2 * 3_600_000;
/** Expired grants answer 410 for this long, 404 after. */
const rememberedMs = 7 * 86_400_000;

/** Permissions to play, each tied to one person in one session. */
export class Grants {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;

  constructor(database: MonitorDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Durable on return, or with the transaction it is called in. */
  create(actor: SignedIn, wanted: NewGrant): Grant {
    const now = this.#clock.wallNow();
    const grant: Grant = {
      id: newId(grantIdSchema),
      counterId: wanted.counterId,
      from: wanted.from,
      to: wanted.to,
      expiresAt: utcMs(now + lifeMs),
    };
    const tables = this.#database.tables<GrantTables>();
    this.#database.run(tables.deleteFrom('play_grant').where('expires_at', '<', now - rememberedMs));
    this.#database.run(
      tables.insertInto('play_grant').values({
        id: grant.id,
        person_id: actor.person.id,
        session_key: actor.sessionKey,
        counter_id: grant.counterId,
        from_ms: grant.from,
        to_ms: grant.to,
        incident_id: wanted.incidentId ?? null,
        case_id: wanted.caseId ?? null,
        created_at: now,
        expires_at: grant.expiresAt,
      }),
    );
    return grant;
  }

  /** 404 for a grant of another person or session, as for one that never was; 410 for one's own that has expired. */
  require(actor: SignedIn, grantId: string): Grant {
    const row = this.#database.first(
      this.#database.tables<GrantTables>().selectFrom('play_grant').selectAll().where('id', '=', grantId),
    );
    if (row === undefined || row.person_id !== actor.person.id || row.session_key !== actor.sessionKey) {
      throw notFound('playback');
    }
    if (row.expires_at <= this.#clock.wallNow()) {
      throw new ProblemError(410, 'grant-expired', 'This permission to play has expired; ask again.');
    }
    return {
      id: grantIdSchema.parse(row.id),
      counterId: counterIdSchema.parse(row.counter_id),
      from: utcMs(row.from_ms),
      to: utcMs(row.to_ms),
      expiresAt: utcMs(row.expires_at),
    };
  }
}
