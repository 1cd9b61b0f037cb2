import { Tabs } from '@mantine/core';
import { CameraBanner } from '../alarms/index.ts';
import { useMe } from '../app/index.ts';
import { EmptyState } from '../ui-kit/index.ts';
import { CompletenessSection } from './completeness/completeness-section.tsx';
import { DutySection } from './duty/duty-section.tsx';
import { useOfficesText } from './i18n/index.ts';
import { KeysSection } from './keys/keys-section.tsx';
import { NoticesSection } from './notices/notices-section.tsx';
import './offices.css';
import { tabs, useOfficesSearch, type Tab } from './page-search.ts';
import { PeopleSection } from './people-section.tsx';
import { ReconciliationSection } from './reconciliation/reconciliation-section.tsx';
import { RecordersSection } from './recorders-section.tsx';
import { RetentionSection } from './retention/retention-section.tsx';
import { SitesSection } from './sites-section.tsx';
import { UnitsSection } from './units-section.tsx';

const sections = {
  sites: { action: 'sites.read', Section: SitesSection },
  units: { action: 'units.read', Section: UnitsSection },
  people: { action: 'people.read', Section: PeopleSection },
  recorders: { action: 'recorders.read', Section: RecordersSection },
  duty: { action: 'duty.read', Section: DutySection },
  completeness: { action: 'completeness.read', Section: CompletenessSection },
  reconciliation: { action: 'reconciliation.read', Section: ReconciliationSection },
  notices: { action: 'notices.read', Section: NoticesSection },
  retention: { action: 'retention.read', Section: RetentionSection },
  keys: { action: 'api-keys.manage', Section: KeysSection },
} as const;

export function OfficesPage() {
  const text = useOfficesText();
  const { actions } = useMe();
  const [search, setSearch] = useOfficesSearch();
  const allowed = tabs.filter((tab) => actions.includes(sections[tab].action));
  // Who comes for the calendar alone finds it open.
  const first: Tab | undefined =
    !actions.includes('sites.manage') && allowed.includes('duty') ? 'duty' : allowed[0];
  const tab = allowed.find((candidate) => candidate === search.tab) ?? first;
  if (tab === undefined) return <EmptyState title={text('nothing-allowed')} />;
  const { Section } = sections[tab];
  return (
    <div className="offices">
      <CameraBanner />
      <h1>{text('page.title')}</h1>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) => setSearch({ tab: tabs.find((candidate) => candidate === chosen) })}
      >
        <Tabs.List aria-label={text('tabs')}>
          {allowed.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {allowed.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {name === tab ? <Section /> : null}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
