import { LoadingState } from '../ui-kit/index.ts';

export function FirstStartPage() {
  return <LoadingState />;
}
