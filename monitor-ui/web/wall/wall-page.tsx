import { LoadingState } from '../ui-kit/index.ts';

export function WallPage() {
  return <LoadingState />;
}
