import type { KitText } from './i18n/index.ts';
import { vi } from './i18n/vi.ts';

type Values = Readonly<Record<string, string | number>>;

/** What is wrong at a place of the input. */
export interface Fault {
  /** JSON pointer; below `/query` for what stands in the address. */
  readonly pointer: string;
  /** The server's own English. */
  readonly message: string;
  readonly rule?: string | undefined;
  readonly params?: Values | undefined;
}

interface ProblemLike {
  readonly code?: unknown;
  readonly params?: Values;
  readonly errors?: readonly Fault[];
  readonly message?: unknown;
}

/** The sentence for a problem in the page's language; the server's own English sentence when its code is not known here. */
export function problemText(text: KitText, error: unknown): string {
  const problem = (typeof error === 'object' && error !== null ? error : {}) as ProblemLike;
  const key = `problem.${typeof problem.code === 'string' ? problem.code : 'page-fault'}`;
  const [fault] = problem.errors ?? [];
  if (key === 'problem.bad-input' && fault !== undefined) {
    return text('bad-input-at', { where: placeName(text, fault.pointer), allowed: faultText(text, fault) });
  }
  if (isKey(key)) return text(key, problem.params);
  return typeof problem.message === 'string' && problem.message !== ''
    ? problem.message
    : text('problem.page-fault');
}

/** What is allowed at the place of a fault. */
export function faultText(text: KitText, { rule, params = {}, message }: Fault): string {
  const key = `rule.${rule ?? 'other-form'}`;
  if (!isKey(key)) return message;
  const { field } = params;
  return text(key, field === undefined ? params : { ...params, field: placeName(text, String(field)) });
}

/** As forms call it; what no form asks for keeps the name it has in the address or the body. */
function placeName(text: KitText, pointer: string): string {
  const steps = pointer.replace(/^\/(query|path|header)\//, '').split('/');
  const name = steps.findLast((step) => step !== '' && !/^\d+$/.test(step)) ?? 'body';
  const key = `field.${name}`;
  return isKey(key) ? text(key) : name;
}

function isKey(key: string): key is keyof typeof vi {
  return Object.hasOwn(vi, key);
}
