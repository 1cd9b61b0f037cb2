import { z } from 'zod';
import { sha256HexSchema, utcMsSchema } from '../../units-of-measure/index.ts';

export const ledgerHeadSchema = z.strictObject({
  /** The ledger's name in its checkpoints. */
  origin: z.string(),
  /** Entries under the head. */
  size: z.int(),
  root: sha256HexSchema,
  /** When this monitor signed it: for its own ledger as its author, for others as a witness. */
  signedAt: utcMsSchema,
  /** Names under the note, the author's first. */
  signedBy: z.array(z.string()),
});

/** A ledger this monitor holds: of a recorder's newest generation, or its own. */
export const ledgerSchema = z.strictObject({
  /** The recorder's or the monitor's id. */
  id: z.string(),
  kind: z.enum(['recorder', 'monitor']),
  name: z.string().optional(),
  generation: z.int(),
  /** Entries stored here, those under no head yet included. */
  size: z.int(),
  /** Of the ledger's author: raw Ed25519 key, base64url. What it claims; whoever keeps heads compares it with another source. */
  publicKey: z.string().optional(),
  head: ledgerHeadSchema.optional(),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** `note`: the signed note itself (C2SP tlog-checkpoint), for whoever keeps or checks it elsewhere. */
export const checkpointSchema = ledgerHeadSchema.extend({ note: z.string() });
export type CheckpointAnswer = z.infer<typeof checkpointSchema>;

/** Hashes in standard base64 (RFC 6962 §2.1.1 and §2.1.2). */
export const ledgerProofSchema = z.strictObject({
  origin: z.string(),
  size: z.int(),
  /** The entry's canonical text with its audit path, when one was asked for. */
  entry: z.strictObject({ text: z.string(), path: z.array(z.string()) }).optional(),
  /** That the tree of this size extends the one asked for. */
  consistency: z.array(z.string()).optional(),
});

/** Entries asked for at once, at most: they are up to 64 KiB each. */
export const maxLedgerEntries = 256;

/** Canonical texts of a ledger's entries from `from` on, in order. Names no person: what is personal is a commitment. */
export const ledgerEntriesSchema = z.strictObject({
  origin: z.string(),
  from: z.int(),
  entries: z.array(z.string()).max(maxLedgerEntries),
});

/** A head as a monitor shows it, with a signature added by a witness outside. */
export const cosignatureInputSchema = z.strictObject({ note: z.string().min(1).max(50_000) });
