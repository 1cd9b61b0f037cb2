import { createHash } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import { noticeTextSchema, type Notice, type NoticeStanding } from '@minhbach/shared/protocol';
import {
  newId,
  noticeIdSchema,
  sha256HexSchema,
  utcMs,
  type CounterId,
  type NoticeId,
  type PersonId,
} from '@minhbach/shared/units-of-measure';
import type { Actor, Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict, notFound } from '../problem/index.ts';
import { noticePdf } from './notice-pdf.ts';
import { saysTheSame, type NoticePlace, type NoticeWording } from './notice-wording.ts';
import type { NoticeTables } from './notices-schema.ts';

type Tables = NoticeTables & { person: { id: PersonId; display_name: string } };
type Row = Omit<NoticeTables['notice'], 'pdf'> & { display_name: string };

export interface NoticesParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly wording: NoticeWording;
  readonly placeOf: (counterId: CounterId) => NoticePlace | undefined;
  readonly placesSeenBy: (actor: Actor) => readonly NoticePlace[];
}

/** What hangs at the counters, version by version. A version is never changed. */
export class Notices {
  readonly #parts: NoticesParts;

  constructor(parts: NoticesParts) {
    this.#parts = parts;
  }

  /** Durable and in the audit on return. Throws 409 `notice-not-configured` while settings lack. */
  async make(actor: Actor, id: string): Promise<Notice> {
    const { database, audit, sight, clock, wording } = this.#parts;
    const { counterId } = sight.requireCounter(actor, id);
    const place = this.#place(counterId);
    const text = wording.of(place);
    if (text === undefined) {
      const settings = wording.lacking.join(', ');
      throw conflict(
        'notice-not-configured',
        `A notice needs settings that the monitor does not have yet: ${settings}.`,
        { settings },
      );
    }
    const madeAt = clock.wallNow();
    const version = this.#lastVersion(counterId) + 1;
    const pdf = await noticePdf({ text, version, madeAt });
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(pdf).digest('hex'));
    const noticeId = newId(noticeIdSchema);
    return database.transaction(() => {
      if (this.#lastVersion(counterId) !== version - 1) {
        throw conflict('notice-made-meanwhile', 'Somebody else made a notice for this counter just now.');
      }
      database.run(
        this.#tables.insertInto('notice').values({
          id: noticeId,
          counter_id: counterId,
          version,
          made_at: madeAt,
          made_by: actor.person.id,
          body: JSON.stringify(text),
          sha256,
          pdf,
          posted_at: null,
          posted_by: null,
        }),
      );
      audit.append({
        kind: 'notice-made',
        personId: actor.person.id,
        subject: { noticeId, counterId, version, sha256 },
      });
      return this.find(actor, noticeId);
    });
  }

  /** It hangs at the counter; said again, nothing changes. Throws 409 `notice-outdated` for what is not current. */
  post(actor: Actor, id: string): Notice {
    const { database, audit, clock } = this.#parts;
    const notice = this.find(actor, id);
    if (notice.postedAt !== undefined) return notice;
    if (!notice.current) {
      throw conflict(
        'notice-outdated',
        'This version is not what a notice says now; make and post a new one.',
      );
    }
    return database.transaction(() => {
      database.run(
        this.#tables
          .updateTable('notice')
          .set({ posted_at: clock.wallNow(), posted_by: actor.person.id })
          .where('id', '=', notice.id),
      );
      audit.append({
        kind: 'notice-posted',
        personId: actor.person.id,
        subject: { noticeId: notice.id, counterId: notice.counterId, version: notice.version },
      });
      return this.find(actor, id);
    });
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: string): Notice {
    const row = this.#parts.database.first(this.#selected.where('n.id', '=', id as NoticeId));
    if (row === undefined || !this.#parts.sight.seesCounter(actor, row.counter_id)) throw notFound('notice');
    return this.#shown(row);
  }

  pdf(actor: Actor, id: string): Buffer {
    const notice = this.find(actor, id);
    const row = this.#parts.database.first(
      this.#tables.selectFrom('notice').select('pdf').where('id', '=', notice.id),
    );
    if (row === undefined) throw notFound('notice');
    return row.pdf;
  }

  /** The newest first. */
  list(
    actor: Actor,
    id: string,
    { before, limit }: { readonly before?: string | undefined; readonly limit: number },
  ): Notice[] {
    const { counterId } = this.#parts.sight.requireCounter(actor, id);
    let select = this.#selected.where('n.counter_id', '=', counterId).orderBy('n.id', 'desc').limit(limit);
    if (before !== undefined) select = select.where('n.id', '<', before as NoticeId);
    return this.#parts.database.all(select).map((row) => this.#shown(row));
  }

  /** Of every counter in sight, by the last version that was posted there. */
  standing(actor: Actor): NoticeStanding[] {
    const { database, wording, placesSeenBy } = this.#parts;
    const posted = new Map(
      database
        .all(
          this.#tables
            .selectFrom('notice')
            .select(['counter_id', 'body'])
            .where('posted_at', 'is not', null)
            .orderBy('version'),
        )
        .map(({ counter_id: counterId, body }) => [counterId, body]),
    );
    return placesSeenBy(actor).map((place) => {
      const { counterId } = place;
      const body = posted.get(counterId);
      if (body === undefined) return { counterId, standing: 'missing' };
      const same = saysTheSame(textOf(body), wording.of(place));
      return { counterId, standing: same ? 'current' : 'outdated' };
    });
  }

  #shown(row: Row): Notice {
    const text = textOf(row.body);
    const newest = this.#lastVersion(row.counter_id) === row.version;
    return {
      id: row.id,
      counterId: row.counter_id,
      version: row.version,
      madeAt: utcMs(row.made_at),
      madeBy: { id: row.made_by, displayName: row.display_name },
      text,
      sha256: row.sha256,
      ...(row.posted_at === null ? {} : { postedAt: utcMs(row.posted_at) }),
      current: newest && saysTheSame(text, this.#parts.wording.of(this.#place(row.counter_id))),
    };
  }

  #place(counterId: CounterId): NoticePlace {
    const place = this.#parts.placeOf(counterId);
    if (place === undefined) throw notFound('counter');
    return place;
  }

  #lastVersion(counterId: CounterId): number {
    const last = this.#parts.database.first(
      this.#tables
        .selectFrom('notice')
        .select((e) => e.fn.max('version').as('version'))
        .where('counter_id', '=', counterId),
    );
    return Number(last?.version ?? 0);
  }

  get #selected() {
    return this.#tables
      .selectFrom('notice as n')
      .innerJoin('person as p', 'p.id', 'n.made_by')
      .select([
        ...(['n.id', 'n.counter_id', 'n.version', 'n.made_at', 'n.made_by', 'n.body', 'n.sha256'] as const),
        ...(['n.posted_at', 'n.posted_by', 'p.display_name'] as const),
      ]);
  }

  get #tables() {
    return this.#parts.database.tables<Tables>();
  }
}

function textOf(body: string) {
  return noticeTextSchema.parse(JSON.parse(body));
}
