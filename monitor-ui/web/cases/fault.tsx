import { useProblemText } from '../ui-kit/index.ts';

/** What the server has against it, in one sentence; nothing when there is nothing. */
export function Fault({ of }: { readonly of: unknown }) {
  const problemText = useProblemText();
  return of === null ? null : (
    <p role="alert" className="case-fault">
      ✕ {problemText(of)}
    </p>
  );
}
