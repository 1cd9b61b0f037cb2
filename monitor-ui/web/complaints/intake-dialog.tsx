import { Button, Modal } from '@mantine/core';
import type { ComplaintTaken } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useComplaintText } from './i18n/index.ts';
import { IntakeForm } from './intake-form.tsx';

/** A complaint taken while somebody is on the telephone, then its receipt code to read out. */
export function IntakeDialog({
  opened,
  onClose,
  onOpenComplaint,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onOpenComplaint: ((id: string) => void) | undefined;
}) {
  const text = useComplaintText();
  const [taken, setTaken] = useState<ComplaintTaken>();
  const [round, setRound] = useState(0);
  const close = () => {
    setTaken(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={text(taken === undefined ? 'form.title' : 'taken.title')}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {taken === undefined ? (
        <IntakeForm key={round} onTaken={setTaken} />
      ) : (
        <div className="complaints-taken">
          <p>{text('taken.code')}</p>
          <output className="complaints-code">{taken.receiptCode}</output>
          <p className="complaints-faint">{text('taken.once')}</p>
          <p>{text(taken.holdId === undefined ? 'taken.not-held' : 'taken.held')}</p>
          <div className="complaints-buttons">
            {onOpenComplaint === undefined ? null : (
              <Button
                data-autofocus
                onClick={() => {
                  setTaken(undefined);
                  onOpenComplaint(taken.id);
                }}
              >
                {text('taken.open')}
              </Button>
            )}
            <Button
              variant="default"
              onClick={() => {
                setTaken(undefined);
                setRound(round + 1);
              }}
            >
              {text('taken.next')}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
