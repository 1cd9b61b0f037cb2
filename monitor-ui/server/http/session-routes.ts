import { z } from 'zod';
import { firstStartInputSchema, firstStartSchema, meSchema, signInSchema } from '@minhbach/shared/protocol';
import {
  actionsOf,
  hashPassword,
  may,
  type FirstStart,
  type People,
  type Sessions,
  type SignedIn,
  type SignIn,
  type Units,
} from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict, inputFault, notSignedIn, ProblemError } from '../problem/index.ts';
import { defineRoute, type Route } from './route.ts';

export interface SessionRouteParts {
  readonly database: MonitorDatabase;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly people: People;
  readonly units: Units;
  readonly firstStart: FirstStart;
  readonly audit: AuditLog;
}

export function sessionRoutes(parts: SessionRouteParts): readonly Route[] {
  const { database, sessions, signIn, people, units, firstStart, audit } = parts;
  return [
    defineRoute({
      method: 'post',
      path: '/session',
      action: 'public',
      summary: 'Sign in; answers a session cookie.',
      body: signInSchema,
      answer: { status: 201, schema: meSchema },
      async handle({ body, request, now }) {
        const address = request.ip ?? '';
        try {
          const person = await signIn.check(body.username, body.password, address);
          await sessions.start(request, person.id);
          audit.append({ kind: 'signed-in', personId: person.id, shielded: { address } });
        } catch (error) {
          if (error instanceof ProblemError) {
            audit.append({
              kind: 'sign-in-refused',
              subject: { reason: error.code },
              shielded: { username: body.username, address },
            });
          }
          throw error;
        }
        const actor = sessions.signedIn(request);
        if (actor === undefined) throw notSignedIn();
        return meOf(actor, now);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/session',
      action: 'signed-in',
      summary: 'Sign out: the session ends here, and its live connections within 5 s.',
      answer: { status: 204, schema: 'none' },
      async handle({ actor, request }) {
        audit.append({ kind: 'signed-out', personId: actor.person.id });
        await sessions.end(request);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me',
      action: 'signed-in',
      summary: 'Who is signed in, and what the role table lets them do.',
      answer: { status: 200, schema: meSchema },
      handle: ({ actor, now }) => meOf(actor, now),
    }),
    defineRoute({
      method: 'get',
      path: '/first-start',
      action: 'public',
      summary: 'Whether this monitor still waits for its first administrator.',
      answer: { status: 200, schema: firstStartSchema },
      handle: () => ({ needed: firstStart.needed }),
    }),
    defineRoute({
      method: 'post',
      path: '/first-start',
      action: 'public',
      summary: 'Makes the first administrator and an oversight unit, by the code printed at the first start.',
      body: firstStartInputSchema,
      answer: { status: 201, schema: z.strictObject({ id: z.string() }) },
      async handle({ body, request, now }) {
        await signIn.countGuess(request.ip ?? '');
        if (!firstStart.needed)
          throw conflict('already-started', 'This monitor has its first administrator.');
        if (!firstStart.isCode(body.code)) {
          throw new ProblemError(
            403,
            'code-wrong',
            'That is not the code this monitor printed when it started.',
            {
              errors: [inputFault('/code', 'start-code')],
            },
          );
        }
        const passwordHash = await hashPassword(body.password);
        return database.transaction(() => {
          if (!firstStart.needed)
            throw conflict('already-started', 'This monitor has its first administrator.');
          const unit = units.create({ name: body.unitName, oversight: true });
          const { username, displayName } = body;
          const person = people.create({
            username,
            displayName,
            role: 'administrator',
            unitId: unit.id,
            passwordHash,
            createdAt: now,
          });
          audit.append({ kind: 'first-started', personId: person.id, subject: { unitId: unit.id } });
          return { id: person.id };
        });
      },
    }),
  ];
}

function meOf(actor: SignedIn, now: z.input<typeof meSchema>['serverNow']) {
  const actions = actionsOf(actor.person.role).filter((action) => may(actor, action));
  return { person: actor.person, unit: actor.unit, actions, serverNow: now, expiresAt: actor.expiresAt };
}
