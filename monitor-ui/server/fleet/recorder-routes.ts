import { z } from 'zod';
import {
  createdSchema,
  enrolmentInputSchema,
  enrolmentSchema,
  jobSchema,
  listOf,
  nameSchema,
  probeInputSchema,
  recorderSchema,
  type DeviceConnection,
} from '@minhbach/shared/protocol';
import { jobIdSchema, recorderIdSchema, siteIdSchema } from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import { notFound } from '../problem/index.ts';
import type { FleetParts } from './fleet-parts.ts';

const recorderParams = z.strictObject({ id: recorderIdSchema });
const recorderListQuery = idListQuerySchema.extend({ siteId: siteIdSchema.optional() });
const discoverTimeoutMs = 60_000;
const probeTimeoutMs = 60_000;

export function recorderRoutes(parts: FleetParts): readonly Route[] {
  const { database, recorders, enrolments, sight, audit, jobs } = parts;
  const requireRecorder = (actor: Actor, id: string) => {
    const recorder = recorders.find(id);
    if (recorder === undefined || !sight.seesSite(actor, recorder.siteId)) throw notFound('recorder');
    return recorder;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/recorders',
      action: 'recorders.read',
      summary: 'The recorders in sight and what each last said of itself.',
      query: recorderListQuery,
      answer: { status: 200, schema: listOf(recorderSchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) =>
            recorders.list({ sight: unitSight(actor), siteId: query.siteId, after: query.cursor, limit }),
          (recorder) => recorder.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/recorders/{id}',
      action: 'recorders.read',
      summary: 'One recorder.',
      params: recorderParams,
      answer: { status: 200, schema: recorderSchema },
      handle: ({ actor, params }) => requireRecorder(actor, params.id),
    }),
    defineRoute({
      method: 'patch',
      path: '/recorders/{id}',
      action: 'recorders.manage',
      summary: 'Renames a recorder.',
      params: recorderParams,
      body: z.strictObject({ name: nameSchema }),
      answer: { status: 200, schema: recorderSchema },
      handle({ actor, params, body }) {
        const { id } = requireRecorder(actor, params.id);
        return database.transaction(() => {
          recorders.rename(id, body.name);
          audit.append({ kind: 'recorder-changed', personId: actor.person.id, subject: { recorderId: id } });
          return requireRecorder(actor, id);
        });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/recorders/enrolments',
      action: 'recorders.enrol',
      summary: 'A one-time code, shown once and valid for a day, by which one recorder joins a site.',
      body: enrolmentInputSchema,
      answer: { status: 201, schema: enrolmentSchema },
      handle({ actor, body, now }) {
        const { siteId } = sight.requireSite(actor, body.siteId);
        return database.transaction(() => {
          const enrolment = enrolments.make(siteId, actor.person.id, now);
          audit.append({
            kind: 'enrolment-made',
            personId: actor.person.id,
            subject: { siteId, enrolmentId: enrolment.id },
          });
          return enrolment;
        });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/recorders/{id}/discover',
      action: 'recorders.discover',
      summary: 'Asks the recorder which devices answer in its network.',
      params: recorderParams,
      answer: { status: 202, schema: createdSchema },
      handle({ actor, params }) {
        const recorder = requireRecorder(actor, params.id);
        const id = jobs.start(actor.person.id, recorder.id, { kind: 'discover' }, discoverTimeoutMs);
        audit.append({
          kind: 'device-discovered',
          personId: actor.person.id,
          subject: { recorderId: recorder.id },
        });
        return { id };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/recorders/{id}/probe',
      action: 'recorders.probe',
      summary: 'Asks the recorder what a device is and which streams it has.',
      params: recorderParams,
      body: probeInputSchema,
      answer: { status: 202, schema: createdSchema },
      handle({ actor, params, body }) {
        const recorder = requireRecorder(actor, params.id);
        const job = { kind: 'probe', connection: body.connection } as const;
        const id = jobs.start(actor.person.id, recorder.id, job, probeTimeoutMs);
        audit.append({
          kind: 'device-probed',
          personId: actor.person.id,
          subject: { recorderId: recorder.id },
          shielded: { address: addressOf(body.connection) },
        });
        return { id };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/jobs/{id}',
      action: 'jobs.read',
      summary: 'How far a question to a recorder is; only for the person who asked.',
      params: z.strictObject({ id: jobIdSchema }),
      answer: { status: 200, schema: jobSchema },
      handle({ actor, params }) {
        const job = jobs.find(params.id, actor.person.id);
        if (job === undefined) throw notFound('job');
        return job;
      },
    }),
  ];
}

/** Where a device is, without the login that may stand in its address. */
export function addressOf(connection: DeviceConnection): string {
  const address = connection.type === 'onvif' ? connection.address : connection.url;
  return (
    address
      .replace(/\/\/[^/]*@/, '//')
      .replace(/^[^/]*@/, '')
      .split('?', 1)[0] ?? ''
  );
}
