import { LoadingState } from '../ui-kit/index.ts';

export function CamerasPage() {
  return <LoadingState />;
}
