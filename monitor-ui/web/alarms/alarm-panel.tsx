import { Button } from '@mantine/core';
import type { Alarm } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useMay, useMe } from '../app/index.ts';
import { formatDateTime, useProblemText } from '../ui-kit/index.ts';
import { AlarmClock } from './alarm-clock.tsx';
import { AlarmDetail, AlarmMarks, AlarmOwner } from './alarm-facts.tsx';
import { actOf, textOf } from './alarm-words.ts';
import { useAlarmText } from './i18n/index.ts';
import { useAlarmDeed } from './use-alarms.ts';

export function AlarmPanel({
  alarm,
  place,
  onClose,
  onChanged,
}: {
  readonly alarm: Alarm;
  readonly place: string;
  readonly onClose: () => void;
  readonly onChanged: (alarm: Alarm) => void;
}) {
  const text = useAlarmText();
  const explanation = textOf(alarm, 'explanation');
  const closed = textOf(alarm, 'closed');
  const acknowledged = actOf(alarm, 'acknowledged');
  return (
    <section className="alarm-panel" aria-label={text('panel.label')}>
      <header>
        <h2>{text(`kind.${alarm.kind}`)}</h2>
        <button
          type="button"
          className="alarm-panel-close"
          aria-label={text('panel.close')}
          onClick={onClose}
        >
          ×
        </button>
      </header>
      <p>{place}</p>
      <div className="alarm-marks">
        <AlarmMarks alarm={alarm} />
      </div>
      <AlarmDetail alarm={alarm} />
      <dl>
        <dt>{text('field.state')}</dt>
        <dd>
          {text(`state.${alarm.state}`)} <AlarmOwner alarm={alarm} />
        </dd>
        <dt>{text('field.from')}</dt>
        <dd>{formatDateTime(alarm.from)}</dd>
        <dt>{text('field.last-seen')}</dt>
        <dd>
          {formatDateTime(alarm.lastSeen)}
          {alarm.to === undefined ? (
            <>
              {' '}
              · <AlarmClock since={alarm.lastSeen} />
            </>
          ) : (
            ` – ${formatDateTime(alarm.to)}`
          )}
        </dd>
        {alarm.evidence === undefined ? null : (
          <>
            <dt>{text('field.evidence')}</dt>
            <dd>
              <code lang="en">{alarm.evidence}</code>
            </dd>
          </>
        )}
        {acknowledged === undefined ? null : (
          <>
            <dt>{text('field.acknowledged')}</dt>
            <dd>{`${acknowledged.displayName} · ${formatDateTime(acknowledged.at)}`}</dd>
          </>
        )}
        {explanation === undefined ? null : (
          <>
            <dt>{text('field.explanation')}</dt>
            <dd>
              {explanation.text === undefined ? text('hidden') : explanation.text}
              <small>{`${explanation.displayName} · ${formatDateTime(explanation.at)}`}</small>
            </dd>
          </>
        )}
        {closed === undefined ? null : (
          <>
            <dt>{text('field.closed')}</dt>
            <dd>
              {closed.text}
              <small>{`${closed.displayName} · ${formatDateTime(closed.at)}`}</small>
            </dd>
          </>
        )}
      </dl>
      {alarm.state === 'closed' ? null : <AlarmDeeds alarm={alarm} onChanged={onChanged} />}
    </section>
  );
}

function AlarmDeeds({
  alarm,
  onChanged,
}: {
  readonly alarm: Alarm;
  readonly onChanged: (alarm: Alarm) => void;
}) {
  const text = useAlarmText();
  const problemText = useProblemText();
  const me = useMe().person.id;
  const mayOwn = useMay('alarms.own');
  const mayAcknowledge = useMay('alarms.acknowledge');
  const mayExplain = useMay('alarms.explain');
  const mayClose = useMay('alarms.close');
  const deed = useAlarmDeed(alarm.id, onChanged);
  const [words, setWords] = useState('');
  if (!mayOwn && !mayExplain) return null;
  const written = words.trim();
  const owner = actOf(alarm, 'owner');
  const over = alarm.condition === 'ended';
  return (
    <form
      className="alarm-deeds"
      onSubmit={(event) => {
        event.preventDefault();
        deed.mutate({ deed: 'explain', text: written }, { onSuccess: () => setWords('') });
      }}
    >
      <div className="alarm-acts">
        {mayOwn && owner?.id !== me ? (
          <Button loading={deed.isPending} onClick={() => deed.mutate({ deed: 'own' })}>
            {text(owner === undefined ? 'own' : 'own.from', { name: owner?.displayName ?? '' })}
          </Button>
        ) : null}
        {mayAcknowledge && alarm.state === 'raised' ? (
          <Button variant="default" onClick={() => deed.mutate({ deed: 'acknowledge' })}>
            {text('acknowledge')}
          </Button>
        ) : null}
      </div>
      <label>
        <span>{text('words.label')}</span>
        <textarea
          rows={3}
          maxLength={2000}
          value={words}
          placeholder={text('words.hint')}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      {mayClose && !over ? <p className="alarm-faint">{text('close.needs-reason')}</p> : null}
      {deed.isError ? (
        <p role="alert" className="tone-alarm">
          ✕ {problemText(deed.error)}
        </p>
      ) : null}
      <div className="alarm-acts">
        {mayExplain ? (
          <Button type="submit" variant="default" disabled={written.length < 5 || deed.isPending}>
            {text('explain')}
          </Button>
        ) : null}
        {mayClose ? (
          <Button
            variant="default"
            disabled={deed.isPending || (written.length > 0 || !over ? written.length < 5 : false)}
            onClick={() => deed.mutate({ deed: 'close', reason: written === '' ? undefined : written })}
          >
            {text('close')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
