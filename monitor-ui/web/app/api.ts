import type { Problem } from '@minhbach/shared/protocol';
import { ApiProblem } from './api-problem.ts';
import { takeEarly } from './early-answers.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
export interface CallOptions {
  readonly query?: Query | undefined;
  readonly signal?: AbortSignal | undefined;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** Paths are below `/api/v1`. Every method throws `ApiProblem` for a refusal and when the server is out of reach. */
export const api = {
  get: <Answer>(path: string, options?: CallOptions) => call<Answer>('GET', path, undefined, options),
  post: <Answer>(path: string, body: unknown = {}, options?: CallOptions) =>
    call<Answer>('POST', path, body, options),
  patch: <Answer>(path: string, body: unknown, options?: CallOptions) =>
    call<Answer>('PATCH', path, body, options),
  put: <Answer>(path: string, body: unknown, options?: CallOptions) =>
    call<Answer>('PUT', path, body, options),
  delete: <Answer>(path: string, options?: CallOptions) => call<Answer>('DELETE', path, undefined, options),

  /** Every item of a list, page after page. */
  async all<Item>(path: string, options: CallOptions = {}): Promise<readonly Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<Item> = await api.get<Page<Item>>(path, {
        ...options,
        query: { ...options.query, limit: 500, cursor },
      });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  },
};

async function call<Answer>(
  method: string,
  path: string,
  body: unknown,
  { query = {}, signal }: CallOptions = {},
): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  const suffix = search.size > 0 ? `?${search}` : '';
  let response: Response | undefined;
  try {
    response = method === 'GET' ? await takeEarly(path + suffix) : undefined;
    response ??= await fetch(`/api/v1${path}${suffix}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw ApiProblem.offline();
  }
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  throw new ApiProblem(isProblem(answer) ? answer : unreadable(response.status));
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'status' in answer;
}

function unreadable(status: number): Pick<Problem, 'status' | 'code' | 'detail'> {
  const code = status >= 502 && status <= 504 ? 'offline' : 'server-fault';
  return { status, code, detail: `The server answered ${status} without saying why.` };
}
