import { notifications } from '@mantine/notifications';
import type { Counter, Source } from '@minhbach/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, countersQuery } from '../app/index.ts';
import { ConfirmDialog } from '../ui-kit/index.ts';
import { useCamerasProblem } from './cameras-problem.ts';
import { useCamerasText } from './i18n/index.ts';

export function RetireDialog({
  source,
  counter,
  onClose,
}: {
  readonly source: Source;
  readonly counter: Counter;
  readonly onClose: () => void;
}) {
  const text = useCamerasText();
  const problemText = useCamerasProblem();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const shared = counter.sources.some(
    (other) => other.id !== source.id && other.deviceId === source.deviceId,
  );
  const retire = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await api.post(`/sources/${source.id}/retire`);
      notifications.show({ message: text('retire.done', { name: source.name }), withCloseButton: false });
      await queries.invalidateQueries({ queryKey: countersQuery.queryKey });
      onClose();
    } catch (error) {
      setFault(error);
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      opened
      title={text('retire.title', { name: source.name })}
      confirmLabel={text('retire.confirm')}
      danger
      busy={busy}
      onConfirm={() => void retire()}
      onClose={onClose}
    >
      <div className="cameras-says">
        <p>{text('retire.stops')}</p>
        {shared ? <p>{text('retire.together')}</p> : null}
        <p>{text('retire.duty', { counter: counter.name })}</p>
        <p>{text('retire.written')}</p>
        {fault === undefined ? null : (
          <p role="alert" className="cameras-fault">
            ✕ {problemText(fault)}
          </p>
        )}
      </div>
    </ConfirmDialog>
  );
}
