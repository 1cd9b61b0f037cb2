import {
  keyframesSchema,
  playbackInputSchema,
  playbackSchema,
  playedInputSchema,
} from '@minhbach/shared/protocol';
import {
  grantIdSchema,
  sourceIdSchema,
  timeInputSchema,
  utcMs,
  type CounterId,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Actor } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, ProblemError } from '../problem/index.ts';
import { grantableSpan, type SpanWanted } from './grant-rules.ts';
import type { Grant } from './grants.ts';
import { codecOf } from './master-playlist.ts';
import { piecesOf, requireGrant, requireSource, sourcesOf, type PlaybackParts } from './playback-parts.ts';
import { playedFacts } from './played-facts.ts';

const grantParams = z.strictObject({ id: grantIdSchema });

/** Asking for a grant, and what a player needs beside the media itself. */
export function playbackRoutes(parts: PlaybackParts): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/playbacks',
      action: 'playback.grant',
      summary: 'Asks for a grant to play a span of a counter.',
      body: playbackInputSchema,
      answer: { status: 201, schema: playbackSchema },
      handle: ({ actor, body, now }) => {
        const { counterId } = parts.sight.requireCounter(actor, body.counterId);
        const incident = body.incidentId && parts.ownIncident(body.incidentId, actor.person.id);
        const subject = {
          counterId,
          from: body.from,
          to: body.to,
          incidentId: body.incidentId,
          caseId: body.caseId,
        };
        const shielded = { reason: body.reason };
        const { role } = actor.person;
        const ownIncident = incident && incident.counterId === counterId ? incident : undefined;
        let span;
        try {
          span = grantableSpan({ from: body.from, to: body.to, role, reason: body.reason, ownIncident }, now);
          requireCase(parts, actor, { counterId, caseId: body.caseId, ...span });
        } catch (error) {
          if (error instanceof ProblemError && error.status === 403) {
            parts.audit.append({ kind: 'play-refused', personId: actor.person.id, subject, shielded });
          }
          throw error;
        }
        const { from, to } = span;
        const grant = parts.transaction(() => {
          const made = parts.grants.create(actor, { ...body, counterId, from, to });
          parts.audit.append({
            kind: 'play-granted',
            personId: actor.person.id,
            subject: { ...subject, from, to, grantId: made.id },
            shielded,
          });
          return made;
        });
        return answerOf(parts, grant);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/playbacks/{id}',
      action: 'playback.media',
      summary: 'A grant of the person asking, in the session it was given in.',
      params: grantParams,
      answer: { status: 200, schema: playbackSchema },
      handle: ({ actor, params }) => answerOf(parts, requireGrant(parts, actor, params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/playbacks/{id}/played',
      action: 'playback.media',
      summary: 'What the player showed, for the audit.',
      params: grantParams,
      body: playedInputSchema,
      answer: { status: 204, schema: 'none' },
      handle: ({ actor, params, body }) => {
        const grant = requireGrant(parts, actor, params.id);
        for (const { sourceId } of body.spans) requireSource(parts, grant, sourceId);
        parts.transaction(() => {
          for (const subject of playedFacts(grant, body.spans)) {
            parts.audit.append({ kind: 'played', personId: actor.person.id, subject });
          }
        });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/playbacks/{id}/keyframes',
      action: 'playback.media',
      summary: 'When keyframes of a camera were taken, for fast and backward play.',
      params: grantParams,
      query: z.strictObject({
        source: sourceIdSchema,
        from: timeInputSchema.optional(),
        to: timeInputSchema.optional(),
      }),
      answer: { status: 200, schema: keyframesSchema },
      handle: ({ actor, params, query }) => {
        const grant = requireGrant(parts, actor, params.id);
        const source = requireSource(parts, grant, query.source);
        const from = utcMs(Math.max(grant.from, query.from ?? grant.from));
        const to = utcMs(Math.min(grant.to, query.to ?? grant.to));
        if (from > to) throw badInput('/query/to', 'within-grant');
        return { sourceId: source.id, keyframes: parts.catalogue.keyframesIn(source.id, from, to) };
      },
    }),
  ];
}

/** An investigator looks at nothing but what a case of his is about; whoever names a case means one that fits. */
function requireCase(
  parts: PlaybackParts,
  actor: Actor,
  of: { readonly counterId: CounterId; readonly caseId: string | undefined } & SpanWanted,
): void {
  const { caseId, counterId, from, to } = of;
  if (caseId === undefined) {
    if (actor.person.role !== 'investigator') return;
    throw new ProblemError(
      403,
      'case-needed',
      'An investigator plays footage inside a case only: name the case.',
    );
  }
  if (parts.caseCovers(actor, caseId, counterId, from, to)) return;
  throw new ProblemError(
    403,
    'outside-case',
    'This is not a case of yours that is open and about this counter and time; add the footage to the case first.',
  );
}

function answerOf(parts: PlaybackParts, grant: Grant): z.input<typeof playbackSchema> {
  const base = `/api/v1/media/${grant.id}`;
  return {
    id: grant.id,
    counterId: grant.counterId,
    from: grant.from,
    to: grant.to,
    masterUrl: `${base}/master.m3u8`,
    sources: sourcesOf(parts, grant).map((source) => {
      const mime = piecesOf(parts, grant, source).at(-1)?.mime;
      const codec = (mime === undefined ? undefined : codecOf(mime)) ?? source.codec;
      return {
        id: source.id,
        kind: source.kind,
        name: source.name,
        url: `${base}/${source.id}/index.m3u8`,
        ...(codec === undefined ? {} : { codec }),
        ...(mime === undefined ? {} : { mime }),
      };
    }),
    expiresAt: grant.expiresAt,
  };
}
