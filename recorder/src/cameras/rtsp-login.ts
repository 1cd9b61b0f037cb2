import { createHash, randomBytes } from 'node:crypto';
import type { StreamLogin } from './device-address.ts';

/**
 * The `Authorization` for a challenge (RFC 7616 digest with MD5 or SHA-256, RFC 7617 basic), or `undefined` when the
 * challenge asks for something else.
 */
export function authorizationFor(
  challenges: readonly string[],
  request: { readonly method: string; readonly uri: string },
  { username, password }: StreamLogin,
): string | undefined {
  const digests = challenges.filter((challenge) => /^digest /i.test(challenge)).map(parametersOf);
  const challenge = digests.find(({ algorithm = 'MD5' }) => /^sha-256$/i.test(algorithm)) ?? digests[0];
  if (challenge !== undefined) {
    const { realm = '', nonce = '', algorithm = 'MD5', opaque, qop } = challenge;
    if (!/^(md5|sha-256)$/i.test(algorithm)) return undefined;
    const hash = (text: string): string =>
      createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex');
    const secret = hash(`${username}:${realm}:${password}`);
    const target = hash(`${request.method}:${request.uri}`);
    const fields = [`username="${quoted(username)}"`, `realm="${quoted(realm)}"`, `nonce="${quoted(nonce)}"`];
    fields.push(`uri="${request.uri}"`);
    if (/(^|,)\s*auth\s*(,|$)/.test(qop ?? '')) {
      const clientNonce = randomBytes(8).toString('hex');
      const response = hash(`${secret}:${nonce}:00000001:${clientNonce}:auth:${target}`);
      fields.push(`response="${response}"`, 'qop=auth', 'nc=00000001', `cnonce="${clientNonce}"`);
    } else {
      fields.push(`response="${hash(`${secret}:${nonce}:${target}`)}"`);
    }
    if (challenge['algorithm'] !== undefined) fields.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) fields.push(`opaque="${quoted(opaque)}"`);
    return `Digest ${fields.join(', ')}`;
  }
  if (challenges.some((basic) => /^basic /i.test(basic))) {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  return undefined;
}

type Parameters = Readonly<Partial<Record<'realm' | 'nonce' | 'algorithm' | 'opaque' | 'qop', string>>>;

function parametersOf(challenge: string): Parameters {
  const pairs = challenge.matchAll(
    /(realm|nonce|algorithm|opaque|qop)\s*=\s*(?:"([^"\r\n]{0,500})"|([\w-]{1,100}))/gi,
  );
  return Object.fromEntries(
    [...pairs].map(([, name = '', text, token]) => [name.toLowerCase(), text ?? token ?? '']),
  );
}

/** Line breaks would end the header. */
function quoted(text: string): string {
  return text.replace(/[\r\n]/g, '').replace(/["\\]/g, (character) => `\\${character}`);
}
