import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface RequestParts {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** PEM of the authority that signed the other side's certificate, where it is not a public one. */
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
  /** A longer answer is refused. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly text: string;
}

/** The other side cannot be reached, or does not answer as it should; the message carries no secret. */
export class RequestError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestError';
  }
}

/** One request on a connection of its own; no redirect is followed. Rejects with `RequestError`. */
export async function boundedRequest(parts: RequestParts): Promise<Answered> {
  const { method, url, headers, body, ca, timeoutMs, maxBytes, signal } = parts;
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = send(url, {
        ...{ method, agent: false, signal: within, headers: { ...headers, ...length } },
        ...(ca === undefined ? {} : { ca }),
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new RequestError(`the answer is longer than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    const cookies = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '');
    return { status: response.statusCode ?? 0, cookies, text: Buffer.concat(pieces).toString('utf8') };
  } catch (cause) {
    if (cause instanceof RequestError || signal.aborted) throw cause;
    throw new RequestError(reasonOf(cause), { cause });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'it did not answer in time';
  return `it cannot be reached (${'code' in error ? String(error.code) : error.name})`;
}
