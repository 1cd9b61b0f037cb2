import { open, type FileHandle } from 'node:fs/promises';
import { moveDurably } from '../file-operations/index.ts';
import { sha256HexSchema, type Sha256Hex } from '../units-of-measure/index.ts';
import { packingTools, type PackingTools } from './packing-tools.ts';
import { entriesOf, writePackage, type PackagePlan } from './write-package.ts';

/** After so many bytes the disk is set to work, beside the hashing, so that little is left to wait for at the end. */
const syncEveryBytes = 64 * 1024 * 1024;

/**
 * Writes a package to `file`, by way of `${file}.part`; durable on return. Rejects as `writePackage` does, and with the
 * disk's errors; `file` is not there then, or what it was.
 */
export async function writePackageFile(
  plan: PackagePlan,
  file: string,
  signal: AbortSignal,
  tools?: PackingTools,
): Promise<{ readonly sizeBytes: number; readonly sha256: Sha256Hex }> {
  if (tools === undefined) {
    await using own = packingTools(entriesOf(plan));
    return await writePackageFile(plan, file, signal, own);
  }
  const { thread } = tools;
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  let sizeBytes = 0;
  let syncing: Promise<void> = Promise.resolve();
  try {
    let unsyncedBytes = 0;
    await writePackage(
      plan,
      async (bytes) => {
        await Promise.all([writeAll(handle, bytes), thread.more(bytes)]);
        sizeBytes += bytes.length;
        unsyncedBytes += bytes.length;
        if (unsyncedBytes < syncEveryBytes) return;
        await syncing;
        unsyncedBytes = 0;
        syncing = handle.datasync();
        syncing.catch(() => undefined);
      },
      signal,
      tools,
    );
    await syncing;
    await handle.sync();
  } finally {
    await Promise.allSettled([syncing]);
    await handle.close();
  }
  await moveDurably(part, file);
  return { sizeBytes, sha256: sha256HexSchema.parse(await thread.digest()) };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}
