import { useKitText } from './i18n/index.ts';
import { faultText, problemText, type Fault } from './problem-text.ts';

export function useProblemText(): (error: unknown) => string {
  const text = useKitText();
  return (error) => problemText(text, error);
}

/** For a form's field: what is allowed in it. */
export function useFaultText(): (fault: Fault) => string {
  const text = useKitText();
  return (fault) => faultText(text, fault);
}
