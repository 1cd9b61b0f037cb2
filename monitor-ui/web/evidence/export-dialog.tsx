import { Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Export } from '@minhbach/shared/protocol';
import { api } from '../app/index.ts';
import { formatDateTime } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';
import { ReasonForm } from './reason-form.tsx';
import './evidence.css';

/** Asks for a package of the span that is marked. */
export function ExportDialog({
  counterId,
  caseId,
  span,
  onClose,
}: {
  readonly counterId: string;
  /** The case it is asked for. */
  readonly caseId?: string | undefined;
  readonly span: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly onClose: () => void;
}) {
  const text = useEvidenceText();
  return (
    <Modal
      opened={span !== undefined}
      onClose={onClose}
      title={text('ask.title')}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {span === undefined ? null : (
        <>
          <p>{text('ask.span', { from: formatDateTime(span.fromMs), to: formatDateTime(span.toMs) })}</p>
          <p className="evidence-faint">{text('ask.lead')}</p>
          <ReasonForm
            label={text('ask.send')}
            send={(reason) =>
              api.post<Export>('/exports', {
                ...{ counterId, from: Math.floor(span.fromMs), to: Math.ceil(span.toMs), reason },
                ...(caseId === undefined ? {} : { caseId }),
              })
            }
            onDone={() => {
              notifications.show({ message: text('ask.sent'), withCloseButton: false });
              onClose();
            }}
            onClose={onClose}
          />
        </>
      )}
    </Modal>
  );
}
