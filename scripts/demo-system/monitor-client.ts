import { problemSchema } from '@minhbach/shared/protocol';
import type { z } from 'zod';

/** The monitor's answer was not what was hoped for; `status` 0 when there was none. */
export class MonitorAnswer extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'MonitorAnswer';
    this.status = status;
    this.code = code;
  }
}

/** A signed-in caller of the monitor's HTTP API, as any outside script would be. */
export class MonitorClient {
  readonly #origin: string;
  #cookie: string | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.send('POST', '/session', { username, password });
  }

  /** `path` is below `/api/v1`. */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    return schema.parse(await this.send('GET', path));
  }

  async post<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    return schema.parse(await this.send('POST', path, body));
  }

  async put(path: string, body: unknown): Promise<void> {
    await this.send('PUT', path, body);
  }

  async patch(path: string, body: unknown): Promise<void> {
    await this.send('PATCH', path, body);
  }

  async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: {
        Origin: this.#origin,
        ...(this.#cookie === undefined ? {} : { Cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const setCookie = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    if (setCookie.length > 0) this.#cookie = setCookie.join('; ');
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer;
    const problem = problemSchema.safeParse(answer);
    throw new MonitorAnswer(
      response.status,
      problem.success ? problem.data.code : 'unknown',
      `${method} ${path}: ${problem.success ? problem.data.detail : response.statusText}`,
    );
  }
}
