import { z } from 'zod';
import {
  aimSchema,
  listOf,
  sourceCreatedSchema,
  sourceInputSchema,
  sourceSchema,
  type SourceStatus,
} from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  sourceIdSchema,
  type CounterId,
  type RecorderId,
} from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import { badInput, conflict, notFound, ProblemError } from '../problem/index.ts';
import type { FleetParts } from './fleet-parts.ts';
import { runJob } from './recorder-link.ts';
import { addressOf } from './recorder-routes.ts';
import type { KnownSource } from './sources.ts';

const sourceParams = z.strictObject({ id: sourceIdSchema });
const sourceListQuery = idListQuerySchema.extend({ counterId: counterIdSchema.optional() });
const registerTimeoutMs = 20_000;

export function sourceRoutes(parts: FleetParts): readonly Route[] {
  const { database, sources, sites, recorders, sight, audit, aims, link, announce } = parts;
  const requireSource = (actor: Actor, id: string): KnownSource => {
    const source = sources.find(sight.requireSource(actor, id).sourceId);
    if (source === undefined) throw notFound('source');
    return source;
  };
  const requireActive = (actor: Actor, id: string): KnownSource => {
    const source = requireSource(actor, id);
    if (source.retiredAt !== undefined) throw conflict('source-retired', 'That source has been retired.');
    return source;
  };
  const inSight = (actor: Actor, counterId: CounterId | undefined): KnownSource[] => {
    if (counterId !== undefined) return sources.ofCounter(sight.requireCounter(actor, counterId).counterId);
    const counters = sites.listCounters({ sight: unitSight(actor), limit: 100_000 });
    return sources.ofCounters(counters.map((counter) => counter.id));
  };
  return [
    defineRoute({
      method: 'get',
      path: '/sources',
      action: 'sources.read',
      summary: 'The sources in sight that have not been retired.',
      query: sourceListQuery,
      answer: { status: 200, schema: listOf(sourceSchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) =>
            inSight(actor, query.counterId)
              .filter((source) => source.retiredAt === undefined)
              .filter((source) => query.cursor === undefined || source.sourceId > query.cursor)
              .slice(0, limit)
              .map((source) => sources.shown(source)),
          (source) => source.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/sources/{id}',
      action: 'sources.read',
      summary: 'One source.',
      params: sourceParams,
      answer: { status: 200, schema: sourceSchema },
      handle: ({ actor, params }) => sources.shown(requireSource(actor, params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/sources',
      action: 'sources.register',
      summary: 'Binds a device to a counter: its picture, and its own sound as a source beside it.',
      body: sourceInputSchema,
      answer: { status: 201, schema: sourceCreatedSchema },
      async handle({ actor, body }) {
        const { counterId, siteId } = sight.requireCounter(actor, body.counterId);
        const recorder = recorders.row(body.recorderId);
        if (recorder === undefined) throw badInput('/recorderId', 'no-such-recorder');
        if (recorder.site_id !== siteId) throw badInput('/recorderId', 'recorder-of-site');
        // Not given up when the caller leaves: what the recorder has registered is written down here.
        const result = await runJob<'register'>(
          link,
          recorder.id,
          {
            kind: 'register',
            counterId,
            name: body.name,
            sourceKind: body.kind,
            connection: body.connection,
          },
          { timeoutMs: registerTimeoutMs },
        );
        const [first, ...others] = stored(recorder.id, counterId, result.sources);
        if (first === undefined) throw recorderFault();
        const address = addressOf(body.connection);
        database.transaction(() => {
          for (const source of [first, ...others]) {
            audit.append({
              kind: 'source-registered',
              personId: actor.person.id,
              subject: { sourceId: source.sourceId, counterId, recorderId: recorder.id, kind: source.kind },
              shielded: { address },
            });
          }
        });
        const picture = [first, ...others].find((source) => source.kind === body.kind) ?? first;
        const ids = [first, ...others].map((source) => source.sourceId);
        return { id: picture.sourceId, ids };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/sources/{id}/aim',
      action: 'sources.aim',
      summary: 'Sixty seconds of low-resolution picture for the technician, announced on the wall.',
      params: sourceParams,
      answer: { status: 201, schema: aimSchema },
      handle({ actor, params }) {
        const source = requireActive(actor, params.id);
        if (source.kind !== 'camera') throw conflict('not-a-camera', 'Only a camera can be aimed.');
        audit.append({
          kind: 'source-aimed',
          personId: actor.person.id,
          subject: { sourceId: source.sourceId, counterId: source.counterId },
        });
        const aim = aims.start(actor.person.id, source.sourceId);
        announce().aimStarted({ ...aim, by: actor.person.displayName });
        return aim;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/sources/{id}/retire',
      action: 'sources.retire',
      summary: 'Ends the recording of a source for good; its footage stays.',
      params: sourceParams,
      answer: { status: 200, schema: sourceSchema },
      async handle({ actor, params, now }) {
        const source = requireActive(actor, params.id);
        const job = { kind: 'retire', sourceId: source.sourceId } as const;
        await runJob<'retire'>(link, source.recorderId, job, { timeoutMs: registerTimeoutMs });
        database.transaction(() => {
          sources.retire(source.sourceId, now);
          audit.append({
            kind: 'source-retired',
            personId: actor.person.id,
            subject: { sourceId: source.sourceId, counterId: source.counterId },
          });
        });
        const shown = sources.shown(requireSource(actor, source.sourceId));
        announce().sourceState(shown);
        return shown;
      },
    }),
  ];

  /** The recorder may have told of them on its own already; either way they are stored once. */
  function stored(
    recorderId: RecorderId,
    counterId: CounterId,
    statuses: readonly SourceStatus[],
  ): readonly KnownSource[] {
    if (statuses.some((status) => status.counterId !== counterId)) throw recorderFault();
    return database.transaction(() =>
      statuses.map((status) => {
        const source = sources.take(recorderId, status) ?? sources.find(status.sourceId);
        if (source?.recorderId !== recorderId) throw recorderFault();
        return source;
      }),
    );
  }
}

function recorderFault(): ProblemError {
  return new ProblemError(502, 'recorder-fault', 'The recorder answered what was not asked of it.');
}
