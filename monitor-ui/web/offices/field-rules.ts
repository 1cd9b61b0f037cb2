import type { OfficesText } from './i18n/index.ts';

type NamedField = 'name' | 'displayName';
type ChosenField = 'unitId' | 'siteId' | 'role';

/** What can be said before the server is asked. The server decides. */
export const nameRule = (text: OfficesText, field: NamedField) => (value: string) => {
  const length = value.trim().length;
  return length >= 1 && length <= 200 ? null : text(`allowed.${field}`);
};
export const chosenRule = (text: OfficesText, field: ChosenField) => (value: string | null) =>
  value === null || value === '' ? text(`allowed.${field}`) : null;
export const usernameRule = (text: OfficesText) => (value: string) =>
  /^[a-z0-9][a-z0-9._-]{1,39}$/.test(value.trim().toLowerCase()) ? null : text('allowed.username');
export const passwordRule =
  (text: OfficesText, { mayBeEmpty = false } = {}) =>
  (value: string) =>
    (mayBeEmpty && value === '') || (value.length >= 12 && value.length <= 200)
      ? null
      : text('allowed.password');
