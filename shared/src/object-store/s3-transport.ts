import * as http from 'node:http';
import * as https from 'node:https';
import { whenAborted } from './bounded-call.ts';

export interface S3Exchange {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** Called for every answer, also refusals: its `Date` header shows the server's clock. */
  readonly onAnswer?: ((answer: S3Answer) => void) | undefined;
}

export interface S3Answer {
  readonly date: string | undefined;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** The server answered, and not with success. `s3Code` is empty when it gave none (an answer to HEAD has no body). */
export class S3Failure extends Error {
  readonly status: number;
  readonly s3Code: string;

  constructor(status: number, s3Code: string, s3Message: string) {
    super(`the store answered ${[status, s3Code, s3Message].filter((part) => part !== '').join(' ')}`);
    this.name = 'S3Failure';
    this.status = status;
    this.s3Code = s3Code;
  }
}

/** Nothing was sent or received for so long. */
export class S3Silence extends Error {
  constructor(idleTimeoutMs: number) {
    super(`the store was silent for ${idleTimeoutMs} ms`);
    this.name = 'S3Silence';
  }
}

type Send = (
  options: https.RequestOptions,
  onResponse: (response: http.IncomingMessage) => void,
) => http.ClientRequest;

const maxFailureBytes = 65_536;

/**
 * One call's way to the network, put under the SDK, which has no time-outs, cannot be aborted and loses the status and
 * often the code of a refusal: so a refusal never reaches it, it is read here and thrown as `S3Failure`.
 */
export function s3Transport(exchange: S3Exchange): { readonly request: typeof http.request } {
  const send: Send = (options, onResponse) => {
    const sentAtMs = Date.now();
    const request = options.protocol === 'https:' ? https.request(options) : http.request(options);
    let response: http.IncomingMessage | undefined;
    // Once the answer has begun, an error given to the request is not seen by who reads the body.
    const fail = (error: Error) => (response ?? request).destroy(error);
    const onAbort = () => void fail(exchange.signal.reason as Error);
    request.setTimeout(exchange.idleTimeoutMs, () => {
      // A body that waits for its reader is the reader's slowness, not the store's.
      if (response === undefined || response.readableLength === 0)
        fail(new S3Silence(exchange.idleTimeoutMs));
    });
    if (exchange.signal.aborted) onAbort();
    request.once('close', whenAborted(exchange.signal, onAbort));
    request.once('response', (answer) => {
      response = answer;
      exchange.onAnswer?.({ date: answer.headers.date, sentAtMs, receivedAtMs: Date.now() });
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        onResponse(answer);
        return;
      }
      readFailure(answer, status).then(
        (failure) => request.emit('error', failure),
        (error: unknown) => request.emit('error', error),
      );
    });
    return request;
  };
  return { request: send as typeof http.request };
}

async function readFailure(answer: http.IncomingMessage, status: number): Promise<S3Failure> {
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (text.length < maxFailureBytes) text += chunk.toString('latin1');
  }
  const element = (name: string) => new RegExp(`<${name}>([^<]{0,200})`).exec(text)?.[1]?.trim() ?? '';
  return new S3Failure(status, element('Code').replace(/\W/g, ''), element('Message'));
}
