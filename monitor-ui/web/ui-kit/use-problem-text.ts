import { useKitText } from './i18n/index.ts';
import { problemText } from './problem-text.ts';

export function useProblemText(): (error: unknown) => string {
  const text = useKitText();
  return (error) => problemText(text, error);
}
