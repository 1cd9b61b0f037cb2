import { LoadingState } from '../ui-kit/index.ts';

export function OfficesPage() {
  return <LoadingState />;
}
