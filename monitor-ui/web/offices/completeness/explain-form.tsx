import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { DutyHole } from '@minhbach/shared/protocol';
import { api } from '../../app/index.ts';
import { formatDateTime, formatTime } from '../../ui-kit/index.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useOfficesText } from '../i18n/index.ts';

/** Asks for a hole to be explained; somebody of another unit decides. */
export function ExplainForm({
  counterId,
  hole,
  onClose,
}: {
  readonly counterId: string;
  readonly hole: DutyHole;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const longEnough = (value: string) => (value.trim().length >= 5 ? null : text('completeness.too-short'));
  const form = useForm<{ reason: string; evidence: string }>({
    initialValues: { reason: '', evidence: '' },
    validate: { reason: longEnough, evidence: longEnough },
  });
  const span = `${formatDateTime(hole.from)} – ${formatTime(hole.to)}`;
  return (
    <FormDialog
      title={text('completeness.ask-title')}
      form={form}
      send={(values) =>
        api.post('/gaps/explanations', { counterId, from: hole.from, to: hole.to, ...values })
      }
      saved={() => text('completeness.asked')}
      refresh={[['completeness', counterId]]}
      submitLabel={text('completeness.ask')}
      onClose={onClose}
    >
      <p>{span}</p>
      <p className="offices-note">{text('completeness.ask-help')}</p>
      <Textarea
        label={text('completeness.reason')}
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      <Textarea
        label={text('completeness.evidence')}
        description={text('completeness.evidence-help')}
        autosize
        minRows={2}
        maxLength={2000}
        {...form.getInputProps('evidence')}
      />
    </FormDialog>
  );
}
