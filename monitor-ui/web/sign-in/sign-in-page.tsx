import { LoadingState } from '../ui-kit/index.ts';

export function SignInPage() {
  return <LoadingState />;
}
