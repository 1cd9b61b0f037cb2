import type { Response } from 'express';
import type { z } from 'zod';
import { inputProblem } from './problem.ts';
import type { Route } from './route.ts';

/** Throws the 400 that lists what does not fit; `prefix` is empty for the body, `/query` for the query. */
export function parsed(schema: z.ZodType | undefined, value: unknown, prefix: string): unknown {
  const result = schema?.safeParse(value);
  if (result && !result.success) throw inputProblem(result.error.issues, prefix);
  return result?.data;
}

/** Sends what `handle` returned, unless it wrote the answer itself. */
export function sendAnswer(route: Route, response: Response, answer: unknown): void {
  if (route.answer.schema === 'stream' || response.destroyed) return;
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  if (route.answer.schema === 'none') response.status(route.answer.status).end();
  // The schema is strict: a column that was not meant to leave fails here, not at the reader.
  else response.status(route.answer.status).json(checkedAnswer(route.answer.schema, answer));
}

function checkedAnswer(schema: z.ZodType, answer: unknown): unknown {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new Error('a route answered what its schema does not allow', { cause: result.error });
}
