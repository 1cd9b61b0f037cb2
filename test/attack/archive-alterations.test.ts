import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { checkArchive, checkExtends, type ArchiveFinding } from '../../scripts/verify-archive/index.ts';
import { ArchivedLedgers } from '../support/archived-ledgers.ts';
import { seeded } from '../support/package-alterations.ts';
import { RetentionBench } from '../support/retention-bench.ts';

/** One part of an archive altered at a time: an object, a bundle, a tile, a head. */
const wanted = Number(process.env['MINHBACH_ALTERATIONS'] ?? 240);
const seed = Number(process.env['MINHBACH_ALTERATIONS_SEED'] ?? 1);
const { signal } = new AbortController();
let bench: RetentionBench;
let ledgers: ArchivedLedgers;
let earlier: string;
let keys: string[];

beforeAll(async () => {
  bench = await RetentionBench.start();
  ledgers = new ArchivedLedgers(bench);
  const start = bench.nowMs - 5 * 3_600_000;
  const clockSteps = (count: number) =>
    bench.state(
      ...Array.from({ length: count }, (_, nth) => ({
        ...{ kind: 'clock' as const, seq: 0, at: utcMs(start + nth), stepMs: 1, monotonicMs: nth },
      })),
    );
  clockSteps(200);
  for (let count = 0; count < 5; count += 1) await bench.film(bench.camera, start + count * 2_000);
  for (let count = 0; count < 10; count += 1) ledgers.audit.append({ kind: 'searched', subject: { count } });
  earlier = await ledgers.archive();
  clockSteps(100);
  for (let count = 5; count < 12; count += 1) await bench.film(bench.camera, start + count * 2_000);
  for (let count = 0; count < 5; count += 1) await bench.film(bench.microphone, start + count * 2_000);
  ledgers.audit.append({ kind: 'searched', subject: { count: 10 } });
  await ledgers.archive();
  ledgers.audit.append({ kind: 'searched', subject: { count: 11 } });
  await ledgers.archive();
  keys = [];
  for (const prefix of ['m/', 'r/'])
    for await (const { key } of bench.archive.list(prefix, { signal })) keys.push(key);
}, 120_000);
afterAll(async () => bench.close());

const pathOf = (key: string) => join(bench.directory, 'archive', key);

/** The one head that nothing in the archive states: what states it comes after it. */
const newestOwnHead = () =>
  keys.findLast((key) => key.startsWith('m/') && key.includes('/checkpoint/')) ?? '';

async function checked() {
  const findings: ArchiveFinding[] = [];
  const sum = await checkArchive({
    ...{ store: bench.archive, trust: ledgers.trust, signal, onProgress: () => undefined },
    say: (finding) => findings.push(finding),
  });
  return { findings, sum };
}

test('an untouched archive agrees, whole and trusted, with tiles, bundles and heads of both kinds of ledger', async () => {
  const { findings, sum } = await checked();
  expect(findings).toEqual([]);
  expect(sum).toMatchObject({ ledgers: 2, untrusted: 0, objects: 17, pending: 0, expired: 0 });
  expect(sum.entries).toBe(300 + 2 * 17 + 12 + 2);
  const kinds = ['/tile/entries/', '/tile/0/', '/tile/1/', '/checkpoint/'];
  for (const kind of kinds) expect(keys.some((key) => key.includes(kind))).toBe(true);
});

test(`${wanted} random single alterations are each found, and the object named`, async () => {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const families = [/\/s\//, /\/tile\/entries\//, /\/tile\/\d/, /\/checkpoint\//];
  const missed: string[] = [];
  for (let count = 0; count < wanted; count += 1) {
    const family = keys.filter((key) => families[count % families.length]?.test(key));
    const key = pick(family);
    const whole = await readFile(pathOf(key));
    const how = pick(['flip', 'cut', 'append', 'other', ...(key === newestOwnHead() ? [] : ['delete'])]);
    await alter(how, key, whole, family);
    const { findings } = await checked();
    if (
      !findings.some(
        ({ where }) => where === key || key.startsWith(`${where}/`) || key.startsWith(`${where}.p/`),
      )
    )
      missed.push(`${count}: ${how} ${key}: ${JSON.stringify(findings)}`);
    await writeFile(pathOf(key), whole);
  }
  expect({ seed, missed }).toEqual({ seed, missed: [] });
  expect((await checked()).findings).toEqual([]);

  async function alter(how: string, key: string, whole: Buffer, family: readonly string[]): Promise<void> {
    const at = Math.floor(random() * whole.length);
    switch (how) {
      case 'flip': {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        return writeFile(pathOf(key), bytes);
      }
      case 'cut':
        return writeFile(pathOf(key), whole.subarray(0, at));
      case 'append':
        return writeFile(pathOf(key), Buffer.concat([whole, Buffer.from([at % 256])]));
      case 'delete':
        return rm(pathOf(key));
      default: {
        const other = await readFile(pathOf(pick(family.filter((each) => each !== key))));
        return writeFile(pathOf(key), other);
      }
    }
  }
}, 300_000);

test('each head that was taken away is named alone, but the newest that the monitor signed of its own ledger', async () => {
  const heads = keys.filter((key) => key.includes('/checkpoint/'));
  expect(heads).toHaveLength(5);
  for (const key of heads) {
    const whole = await readFile(pathOf(key));
    await rm(pathOf(key));
    const { findings } = await checked();
    await writeFile(pathOf(key), whole);
    const ledger = key.startsWith('r/') ? ledgers.origin : expect.stringMatching(/^minhbach\/m\//);
    expect(findings).toEqual(
      key === newestOwnHead() ? [] : [expect.objectContaining({ code: 'head-missing', ledger, where: key })],
    );
  }
});

test('names recorder, source and seconds of footage that was removed, and of footage nobody stated', async () => {
  const key = keys.find((each) => each.includes(`/s/${bench.camera}/`)) ?? '';
  const whole = await readFile(pathOf(key));
  const startUtcMs = Number(/\/(\d+)-/.exec(key)?.[1]);
  // An hour before anything stated: not just newer than the entries here.
  const strayUtcMs = startUtcMs - 3_600_000;
  const stray = key.replace(
    /\d+-[\da-f-]{36}\.mp4$/,
    `${strayUtcMs}-00000000-0000-7000-8000-000000000000.mp4`,
  );
  await writeFile(pathOf(stray), whole);
  await rm(pathOf(key));
  const { findings } = await checked();
  await writeFile(pathOf(key), whole);
  await rm(pathOf(stray));
  const of = { ledger: bench.recorderId, sourceId: bench.camera };
  expect(findings).toHaveLength(2);
  expect(findings).toContainEqual(
    expect.objectContaining({ ...of, code: 'object-without-entry', where: stray, fromUtcMs: strayUtcMs }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ ...of, code: 'object-missing', where: key, fromUtcMs: startUtcMs }),
  );
});

test('a ledger against a saved checkpoint: extends; rewritten or cut, not', async () => {
  expect(await checkExtends(bench.archive, earlier, ledgers.trust, signal)).toMatchObject({
    verdict: 'extends',
  });
  expect(await checkExtends(bench.archive, earlier, { keys: [] }, signal)).toMatchObject({
    verdict: 'untrusted',
  });
  const key = keys.find((each) => each.startsWith('r/') && each.includes('/tile/entries/000')) ?? '';
  const whole = await readFile(pathOf(key));
  const bytes = Buffer.from(whole);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  await writeFile(pathOf(key), bytes);
  expect(await checkExtends(bench.archive, earlier, ledgers.trust, signal)).toMatchObject({
    verdict: 'differs',
  });
  await rm(pathOf(key));
  expect(await checkExtends(bench.archive, earlier, ledgers.trust, signal)).toMatchObject({
    verdict: 'differs',
  });
  await writeFile(pathOf(key), whole);
  expect(await checkExtends(bench.archive, 'no note', ledgers.trust, signal)).toMatchObject({
    verdict: 'unusable',
  });
});

test('the command: 0 whole and trusted, 3 keys not known, 1 altered, 2 unusable', async () => {
  const trust = join(bench.directory, 'trust.json');
  const head = join(bench.directory, 'head');
  await writeFile(trust, JSON.stringify(ledgers.trust));
  await writeFile(head, earlier);
  const archive = join(bench.directory, 'archive');
  expect(await command('--archive', archive, '--trust', trust)).toMatchObject({ code: 0 });
  expect(await command('--archive', archive)).toMatchObject({ code: 3 });
  expect(await command('--ledger', archive, '--checkpoint', head, '--trust', trust)).toMatchObject({
    code: 0,
  });
  expect(await command('--archive', join(bench.directory, 'nothing'))).toMatchObject({ code: 2 });
  expect(await command('--ledger', archive)).toMatchObject({ code: 2 });
  const key = keys.find((each) => each.includes('/s/')) ?? '';
  const whole = await readFile(pathOf(key));
  await writeFile(pathOf(key), whole.subarray(1));
  const found = await command('--archive', archive, '--trust', trust, '--json');
  await writeFile(pathOf(key), whole);
  expect(found.code).toBe(1);
  expect(found.out).toContain('"code":"object-size"');
}, 60_000);

async function command(...flags: string[]): Promise<{ readonly code: number; readonly out: string }> {
  const program = fileURLToPath(new URL('../../dist/scripts/verify.js', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...flags], (error, out) =>
      resolve({ code: error === null ? 0 : Number(error.code), out }),
    );
  });
}
