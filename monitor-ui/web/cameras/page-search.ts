import { useNavigate, useSearch } from '@tanstack/react-router';
import { z } from 'zod';

export const steps = ['recorder', 'device', 'login', 'stream', 'bind', 'aim'] as const;
export type Step = (typeof steps)[number];

const searchSchema = z.object({
  show: z.enum(['attention', 'all']).optional().catch(undefined),
  /** The step of adding a device; the list without it. */
  add: z.enum(steps).optional().catch(undefined),
  counter: z.uuid().optional().catch(undefined),
  recorder: z.string().max(100).optional().catch(undefined),
  /** Questions to the recorder that go on while the page is left. */
  discover: z.uuid().optional().catch(undefined),
  probe: z.uuid().optional().catch(undefined),
  /** The source that is aimed. */
  source: z.uuid().optional().catch(undefined),
});
export type CamerasSearch = z.infer<typeof searchSchema>;
/** Changes the address; what is not named stays, `undefined` takes it away. */
export type Go = (change: { readonly [Key in keyof CamerasSearch]?: CamerasSearch[Key] | undefined }) => void;

export function useCamerasSearch(): readonly [CamerasSearch, Go] {
  const raw: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  return [
    searchSchema.parse(raw),
    (change) =>
      void navigate({
        to: '/cameras',
        search: (before: Readonly<Record<string, string | number | boolean | undefined>>) => ({
          ...before,
          ...change,
        }),
      }),
  ];
}
