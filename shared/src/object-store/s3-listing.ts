import { ObjectStoreError, type StoredObject } from './object-store.ts';

export interface S3ListingPage {
  readonly objects: readonly StoredObject[];
  /** Absent on the last page. */
  readonly nextToken: string | undefined;
}

/**
 * Reads an answer to ListObjectsV2. Ours, because the SDK's reader makes numbers of what looks like one: the key
 * `0012` would be listed as `12`.
 */
export function parseS3Listing(xml: string): S3ListingPage {
  if (!/<ListBucketResult[\s>]/.test(xml)) {
    throw new ObjectStoreError('internal', 'the store answered a listing with something else', {
      retryable: true,
    });
  }
  const urlEncoded = elementText(xml, 'EncodingType') === 'url';
  const objects: StoredObject[] = [];
  for (const [, content = ''] of xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
    const key = elementText(content, 'Key');
    const sizeBytes = Number(elementText(content, 'Size'));
    if (key === undefined || !Number.isSafeInteger(sizeBytes)) {
      throw new ObjectStoreError('internal', 'the store listed an object without key or size', {
        retryable: true,
      });
    }
    objects.push({ key: urlEncoded ? decodeUrl(key) : key, sizeBytes });
  }
  const truncated = elementText(xml, 'IsTruncated') === 'true';
  const nextToken = truncated ? elementText(xml, 'NextContinuationToken') : undefined;
  if (truncated && (nextToken === undefined || nextToken === '')) {
    throw new ObjectStoreError('internal', 'the store cut a listing short without saying how to go on', {
      retryable: true,
    });
  }
  return { objects, nextToken };
}

/** The text of the first such element, entities resolved; `undefined` when there is none. */
export function elementText(xml: string, name: string): string | undefined {
  const raw = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1];
  return raw?.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      return entities[name ?? ''] ?? whole;
    },
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeUrl(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
