import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { UtcMs } from '../units-of-measure/index.ts';

/** AWS wants a Content-MD5 with lock headers. */
export function lockHeaders(body: Buffer, until: UtcMs): Record<string, string> {
  return {
    'content-md5': md5Base64(body),
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': new Date(until).toISOString(),
  };
}

export function md5Base64(body: Buffer): string {
  return createHash('md5').update(body).digest('base64');
}

/** As signature version 4 wants it: everything but unreserved characters. */
function escapeQuery(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function versionOf(response: Pick<IncomingMessage, 'headers'>): { versionId?: string } {
  const versionId = response.headers['x-amz-version-id'];
  return typeof versionId === 'string' && versionId !== '' && versionId !== 'null' ? { versionId } : {};
}

/** `name=value&flag`, values escaped, `undefined` left out. S3 signs a query sorted by name: give it sorted. */
export function queryString(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [value === '' ? name : `${name}=${escapeQuery(value)}`],
    )
    .join('&');
}
