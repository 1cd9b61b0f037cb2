import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, createServer, type RequestOptions, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NoticeReceiver } from '../support/notice-receiver.ts';
import { PrivateAuthority, type ServerCertificate } from '../support/private-authority.ts';
import { makeOrganisation, RunningMonitor, testPassword } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';
import { WitnessProcess } from '../support/witness-process.ts';

/** The real process of a witness, a real monitor that speaks TLS, and an authority that only they know. */
const secret = 'a secret between the two of them';
const nobody = { name: 'gone', url: 'https://localhost:9', username: 'auditor', passwordFile: 'password' };
let directory: string;
let authority: PrivateAuthority;
let certificate: ServerCertificate;
let monitor: RunningMonitor;
const running: WitnessProcess[] = [];
const servers: { close(): unknown }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minh-bach-witness-lines-'));
  await writeFile(join(directory, 'password'), `${testPassword}\n`, { mode: 0o600 });
  await writeFile(join(directory, 'secret'), `${secret}\n`, { mode: 0o600 });
  authority = new PrivateAuthority(directory, 'office');
  certificate = authority.certify('localhost', 'DNS:localhost,IP:127.0.0.1');
  const plain = await RunningMonitor.start();
  await makeOrganisation(plain);
  await plain.monitor.stop();
  const { certFile, keyFile } = certificate;
  monitor = await RunningMonitor.start({
    directory: plain.directory,
    settings: { listen: { port: 0 }, tls: { certFile, keyFile }, ledger: { headEveryMs: 500 } },
  });
}, 60_000);
afterEach(async () => {
  for (const witness of running.splice(0)) await witness.kill();
  for (const server of servers.splice(0)) await server.close();
});
afterAll(async () => {
  await monitor.stop();
  await rm(directory, { recursive: true, force: true });
});

function centre(port = monitor.monitor.port) {
  return {
    ...{ name: 'centre', url: `https://localhost:${port}`, username: 'auditor', passwordFile: 'password' },
    caFile: 'office.pem',
  };
}

async function start(name: string, settings: object, ...flags: string[]): Promise<WitnessProcess> {
  const file = join(directory, `${name}.json`);
  const common = { name: 'example.vn/witness', dataDirectory: name, everyMs: 300, monitors: [centre()] };
  await writeFile(file, JSON.stringify({ ...common, ...settings }));
  const witness = new WitnessProcess(file, ...flags);
  running.push(witness);
  return witness;
}

async function receiver(): Promise<{ readonly notices: NoticeReceiver; readonly port: number }> {
  const notices = new NoticeReceiver(certificate, secret);
  servers.push(notices);
  return { notices, port: await notices.listen() };
}

function webhook(port: number) {
  const url = `https://localhost:${port}/minh-bach`;
  return { webhook: { url, secretFile: 'secret', caFile: 'office.pem', timeoutMs: 1_000 } };
}

/** Changes as the log has them, in their order. */
function changes(witness: WitnessProcess): string[] {
  return witness
    .lines()
    .flatMap(({ subject, state }) => (state === undefined ? [] : [`${subject} ${state}`]));
}

function told({ taken }: NoticeReceiver): string[] {
  return taken.map(({ subject, state }) => `${subject} ${state}`);
}

async function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, ...options }, (response) => {
      text(response).then(() => resolve(response.statusCode), reject);
    }).once('error', reject);
  });
}

describe('the line from a witness to a monitor', () => {
  it('is believed by the authority that the settings name', async () => {
    const witness = await start('believed', {}, '--once');
    expect(await witness.ended()).toBe(0);
    expect(changes(witness)).toEqual([
      expect.stringMatching(/^minhbach\/m\/\S+ witnessed$/),
      'centre witnessed',
    ]);
  });

  it('is not believed by anybody else', async () => {
    const { caFile, ...withoutAuthority } = centre();
    expect(caFile).toBeDefined();
    const witness = await start('unbelieved', { monitors: [withoutAuthority] }, '--once');
    expect(await witness.ended()).toBe(1);
    expect(witness.lines()).toContainEqual(
      expect.objectContaining({
        state: 'unreachable',
        message: expect.stringMatching(/cannot be reached \((UNABLE_TO_|SELF_SIGNED_)/) as unknown,
      }),
    );
  });

  it.each([
    ['another authority', () => new PrivateAuthority(directory, 'impostor').certify('own', 'DNS:localhost')],
    ['the right one for another name', () => authority.certify('other', 'DNS:other.example.vn')],
  ])('brings no password to whom %s vouches for', async (_who, certified) => {
    let asked = 0;
    const impostor: Server = createServer(certified(), (_request, response) => {
      asked += 1;
      response.writeHead(201).end('{}');
    });
    servers.push(impostor);
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    const witness = await start(`impostor-${port}`, { monitors: [centre(port)] }, '--once');
    expect(await witness.ended()).toBe(1);
    expect(changes(witness)).toEqual(['centre unreachable']);
    expect(asked).toBe(0);
  });
});

describe('the page of a witness over TLS', () => {
  it('is shown to whom believes its authority, and not over an old protocol', async () => {
    const { certFile, keyFile } = certificate;
    const witness = await start('page', { listen: { port: 0 }, tls: { certFile, keyFile } });
    const url = await witness.url();
    expect(url).toMatch(/^https:/);
    const { ca } = authority;
    await until(async () => (await statusOf(`${url}/healthz`, { ca })) === 200);
    await expect(statusOf(`${url}/`, {})).rejects.toThrow();
    await expect(
      statusOf(`${url}/`, { ca, maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }),
    ).rejects.toThrow();
    witness.child.kill('SIGTERM');
    expect(await witness.ended()).toBe(0);
  });
});

describe('notices of a witness', () => {
  it('come again, the same and in order, until a receiver that fails, hangs and sends elsewhere takes them', async () => {
    const { notices, port } = await receiver();
    notices.next.push('failed', 'hangs', 'redirected', 'stalls');
    const witness = await start('told', {
      ...webhook(port),
      monitors: [centre(), nobody],
      listen: { port: 0 },
    });
    const url = await witness.url();
    // Rounds do not wait for it.
    await until(async () => (await fetch(`${url}/metrics`)).ok && changes(witness).length >= 3);
    await until(() => notices.taken.length >= 3, 60_000);
    const ids = notices.attempts.slice(0, 5).map(({ notice }) => notice.id);
    expect(new Set(ids).size).toBe(1);
    expect(told(notices)).toEqual(changes(witness).slice(0, notices.taken.length));
    expect(new Set(notices.taken.map(({ id }) => id)).size).toBe(notices.taken.length);
    expect(notices.forged).toEqual([]);
    const said = witness.lines().map(({ msg }) => msg);
    expect(said.filter((msg) => msg === 'the webhook did not take a notice; it is told again')).toHaveLength(
      1,
    );
    expect(said).toContain('the webhook takes notices again');
    for (const word of [secret, testPassword]) expect(witness.printed).not.toContain(word);
  }, 90_000);

  it('wait for a receiver that is away and comes back', async () => {
    const { notices, port } = await receiver();
    await notices.close();
    const witness = await start('awaited', { ...webhook(port), monitors: [centre(), nobody] });
    await until(() => changes(witness).length >= 3);
    await until(() => witness.lines().some(({ msg }) => msg?.startsWith('the webhook did not') === true));
    await notices.listen(port);
    await until(() => notices.taken.length >= 3, 60_000);
    expect(told(notices).slice(0, 3)).toEqual(changes(witness).slice(0, 3));
    expect(notices.forged).toEqual([]);
  }, 90_000);

  it('are brought before a single round ends; where they are not taken, it ends with 1', async () => {
    const { notices, port } = await receiver();
    const well = await start('once', webhook(port), '--once');
    expect(await well.ended()).toBe(0);
    expect(told(notices)).toEqual(changes(well));
    notices.next.push(...Array.from({ length: 10 }, () => 'failed' as const));
    const untold = await start('once', webhook(port), '--once');
    expect(await untold.ended()).toBe(1);
    expect(untold.printed).toContain('the receiver answered 500');
  });

  it('go to nobody whom another authority vouches for', async () => {
    const { notices, port } = await receiver();
    const stranger = new PrivateAuthority(directory, 'stranger');
    const witness = await start(
      'stranger',
      { webhook: { ...webhook(port).webhook, caFile: stranger.caFile } },
      '--once',
    );
    expect(await witness.ended()).toBe(1);
    expect(notices.attempts).toEqual([]);
  });
});

describe('what cannot be used of these ends it with 2 and a sentence', () => {
  it.each([
    [
      'an authority that is none',
      { monitors: [{ ...nobody, caFile: 'secret' }] },
      /caFile: .*secret holds no/,
    ],
    [
      'an authority that is not there',
      { monitors: [{ ...nobody, caFile: 'lost.pem' }] },
      /lost\.pem cannot be read/,
    ],
    ['a key that is none', { listen: {}, tls: { certFile: 'office.pem', keyFile: 'secret' } }, /tls: /],
    [
      'a password over the open network',
      { monitors: [{ ...nobody, url: 'http://monitor.example.vn' }] },
      /url/,
    ],
    [
      'notices over the open network',
      { webhook: { url: 'http://duty.example.vn/', secretFile: 'secret' } },
      /url/,
    ],
    ['notices by another way', { webhook: { url: 'ftp://duty.example.vn/', secretFile: 'secret' } }, /url/],
  ])('%s', async (name, settings, sentence) => {
    const witness = await start(name.replaceAll(' ', '-'), { monitors: [nobody], ...settings });
    expect(await witness.ended()).toBe(2);
    expect(witness.errors).toMatch(sentence);
    expect(witness.errors.trim().split('\n').length).toBeLessThanOrEqual(2);
  });
});
