import { useKitText } from './i18n/index.ts';

/** Names the eye in a password field in the language of the page; Mantine's own name for it is English. */
export function usePasswordEye() {
  const text = useKitText();
  return { visibilityToggleButtonProps: { 'aria-label': text('show-password') } } as const;
}
