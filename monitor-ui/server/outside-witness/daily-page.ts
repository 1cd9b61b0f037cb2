import { createHash } from 'node:crypto';
import QRCode from 'qrcode';
import { formatNote, formatVerifierKey, parseNote } from '@minhbach/shared/ledger';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees, StoredHead, WitnessKey } from '../witness/index.ts';
import type { HeldLedger, HeldLedgers, Refusal } from './held-ledgers.ts';
import { textIn, type Language } from './i18n/index.ts';
import { pageStyle } from './page-style.ts';
import type { Standing, Standings } from './standings.ts';

export interface PageParts {
  readonly held: HeldLedgers;
  readonly trees: LedgerTrees;
  readonly key: WitnessKey;
  readonly standings: Standings;
  readonly pinned: ReadonlyMap<string, string>;
  /** Names of the monitors asked. */
  readonly monitors: readonly string[];
  /** Of the checking page as installed here. */
  readonly readMeSha256: string | undefined;
}

const shownRefusals = 50;

/** One A4 page (more where there are many ledgers): every head held, as text and as QR code, to be printed and kept. */
export async function dailyPage(parts: PageParts, language: Language, at: UtcMs): Promise<string> {
  const { held, trees, key, standings, monitors } = parts;
  const text = (name: Parameters<typeof textIn>[1], values?: Parameters<typeof textIn>[2]) =>
    escaped(textIn(language, name, values));
  const state = (subject: string) => stateWords(standings.get(subject), language);
  const heads: string[] = [];
  for (const ledger of held.ledgers()) {
    const head = trees.latest(ledger.origin);
    if (head !== undefined) heads.push(await headPart(parts, language, ledger, head));
  }
  const refusals = held.refusals(shownRefusals).map((refusal) => refusalLine(refusal, language));
  const vkey = formatVerifierKey(key.signer.key);
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text('title')}</title>
<style>${pageStyle}</style>
<h1>${text('title')}</h1>
<p>${text('lead', { name: key.signer.key.name })}</p>
<p>${text('madeAt', { time: localTime(at, language) })}</p>
<dl>
<dt>${text('witnessKey')}</dt><dd>${escaped(vkey)}</dd>
<dt>${text('fingerprint')}</dt><dd>${fingerprint(key.publicKey)}</dd>
<dt>${text('readMe')}</dt><dd>${parts.readMeSha256 ?? text('readMeMissing')}</dd>
</dl>
<h2>${text('monitors')}</h2>
<ul>${monitors.map((name) => `<li>${escaped(name)}: ${state(name)}</li>`).join('')}</ul>
${heads.length === 0 ? `<p>${text('none')}</p>` : heads.join('\n')}
<h2>${text('refusals')}</h2>
${refusals.length === 0 ? `<p>${text('noRefusals')}</p>` : `<ul>${refusals.join('')}</ul>`}
</html>
`;
}

/** SHA-256 over the raw key, hex: what the recorder and the monitor show of theirs. */
export function fingerprint(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
}

/** Year, month and day in Vietnam: sheets are laid by them. */
export function localDay(at: UtcMs): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' }).format(at);
}

async function headPart(
  { key, held, pinned, standings }: PageParts,
  language: Language,
  ledger: HeldLedger,
  head: StoredHead,
): Promise<string> {
  const text = (name: Parameters<typeof textIn>[1], values?: Parameters<typeof textIn>[2]) =>
    escaped(textIn(language, name, values));
  const { origin, ledgerId, kind, generation, name } = ledger;
  const note = parseNote(head.note);
  const ours = note.signatures.filter(({ name: by }) => by === key.signer.key.name);
  const code = await QRCode.toString(formatNote({ text: note.text, signatures: ours }), {
    type: 'svg',
    errorCorrectionLevel: 'L',
    margin: 2,
  });
  const author = pinned.get(ledgerId) ?? held.keyOf(ledgerId);
  const about = generation > 0 ? ` · ${text('generation', { generation })}` : '';
  return `<section>
<h2>${text(`kind.${kind}`)}: ${escaped(name)}${about}</h2>
<p class="state">${stateWords(standings.get(origin), language)}</p>
<figure>${code}<figcaption>${text('qr')}</figcaption></figure>
<dl>
<dt>${text('origin')}</dt><dd>${escaped(origin)}</dd>
<dt>${text('size')}</dt><dd>${head.size}</dd>
<dt>${text('root')}</dt><dd>${head.root}</dd>
<dt>${text('signedAt')}</dt><dd>${escaped(localTime(head.signedAt, language))}</dd>
<dt>${text('author')}</dt><dd>${author === undefined ? '' : fingerprint(author)} (${text(pinned.has(ledgerId) ? 'pinned' : 'firstSeen')})</dd>
</dl>
</section>`;
}

function stateWords(standing: Standing | undefined, language: Language): string {
  if (standing === undefined) return escaped(textIn(language, 'state.unknown'));
  const state = textIn(language, `state.${standing.state}`);
  const why = standing.state === 'refused' ? `: ${textIn(language, `why.${standing.why}`)}` : '';
  return escaped(`${state}${why}${'message' in standing ? ` (${standing.message})` : ''}`);
}

function refusalLine({ at, monitor, origin, why, message }: Refusal, language: Language): string {
  const reason = textIn(language, `why.${why}`);
  return `<li>${escaped(`${localTime(at, language)} · ${monitor} · ${origin}: ${reason} (${message})`)}</li>`;
}

function localTime(at: UtcMs, language: Language): string {
  return new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
    ...{ timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'medium' },
  }).format(at);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
