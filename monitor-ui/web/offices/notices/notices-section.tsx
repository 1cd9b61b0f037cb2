import { useQuery } from '@tanstack/react-query';
import { useCounters, useSites } from '../../app/index.ts';
import { EmptyState } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { RecordList } from '../record-list.tsx';
import { SectionHead } from '../section-head.tsx';
import { NoticeCard } from './notice-card.tsx';
import { standingQuery } from './notice-queries.ts';

/** Whether what hangs at each counter is what a notice says now. */
export function NoticesSection() {
  const text = useOfficesText();
  const standing = useQuery(standingQuery);
  const counters = useCounters();
  const sites = useSites();
  const nameOf = (counterId: string) => {
    const counter = counters.data?.find(({ id }) => id === counterId);
    const site = sites.data?.find(({ id }) => id === counter?.siteId);
    return { counter: counter?.name ?? '', site: site?.name ?? '' };
  };
  return (
    <section className="offices-section">
      <SectionHead title={text('notices.title')} lead={text('notices.lead')} />
      <RecordList
        query={standing}
        words={({ counterId }) => `${nameOf(counterId).counter} ${nameOf(counterId).site}`}
        empty={<EmptyState title={text('completeness.empty')} />}
      >
        {(items) =>
          items.map((item) => (
            <NoticeCard key={item.counterId} standing={item} name={nameOf(item.counterId)} />
          ))
        }
      </RecordList>
    </section>
  );
}
