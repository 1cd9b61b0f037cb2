import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { verifierKey, type NoteSigner } from '@minhbach/shared/ledger';
import { z } from 'zod';
import { monitorIdSchema, newId, type MonitorId } from '@minhbach/shared/units-of-measure';
import { PrivateFileError, readPrivateFile, writePrivateFile } from '../private-files/index.ts';

const fileSchema = z.strictObject({
  monitorId: monitorIdSchema,
  /** Raw Ed25519 public key, base64url. */
  publicKey: z.string().length(43),
  /** PKCS #8, base64url. */
  privateKey: z.string(),
});

/** Who this monitor is: an id and an Ed25519 key, made at the first start and never sent anywhere. */
export class StoredMonitorIdentity {
  readonly monitorId: MonitorId;
  readonly publicKey: string;
  readonly #privateKey: ReturnType<typeof createPrivateKey>;

  private constructor(file: z.infer<typeof fileSchema>) {
    this.monitorId = file.monitorId;
    this.publicKey = file.publicKey;
    this.#privateKey = createPrivateKey({
      key: Buffer.from(file.privateKey, 'base64url'),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** Reads `file`, or makes it (mode 0600, durable on return). Throws `PrivateFileError`. */
  static open(file: string): StoredMonitorIdentity {
    const text = readPrivateFile(file);
    if (text === undefined) {
      const made = fresh();
      writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`);
      return new StoredMonitorIdentity(made);
    }
    try {
      return new StoredMonitorIdentity(fileSchema.parse(JSON.parse(text)));
    } catch (cause) {
      throw new PrivateFileError(`${file} is not the identity of a monitor`, { cause });
    }
  }

  /** SHA-256 of the raw public key, base64url: what an enrolment code carries. */
  get keyFingerprint(): string {
    return createHash('sha256').update(Buffer.from(this.publicKey, 'base64url')).digest('base64url');
  }

  /** This monitor's key, to sign notes under `name`. */
  noteSigner(name: string): NoteSigner {
    const publicKey = new Uint8Array(Buffer.from(this.publicKey, 'base64url'));
    return { key: verifierKey(name, 'ed25519', publicKey), privateKey: this.#privateKey };
  }

  sign(bytes: Uint8Array): string {
    return sign(null, bytes, this.#privateKey).toString('base64url');
  }
}

function fresh(): z.infer<typeof fileSchema> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    monitorId: newId(monitorIdSchema),
    publicKey: x,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  };
}
