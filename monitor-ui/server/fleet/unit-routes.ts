import { z } from 'zod';
import { listOf, unitInputSchema, unitPatchSchema, unitSchema, type Unit } from '@minhbach/shared/protocol';
import { unitIdSchema } from '@minhbach/shared/units-of-measure';
import { requireMay, type Actor } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import { conflict, notFound } from '../problem/index.ts';
import type { FleetParts } from './fleet-parts.ts';

const unitParams = z.strictObject({ id: unitIdSchema });

export function unitRoutes({ database, units, audit, accounts }: FleetParts): readonly Route[] {
  const requireUnit = (actor: Actor, id: string): Unit => {
    const unit = units.find(id);
    if (unit === undefined || !(actor.unit.oversight || actor.unit.id === unit.id)) throw notFound('unit');
    return unit;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/units',
      action: 'units.read',
      summary: 'The organisations; people outside oversight see their own.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(unitSchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) =>
            units.list({
              only: actor.unit.oversight ? undefined : actor.unit.id,
              after: query.cursor,
              limit,
            }),
          (unit) => unit.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/units/{id}',
      action: 'units.read',
      summary: 'One unit.',
      params: unitParams,
      answer: { status: 200, schema: unitSchema },
      handle: ({ actor, params }) => requireUnit(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/units',
      action: 'units.create',
      summary: 'Adds a unit.',
      body: unitInputSchema,
      answer: { status: 201, schema: unitSchema },
      handle: ({ actor, body }) =>
        database.transaction(() => {
          const unit = units.create(body);
          audit.append({
            kind: 'unit-created',
            personId: actor.person.id,
            subject: { unitId: unit.id, oversight: unit.oversight },
          });
          return unit;
        }),
    }),
    defineRoute({
      method: 'patch',
      path: '/units/{id}',
      action: 'units.manage',
      summary: 'Renames a unit, or changes whether its people see every site (oversight only).',
      params: unitParams,
      body: unitPatchSchema,
      answer: { status: 200, schema: unitSchema },
      handle({ actor, params, body }) {
        const before = requireUnit(actor, params.id);
        // Who could widen his own unit's sight would see everything.
        if (body.oversight !== undefined && body.oversight !== before.oversight)
          requireMay(actor, 'units.create');
        if (body.oversight === true && !before.oversight && !accounts.isFounding()) {
          throw conflict(
            'unit-stays',
            'A unit does not become one of oversight once footage is held: make a new one, and move people there.',
          );
        }
        return database.transaction(() => {
          units.change(before.id, body);
          audit.append({
            kind: 'unit-changed',
            personId: actor.person.id,
            subject: { unitId: before.id, oversight: body.oversight },
          });
          return requireUnit(actor, before.id);
        });
      },
    }),
  ];
}
