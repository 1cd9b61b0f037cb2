import type { Case } from '@minhbach/shared/protocol';
import { useServerSeconds } from '../app/index.ts';
import { formatDate, StateDot } from '../ui-kit/index.ts';
import { useCaseText } from './i18n/index.ts';

/** Until when people wait for an answer, by the server's clock. */
export function Due({ one }: { readonly one: Case }) {
  const text = useCaseText();
  const nowMs = useServerSeconds();
  if (one.answerBy === undefined || one.state === 'closed') return null;
  const date = formatDate(one.answerBy - 1);
  const late = one.answerBy <= (nowMs ?? 0);
  return (
    <StateDot tone={late ? 'alarm' : 'plain'} word={text(late ? 'list.overdue' : 'list.due', { date })} />
  );
}
