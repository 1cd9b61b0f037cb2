import { inputRules, type InputRule, type ProblemCode } from '@minhbach/shared/protocol';

type Values = Readonly<Record<string, string | number>>;

export interface InputFault {
  /** JSON pointer into the body, or `/query/name`, `/path/name`. */
  readonly pointer: string;
  readonly message: string;
  /** What pages translate; absent where only the English message says it. */
  readonly rule?: InputRule;
  readonly params?: Values;
}

/** A refusal that a caller can act on. `code` is stable and what the pages translate; the message is one sentence. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly params: Values | undefined;
  readonly errors: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    code: ProblemCode,
    sentence: string,
    more: {
      readonly params?: Values;
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

/** What is wrong at a place, by what is allowed there. */
export function inputFault(pointer: string, rule: InputRule, params: Values = {}): InputFault {
  const message = inputRules[rule].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    String(params[name] ?? ''),
  );
  return { pointer, message, rule, ...(Object.keys(params).length === 0 ? {} : { params }) };
}

export function badInput(pointer: string, rule: InputRule, params: Values = {}): ProblemError {
  return badInputOf(inputFault(pointer, rule, params));
}

export function badInputOf(fault: InputFault): ProblemError {
  const where = fault.pointer === '' ? 'The body' : fault.pointer;
  return new ProblemError(400, 'bad-input', `${where}: ${fault.message}`, { errors: [fault] });
}

export function conflict(code: ProblemCode, sentence: string, params?: Values): ProblemError {
  return new ProblemError(409, code, sentence, params === undefined ? {} : { params });
}
