import type { z } from 'zod';
import {
  checkpointSchema,
  ledgerEntriesSchema,
  ledgerSchema,
  listOf,
  type CheckpointAnswer,
  type Ledger,
} from '@minhbach/shared/protocol';
import { boundedRequest, RequestError, type Answered } from './bounded-request.ts';

/** A page of entries is at most 256 of 64 KiB, escaped. */
const maxAnswerBytes = 64 * 1024 * 1024;

export interface MonitorClientOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
}

/** Asks one monitor as an auditor. Rejects with `RequestError` for whatever is no proper answer. */
export class MonitorClient {
  readonly #options: MonitorClientOptions;
  #cookie = '';

  constructor(options: MonitorClientOptions) {
    this.#options = options;
  }

  async ledgers(signal: AbortSignal): Promise<readonly Ledger[]> {
    return (await this.#get('/ledgers', listOf(ledgerSchema), signal)).items;
  }

  async checkpoint(id: string, generation: number, signal: AbortSignal): Promise<CheckpointAnswer> {
    return this.#get(`/ledgers/${id}/checkpoint?generation=${generation}`, checkpointSchema, signal);
  }

  /** Texts from `from` on, at least one. */
  async entries(
    of: { readonly id: string; readonly generation: number; readonly from: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const path = `/ledgers/${of.id}/entries?generation=${of.generation}&from=${of.from}&limit=${of.limit}`;
    const { entries, from } = await this.#get(path, ledgerEntriesSchema, signal);
    if (entries.length === 0 || entries.length > of.limit || from !== of.from)
      throw new RequestError(`it does not show the entries from ${of.from} on`);
    return entries;
  }

  /** Answers whether the monitor took the signature: `false` when it does not know this witness. */
  async cosign(id: string, generation: number, note: string, signal: AbortSignal): Promise<boolean> {
    const path = `/ledgers/${id}/cosignatures?generation=${generation}`;
    const { status } = await this.#signedIn('POST', path, signal, JSON.stringify({ note }));
    return status === 204;
  }

  async #get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const { status, text } = await this.#signedIn('GET', path, signal);
    const [bare = path] = path.split('?');
    if (status !== 200) throw new RequestError(`it answers ${status} to GET ${bare}`);
    const read = schema.safeParse(jsonOf(text));
    if (!read.success) throw new RequestError(`its answer to GET ${bare} is not what a monitor answers`);
    return read.data;
  }

  /** Signs in when there is no session, or none any more. */
  async #signedIn(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: string,
  ): Promise<Answered> {
    if (this.#cookie !== '') {
      const answer = await this.#send(method, path, signal, body);
      if (answer.status !== 401) return answer;
    }
    await this.#signIn(signal);
    return this.#send(method, path, signal, body);
  }

  async #signIn(signal: AbortSignal): Promise<void> {
    this.#cookie = '';
    const { username, password } = this.#options;
    const { status, cookies } = await this.#send(
      'POST',
      '/session',
      signal,
      JSON.stringify({ username, password }),
    );
    if (status !== 201) throw new RequestError(`it answers ${status} to signing in`);
    this.#cookie = cookies.join('; ');
  }

  async #send(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string): Promise<Answered> {
    const { url, ca, timeoutMs } = this.#options;
    return boundedRequest({
      ...{ method, url: new URL(`/api/v1${path}`, url), body, ca, timeoutMs, signal },
      maxBytes: maxAnswerBytes,
      headers: {
        origin: new URL(url).origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
      },
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
