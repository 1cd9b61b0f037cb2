import type { Case } from '@minhbach/shared/protocol';
import { useServerSeconds } from '../app/index.ts';
import { formatDate, StateDot } from '../ui-kit/index.ts';
import { useCaseText } from './i18n/index.ts';

/** By when the earliest of its complaints must be answered. */
export function CaseDue({ one }: { readonly one: Case }) {
  const text = useCaseText();
  const nowMs = useServerSeconds();
  if (one.answerBy === undefined || one.state === 'closed') return null;
  const date = formatDate(one.answerBy - 1);
  const late = one.answerBy <= (nowMs ?? 0);
  return (
    <StateDot tone={late ? 'alarm' : 'plain'} word={text(late ? 'list.overdue' : 'list.due', { date })} />
  );
}
