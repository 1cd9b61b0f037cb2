import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui-kit/index.ts';
import { useAppText } from './i18n/index.ts';

export function NotFound() {
  const text = useAppText();
  return <EmptyState title={text('not-found')} action={<Link to="/">{text('not-found.home')}</Link>} />;
}

export function NoPages() {
  return <EmptyState title={useAppText()('no-pages')} />;
}
