import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { PersonId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Actor } from './actor.ts';
import type { People } from './people.ts';
import { sessionKey, type SessionStore } from './session-store.ts';
import type { Units } from './units.ts';

/** A signed-in person together with the session that says so. */
export interface SignedIn extends Actor {
  /** Names the session without being usable as one. */
  readonly sessionKey: string;
  readonly expiresAt: UtcMs;
}

export interface SessionsParts {
  readonly store: SessionStore;
  readonly people: People;
  readonly units: Units;
  /** Signs the cookie; kept in a file beside the database. */
  readonly secret: string;
  readonly secureCookie: boolean;
}

/** Who is behind a request or an upgrade, by a cookie that only names a session here. */
export class Sessions {
  /** Reads the cookie; must run before `signedIn` and the two below. */
  readonly middleware: RequestHandler;
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.middleware = session({
      name: parts.secureCookie ? '__Host-minhbach' : 'minhbach',
      secret: parts.secret,
      store: parts.store,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'strict', secure: parts.secureCookie, path: '/' },
    });
  }

  signedIn(request: Request): SignedIn | undefined {
    return this.byKey(request.session.personId === undefined ? undefined : sessionKey(request.sessionID));
  }

  /** `undefined` once the session has ended or the person was deactivated. */
  byKey(key: string | undefined): SignedIn | undefined {
    const stored = key === undefined ? undefined : this.#parts.store.find(key);
    const person = stored && this.#parts.people.find(stored.personId);
    if (key === undefined || stored === undefined || !person?.active) return undefined;
    const unit = this.#parts.units.find(person.unitId);
    return unit && { person, unit, sessionKey: key, expiresAt: stored.expiresAt };
  }

  /** For WebSocket upgrades, which pass no middleware. */
  async sessionOf(message: IncomingMessage): Promise<SignedIn | undefined> {
    const request = message as Request;
    // The middleware reads `originalUrl` and hangs on a response that is never sent here.
    request.originalUrl ??= message.url ?? '/';
    const response = new ServerResponse(message) as Response;
    await new Promise<void>((resolve, reject) => {
      void this.middleware(request, response, (error?: unknown) =>
        error instanceof Error ? reject(error) : resolve(),
      );
    });
    return this.signedIn(request);
  }

  /** A new session id for this person; the one before, if any, is ended. Durable on return. */
  async start(request: Request, personId: PersonId): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      request.session.regenerate((error: unknown) => (error ? reject(asError(error)) : resolve()));
    });
    request.session.personId = personId;
    await new Promise<void>((resolve, reject) => {
      request.session.save((error: unknown) => (error ? reject(asError(error)) : resolve()));
    });
  }

  async end(request: Request): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      request.session.destroy((error: unknown) => (error ? reject(asError(error)) : resolve()));
    });
  }

  /** Calls back once when the session ends, however it does, at most a few seconds late. */
  onSessionEnded(key: string, listener: () => void): () => void {
    return this.#parts.store.onEnded(key, listener);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
