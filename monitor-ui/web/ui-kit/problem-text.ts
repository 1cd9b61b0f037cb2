import { kitHas, type KitText } from './i18n/index.ts';

interface ProblemLike {
  readonly code?: unknown;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly message?: unknown;
}

/** The sentence for a problem in the page's language; the server's own English sentence when its code is not known here. */
export function problemText(text: KitText, error: unknown): string {
  const problem = (typeof error === 'object' && error !== null ? error : {}) as ProblemLike;
  const key = `problem.${typeof problem.code === 'string' ? problem.code : 'page-fault'}`;
  if (kitHas(key)) return text(key, problem.params);
  return typeof problem.message === 'string' && problem.message !== ''
    ? problem.message
    : text('problem.page-fault');
}
