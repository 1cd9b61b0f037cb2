import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface FootageAnswer {
  readonly status: 200 | 206;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** A signal that aborts when the client leaves before its answer is whole. */
export function leavingSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * Streams to the client at the client's pace. Resolves when it is over, also when the client left or the body broke
 * off: the headers are gone by then, and a cut connection is the only thing left that tells the player.
 */
export async function sendFootage(
  response: ServerResponse,
  answer: FootageAnswer,
  body: Readable,
): Promise<void> {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    ...answer.headers,
  });
  try {
    await pipeline(body, response);
  } catch (error) {
    response.destroy(error instanceof Error ? error : undefined);
  }
}
