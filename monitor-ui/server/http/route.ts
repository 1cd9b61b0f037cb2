import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { ApiKeyId, SiteId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Action, SignedIn } from '../access/index.ts';

/** Who may call: a row of the role table, anybody signed in, or anybody at all. */
export type RouteAction = Action | 'signed-in' | 'public';
export type RouteMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * `schema`: what `handle` returns is checked against it and sent as JSON. `none`: an empty body. `stream`: `handle`
 * writes the response itself.
 */
export type RouteAnswer<Schema extends z.ZodType = z.ZodType> =
  | { readonly status: 200 | 201 | 202; readonly schema: Schema }
  | { readonly status: 204; readonly schema: 'none' }
  | { readonly status: 200 | 206; readonly schema: 'stream'; readonly contentType: string };

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Returned<Answer> = Answer extends { readonly schema: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : void;

export interface RouteContext<RouteActionOf extends RouteAction, Params, Query, Body> {
  /** The person asking, read from the database for this request. */
  readonly actor: RouteActionOf extends 'public' ? SignedIn | undefined : SignedIn;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
  /** Aborts when the caller is gone before the answer was sent. */
  readonly signal: AbortSignal;
  readonly now: UtcMs;
}

/** Who stands behind an API key: a machine of one site. */
export interface KeyHolder {
  readonly apiKeyId: ApiKeyId;
  readonly siteId: SiteId;
}

/** As for a person, with the key's holder in the person's place. */
export interface KeyRouteContext<Query, Body> {
  readonly holder: KeyHolder;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly now: UtcMs;
}

export interface RouteOptions<
  RouteActionOf extends RouteAction,
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Answer extends RouteAnswer,
> {
  readonly method: RouteMethod;
  /** Below `/api/v1`, parameters in braces: `/counters/{id}/timeline`. */
  readonly path: string;
  readonly action: RouteActionOf;
  /** One sentence for the API's description. */
  readonly summary: string;
  /** Path parameters that do not fit answer 404, like any other address that names nothing. */
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** `handle` reads the request itself, which holds this instead of JSON. */
  readonly reads?: string;
  readonly answer: Answer;
  readonly handle: (
    context: RouteContext<RouteActionOf, Parsed<Params>, Parsed<Query>, Parsed<Body>>,
  ) => Promise<Returned<Answer>> | Returned<Answer>;
  /** Also callable with an API key; whoever shows one is not asked for a session or an Origin. No path parameters. */
  readonly handleWithKey?: (
    context: KeyRouteContext<Parsed<Query>, Parsed<Body>>,
  ) => Promise<Returned<Answer>> | Returned<Answer>;
}

/** A route whose types have been checked and forgotten. */
export interface Route {
  readonly method: RouteMethod;
  readonly path: string;
  readonly action: RouteAction;
  readonly summary: string;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly reads: string | undefined;
  readonly answer: RouteAnswer;
  readonly handle: (context: RouteContext<'public', unknown, unknown, unknown>) => unknown;
  readonly handleWithKey: ((context: KeyRouteContext<unknown, unknown>) => unknown) | undefined;
}

/** One address of the API, with who may call it and what it takes and answers. */
export function defineRoute<
  RouteActionOf extends RouteAction,
  const Answer extends RouteAnswer,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(options: RouteOptions<RouteActionOf, Params, Query, Body, Answer>): Route {
  return {
    method: options.method,
    path: options.path,
    action: options.action,
    summary: options.summary,
    params: options.params,
    query: options.query,
    body: options.body,
    reads: options.reads,
    answer: options.answer,
    // The mount has parsed each part with the schemas above and has refused who is not signed in.
    handle: options.handle as Route['handle'],
    handleWithKey: options.handleWithKey as Route['handleWithKey'],
  };
}
