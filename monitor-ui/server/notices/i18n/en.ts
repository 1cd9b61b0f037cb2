import type { vi } from './vi.ts';

export const en: Readonly<Record<keyof typeof vi, string>> = {
  title: 'Picture and sound are recorded at this counter',
  purposeTitle: 'Purpose',
  purpose:
    'To prevent and detect harassment and bribery, and to protect citizens and businesses at this counter. Every viewing needs a reason and is logged.',
  legalBasisTitle: 'Legal basis',
  legalBasis:
    'The law on the protection of personal data, and the directive on recording where dossiers are received.',
  controllerTitle: 'Responsible',
  complainTitle: 'Complaints',
  scan: 'Scan with a phone, no login. The office complained about does not learn who you are.',
  hotline: 'Hotline',
  version: 'Version {{version}}, made on {{date}}',
};
