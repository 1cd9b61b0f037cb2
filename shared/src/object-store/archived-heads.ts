import { checkpointKey, ledgerPlace } from './ledger-key.ts';

/** A head that was put into the archive: its ledger's name and how many entries it is over. */
export interface ArchivedHead {
  readonly origin: string;
  readonly size: number;
}

/** `{origin}:{size}`, a space between: what a monitor's entry `heads-archived` says. */
export function archivedHeadsText(heads: readonly ArchivedHead[]): string {
  return heads.map(({ origin, size }) => `${origin}:${size}`).join(' ');
}

/** The keys of the heads that such a text names; what names none is passed over. */
export function archivedHeadKeys(text: string): readonly string[] {
  return text.split(' ').flatMap((name) => {
    const [, origin = '', size = ''] = /^(.+):([1-9]\d{0,14})$/.exec(name) ?? [];
    const place = ledgerPlace(origin);
    return place === undefined ? [] : [checkpointKey(place, Number(size))];
  });
}
