import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { GapExplanation } from '@minhbach/shared/protocol';
import { api } from '../../app/index.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useOfficesText } from '../i18n/index.ts';

/** Accepts with evidence, or refuses with a reason. */
export function DecisionForm({
  explanation,
  decision,
  onClose,
}: {
  readonly explanation: GapExplanation;
  readonly decision: 'accept' | 'refuse';
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const field = decision === 'accept' ? 'evidence' : 'reason';
  const form = useForm<{ said: string }>({
    initialValues: { said: '' },
    validate: { said: (said) => (said.trim().length >= 5 ? null : text('completeness.too-short')) },
  });
  return (
    <FormDialog
      title={text(`completeness.${decision}-title`)}
      form={form}
      send={({ said }) =>
        api.post(`/gaps/explanations/${explanation.id}/decision`, { decision, [field]: said })
      }
      saved={() => text('completeness.decided')}
      refresh={[['completeness', explanation.counterId]]}
      submitLabel={text(`completeness.${decision}`)}
      onClose={onClose}
    >
      <p className="offices-note">{text(`completeness.${decision}-help`)}</p>
      <Textarea
        label={text(`completeness.${decision}-said`)}
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps('said')}
      />
    </FormDialog>
  );
}
