/**
 * JSON of the API as a test meets it: looked into without being declared, so that a missing field fails the expectation
 * and not the compiler.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a black-box test takes answers as they come
export type Answer = any;

/** A caller of the HTTP API that keeps its session cookie and states its Origin, as a browser would. */
export interface Caller {
  readonly cookie: string;
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Answer; headers: Headers }>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export async function signedIn(origin: string, username: string, password: string): Promise<Caller> {
  const anonymous = caller(origin, '');
  const response = await anonymous.fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`sign-in of ${username}: ${response.status} ${await response.text()}`);
  return caller(
    origin,
    response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  );
}

export function caller(origin: string, cookie: string): Caller {
  const send = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('Origin', origin);
    if (cookie !== '') headers.set('Cookie', cookie);
    return fetch(new URL(path, origin), { ...init, headers });
  };
  return {
    cookie,
    fetch: send,
    async call(method, path, body) {
      const response = await send(`/api/v1${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        headers: response.headers,
      };
    },
  };
}
