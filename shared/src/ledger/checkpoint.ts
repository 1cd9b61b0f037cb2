import { LedgerError } from './ledger-error.ts';

/** A tree head: of which ledger, how many entries, what root. */
export interface Checkpoint {
  /** Names the ledger for good; no space, no plus sign. */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The text that is signed (C2SP tlog-checkpoint); extension lines are never written. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a checkpoint's text; further lines are allowed and passed over. Throws `malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, size, root, ...extensions] = lines;
  if (
    origin === undefined ||
    origin === '' ||
    size === undefined ||
    root === undefined ||
    extensions.length === 0
  ) {
    throw new LedgerError('malformed', 'a checkpoint has at least three lines, each ended');
  }
  if (extensions.pop() !== '' || extensions.includes('')) {
    throw new LedgerError('malformed', 'a checkpoint has no empty line and ends with a newline');
  }
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new LedgerError('malformed', 'the second line of a checkpoint is a number of entries');
  }
  const bytes = Buffer.from(root, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== root) {
    throw new LedgerError('malformed', 'the third line of a checkpoint is a root hash of 32 bytes in base64');
  }
  return { origin, size: Number(size), root: new Uint8Array(bytes) };
}
