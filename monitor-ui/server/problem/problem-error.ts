export interface InputFault {
  /** JSON pointer into the body, or `/query/name`, `/path/name`. */
  readonly pointer: string;
  readonly message: string;
}

/** A refusal that a caller can act on. `code` is stable and what the pages translate; the message is one sentence. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>> | undefined;
  readonly errors: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    code: string,
    sentence: string,
    more: {
      readonly params?: Readonly<Record<string, string | number>>;
      readonly errors?: readonly InputFault[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(sentence, { cause: more.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.params = more.params;
    this.errors = more.errors;
    this.headers = more.headers;
  }
}

export function notSignedIn(): ProblemError {
  return new ProblemError(401, 'not-signed-in', 'Sign in first.');
}

export function forbidden(action: string): ProblemError {
  return new ProblemError(403, 'forbidden', 'This role may not do that.', { params: { action } });
}

/** Also for what exists but lies outside the person's scope: the two look the same. */
export function notFound(what: string): ProblemError {
  return new ProblemError(404, 'not-found', `There is no such ${what}.`, { params: { what } });
}

export function badInput(pointer: string, message: string): ProblemError {
  return new ProblemError(400, 'bad-input', `${pointer}: ${message}`, { errors: [{ pointer, message }] });
}

export function conflict(
  code: string,
  sentence: string,
  params?: Readonly<Record<string, string | number>>,
): ProblemError {
  return new ProblemError(409, code, sentence, params === undefined ? {} : { params });
}
