import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  memorySource,
  nodeCrypto,
  verifyPackage,
  type ByteSource,
  type PackageReport,
} from '@minhbach/shared/evidence';
import { packed, sampleEvidence, type SampleEvidence } from '../support/sample-evidence.ts';
import { zipOf, zipParts, type ZipPart } from '../support/zip-parts.ts';

const mostBytes = 100 * 1024 * 1024;

describe('a hostile package', () => {
  let sample: SampleEvidence;
  let zip: Uint8Array;
  let parts: readonly ZipPart[];
  beforeAll(async () => {
    sample = sampleEvidence();
    zip = await packed(sample.plan);
    parts = zipParts(zip);
  });

  const judged = async (bytes: Uint8Array): Promise<PackageReport> => {
    let bytesRead = 0;
    const inner = memorySource(bytes);
    const source: ByteSource = {
      sizeBytes: inner.sizeBytes,
      read: async (offset, length) => {
        bytesRead += length;
        if (bytesRead > mostBytes)
          throw new Error(`more than ${mostBytes} bytes were read of ${bytes.length}`);
        return inner.read(offset, length);
      },
    };
    return verifyPackage(source, { crypto: nodeCrypto, trust: sample.trust });
  };
  const never = async (bytes: Uint8Array): Promise<void> =>
    expect(['altered', 'unusable']).toContain((await judged(bytes)).verdict);
  /** Writes at every directory record of a file, `at` bytes from its start. */
  const inDirectory = (path: string, change: (view: DataView) => void): Uint8Array => {
    const copy = Uint8Array.from(zip);
    const buffer = Buffer.from(copy.buffer);
    const name = buffer.lastIndexOf(path);
    change(new DataView(copy.buffer, name - 46, 46));
    return copy;
  };
  const withFile = async (path: string, bytes: Uint8Array): Promise<Uint8Array> =>
    zipOf(parts.map((part) => (part.path === path ? { path, bytes } : part)));

  it.each(['../../etc/passwd', '/etc/passwd', 'C:\\x', 'a/./b', 'a//b', 'x\u0000.mp4', '<img>', ''])(
    'with a file called %j is unusable',
    async (path) => {
      const bytes = await zipOf([...parts, { path, bytes: Buffer.from('x') }]);
      expect((await judged(bytes)).verdict).toBe('unusable');
    },
  );

  it('with a symbolic link, a compressed file or a date is altered', async () => {
    await never(inDirectory('custody.json', (view) => view.setUint32(38, 0o120777 * 0x10000, true)));
    await never(inDirectory('custody.json', (view) => view.setUint16(10, 8, true)));
    await never(inDirectory('custody.json', (view) => view.setUint32(12, 0x5a215a21, true)));
  });

  it('with a file twice, or more files than the end says, is altered', async () => {
    const [first] = parts;
    if (first === undefined) throw new Error('a package has files');
    await never(await zipOf([...parts, first]));
    await never(await zipOf([first, ...parts]));
    const copy = Uint8Array.from(zip);
    new DataView(copy.buffer).setUint16(copy.length - 12, parts.length - 1, true);
    await never(copy);
  });

  it('that expands (many files over the same bytes) is refused before they are read', async () => {
    const content = Buffer.alloc(1024 * 1024);
    const clips = Array.from({ length: 2_000 }, (_, index) => ({
      path: `clip/${index}.mp4`,
      bytes: Buffer.alloc(0),
    }));
    const bomb = Buffer.from(await zipOf([...parts, { path: 'clip/x.mp4', bytes: content }, ...clips]));
    // Every small clip now claims to be the large one.
    const large = bomb.lastIndexOf('clip/x.mp4') - 46;
    const offset = bomb.readUInt32LE(large + 42);
    for (const { path } of clips) {
      const at = bomb.lastIndexOf(path) - 46;
      bomb.writeUInt32LE(content.length, at + 20);
      bomb.writeUInt32LE(content.length, at + 24);
      bomb.writeUInt32LE(offset, at + 42);
    }
    expect((await judged(bomb)).verdict).toBe('unusable');
  });

  it('that lies about sizes, in 32 bits or 64, is unusable', async () => {
    const claims = inDirectory('custody.json', (view) => {
      view.setUint32(20, 0xfffffff0, true);
      view.setUint32(24, 0xfffffff0, true);
    });
    expect((await judged(claims)).verdict).toBe('unusable');
    const wide = Uint8Array.from(zip);
    new DataView(wide.buffer).setUint32(wide.length - 6, 0xffffffff, true);
    expect((await judged(wide)).verdict).toBe('unusable');
    const wideFile = inDirectory('custody.json', (view) => view.setUint32(24, 0xffffffff, true));
    expect((await judged(wideFile)).verdict).toBe('unusable');
  });

  it('whose manifest is huge, deep, of another version or full of markup is never trusted', async () => {
    const manifest = parts.find(({ path }) => path === 'manifest.json')?.bytes ?? Buffer.alloc(0);
    const text = Buffer.from(manifest).toString('utf8');
    expect(
      (await judged(await withFile('manifest.json', Buffer.alloc(65 * 1024 * 1024, 0x20)))).verdict,
    ).toBe('unusable');
    await never(await withFile('manifest.json', Buffer.from('['.repeat(1_000_000))));
    await never(
      await withFile('manifest.json', Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)),
    );
    await never(await withFile('manifest.json', Buffer.from(text.replace('evidence/1', 'evidence/2'))));
    await never(
      await withFile('manifest.json', Buffer.from(text.replace('Quầy 1', '<script>alert(1)</script>'))),
    );
    await never(await withFile('manifest.json', Buffer.alloc(0)));
  });

  it.each([0, 1, 21, 22, 30, 100])('of %d bytes is unusable', async (length) => {
    for (const fill of [0, 0x50, 0xff])
      expect((await judged(Buffer.alloc(length, fill))).verdict).toBe('unusable');
  });
});
