import { NumberInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { RetentionPolicy } from '@minhbach/shared/protocol';
import { api } from '../../app/index.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useOfficesText } from '../i18n/index.ts';

const bytesPerGb = 1_000_000_000;

export function RetentionForm({
  policy,
  name,
  onClose,
}: {
  readonly policy: RetentionPolicy;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const form = useForm<{ days: number | string; basis: string; quotaBytes: number | string }>({
    initialValues: {
      days: policy.days,
      basis: policy.basis,
      quotaBytes: policy.quotaBytes === undefined ? '' : policy.quotaBytes / bytesPerGb,
    },
    validate: {
      days: (days) =>
        Number.isInteger(days) && Number(days) >= 1 && Number(days) <= 3650 ? null : text('allowed.days'),
      basis: (basis) => (basis.trim().length >= 3 ? null : text('allowed.basis')),
      quotaBytes: (gb) => (gb === '' || Number(gb) >= 1 ? null : text('allowed.quotaBytes')),
    },
  });
  return (
    <FormDialog
      title={text('retention.edit', { name })}
      form={form}
      send={({ days, basis, quotaBytes }) =>
        api.patch(`/counters/${policy.counterId}/retention`, {
          days,
          basis,
          quotaBytes: quotaBytes === '' ? null : Math.round(Number(quotaBytes) * bytesPerGb),
        })
      }
      saved={() => text('saved', { name })}
      refresh={[['retention']]}
      onClose={onClose}
    >
      <NumberInput
        label={text('retention.days-label')}
        description={text('retention.days-help', { days: policy.days })}
        min={1}
        max={3650}
        allowDecimal={false}
        data-autofocus
        {...form.getInputProps('days')}
      />
      <Textarea
        label={text('retention.basis')}
        description={text('retention.basis-help')}
        autosize
        minRows={2}
        maxLength={1000}
        {...form.getInputProps('basis')}
      />
      <NumberInput
        label={text('retention.quota')}
        description={text('retention.quota-help')}
        min={1}
        {...form.getInputProps('quotaBytes')}
      />
    </FormDialog>
  );
}
