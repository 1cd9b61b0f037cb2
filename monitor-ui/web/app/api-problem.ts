import type { Problem } from '@minhbach/shared/protocol';

/** An answer of the server that says no, or `offline` when there was no answer at all. */
export class ApiProblem extends Error {
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number;
  /** Stable word that the pages translate. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** For bad input: which field (JSON pointer) and what is allowed there. */
  readonly errors: NonNullable<Problem['errors']>;

  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail' | 'params' | 'errors'>) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.params = problem.params ?? {};
    this.errors = problem.errors ?? [];
  }

  static offline(): ApiProblem {
    return new ApiProblem({ status: 0, code: 'offline', detail: 'The monitor cannot be reached.' });
  }
}

/** Whatever stood in the way, as a problem that can be shown. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    status: 0,
    code: 'page-fault',
    detail: error instanceof Error ? error.message : String(error),
  });
}
