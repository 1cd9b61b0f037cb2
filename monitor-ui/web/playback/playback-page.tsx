import { LoadingState } from '../ui-kit/index.ts';

export function PlaybackPage() {
  return <LoadingState />;
}
