import { recorderOrigin } from '../package-files.ts';
import type { LedgerExtract } from '../package-schema.ts';
import { bytesOfBase64 } from './bytes.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import { entryFactsSchema, type EntryFacts } from './entry-facts.ts';
import type { Finding } from './finding.ts';
import { MerkleCheck } from './merkle.ts';
import { readSignedText, signatureBy, type SignedText } from './signed-text.ts';
import type { TrustedKeys } from './trusted-keys.ts';

/** Entries that are proven to stand in the ledger whose head the extract carries, by their numbers. */
export type ProvenEntries = ReadonlyMap<number, EntryFacts>;

/** Holds a ledger's head against its key and its witnesses, and each entry against the head. */
export async function checkExtract(
  extract: LedgerExtract,
  path: string,
  keys: TrustedKeys,
  crypto: VerifierCrypto,
): Promise<{ readonly entries: ProvenEntries; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const found = (code: Finding['code'], detail: string): void => void findings.push({ code, path, detail });
  const entries = new Map<number, EntryFacts>();
  const signed = readSignedText(extract.checkpoint);
  const head = signed && headOf(signed.text);
  const origin = recorderOrigin(extract.recorderId, extract.generation);
  if (signed === undefined || head?.origin !== origin) {
    found('head-signature', `the head is not one of ${origin}`);
    return { entries, findings };
  }
  await checkSigners(extract, signed, { origin, keys, crypto, found });
  const merkle = new MerkleCheck(crypto);
  for (const { text, proof } of extract.entries) {
    const facts = factsOf(text);
    const hashes = proof.map(bytesOfBase64).filter((hash) => hash !== undefined);
    const leaf = await merkle.leaf(new TextEncoder().encode(text));
    const place = { leaf, index: facts?.seq ?? -1, size: head.size, proof: hashes, root: head.root };
    if (facts === undefined) found('unreadable', 'an entry is none that a package can carry');
    else if (!(await merkle.includes(place)))
      found('entry-not-in-ledger', `entry ${facts.seq} is not below the head`);
    else entries.set(facts.seq, facts);
  }
  return { entries, findings };
}

async function checkSigners(
  extract: LedgerExtract,
  signed: SignedText,
  of: {
    readonly origin: string;
    readonly keys: TrustedKeys;
    readonly crypto: VerifierCrypto;
    readonly found: (code: Finding['code'], detail: string) => void;
  },
): Promise<void> {
  const { origin, keys, crypto, found } = of;
  const trusted = await keys.recorder(extract.recorderId, extract.publicKey);
  const publicKey = trusted ?? bytesOfBase64(extract.publicKey) ?? new Uint8Array(0);
  const answer = await signatureBy(crypto, signed, { name: origin, kind: 1, publicKey });
  if (answer !== 'good') found('head-signature', `the recorder's signature under the head is ${answer}`);
  if (trusted === undefined)
    found('head-untrusted', `the key of recorder ${extract.recorderId} is not known from elsewhere`);
  const witnessed = await Promise.all(
    keys.witnesses.map(async (witness) => signatureBy(crypto, signed, witness)),
  );
  if (witnessed.includes('wrong'))
    found('head-signature', 'the signature of a witness under the head is wrong');
  else if (!witnessed.includes('good'))
    found('head-not-witnessed', 'no witness known from elsewhere signed the head');
}

function headOf(
  text: string,
): { readonly origin: string; readonly size: number; readonly root: Uint8Array } | undefined {
  const [, origin, size, base64] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n$/.exec(text) ?? [];
  const root = bytesOfBase64(base64 ?? '');
  if (origin === undefined || root?.length !== 32) return undefined;
  return { origin, size: Number(size), root };
}

function factsOf(text: string): EntryFacts | undefined {
  try {
    return entryFactsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
