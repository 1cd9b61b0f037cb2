import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serverClock, useCounters, useMay, useSites } from '../../app/index.ts';
import { EmptyState } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { RecordList } from '../record-list.tsx';
import { SectionHead } from '../section-head.tsx';
import { RetentionCard } from './retention-card.tsx';
import { RetentionForm } from './retention-form.tsx';
import { retentionPlanQuery, retentionReportQuery } from './retention-queries.ts';

const weekMs = 7 * 86_400_000;

/** How long each counter's footage is kept, what is really there, and what will go next. */
export function RetentionSection() {
  const text = useOfficesText();
  const report = useQuery(retentionReportQuery);
  const [inAWeek] = useState(() => (serverClock.now() ?? Date.now()) + weekMs);
  const plan = useQuery(retentionPlanQuery(Math.round(inAWeek)));
  const counters = useCounters();
  const sites = useSites();
  const mayManage = useMay('retention.manage');
  const [editing, setEditing] = useState<string>();
  const nameOf = (counterId: string) => {
    const counter = counters.data?.find(({ id }) => id === counterId);
    const site = sites.data?.find(({ id }) => id === counter?.siteId);
    return { counter: counter?.name ?? '', site: site?.name ?? '' };
  };
  const edited = report.data?.find(({ policy }) => policy.counterId === editing)?.policy;
  return (
    <section className="offices-section">
      <SectionHead title={text('retention.title')} lead={text('retention.lead')} />
      <p className="offices-note">{text('retention.no-delete')}</p>
      <RecordList
        query={report}
        words={({ policy }) => `${nameOf(policy.counterId).counter} ${nameOf(policy.counterId).site}`}
        empty={<EmptyState title={text('retention.empty')} />}
      >
        {(items) =>
          items.map((item) => (
            <RetentionCard
              key={item.policy.counterId}
              item={item}
              name={nameOf(item.policy.counterId)}
              due={plan.data?.find(({ counterId }) => counterId === item.policy.counterId)}
              onEdit={mayManage ? () => setEditing(item.policy.counterId) : undefined}
            />
          ))
        }
      </RecordList>
      {edited === undefined ? null : (
        <RetentionForm
          policy={edited}
          name={nameOf(edited.counterId).counter}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}
