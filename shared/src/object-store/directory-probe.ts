import { randomUUID } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  linkUnlessTaken,
  makeNamesDurable,
  removeName,
  writeNewFileDurably,
} from '../file-operations/index.ts';
import type { StoreProbe } from './object-store.ts';

/** linux/magic.h */
const tmpfsMagic = 0x0102_1994;
const ramfsMagic = 0x8584_58f6;

/** Writes a small file, tries to link over it and removes it again. Skew is that of the file server's clock. */
export async function probeDirectory(root: string, signal: AbortSignal): Promise<StoreProbe> {
  const part = probePath(root);
  const name = probePath(root);
  try {
    const before = Date.now();
    await writeNewFileDurably(part, Buffer.from('probe'), { mode: 0o440, signal });
    const midMs = (before + Date.now()) / 2;
    const clockSkewMs = Math.round((await stat(part)).mtimeMs - midMs);
    const linked = await linkUnlessTaken(part, name);
    const createOnly = linked && !(await linkUnlessTaken(part, name));
    const { type } = await statfs(root);
    const remarks = ['a directory is not write-once: whoever may write to the disk may delete from it'];
    if (type === tmpfsMagic || type === ramfsMagic) {
      remarks.push(`the archive directory ${root} lies in memory: all of it is gone at the next power-off`);
    }
    const never = { lock: 'none', versioning: false, multipart: false } as const;
    return { ...never, createOnly, mayRemove: true, clockSkewMs, remarks };
  } finally {
    await removeName(part);
    await removeName(name);
    await makeNamesDurable(root);
  }
}

/** Named like a part: no listing shows it, and a leftover is cleared away with the other parts. */
function probePath(root: string): string {
  return join(root, `.probe.${randomUUID().slice(0, 8)}.part`);
}
