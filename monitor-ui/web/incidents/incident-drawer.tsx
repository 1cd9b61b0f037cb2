import { Button, Drawer, Select, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { Incident } from '@minhbach/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, useMay, useMe } from '../app/index.ts';
import { formatDateTime, formatDuration, formatTime, StateDot, useProblemText } from '../ui-kit/index.ts';
import { useIncidentText } from './i18n/index.ts';
import { severities, severityTone } from './incident-words.ts';

export function IncidentDrawer({
  incident,
  counterName,
  onClose,
  onChanged,
}: {
  readonly incident: Incident | undefined;
  readonly counterName: string | undefined;
  readonly onClose: () => void;
  readonly onChanged: (incident: Incident) => void;
}) {
  const text = useIncidentText();
  return (
    <Drawer
      opened={incident !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={incident === undefined ? text('detail.title') : text(`category.${incident.category}`)}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {incident === undefined ? null : (
        <IncidentDetail key={`${incident.id}-${incident.seq}`} {...{ incident, counterName, onChanged }} />
      )}
    </Drawer>
  );
}

function IncidentDetail({
  incident,
  counterName,
  onChanged,
}: {
  readonly incident: Incident;
  readonly counterName: string | undefined;
  readonly onChanged: (incident: Incident) => void;
}) {
  const text = useIncidentText();
  const role = useMe().person.role;
  const mayPlay = useMay('playback.grant');
  const blocked = role === 'monitor' && !incident.own;
  return (
    <div className="incident-detail">
      <dl>
        <dt>{text('filter.severity')}</dt>
        <dd>
          <StateDot tone={severityTone[incident.severity]} word={text(`severity.${incident.severity}`)} />
        </dd>
        <dt>{text('detail.counter')}</dt>
        <dd>{counterName ?? text('unknown-counter')}</dd>
        <dt>{text('detail.span')}</dt>
        <dd>
          {formatDateTime(incident.from)} – {formatTime(incident.to)} (
          {formatDuration(incident.to - incident.from)})
        </dd>
        <dt>{text('detail.by')}</dt>
        <dd>{incident.createdBy.displayName}</dd>
        <dt>{text('detail.created')}</dt>
        <dd>{formatDateTime(incident.createdAt)}</dd>
      </dl>
      {!mayPlay ? null : blocked ? (
        <p className="incident-faint">{text('detail.play-denied')}</p>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/playback"
              search={{
                counter: incident.counterId,
                from: incident.from,
                to: incident.to,
                at: incident.from,
                incident: incident.id,
              }}
            />
          )}
        >
          {text('detail.play')}
        </Button>
      )}
      <IncidentEditor incident={incident} onChanged={onChanged} />
    </div>
  );
}

function IncidentEditor({
  incident,
  onChanged,
}: {
  readonly incident: Incident;
  readonly onChanged: (incident: Incident) => void;
}) {
  const text = useIncidentText();
  const problemText = useProblemText();
  const mayChange = useMay('incidents.change') && incident.own;
  const [note, setNote] = useState(incident.note ?? '');
  const [severity, setSeverity] = useState(incident.severity);
  const save = useMutation({
    mutationFn: () => api.patch<Incident>(`/incidents/${incident.id}`, { note: note.trim(), severity }),
    onSuccess: (changed) => {
      notifications.show({ message: text('detail.saved'), autoClose: 2500 });
      onChanged(changed);
    },
  });
  if (!mayChange) {
    return (
      <section>
        <h3 className="section-title">{text('detail.note')}</h3>
        <p className={incident.note === undefined ? 'incident-faint' : 'incident-note-full'}>
          {incident.note ?? text('no-note')}
        </p>
        <p className="incident-faint">{text('detail.not-own')}</p>
      </section>
    );
  }
  const unchanged = note.trim() === (incident.note ?? '') && severity === incident.severity;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Select
        label={text('filter.severity')}
        data={severities.map((value) => ({ value, label: text(`severity.${value}`) }))}
        value={severity}
        onChange={(value) => setSeverity(severities.find((known) => known === value) ?? severity)}
        allowDeselect={false}
      />
      <Textarea
        label={text('detail.note')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={4000}
        autosize
        minRows={3}
        maxRows={14}
      />
      {save.isError ? (
        <p role="alert" className="incident-failure">
          {problemText(save.error)}
        </p>
      ) : null}
      <Button type="submit" variant="default" loading={save.isPending} disabled={unchanged}>
        {text('detail.save')}
      </Button>
    </form>
  );
}
