import type { ServerResponse } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface FootageAnswer {
  readonly status: 200 | 206;
  readonly contentType: string;
  /** Whether these bytes will be the same for ever. */
  readonly immutable: boolean;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/**
 * Streams to the client at the client's pace. Resolves when it is over, also when the client left or the body broke
 * off: the headers are gone by then, and a cut connection is all that can still tell the player.
 */
export async function sendFootage(
  response: ServerResponse,
  answer: FootageAnswer,
  body: Readable,
  through?: Transform,
): Promise<void> {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Cache-Control': answer.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...answer.headers,
  });
  try {
    if (through) await pipeline(body, through, response);
    else await pipeline(body, response);
  } catch {
    response.destroy();
  }
}
