/**
 * What is allowed in a place of the input, each a sentence that goes on from the place's name. Pages say the same in their
 * language, by the rule and its values; `{{field}}` is the name of another place.
 */
export const inputRules = {
  // Any input
  needed: 'is needed',
  'other-kind': 'is of another kind: {{expected}} is expected',
  'other-form': 'does not have the form it needs',
  'one-of': 'is one of: {{values}}',
  'characters-at-least': 'has at least {{count}} characters',
  'characters-at-most': 'has at most {{count}} characters',
  'number-at-least': 'is at least {{count}}',
  'number-at-most': 'is at most {{count}}',
  'items-at-least': 'names at least {{count}}',
  'items-at-most': 'names at most {{count}}',
  'no-control-characters': 'has no control characters',
  'no-such-field': 'there is no such field',
  // Times
  time: 'a time is RFC 3339 with an offset, or UTC milliseconds',
  'time-of-day': 'a time of day is HH:MM',
  'later-than': 'is later than {{field}}',
  'not-before': 'is not before {{field}}',
  'each-span-ends-later': 'each span ends after it starts',
  'at-most-now': 'is at most now',
  'seconds-ahead': 'is at most {{count}} s ahead of now',
  'hours-ahead': 'is at most {{count}} h ahead of now',
  'days-ahead': 'is at most {{count}} days ahead of now',
  'hours-after': 'is at most {{count}} h after {{field}}',
  'hours-before': 'is at most {{count}} h before {{field}}',
  'days-after': 'is at most {{count}} days after {{field}}',
  'days-before': 'is at most {{count}} days before {{field}}',
  'days-after-without-code': 'is at most {{count}} days after {{field}} without a ticket or dossierCode',
  'needed-beside': 'is needed beside {{field}}',
  'within-grant': 'is later than from, and within the grant',
  'within-case': 'lies within the footage of the case',
  // Cases
  'case-begins': 'a case begins with a complaint or an incident',
  'case-member': 'is an investigator or supervisor of oversight, and of none of the units concerned',
  'case-of-yours': 'is a case of yours',
  'case-covers': 'is an open case of yours about this counter and time',
  // Duty and gaps
  'required-sources': 'names sources of this counter, at least one camera and one microphone',
  'work-not-begun':
    'is not before now: what has begun is explained afterwards, by asking somebody of another unit',
  'work-site-alone': 'stands alone: a work order is of a site, of a counter, or of its sources',
  'work-where': 'siteId, counterId or sourceIds says where the work is',
  'sources-of-one-counter': 'are sources of one counter',
  'source-of-counter': 'is a source of that counter',
  'gap-begun': 'is before now: what is to come is announced as a work order',
  'holes-at-once': 'is near enough: at most {{count}} holes at once',
  // People and places
  'user-name': 'a user name has 2 to 40 of a-z 0-9 . _ -',
  'staff-number': 'a staff number has 2 to 40 of A-Z 0-9 . / -',
  'no-such-unit': 'there is no such unit',
  'no-such-recorder': 'there is no such recorder',
  'recorder-of-site': "is a recorder of the counter's site",
  'start-code': 'is the code printed at the start',
  // Queue machines and who sat where
  'ticket-or-code': 'a ticket or a dossierCode is needed',
  'ticket-or-span': 'a ticket, a dossierCode, or counterId with from and to is needed',
  'transactions-at-most': 'a span has at most {{count}} transactions',
  // Files and ledgers
  'encoded-name': 'is a percent-encoded name',
  'below-head': "is below the head's {{count}} entries",
  'at-most-head': "is at most the head's {{count}} entries",
  'witness-signature': 'bears the signature of a witness that the settings name',
  'signed-note': 'is a signed note',
} as const;
export type InputRule = keyof typeof inputRules;
