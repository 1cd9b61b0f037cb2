import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import { liveCloseCodes, type LiveMessage, type Quality } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { SignedIn } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { KnownSource, SourceBook, SourceCondition } from '../catalogue/index.ts';
import { decodableOnly, isDecodable } from './decodable-only.ts';
import type { LiveTaker } from './live-feed.ts';
import type { LiveRelays } from './live-relays.ts';
import { PictureSwitch } from './picture-switch.ts';
import { smallPictureOnly } from './small-picture-only.ts';
import { ViewerOutlet } from './viewer-outlet.ts';

export interface LiveViewingParts {
  readonly relays: LiveRelays;
  readonly sources: SourceBook;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly onSessionEnded: (sessionKey: string, listener: () => void) => () => void;
}

export interface LiveRequest {
  readonly actor: SignedIn;
  readonly source: KnownSource;
  readonly quality: Quality;
  /** An aim: the small picture only, and no longer than this. */
  readonly until?: UtcMs | undefined;
}

const pingEveryMs = 10_000;
const silentMs = 45_000;

/** One socket watching one source, from the audit entry that it began to the one that it ended. */
export function watchLive(socket: WebSocket, request: LiveRequest, parts: LiveViewingParts): void {
  const { actor, source, until } = request;
  const { clock } = parts;
  const startedAtMs = clock.monotonicNowMs();
  const audit = audited(request, parts.audit);
  audit({ phase: 'start' });

  const streams = streamsFor(source, request.quality, until !== undefined);
  const outlet = new ViewerOutlet(
    socket,
    clock,
    (init) => request.quality === 'main' && init.quality === 'sub',
  );
  const { state, cause } = source;
  outlet.tell(stateMessage(parts.sources.conditionOf(source.id) ?? { state, cause }));
  const feeds = join(source, streams, outlet, parts.relays);
  const stopListening = [
    parts.sources.onConditionChanged(source.id, (condition) => outlet.tell(stateMessage(condition))),
    parts.onSessionEnded(actor.sessionKey, () => socket.close(liveCloseCodes.noSession, 'the session ended')),
  ];
  const aimEnd =
    until === undefined
      ? undefined
      : setTimeout(() => socket.close(liveCloseCodes.forbidden, 'the aim is over'), until - clock.wallNow());
  const ping = pinging(socket, clock, () => {
    if (parts.sources.conditionOf(source.id) === undefined)
      socket.close(liveCloseCodes.noSource, 'the source is retired');
  });

  socket.once('close', () => {
    clearInterval(ping);
    clearTimeout(aimEnd);
    for (const stop of stopListening) stop();
    feeds.leave();
    const watchedMs = Math.round(clock.monotonicNowMs() - startedAtMs);
    audit({ phase: 'end', watchedMs, fragments: outlet.fragmentsSent });
  });
}

/** What to ask of the recorder: a second stream replaces the first from its first keyframe on. */
function streamsFor(source: KnownSource, asked: Quality, aiming: boolean): readonly Quality[] {
  if (source.kind === 'microphone' || !source.hasSubStream) return ['main'];
  const decodable = source.codec === undefined || isDecodable(source.codec);
  if (aiming || !decodable) return ['sub'];
  return asked === 'main' ? ['main'] : ['main', 'sub'];
}

function join(
  source: KnownSource,
  streams: readonly Quality[],
  outlet: ViewerOutlet,
  relays: LiveRelays,
): { leave(): void } {
  const stream = { recorderId: source.recorderId, sourceId: source.id, kind: source.kind };
  const [first = 'main', second] = streams;
  /** The main stream, left as soon as it turns out to be one that not every browser decodes. */
  const joinDecodable = (taker: LiveTaker, onOther: () => void): { leave(): void } => {
    let feed: { leave(): void } = { leave: () => undefined };
    let isOther = false;
    const told = () => {
      isOther = true;
      onOther();
      feed.leave();
    };
    feed = relays.join({ ...stream, quality: 'main' }, decodableOnly(taker, told));
    // It may have been told while joining.
    if (isOther) feed.leave();
    return feed;
  };
  const joinSmall = () => relays.join({ ...stream, quality: 'sub' }, smallPictureOnly(outlet));
  if (second === undefined) {
    if (first === 'sub') return joinSmall();
    if (!source.hasSubStream) return relays.join({ ...stream, quality: 'main' }, outlet);
    let small: { leave(): void } | undefined;
    const large = joinDecodable(outlet, () => (small = joinSmall()));
    return {
      leave: () => {
        large.leave();
        small?.leave();
      },
    };
  }
  let main: { leave(): void } | undefined;
  let changed = false;
  const change = new PictureSwitch(outlet, () => {
    changed = true;
    main?.leave();
  });
  const sub = relays.join({ ...stream, quality: second }, smallPictureOnly(change.second));
  // The small picture may be running already: others watch it.
  if (!changed) main = joinDecodable(change.first, () => undefined);
  return {
    leave: () => {
      main?.leave();
      sub.leave();
    },
  };
}

function stateMessage({ state, cause }: SourceCondition): LiveMessage {
  return { type: 'state', state, ...(cause === undefined ? {} : { cause }) };
}

function audited({ actor, source, quality, until }: LiveRequest, audit: Pick<AuditLog, 'append'>) {
  const subject = {
    viewId: randomUUID(),
    sourceId: source.id,
    counterId: source.counterId,
    stream: source.kind === 'microphone' ? 'sound' : 'picture',
    quality,
    ...(until === undefined ? {} : { aim: true }),
  };
  return (more: Readonly<Record<string, string | number>>) => {
    audit.append({ kind: 'viewed-live', personId: actor.person.id, subject: { ...subject, ...more } });
  };
}

/**
 * A browser that lost its line closes nothing; without this its view would never end. A ping goes behind the footage that
 * waits on a slow line, some megabytes with what the kernels hold: who is only slow has time to answer.
 */
function pinging(socket: WebSocket, clock: Clock, alsoThen: () => void): NodeJS.Timeout {
  let answeredAtMs = clock.monotonicNowMs();
  socket.on('pong', () => (answeredAtMs = clock.monotonicNowMs()));
  return setInterval(() => {
    if (clock.monotonicNowMs() - answeredAtMs > silentMs) {
      socket.terminate();
      return;
    }
    socket.ping();
    alsoThen();
  }, pingEveryMs);
}
