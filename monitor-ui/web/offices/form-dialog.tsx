import { Button, Group, Modal, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { problemOf } from '../app/index.ts';
import { useOfficesText } from './i18n/index.ts';
import { useOfficesProblem } from './offices-problem.ts';

/** One form in a dialog: sends, shows what the server has against it at the field, and says so when it is saved. */
export function FormDialog<Values extends Record<string, unknown>>({
  title,
  form,
  send,
  saved,
  refresh,
  submitLabel,
  onClose,
  children,
}: {
  readonly title: string;
  readonly form: UseFormReturnType<Values>;
  readonly send: (values: Values) => Promise<unknown>;
  readonly saved: (values: Values) => string;
  /** Keys of the lists that have changed. */
  readonly refresh: readonly (readonly unknown[])[];
  readonly submitLabel?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const text = useOfficesText();
  const { sentence, atField } = useOfficesProblem();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();

  const submit = async (values: Values) => {
    setBusy(true);
    setFault(undefined);
    try {
      await send(values);
      await Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey })));
      notifications.show({ message: saved(values), withCloseButton: false });
      onClose();
    } catch (error) {
      setFault(error);
      const faults = problemOf(error).errors.map((fault) => {
        const field = fault.pointer.split('/')[1] ?? '';
        return [field, atField(field, fault)] as const;
      });
      form.setErrors(Object.fromEntries(faults));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': text('cancel') }}
    >
      <form className="offices-form" noValidate onSubmit={form.onSubmit((values) => void submit(values))}>
        <Stack gap="md">
          {children}
          {fault === undefined ? null : (
            <p className="offices-fault" role="alert">
              ✕ {sentence(fault)}
            </p>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text('cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {submitLabel ?? text('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
