import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { liveCloseCodes, qualitySchema } from '@minhbach/shared/protocol';
import { sourceIdSchema, type PersonId, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { may, upgradeTable, type Sessions, type Sight, type SignedIn } from '../access/index.ts';
import type { UpgradeRoute } from '../http/index.ts';
import { ProblemError } from '../problem/index.ts';
import { goodbye } from '../uplink/index.ts';
import { watchLive, type LiveRequest, type LiveViewingParts } from './live-viewing.ts';

export interface LiveUpgradeParts extends Omit<LiveViewingParts, 'onSessionEnded'> {
  readonly sessions: Sessions;
  readonly sight: Sight;
  /** When this person's aim through this camera ends, if there is one. */
  readonly aimUntil: (personId: PersonId, sourceId: SourceId) => UtcMs | undefined;
}

/** Sixteen tiles change their streams while sound plays, on a few windows. */
const socketsPerSession = 128;

class Refusal extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

function mayNotWatch(): Refusal {
  return new Refusal(liveCloseCodes.forbidden, 'this role may not watch live');
}

const querySchema = z.object({ source: sourceIdSchema, quality: qualitySchema.default('main') });

/** `WebSocket /live?source=ID&quality=main|sub`. Opens first and then closes with a code: browsers hide HTTP statuses. */
export function liveUpgrade(parts: LiveUpgradeParts): UpgradeRoute & { close(): Promise<void> } {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  const open = new Map<string, number>();
  const onSessionEnded = (key: string, listener: () => void) => parts.sessions.onSessionEnded(key, listener);

  const start = async (socket: WebSocket, message: IncomingMessage): Promise<void> => {
    const actor = await parts.sessions.sessionOf(message);
    if (actor === undefined) throw new Refusal(liveCloseCodes.noSession, 'sign in first');
    if (!upgradeTable['/live'].to.some((action) => may(actor, action))) throw mayNotWatch();
    const request = liveRequest(message, actor, parts);
    const count = open.get(actor.sessionKey) ?? 0;
    if (count >= socketsPerSession) throw new Refusal(1013, 'too many live views in this session');
    if (socket.readyState !== socket.OPEN) return;
    open.set(actor.sessionKey, count + 1);
    socket.once('close', () => {
      const left = (open.get(actor.sessionKey) ?? 1) - 1;
      if (left > 0) open.set(actor.sessionKey, left);
      else open.delete(actor.sessionKey);
    });
    watchLive(socket, request, { ...parts, onSessionEnded });
  };

  return {
    path: '/live',
    handle: (message, duplex, head) =>
      server.handleUpgrade(message, duplex, head, (socket) => {
        socket.on('error', () => undefined);
        start(socket, message).catch((error: unknown) => {
          if (error instanceof Refusal) socket.close(error.code, error.message);
          else socket.close(1011, 'the server failed');
        });
      }),
    /** Ends every view; each is written down before this resolves. */
    close: async () => {
      await Promise.all([...server.clients].map((socket) => goodbye(socket)));
    },
  };
}

function liveRequest(message: IncomingMessage, actor: SignedIn, parts: LiveUpgradeParts): LiveRequest {
  const { searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const query = querySchema.safeParse(Object.fromEntries(searchParams));
  const source = query.success ? seenSource(actor, query.data.source, parts) : undefined;
  const until = source && parts.aimUntil(actor.person.id, source.id);
  const aiming = until !== undefined && source?.kind === 'camera' && may(actor, 'sources.aim');
  const watching = may(actor, source?.kind === 'microphone' ? 'live.listen' : 'live.watch');
  if (!watching && !aiming) throw mayNotWatch();
  if (!query.success || source === undefined)
    throw new Refusal(liveCloseCodes.noSource, 'there is no such source');
  return {
    actor,
    source,
    quality: watching ? query.data.quality : 'sub',
    until: watching ? undefined : until,
  };
}

function seenSource(actor: SignedIn, sourceId: SourceId, parts: LiveUpgradeParts) {
  try {
    parts.sight.requireSource(actor, sourceId);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
  const source = parts.sources.findSource(sourceId);
  return source?.retiredAt === undefined ? source : undefined;
}
