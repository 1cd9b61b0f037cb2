import { useNavigate, useSearch } from '@tanstack/react-router';
import { pageSearchSchema, type PageSearch } from './page-search.ts';

/** The address of the page: what it says, and how to change it without leaving a trail of steps behind. */
export function usePageSearch(): readonly [PageSearch, (search: PageSearch) => void] {
  const search = pageSearchSchema.parse(useSearch({ strict: false }));
  const navigate = useNavigate();
  return [search, (next) => void navigate({ to: '/playback', search: { ...next }, replace: true })];
}
