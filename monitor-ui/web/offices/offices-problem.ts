import { problemOf } from '../app/index.ts';
import { useFaultText, useProblemText, type Fault } from '../ui-kit/index.ts';
import { officesHas, useOfficesText } from './i18n/index.ts';

/** Refusals in the page's language: the whole as a sentence, and what is allowed in a field. */
export function useOfficesProblem() {
  const text = useOfficesText();
  const problemText = useProblemText();
  const faultText = useFaultText();
  return {
    sentence: (error: unknown): string => {
      const key = `problem.${problemOf(error).code}`;
      return officesHas(key) ? text(key) : problemText(error);
    },
    atField: (field: string, fault: Fault): string => {
      const key = `allowed.${field}`;
      return officesHas(key) ? text(key) : faultText(fault);
    },
  };
}
