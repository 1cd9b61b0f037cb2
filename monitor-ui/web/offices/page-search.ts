import { useNavigate, useSearch } from '@tanstack/react-router';
import { z } from 'zod';

export const tabs = [
  'sites',
  'units',
  'people',
  'recorders',
  'duty',
  'completeness',
  'reconciliation',
  'notices',
  'retention',
  'keys',
] as const;
export type Tab = (typeof tabs)[number];

const searchSchema = z.object({
  tab: z.enum(tabs).optional().catch(undefined),
  counter: z.uuid().optional().catch(undefined),
});
export type OfficesSearch = z.infer<typeof searchSchema>;

/** What the page's address says, and how to change it; what cannot be read is left out rather than refused. */
export function useOfficesSearch(): readonly [OfficesSearch, (search: OfficesSearch) => void] {
  const raw: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  return [
    searchSchema.parse(raw),
    (search) => void navigate({ to: '/offices', search: { ...search }, replace: true }),
  ];
}
