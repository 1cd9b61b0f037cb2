import { countCameras } from '@minhbach/shared/protocol';
import { useCounters, useSites } from '../app/index.ts';
import { StateDot } from '../ui-kit/index.ts';
import './alarms.css';
import { useAlarmText } from './i18n/index.ts';

const namedAtMost = 4;

/**
 * Declared against working cameras, in total and by site, always there: nobody can put it away. Sites with most missing
 * come first.
 */
export function CameraBanner() {
  const text = useAlarmText();
  const counters = useCounters();
  const sites = useSites();
  if (counters.data === undefined)
    return <div className="working working-unknown">{text('cameras.asking')}</div>;
  const bySite = (sites.data ?? [])
    .map((site) => ({
      site,
      ...countCameras(counters.data.filter(({ siteId }) => siteId === site.id)),
    }))
    .filter(({ declared }) => declared > 0)
    .sort((a, b) => b.declared - b.working - (a.declared - a.working));
  const total = countCameras(counters.data);
  if (total.declared === 0) return null;
  const missing = total.declared - total.working;
  const short = bySite.filter(({ declared, working }) => working < declared);
  return (
    <section
      className={`working ${missing === 0 ? '' : 'working-missing'}`}
      aria-label={text('cameras.label')}
      data-declared={total.declared}
      data-working={total.working}
    >
      <strong>
        <StateDot
          tone={missing === 0 ? 'plain' : 'alarm'}
          word={text('cameras.figures', { declared: total.declared, working: total.working })}
        />
      </strong>
      {counters.isError ? <span className="tone-warn">{text('cameras.old')}</span> : null}
      {missing === 0 ? null : <span>{text('cameras.missing', { count: missing })}</span>}
      <ul>
        {short.slice(0, namedAtMost).map(({ site, declared, working }) => (
          <li key={site.id}>
            {site.name} <b>{`${working}/${declared}`}</b>
          </li>
        ))}
      </ul>
      {bySite.length > 1 || short.length > namedAtMost ? (
        <details>
          <summary>{text('cameras.all-sites', { count: bySite.length })}</summary>
          <ul>
            {bySite.map(({ site, declared, working }) => (
              <li key={site.id}>
                <StateDot tone={working < declared ? 'alarm' : 'plain'} word={site.name} />{' '}
                <b>{`${working}/${declared}`}</b>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}
