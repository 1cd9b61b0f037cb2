import { problemOf } from '../app/index.ts';
import { useProblemText } from '../ui-kit/index.ts';
import { camerasHas, useCamerasText } from './i18n/index.ts';

/** A refusal, or a job that failed, in one sentence that says what to do about it. */
export function useCamerasProblem(): (error: unknown) => string {
  const text = useCamerasText();
  const problemText = useProblemText();
  return (error) => {
    const key = `problem.${codeOf(error)}`;
    return camerasHas(key) ? text(key) : problemText(error);
  };
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return problemOf(error).code;
}
