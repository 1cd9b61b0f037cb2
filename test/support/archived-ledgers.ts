import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import type { Trust } from '@minhbach/shared/evidence';
import { checkpointText, MerkleRoot, recorderOrigin, signedNote, verifierKey } from '@minhbach/shared/ledger';
import { archivedHeadsText } from '@minhbach/shared/object-store';
import { newId, monitorIdSchema } from '@minhbach/shared/units-of-measure';
import { AuditEntries, AuditLog } from '../../monitor-ui/server/audit/index.ts';
import { EntryBundler } from '../../monitor-ui/server/catalogue/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import {
  HeadWitness,
  LedgerArchiver,
  LedgerTrees,
  OwnLedger,
  PromisedHeads,
  RecorderLedgers,
  WitnessKey,
} from '../../monitor-ui/server/witness/index.ts';
import type { RetentionBench } from './retention-bench.ts';

/** Signs heads of a bench's ledgers, as its recorder and its monitor, and puts all of it into its archive. */
export class ArchivedLedgers {
  readonly trust: Trust;
  readonly audit: AuditLog;
  readonly origin: string;
  readonly #bench: RetentionBench;
  readonly #recorder = generateKeyPairSync('ed25519');
  readonly #ledgers: RecorderLedgers;
  readonly #heads: HeadWitness;
  readonly #own: OwnLedger;
  readonly #archiver: LedgerArchiver;

  constructor(bench: RetentionBench) {
    const { database, clock, recorderId } = bench;
    this.#bench = bench;
    const monitorId = newId(monitorIdSchema);
    const monitor = generateKeyPairSync('ed25519');
    const trees = new LedgerTrees(database);
    const entries = new AuditEntries(database);
    this.#ledgers = new RecorderLedgers(database);
    this.origin = recorderOrigin(recorderId, 0);
    const key = WitnessKey.open(join(bench.directory, 'witness-key.json'), 'test-witness');
    const identity = {
      ...{ monitorId, publicKey: raw(monitor) },
      sign: (bytes: Uint8Array) => sign(null, bytes, monitor.privateKey).toString('base64url'),
    };
    this.audit = new AuditLog(
      database,
      clock,
      Shield.open(join(bench.directory, 'shield-key'), { mayMake: true }),
    );
    this.#own = new OwnLedger({ trees, clock, identity, entries });
    this.#heads = new HeadWitness({
      ...{ trees, ledgers: this.#ledgers, promises: new PromisedHeads(database) },
      ...{ key, clock, publicKeyOf: () => raw(this.#recorder) },
      onRefused: (_recorderId, _why, message) => {
        throw new Error(message);
      },
    });
    const own = { origin: this.#own.origin, texts: entries.texts };
    this.#archiver = new LedgerArchiver({
      ...{ database, trees, store: bench.archive, own },
      state: (heads) => {
        this.audit.append({ kind: 'heads-archived', subject: { heads: archivedHeadsText(heads) } });
      },
    });
    this.trust = {
      keys: [
        { recorderId, publicKey: raw(this.#recorder) },
        { monitorId, publicKey: raw(monitor) },
        { witness: 'test-witness', publicKey: key.publicKey },
      ],
    };
  }

  /** A head over everything stated so far, in the archive with all under it on return; answers the recorder's note. */
  async archive(): Promise<string> {
    const { recorderId, database, archive } = this.#bench;
    const tree = new MerkleRoot();
    for (const text of this.#ledgers.texts(recorderId, 0)(0, 1_000_000)) tree.append(Buffer.from(text));
    const publicKey = new Uint8Array(Buffer.from(raw(this.#recorder), 'base64url'));
    const signer = {
      key: verifierKey(this.origin, 'ed25519', publicKey),
      privateKey: this.#recorder.privateKey,
    };
    const note = signedNote(
      checkpointText({ origin: this.origin, size: tree.size, root: tree.root() }),
      signer,
      0,
    );
    const answer = this.#heads.witness(recorderId, 0, note);
    if (answer.outcome !== 'witnessed') throw new Error(`the head is ${answer.outcome}`);
    this.#own.sign();
    const heads = this.#archiver.heads();
    const { signal } = new AbortController();
    const unexpected = (error: unknown): void => {
      throw error;
    };
    await new EntryBundler(database, archive, unexpected).run(signal);
    await this.#archiver.run(heads, signal);
    return answer.note;
  }
}

function raw(pair: ReturnType<typeof generateKeyPairSync>): string {
  return String(
    (pair.publicKey as unknown as { export(of: object): { x?: string } }).export({ format: 'jwk' }).x,
  );
}
