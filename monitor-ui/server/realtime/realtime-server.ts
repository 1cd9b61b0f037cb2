import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import {
  incidentInputSchema,
  type Alarm,
  type Incident,
  type PageToServer,
  type ServerToPage,
} from '@minhbach/shared/protocol';
import {
  may,
  pageEvents,
  requireEvent,
  tellTable,
  type PageEvent,
  type Sessions,
  type SignedIn,
  type ToldEvent,
} from '../access/index.ts';
import { inputProblem, problemOf, type OriginCheck } from '../http/index.ts';
import { notSignedIn, ProblemError } from '../problem/index.ts';

interface SocketFacts {
  sessionKey: string;
}
type PageSocket = Socket<PageToServer, ServerToPage, Record<string, never>, SocketFacts>;

export interface RealtimeParts {
  readonly sessions: Sessions;
  readonly origins: OriginCheck;
  readonly bookmark: (actor: SignedIn, input: z.output<typeof incidentInputSchema>) => Incident;
  readonly catchUp: (actor: SignedIn, afterSeq: number, limit: number) => Incident[];
  readonly catchUpAlarms: (actor: SignedIn, afterSeq: number, limit: number) => Alarm[];
  readonly onFault: (error: unknown) => void;
}

const catchUpSchema = z.strictObject({ afterSeq: z.int().min(0) });
const catchUpLimit = 500;
const messagesPerMinute = 240;

/** Socket.IO beside the API: the same session, the same role table, asked again for every message. */
export class RealtimeServer {
  readonly #io: Server<PageToServer, ServerToPage, Record<string, never>, SocketFacts>;
  readonly #parts: RealtimeParts;
  readonly #messages = new RateLimiterMemory({ points: messagesPerMinute, duration: 60 });
  readonly #handlers: Readonly<Record<PageEvent, (actor: SignedIn, input: unknown) => object>> = {
    bookmark: (actor, input) => ({
      ok: true,
      incident: this.#parts.bookmark(actor, parsed(incidentInputSchema, input)),
    }),
    catchUp: (actor, after) => ({
      incidents: this.#parts.catchUp(actor, parsed(catchUpSchema, after).afterSeq, catchUpLimit),
    }),
    catchUpAlarms: (actor, after) => ({
      alarms: this.#parts.catchUpAlarms(actor, parsed(catchUpSchema, after).afterSeq, catchUpLimit),
    }),
  };

  constructor(parts: RealtimeParts) {
    this.#parts = parts;
    this.#io = new Server({
      path: '/socket.io/',
      serveClient: false,
      maxHttpBufferSize: 65_536,
      // Upgrades to other paths have their own handlers.
      destroyUpgrade: false,
      allowRequest: (request, answer) => {
        this.#mayConnect(request).then(
          (allowed) => answer(allowed ? null : 'refused', allowed),
          (error: unknown) => {
            parts.onFault(error);
            answer('fault', false);
          },
        );
      },
    });
    this.#io.on('connection', (socket) => {
      this.#start(socket).catch((error: unknown) => {
        parts.onFault(error);
        socket.disconnect(true);
      });
    });
  }

  attach(server: HttpServer): void {
    this.#io.attach(server);
  }

  /** Tells those whose role has the event's action and who see the object now; `eventFor` may differ by reader. */
  tell<Name extends ToldEvent>(
    name: Name,
    sees: (actor: SignedIn) => boolean,
    eventFor: (actor: SignedIn) => Parameters<ServerToPage[Name]>,
  ): void {
    for (const socket of this.#io.sockets.sockets.values()) {
      const actor = this.#parts.sessions.byKey(socket.data.sessionKey);
      if (actor !== undefined && may(actor, tellTable[name]) && sees(actor))
        socket.emit(name, ...eventFor(actor));
    }
  }

  get connections(): number {
    return this.#io.sockets.sockets.size;
  }

  /** At once: asked to close in order, a page that polls is waited for until it polls again, which it cannot any more. */
  close(): void {
    this.#io.engine.close();
  }

  async #mayConnect(request: IncomingMessage): Promise<boolean> {
    const { origins, sessions } = this.#parts;
    // A browser states no Origin when it polls its own server; it says so otherwise.
    const ownPoll =
      request.method === 'GET' && request.headers.upgrade === undefined && !('origin' in request.headers);
    const site = request.headers['sec-fetch-site'] ?? 'same-origin';
    if (!(ownPoll ? site === 'same-origin' : origins.isOwn(request))) return false;
    return (await sessions.sessionOf(request)) !== undefined;
  }

  async #start(socket: PageSocket): Promise<void> {
    const actor = await this.#parts.sessions.sessionOf(socket.request);
    if (actor === undefined) {
      socket.disconnect(true);
      return;
    }
    socket.data.sessionKey = actor.sessionKey;
    const stop = this.#parts.sessions.onSessionEnded(actor.sessionKey, () => {
      socket.emit('sessionChanged');
      socket.disconnect(true);
    });
    socket.once('disconnect', stop);
    for (const event of pageEvents) {
      socket.on(event, (input: unknown, answer: unknown) => this.#answer(socket, event, input, answer));
    }
  }

  #answer(socket: PageSocket, event: PageEvent, input: unknown, answer: unknown): void {
    // A page that asks for no answer cannot be told what went wrong either.
    if (typeof answer !== 'function') return;
    const reply = answer as (result: object) => void;
    this.#limited(socket)
      .then(() => {
        const actor = this.#parts.sessions.byKey(socket.data.sessionKey);
        if (actor === undefined) throw notSignedIn();
        requireEvent(actor, event);
        reply(this.#handlers[event](actor, input));
      })
      .catch((error: unknown) => {
        if (!(error instanceof ProblemError)) this.#parts.onFault(error);
        reply({ ok: false, problem: problemOf(error) });
      });
  }

  async #limited(socket: PageSocket): Promise<void> {
    try {
      await this.#messages.consume(socket.data.sessionKey);
    } catch (error) {
      if (error instanceof Error) throw error;
      throw new ProblemError(429, 'too-many-attempts', 'Too many messages; wait a minute.', {
        params: { seconds: 60 },
      });
    }
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw inputProblem(result.error.issues, '');
  return result.data;
}
