import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { PrivateAuthority, TlsFront } from '../support/tls-front.ts';

/** `scan` makes TLS connections of its own, past Node's HTTP client: whom it trusts is shown here, by a real S3 server. */

const program = join(import.meta.dirname, '../support/scan-archive.mjs');
const never = new AbortController().signal;
const body = randomBytes(5_000_000);
const sha256 = sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
const key = `t/${randomUUID()}`;

(cephIsHere() ? describe : describe.skip)('an archive behind TLS', () => {
  let directory: string;
  let rgw: CephRgw;
  let archive: ArchiveInCeph;
  let authority: PrivateAuthority;
  let front: TlsFront;
  let misnamed: TlsFront;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'scan-over-tls-'));
    rgw = await CephRgw.start();
    archive = await archiveInCeph(rgw);
    await archive.store.put(key, body, { sha256, contentType: 'video/mp4', signal: never });
    authority = new PrivateAuthority(directory, 'authority');
    front = await TlsFront.to(rgw.endpoint, authority.certificateFor('localhost'));
    misnamed = await TlsFront.to(rgw.endpoint, authority.certificateFor('store.example'));
  });
  afterAll(async () => {
    await front[Symbol.asyncDispose]();
    await misnamed[Symbol.asyncDispose]();
    await archive.close();
    await rgw.stop();
    await rm(directory, { recursive: true });
  });
  beforeEach(() => {
    front.requests.length = 0;
    front.cutAnswerAfterBytes = Number.POSITIVE_INFINITY;
  });

  async function scan(of: {
    readonly at: TlsFront;
    readonly trusting?: PrivateAuthority;
    readonly pieces?: number;
  }): Promise<Readonly<Record<string, unknown>>> {
    const settings = { ...archive.settings, endpoint: `https://localhost:${of.at.port}` };
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
    void _;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, JSON.stringify({ settings, key, pieces: of.pieces })],
      { env: { ...env, ...(of.trusting && { NODE_EXTRA_CA_CERTS: of.trusting.certificateFile }) } },
    );
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  test('whose authority is named is read in full, at once and on a connection of its own', async () => {
    expect(await scan({ at: front, trusting: authority })).toMatchObject({ bytes: body.length, sha256 });
    // Signed in its address: not by the SDK, which signs in a header.
    expect(front.requests).toEqual([
      expect.stringMatching(/^GET \/\S+&?X-Amz-Signature=[\da-f]{64} HTTP\/1\.1$/),
    ]);
  });

  test('is read no further than is wanted', async () => {
    expect(await scan({ at: front, trusting: authority, pieces: 2 })).toMatchObject({ pieces: 2 });
  });

  test.each([
    ['whose authority nobody named', () => ({ at: front })],
    [
      'whose authority is not the one named',
      () => ({ at: front, trusting: new PrivateAuthority(directory, 'another') }),
    ],
    ['whose certificate is for another name', () => ({ at: misnamed, trusting: authority })],
  ])('%s is shown nothing and gives nothing', async (_name, of) => {
    const asked = of();
    expect(await scan(asked)).toEqual({
      code: 'unavailable',
      hint: expect.stringMatching(/certificate is not trusted here.*NODE_EXTRA_CA_CERTS/),
      pieces: 0,
    });
    expect(asked.at.requests).toEqual([]);
  });

  test('that ends in the middle of an object has not given it', async () => {
    front.cutAnswerAfterBytes = 2_000_000;
    expect(await scan({ at: front, trusting: authority })).toMatchObject({ code: 'unavailable' });
  });
});
