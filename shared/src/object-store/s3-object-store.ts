import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client } from 'minio';
import { requireDigest, sha256OfBody } from './body-digest.ts';
import { withErrors } from './body-errors.ts';
import { abortedError, boundedCall, whenAborted } from './bounded-call.ts';
import { objectKeyFault, requireKeyPrefix, requireObjectKey } from './object-key.ts';
import type { ObjectStoreSettings } from './object-store-settings.ts';
import {
  ObjectStoreError,
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type RetentionOptions,
  type ScanOptions,
  type StoredObject,
  type StoreProbe,
} from './object-store.ts';
import { s3Error } from './s3-error.ts';
import { parseS3Listing } from './s3-listing.ts';
import { probeS3 } from './s3-probe.ts';
import { headObject, isHeld, type S3Calls, type S3Request } from './s3-object-facts.ts';
import { probeTarget } from './s3-probe-target.ts';
import { checksumHeaders, lockHeaders, pacedBody, queryString, versionOf } from './s3-request-parts.ts';
import { heldVersion, holdToSet, setRetention } from './s3-retention.ts';
import { readPlainly } from './s3-plain-read.ts';
import { S3Failure, s3Transport, type S3Answer } from './s3-transport.ts';

export interface S3ObjectStoreOptions {
  readonly settings: Extract<ObjectStoreSettings, { type: 's3' }>;
  readonly secretKey: string;
  /** Sentences about the settings, shown with every probe. */
  readonly remarks?: readonly string[];
}

/** What a connection must manage, or its body is given up. */
const slowestBytesPerMs = 16;

/** A clock that is off by more costs a second request, which says so. */
const signedForS = 900;

const nothingShown = { createOnly: false, versioning: false, lock: 'none' } as const;

/**
 * The archive in one bucket of an S3-compatible store: the only file that knows the `minio` SDK. No call is retried
 * here; the upload journal does that. Create-only and locks are used only after `probe()` has seen them work.
 */
export class S3ObjectStore implements ObjectStore {
  readonly #options: S3ObjectStoreOptions;
  readonly #agent: http.Agent;
  readonly #calls: S3Calls = {
    answer: (what, signal, request) => this.#finished(what, signal, request),
    text: (what, signal, request) => this.#text(what, signal, request),
  };
  #probed: StoreProbe | undefined;
  #locksNeedMd5 = true;
  #clockSkewMs: number | undefined;

  constructor(options: S3ObjectStoreOptions) {
    this.#options = options;
    const { endpoint, maxConnections, idleTimeoutMs } = options.settings;
    // The agent's own time-out only drops unused connections, before most servers do.
    const agentOptions = { keepAlive: true, maxSockets: maxConnections, timeout: idleTimeoutMs };
    this.#agent = endpoint.startsWith('https:')
      ? new https.Agent(agentOptions)
      : new http.Agent(agentOptions);
  }

  async put(key: string, body: Buffer, options: PutOptions): Promise<StoredObject> {
    requireObjectKey(key);
    if (options.retainUntil !== undefined && this.#probed?.lock !== 'enforced') {
      throw noLockShown(`put ${key}`);
    }
    const { createOnly, versioning, lock } = this.#probed ?? nothingShown;
    const onTop = options.newVersion === true && versioning;
    const headers = {
      'content-type': options.contentType,
      'x-amz-meta-sha256': options.sha256,
      // Also without a date of ours: the bucket may lock by default.
      ...(lock === 'enforced'
        ? checksumHeaders({ body, sha256: options.sha256, needsMd5: this.#locksNeedMd5 })
        : {}),
      ...(options.retainUntil === undefined ? {} : lockHeaders(options.retainUntil, options.retentionMode)),
      ...(createOnly && !onTop ? { 'if-none-match': '*' } : {}),
    };
    if (!createOnly && !versioning) {
      // A put would silently replace what is there. Looking first does not stop two writers at once; keys are unique.
      const stored = await this.#alreadyStored(key, body.length, options);
      if (stored !== undefined) return stored;
    }
    try {
      return await this.#putRaw(key, body, headers, options);
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      // Ours or the line's? Hashed only now: a store that checks what it was signed makes a second look needless.
      if (error.code === 'damaged') requireDigest(key, body, options.sha256);
      if (error.code !== 'exists' || options.newVersion === true) throw error;
      const stored = await this.#alreadyStored(key, body.length, options);
      if (stored === undefined) throw error;
      return stored;
    }
  }

  async get(key: string, options: GetOptions): Promise<Readable> {
    requireObjectKey(key);
    const what = `get ${key}`;
    const { range, versionId, signal } = options;
    if (range && !(range.firstByte >= 0 && range.firstByte <= range.lastByte)) {
      throw new ObjectStoreError('range', `${what}: bytes ${range.firstByte}-${range.lastByte}`, {
        retryable: false,
      });
    }
    if (signal.aborted) throw abortedError(what, signal);
    // The deadline counts up to the answer's head; the body may take as long as its reader, but never be silent.
    const life = new AbortController();
    const letGo = whenAborted(signal, () => life.abort(abortedError(what, signal)));
    try {
      const response = await this.#bounded(what, signal, (inner) => {
        whenAborted(inner, () => life.abort(inner.reason));
        return this.#send(life.signal, {
          method: 'GET',
          key,
          query: { versionId },
          ...(range ? { headers: { range: `bytes=${range.firstByte}-${range.lastByte}` } } : {}),
        });
      });
      if (range && response.statusCode !== 206) {
        response.destroy();
        throw new ObjectStoreError('internal', `${what}: the store ignores byte ranges`, {
          retryable: false,
        });
      }
      const body = withErrors(response, (error) => s3Error(what, error));
      body.once('close', letGo);
      return body;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  async scan(key: string, options: ScanOptions): Promise<void> {
    requireObjectKey(key);
    const what = `get ${key}`;
    const { versionId, signal, look } = options;
    if (signal.aborted) throw abortedError(what, signal);
    const { bucket, idleTimeoutMs } = this.#options.settings;
    try {
      const query = versionId === undefined ? {} : { versionId };
      const url = await this.#client(signal).presignedUrl('GET', bucket, key, signedForS, query);
      if (await readPlainly({ url: new URL(url), idleTimeoutMs, signal, look })) return;
    } catch (error) {
      throw signal.aborted ? abortedError(what, signal) : s3Error(what, error);
    }
    for await (const chunk of await this.get(key, { versionId, signal })) {
      if (!look(chunk as Buffer)) return;
    }
  }

  async stat(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<StoredObject | undefined> {
    requireObjectKey(key);
    return (await headObject(this.#calls, key, options.versionId, options.signal))?.object;
  }

  async *list(
    prefix: string,
    options: { after?: string; signal: AbortSignal },
  ): AsyncGenerator<StoredObject> {
    requireKeyPrefix(prefix);
    let token: string | undefined;
    do {
      const query = {
        'continuation-token': token,
        'encoding-type': 'url',
        'list-type': '2',
        'max-keys': '1000',
        prefix,
        'start-after': options.after === '' ? undefined : options.after,
      };
      const page = parseS3Listing(
        await this.#text(`list ${prefix}`, options.signal, { method: 'GET', query }),
      );
      if (page.nextToken !== undefined && page.nextToken === token) {
        throw new ObjectStoreError('internal', `list ${prefix}: the store lists in a circle`, {
          retryable: true,
        });
      }
      token = page.nextToken;
      for (const object of page.objects) if (objectKeyFault(object.key) === undefined) yield object;
    } while (token !== undefined);
  }

  async remove(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<'removed' | 'held'> {
    requireObjectKey(key);
    const { versionId, signal } = options;
    try {
      await this.#text(`remove ${key}`, signal, { method: 'DELETE', key, query: { versionId } });
      return 'removed';
    } catch (error) {
      const refused = error instanceof ObjectStoreError && error.code === 'refused';
      if (
        refused &&
        versionId !== undefined &&
        (await isHeld(this.#calls, this.#clockSkewMs ?? 0, key, versionId, signal))
      )
        return 'held';
      throw error;
    }
  }

  async extendRetention(key: string, options: RetentionOptions): Promise<void> {
    requireObjectKey(key);
    if (this.#probed?.lock !== 'enforced') throw noLockShown(`retain ${key}`);
    const { versionId, until, mode = 'compliance', signal } = options;
    const toSet = holdToSet({ mode, until }, await heldVersion(this.#calls, key, versionId, signal));
    if (toSet !== undefined) await setRetention(this.#calls, { key, versionId, ...toSet }, signal);
  }

  async probe(options: { signal: AbortSignal }): Promise<StoreProbe> {
    const target = probeTarget({
      ...this.#calls,
      list: (prefix) => this.list(prefix, options),
      clockSkewMs: () => this.#clockSkewMs,
      signal: options.signal,
    });
    const { locksNeedMd5, ...seen } = await probeS3(target);
    this.#locksNeedMd5 = locksNeedMd5;
    this.#probed = { ...seen, remarks: [...(this.#options.remarks ?? []), ...seen.remarks] };
    return this.#probed;
  }

  /** Makes the bucket, with object lock if asked: most stores allow that only now. An existing one is left alone. */
  async createBucket(options: {
    readonly lock: boolean;
    readonly signal: AbortSignal;
  }): Promise<'made' | 'exists'> {
    const { bucket, region } = this.#options.settings;
    try {
      await this.#text(`look for ${bucket}`, options.signal, {
        method: 'GET',
        query: { 'list-type': '2', 'max-keys': '1' },
      });
      return 'exists';
    } catch (error) {
      const cause = error instanceof ObjectStoreError ? error.cause : undefined;
      if (!(cause instanceof S3Failure && cause.status === 404)) throw error;
    }
    await this.#bounded(`make bucket ${bucket}`, options.signal, (inner) =>
      this.#client(inner).makeBucket(bucket, region, { ObjectLocking: options.lock }),
    );
    return 'made';
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  async #putRaw(
    key: string,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    { sha256, pace, deadlineMs, signal }: PutOptions,
  ): Promise<StoredObject> {
    const request = { method: 'PUT', key, headers, body, sha256, pace, deadlineMs } as const;
    const response = await this.#finished(`put ${key}`, signal, request);
    return { key, sizeBytes: body.length, ...versionOf(response) };
  }

  /**
   * `undefined` when nothing lies under this key. The same size, and the same digest in its metadata, make it ours
   * (proof comes by reading back); anything else is `exists`.
   */
  async #alreadyStored(
    key: string,
    sizeBytes: number,
    options: PutOptions,
  ): Promise<StoredObject | undefined> {
    const seen = await headObject(this.#calls, key, undefined, options.signal);
    if (seen === undefined) return undefined;
    const same = seen.object.sizeBytes === sizeBytes && seen.sha256 === options.sha256;
    if (same && options.newVersion !== true) return seen.object;
    throw new ObjectStoreError('exists', `put ${key}: other bytes are stored under this key`, {
      retryable: false,
    });
  }

  async #text(what: string, signal: AbortSignal, request: S3Request): Promise<string> {
    return this.#bounded(what, signal, async (inner) => text(await this.#send(inner, request)), request);
  }

  /** As `#text`, for answers that matter by their headers. */
  async #finished(what: string, signal: AbortSignal, request: S3Request): Promise<http.IncomingMessage> {
    const ask = async (inner: AbortSignal): Promise<http.IncomingMessage> => {
      const response = await this.#send(inner, request);
      await text(response);
      return response;
    };
    return this.#bounded(what, signal, ask, request);
  }

  async #bounded<Result>(
    what: string,
    signal: AbortSignal,
    work: (inner: AbortSignal) => Promise<Result>,
    { deadlineMs, body }: Pick<S3Request, 'deadlineMs' | 'body'> = {},
  ): Promise<Result> {
    const { settings } = this.#options;
    const bySizeMs = settings.requestDeadlineMs + (body?.length ?? 0) / slowestBytesPerMs;
    try {
      return await boundedCall({ what, signal, deadlineMs: Math.round(deadlineMs ?? bySizeMs) }, work);
    } catch (error) {
      throw s3Error(what, error, { pathStyle: settings.pathStyle, clockSkewMs: this.#clockSkewMs });
    }
  }

  async #send(signal: AbortSignal, request: S3Request): Promise<http.IncomingMessage> {
    const { bucket, region } = this.#options.settings;
    const body = request.body ?? Buffer.alloc(0);
    const query = queryString(request.query ?? {});
    const headers = {
      ...request.headers,
      ...(request.method === 'PUT' || request.method === 'POST'
        ? { 'content-length': `${body.length}` }
        : {}),
    };
    // The digest is signed over https too: we have it already, and the store then checks what arrived.
    return this.#client(signal).makeRequestStreamAsync(
      { method: request.method, bucketName: bucket, objectName: request.key ?? '', query, headers },
      request.pace === undefined ? body : pacedBody(body, request.pace, signal),
      request.sha256 ?? sha256OfBody(body),
      [200, 204, 206],
      region,
    );
  }

  /** A client per call costs microseconds and gives each call its own signal. They share the connections. */
  #client(signal: AbortSignal): Client {
    const { endpoint, region, pathStyle, accessKey, idleTimeoutMs } = this.#options.settings;
    const url = new URL(endpoint);
    const useSSL = url.protocol === 'https:';
    const client = new Client({
      endPoint: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (useSSL ? 443 : 80) : Number(url.port),
      useSSL,
      region,
      pathStyle,
      accessKey,
      secretKey: this.#options.secretKey,
      transport: s3Transport({ signal, idleTimeoutMs, onAnswer: (answer) => this.#noteClock(answer) }),
      transportAgent: this.#agent,
      retryOptions: { disableRetry: true },
    });
    client.enableSHA256 = true;
    return client;
  }

  /** `Date` has whole seconds, so this is good to half a second and half the round trip. */
  #noteClock(answer: S3Answer): void {
    const serverMs = Date.parse(answer.date ?? '');
    if (Number.isNaN(serverMs)) return;
    this.#clockSkewMs = Math.round(serverMs + 500 - (answer.sentAtMs + answer.receivedAtMs) / 2);
  }
}

function noLockShown(what: string): ObjectStoreError {
  return new ObjectStoreError(
    'lock-not-enforced',
    `${what}: no probe has shown that this store holds objects`,
    {
      retryable: false,
    },
  );
}
