import { createHash, createHmac } from 'node:crypto';

export interface S3Keys {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** `/bucket/key`; letters that need no escape. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One call to S3 as anybody with these keys could make it, past all code of ours: signature version 4. */
export async function signedCall(
  { endpoint, accessKey, secretKey }: S3Keys,
  { method, path, query = {}, headers = {}, body = '' }: S3Call,
): Promise<{ readonly status: number; readonly code: string; readonly text: string }> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const digest = createHash('sha256').update(body).digest('hex');
  const md5 = createHash('md5').update(body).digest('base64');
  const signed: Record<string, string> = {
    ...headers,
    ...(body === '' ? {} : { 'content-md5': md5 }),
    ...{ host: new URL(endpoint).host, 'x-amz-content-sha256': digest, 'x-amz-date': time },
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    ...[method, path, pairs.sort().join('&')],
    ...names.map((name) => `${name}:${signed[name] ?? ''}`),
    ...['', names.join(';'), digest],
  ].join('\n');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const toSign = [
    ...['AWS4-HMAC-SHA256', time, scope],
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const signature = hmac(scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretKey}`), toSign);
  const { host: _, ...sent } = signed;
  void _;
  const answer = await fetch(`${endpoint}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`, {
    ...{ method, ...(body === '' ? {} : { body }) },
    headers: {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${names.join(';')},Signature=${signature.toString('hex')}`,
    },
  });
  const text = await answer.text();
  return { status: answer.status, code: /<Code>(\w+)</.exec(text)?.[1] ?? '', text };
}
