import { EmptyState } from '../ui-kit/index.ts';
import { useAppText } from './i18n/index.ts';

export function NotFound() {
  return <EmptyState title={useAppText()('not-found')} />;
}

export function NoPages() {
  return <EmptyState title={useAppText()('no-pages')} />;
}
