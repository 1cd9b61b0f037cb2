import type { UtcMs } from '../units-of-measure/index.ts';
import { sha256OfBody } from './body-digest.ts';
import { ObjectStoreError, type StoredObject } from './object-store.ts';
import { elementText } from './s3-listing.ts';
import { headObject, type S3Calls } from './s3-object-facts.ts';
import { checksumHeaders, lockHeaders, versionOf } from './s3-request-parts.ts';
import { setRetention } from './s3-retention.ts';

/** The calls a probe needs, each on a key of its own under `probe/`. All reject with `ObjectStoreError`. */
export interface S3ProbeTarget {
  list(prefix: string): AsyncIterable<StoredObject>;
  put(key: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<StoredObject>;
  putLocked(key: string, body: Buffer, until: UtcMs, needsMd5: boolean): Promise<StoredObject>;
  /** Stores `body` as an upload of one part. */
  putInParts(key: string, body: Buffer): Promise<void>;
  extendRetention(key: string, versionId: string | undefined, until: UtcMs): Promise<void>;
  read(key: string, versionId: string | undefined): Promise<string>;
  stat(key: string, versionId: string | undefined): Promise<StoredObject | undefined>;
  remove(key: string, versionId: string | undefined): Promise<void>;
  bucketConfiguration(name: 'object-lock' | 'versioning'): Promise<string>;
  clockSkewMs(): number | undefined;
}

/** The same over a store's own calls. */
export function probeTarget(
  of: S3Calls & Pick<S3ProbeTarget, 'list' | 'clockSkewMs'> & { readonly signal: AbortSignal },
): S3ProbeTarget {
  const { signal } = of;
  const put = async (key: string, body: Buffer, headers: Record<string, string>): Promise<StoredObject> => {
    const response = await of.answer(`put ${key}`, signal, { method: 'PUT', key, headers, body });
    return { key, sizeBytes: body.length, ...versionOf(response) };
  };
  return {
    list: (prefix) => of.list(prefix),
    clockSkewMs: () => of.clockSkewMs(),
    put: (key, body, headers) => put(key, body, { 'x-amz-meta-sha256': sha256OfBody(body), ...headers }),
    putLocked: (key, body, until, needsMd5) => {
      const checksum = checksumHeaders({ body, sha256: sha256OfBody(body), needsMd5 });
      return put(key, body, { ...checksum, ...lockHeaders(until) });
    },
    putInParts: async (key, body) => {
      const ask = { key, headers: { 'content-type': 'application/octet-stream' } } as const;
      const begun = await of.text(`put ${key}`, signal, { ...ask, method: 'POST', query: { uploads: '' } });
      const uploadId = elementText(begun, 'UploadId');
      if (uploadId === undefined) {
        throw new ObjectStoreError('refused', 'the store began no upload in parts', { retryable: false });
      }
      const part = { method: 'PUT', key, query: { partNumber: '1', uploadId }, body } as const;
      const { headers } = await of.answer(`put ${key}`, signal, part);
      const etag = String(headers.etag).replace(/"/g, '&quot;');
      const list = Buffer.from(
        `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`,
      );
      await of.text(`put ${key}`, signal, { method: 'POST', key, query: { uploadId }, body: list });
    },
    extendRetention: (key, versionId, until) =>
      setRetention(of, { key, versionId, until, mode: 'compliance' }, signal),
    read: (key, versionId) => of.text(`read ${key}`, signal, { method: 'GET', key, query: { versionId } }),
    stat: async (key, versionId) => (await headObject(of, key, versionId, signal))?.object,
    remove: async (key, versionId) => {
      await of.text(`remove ${key}`, signal, { method: 'DELETE', key, query: { versionId } });
    },
    bucketConfiguration: (name) => of.text(`read ?${name}`, signal, { method: 'GET', query: { [name]: '' } }),
  };
}
