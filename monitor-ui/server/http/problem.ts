import type { Problem, ProblemCode } from '@minhbach/shared/protocol';
import type { z } from 'zod';
import { inputFault, ProblemError, type InputFault } from '../problem/index.ts';
import { ruleOf } from './rule-of-issue.ts';

/** Every error to one answer (RFC 9457). What is not a `ProblemError` is our fault and says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  const known = error instanceof ProblemError ? error : bodyParserProblem(error);
  if (known === undefined) {
    return problem(500, 'server-fault', 'The server failed; the fault has been written to its log.');
  }
  return {
    ...problem(known.status, known.code, known.message),
    ...(known.params === undefined ? {} : { params: { ...known.params } }),
    ...(known.errors === undefined ? {} : { errors: known.errors.map((fault) => ({ ...fault })) }),
  };
}

function problem(status: number, code: ProblemCode, detail: string): Problem {
  return { type: `urn:minh-bach:problem:${code}`, title: titles[status] ?? 'Refused', status, code, detail };
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad input',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'In conflict with what is there',
  413: 'Too large',
  415: 'Not JSON',
  416: 'Range not satisfiable',
  429: 'Too many attempts',
  500: 'Server fault',
  502: 'The device or recorder refused',
  503: 'Not available now',
  504: 'No answer in time',
};

/** What `express.json` and the router throw, by the `type` and `status` they document. */
function bodyParserProblem(error: unknown): ProblemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') {
    return new ProblemError(400, 'bad-json', 'The body is not JSON.');
  }
  if (type === 'entity.too.large') {
    return new ProblemError(413, 'too-large', 'The body is larger than 64 KB.', {
      params: { limitBytes: 65_536 },
    });
  }
  const status = 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ProblemError(status, 'bad-request', 'The request cannot be read.');
  }
  return undefined;
}

/** `prefix` is empty for the body, `/query` for the query. */
export function inputProblem(issues: readonly z.core.$ZodIssue[], prefix: string): ProblemError {
  const errors = issues.flatMap((issue) => faultsOf(issue, prefix)).slice(0, 20);
  const [first] = errors;
  const sentence =
    first === undefined
      ? 'The input does not fit.'
      : `${first.pointer === '' ? 'The body' : first.pointer}: ${first.message}`;
  return new ProblemError(400, 'bad-input', sentence.slice(0, 500), { errors });
}

function faultsOf(issue: z.core.$ZodIssue, prefix: string): InputFault[] {
  const pointer = prefix + issue.path.map((step) => `/${escaped(String(step))}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => inputFault(`${pointer}/${escaped(key.slice(0, 100))}`, 'no-such-field'));
  }
  return [{ pointer, message: issue.message, ...ruleOf(issue) }];
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
