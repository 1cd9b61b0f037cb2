import { z } from 'zod';
import {
  counterInputSchema,
  counterPatchSchema,
  counterSchema,
  listOf,
  siteInputSchema,
  sitePatchSchema,
  siteSchema,
  type Counter,
} from '@minhbach/shared/protocol';
import { counterIdSchema, siteIdSchema, type SiteId } from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { CounterRow } from './sites.ts';

const siteParams = z.strictObject({ id: siteIdSchema });
const counterParams = z.strictObject({ id: counterIdSchema });
const counterListQuery = idListQuerySchema.extend({ siteId: siteIdSchema.optional() });

export function siteRoutes({ database, sites, sight, units, audit }: FleetParts): readonly Route[] {
  const requireUnit = (actor: Actor, unitId: string): void => {
    const seen = actor.unit.oversight || actor.unit.id === unitId;
    if (!seen || units.find(unitId) === undefined) throw badInput('/unitId', 'no-such-unit');
  };
  const siteNow = (id: SiteId) => {
    const site = sites.find(id);
    if (site === undefined) throw notFound('site');
    return site;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/sites',
      action: 'sites.read',
      summary: 'The offices in sight.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(siteSchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) => sites.list({ sight: unitSight(actor), after: query.cursor, limit }),
          (site) => site.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/sites/{id}',
      action: 'sites.read',
      summary: 'One office.',
      params: siteParams,
      answer: { status: 200, schema: siteSchema },
      handle: ({ actor, params }) => siteNow(sight.requireSite(actor, params.id).siteId),
    }),
    defineRoute({
      method: 'post',
      path: '/sites',
      action: 'sites.manage',
      summary: 'Adds an office.',
      body: siteInputSchema,
      answer: { status: 201, schema: siteSchema },
      handle({ actor, body }) {
        requireUnit(actor, body.unitId);
        return database.transaction(() => {
          const site = sites.create(body);
          audit.append({
            kind: 'site-created',
            personId: actor.person.id,
            subject: { siteId: site.id, unitId: site.unitId },
          });
          return site;
        });
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/sites/{id}',
      action: 'sites.manage',
      summary: 'Renames an office or moves it to another unit.',
      params: siteParams,
      body: sitePatchSchema,
      answer: { status: 200, schema: siteSchema },
      handle({ actor, params, body }) {
        const { siteId } = sight.requireSite(actor, params.id);
        if (body.unitId !== undefined) requireUnit(actor, body.unitId);
        return database.transaction(() => {
          sites.change(siteId, body);
          audit.append({
            kind: 'site-changed',
            personId: actor.person.id,
            subject: { siteId, unitId: body.unitId },
          });
          return siteNow(siteId);
        });
      },
    }),
  ];
}

export function counterRoutes({ database, sites, sight, sources, audit }: FleetParts): readonly Route[] {
  const withSources = (rows: readonly CounterRow[]): Counter[] => {
    const known = sources
      .ofCounters(rows.map((row) => row.id))
      .filter((source) => source.retiredAt === undefined);
    return rows.map((row) => ({
      ...row,
      sources: known.filter((source) => source.counterId === row.id).map((source) => sources.shown(source)),
    }));
  };
  const counterNow = (id: string): Counter => {
    const row = sites.findCounter(id);
    if (row === undefined) throw notFound('counter');
    const [counter] = withSources([{ id: row.id, name: row.name, siteId: row.siteId }]);
    if (counter === undefined) throw notFound('counter');
    return counter;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/counters',
      action: 'counters.read',
      summary: 'The desks in sight with their sources and what these are doing now.',
      query: counterListQuery,
      answer: { status: 200, schema: listOf(counterSchema) },
      handle({ actor, query }) {
        const page = pageOf(
          query.limit,
          (limit) =>
            sites.listCounters({ sight: unitSight(actor), siteId: query.siteId, after: query.cursor, limit }),
          (counter) => counter.id,
        );
        return { ...page, items: withSources(page.items) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/counters/{id}',
      action: 'counters.read',
      summary: 'One desk.',
      params: counterParams,
      answer: { status: 200, schema: counterSchema },
      handle: ({ actor, params }) => counterNow(sight.requireCounter(actor, params.id).counterId),
    }),
    defineRoute({
      method: 'post',
      path: '/counters',
      action: 'counters.manage',
      summary: 'Adds a desk to an office.',
      body: counterInputSchema,
      answer: { status: 201, schema: counterSchema },
      handle({ actor, body, now }) {
        sight.requireSite(actor, body.siteId);
        return database.transaction(() => {
          const counter = sites.createCounter(body, now);
          audit.append({
            kind: 'counter-created',
            personId: actor.person.id,
            subject: { counterId: counter.id, siteId: counter.siteId },
          });
          return counterNow(counter.id);
        });
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/counters/{id}',
      action: 'counters.manage',
      summary: 'Renames a desk.',
      params: counterParams,
      body: counterPatchSchema,
      answer: { status: 200, schema: counterSchema },
      handle({ actor, params, body }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        return database.transaction(() => {
          if (body.name !== undefined) sites.renameCounter(counterId, body.name);
          audit.append({ kind: 'counter-changed', personId: actor.person.id, subject: { counterId } });
          return counterNow(counterId);
        });
      },
    }),
  ];
}
