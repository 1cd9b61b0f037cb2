import { LoadingState } from '../ui-kit/index.ts';

export function IncidentsPage() {
  return <LoadingState />;
}
