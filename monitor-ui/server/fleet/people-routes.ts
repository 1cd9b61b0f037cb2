import { z } from 'zod';
import {
  listOf,
  passwordSchema,
  personInputSchema,
  personPatchSchema,
  personSchema,
  type Person,
} from '@minhbach/shared/protocol';
import { personIdSchema } from '@minhbach/shared/units-of-measure';
import { hashPassword, type Actor, type PersonChange } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import type { FleetParts } from './fleet-parts.ts';

const personParams = z.strictObject({ id: personIdSchema });
const ownPasswordSchema = z.strictObject({ password: z.string().max(200), newPassword: passwordSchema });

export function peopleRoutes(parts: FleetParts): readonly Route[] {
  const { database, people, units, audit, sessionStore, signIn, accounts } = parts;
  const sees = (actor: Actor, unitId: string): boolean => actor.unit.oversight || actor.unit.id === unitId;
  const requirePerson = (actor: Actor, id: string): Person => {
    const person = people.find(id);
    if (person === undefined || !sees(actor, person.unitId)) throw notFound('person');
    return person;
  };
  const requireUnit = (actor: Actor, unitId: string): void => {
    if (units.find(unitId) === undefined || !sees(actor, unitId)) throw badInput('/unitId', 'no-such-unit');
  };
  return [
    defineRoute({
      method: 'get',
      path: '/people',
      action: 'people.read',
      summary: 'Accounts.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(personSchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) =>
            people
              .list({
                unitId: actor.unit.oversight ? undefined : actor.unit.id,
                after: query.cursor,
                limit,
              })
              .map((person) => accounts.shown(person)),
          (person) => person.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/people/{id}',
      action: 'people.read',
      summary: 'One account.',
      params: personParams,
      answer: { status: 200, schema: personSchema },
      handle: ({ actor, params }) => accounts.shown(requirePerson(actor, params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/people',
      action: 'people.manage',
      summary: 'Adds an account with a first password; once footage is held, a second person agrees first.',
      body: personInputSchema,
      answer: { status: 201, schema: personSchema },
      async handle({ actor, body, now }) {
        requireUnit(actor, body.unitId);
        const { password, reason, ...account } = body;
        const passwordHash = await hashPassword(password);
        return database.transaction(() => {
          const active = accounts.isFounding();
          const person = people.create({ ...account, passwordHash, createdAt: now, active });
          audit.append({
            kind: 'person-created',
            personId: actor.person.id,
            subject: { personId: person.id, role: person.role, unitId: person.unitId, active },
          });
          if (!active) accounts.ask(actor, person.id, { active: true, role: person.role }, reason);
          return accounts.shown(person);
        });
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/people/{id}',
      action: 'people.manage',
      summary:
        'Changes an account; new rights or a new password end its sessions and, once footage is held, need a second key.',
      params: personParams,
      body: personPatchSchema,
      answer: { status: 200, schema: personSchema },
      async handle({ actor, params, body }) {
        const before = requirePerson(actor, params.id);
        if (body.unitId !== undefined) requireUnit(actor, body.unitId);
        const isSelf = before.id === actor.person.id;
        const ofRights =
          (body.role !== undefined && body.role !== before.role) ||
          (body.unitId !== undefined && body.unitId !== before.unitId) ||
          (body.active !== undefined && body.active !== before.active);
        if (isSelf && ofRights) {
          throw conflict(
            'own-account',
            'Nobody changes the role, the unit or the activity of the own account.',
          );
        }
        const { password, reason, ...plain } = body;
        const change: PersonChange =
          password === undefined ? plain : { ...plain, passwordHash: await hashPassword(password) };
        const apart = splitChange(before, change, isSelf);
        const asks = apart.grave !== undefined && !accounts.isFounding();
        const { grave } = apart;
        const now = asks ? apart.light : change;
        database.transaction(() => {
          people.change(before.id, now);
          audit.append({
            kind: now.role !== undefined && now.role !== before.role ? 'role-changed' : 'person-changed',
            personId: actor.person.id,
            subject: {
              ...{ personId: before.id, role: now.role, unitId: now.unitId, active: now.active },
              ...{ passwordChanged: now.passwordHash !== undefined, asked: asks },
            },
          });
          if (asks && grave !== undefined) accounts.ask(actor, before.id, grave, reason);
        });
        if (!asks && (ofRights || password !== undefined)) {
          sessionStore.endAllOf(before.id, isSelf ? actor.sessionKey : undefined);
        }
        return accounts.shown(requirePerson(actor, before.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/password',
      action: 'signed-in',
      summary: 'Changes the own password; every other session of the account ends.',
      body: ownPasswordSchema,
      answer: { status: 204, schema: 'none' },
      async handle({ actor, body, request }) {
        const { id, username } = actor.person;
        await signIn.check(username, body.password, request.ip ?? '');
        const passwordHash = await hashPassword(body.newPassword);
        database.transaction(() => {
          people.change(id, { passwordHash });
          audit.append({
            kind: 'person-changed',
            personId: id,
            subject: { personId: id, passwordChanged: true },
          });
        });
        sessionStore.endAllOf(id, actor.sessionKey);
      },
    }),
  ];
}

/**
 * What one administrator may do at any time (names, taking rights away, his own first staff number), and what gives
 * somebody rights or a way into an account.
 */
function splitChange(
  before: Person,
  change: PersonChange,
  isSelf: boolean,
): { readonly light: PersonChange; readonly grave: PersonChange | undefined } {
  const { displayName, role, unitId, active, passwordHash, staffNumber } = change;
  const isFirstOwnNumber = isSelf && before.staffNumber === undefined;
  const grave: PersonChange = {
    ...(role === undefined || role === before.role ? {} : { role }),
    ...(unitId === undefined || unitId === before.unitId ? {} : { unitId }),
    ...(active !== true || before.active ? {} : { active }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(staffNumber === undefined || staffNumber === before.staffNumber || isFirstOwnNumber
      ? {}
      : { staffNumber }),
  };
  const light: PersonChange = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(active === false ? { active } : {}),
    ...(isFirstOwnNumber && staffNumber !== undefined ? { staffNumber } : {}),
  };
  return { light, grave: Object.keys(grave).length > 0 ? grave : undefined };
}
