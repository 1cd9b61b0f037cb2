import { Select } from '@mantine/core';
import type { Role } from '@minhbach/shared/protocol';
import { useOfficesText } from './i18n/index.ts';

const roles: readonly Role[] = [
  'technician',
  'monitor',
  'investigator',
  'supervisor',
  'auditor',
  'administrator',
  'head',
];

/** The roles with what each may do, so that nobody is given more than meant. */
export function RoleSelect({
  value,
  disabled = false,
  ...field
}: {
  readonly value?: string | null;
  readonly error?: React.ReactNode;
  readonly disabled?: boolean;
  readonly onChange?: (value: string | null) => void;
}) {
  const text = useOfficesText();
  const chosen = roles.find((role) => role === value);
  return (
    <Select
      label={text('people.role')}
      {...(chosen === undefined ? {} : { description: text(`role-help.${chosen}`) })}
      allowDeselect={false}
      data={roles.map((role) => ({ value: role, label: text(`role.${role}`) }))}
      value={value ?? null}
      disabled={disabled}
      {...field}
    />
  );
}
