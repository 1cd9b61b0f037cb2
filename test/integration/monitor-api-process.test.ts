import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { MonitorProcess } from '../support/monitor-process.ts';
import { noExit } from '../support/no-exit.ts';
import { PrivateAuthority } from '../support/private-authority.ts';
import { RunningMonitor, testPassword } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

const program = join(import.meta.dirname, '../../monitor-ui/dist/server/main.js');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'monitor-process-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

/** Runs the built program with these settings until it ends, or until `then` has looked at it. */
async function run(settings: object, then?: (output: () => string, stop: () => void) => Promise<void>) {
  const file = join(directory, 'monitor.json');
  await writeFile(file, JSON.stringify(settings));
  const child = spawn(process.execPath, [program, '--config', file]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await then?.(
    () => output,
    () => child.kill('SIGTERM'),
  );
  const [code] = await ended;
  return { code, output };
}

const good = () => ({
  listen: { port: 0 },
  dataDirectory: join(directory, 'data'),
  archive: { type: 'directory', path: join(directory, 'archive') },
});

describe('the program', () => {
  it('prints the first code, keeps its files to itself, and stops within 5 s on SIGTERM', async () => {
    let stoppedAtMs = 0;
    const { code, output } = await run(good(), async (text, stop) => {
      await until(() => /FIRST START CODE [A-Z2-9]{5}(-[A-Z2-9]{5}){3}\n/.test(text()), 30_000);
      for (const name of ['', 'identity.json', 'session-secret']) {
        expect((await stat(join(directory, 'data', name))).mode & 0o077).toBe(0);
      }
      stoppedAtMs = performance.now();
      stop();
    });
    expect(code).toBe(0);
    expect(performance.now() - stoppedAtMs).toBeLessThan(5_000);
    expect(output).toContain('"stopped"');
  });

  it('says what is wrong in one sentence and ends with 2: settings, port, directory, key', async () => {
    const faults = await run({ ...good(), listen: { host: '0.0.0.0', port: 0 }, colour: 1 });
    expect(faults.code).toBe(2);
    expect(faults.output).toMatch(/colour: there is no such setting\n/);

    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const busy = await run({ ...good(), listen: { port } });
    taken.close();
    expect(busy).toMatchObject({ code: 2 });
    expect(busy.output.trim()).toBe(
      `listen: cannot listen on 127.0.0.1:${port}: another program listens there`,
    );

    await writeFile(join(directory, 'a-file'), '');
    const nowhere = await run({ ...good(), dataDirectory: join(directory, 'a-file/data') });
    expect(nowhere).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^dataDirectory: .* cannot be written/),
    });

    await chmod(join(directory, 'data/identity.json'), 0o644);
    const open = await run(good());
    expect(open).toMatchObject({ code: 2, output: expect.stringMatching(/may be read by others/) });
  }, 120_000);
});

describe('pages that are open', () => {
  it.each([
    ['is asleep on a WebSocket', 'websocket'],
    ['polls, and not again', 'polling'],
  ])(
    'one that %s keeps no monitor from stopping in order, with nothing left that would keep it',
    async (_what, transport) => {
      const monitor = new MonitorProcess(directory);
      await monitor.start({}, noExit);
      const { cookie } = await monitor.begin();
      const headers = { Origin: monitor.origin, Cookie: cookie };
      const address = `${monitor.origin}/socket.io/?EIO=4&transport=${transport}`;
      let asleep: WebSocket | undefined;
      let waiting: Promise<Response> | undefined;
      if (transport === 'polling') {
        const { sid } = JSON.parse((await (await fetch(address, { headers })).text()).slice(1)) as {
          sid: string;
        };
        const joined = await fetch(`${address}&sid=${sid}`, { method: 'POST', headers, body: '40' });
        expect(await joined.text()).toBe('ok');
        expect(await (await fetch(`${address}&sid=${sid}`, { headers })).text()).toMatch(/^40\{/);
        // Is told of the end by the poll that waits, and sends no other.
        waiting = fetch(`${address}&sid=${sid}`, { headers });
      } else {
        asleep = new WebSocket(address.replace('http', 'ws'), { headers });
        await once(asleep, 'message');
        asleep.send('40');
        await once(asleep, 'message');
        asleep.pause();
      }
      expect(await monitor.stop()).toBe(0);
      expect(monitor.lines.join('\n')).toContain('"stopped"');
      expect(monitor.lines.join('\n')).not.toContain('did not stop in time');
      asleep?.terminate();
      expect((await waiting)?.status ?? 200).toBe(200);
    },
    60_000,
  );
});

describe('one port', () => {
  let monitor: RunningMonitor | undefined;
  afterEach(async () => {
    await monitor?.stop();
    monitor = undefined;
  });

  it('serves the built pages, compressed, kept by browsers, and nothing beside them', async () => {
    await mkdir(join(directory, 'web/assets'), { recursive: true });
    await writeFile(join(directory, 'web/index.html'), '<!doctype html><title>Minh Bạch</title>');
    await writeFile(join(directory, 'web/assets/a-1234.js'), 'export const a = 1;\n'.repeat(200));
    await writeFile(join(directory, 'secret'), 'x');
    monitor = await RunningMonitor.start({ directory });
    const script = await fetch(`${monitor.origin}/assets/a-1234.js`, {
      headers: { 'Accept-Encoding': 'gzip' },
    });
    expect(script.headers.get('Content-Encoding')).toBe('gzip');
    expect(script.headers.get('Cache-Control')).toContain('immutable');
    expect((await script.text()).length).toBe(4_000);
    const etag = script.headers.get('ETag') ?? '';
    const again = await fetch(`${monitor.origin}/assets/a-1234.js`, { headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    const page = await fetch(`${monitor.origin}/playback?counter=1`);
    expect(await page.text()).toContain('Minh Bạch');
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self';");
    expect(page.headers.get('X-Powered-By')).toBeNull();
    for (const path of ['/assets/none.js', '/%2e%2e/secret.txt', '/..%2fdata/monitor.db', '/api/v2/me']) {
      expect((await fetch(monitor.origin + path)).status).toBe(404);
    }
    expect((await fetch(`${monitor.origin}/`, { method: 'POST' })).status).toBe(404);
  });

  it('describes itself offline: every route in OpenAPI 3.1, a page to read it', async () => {
    monitor = await RunningMonitor.start();
    const { openapi, paths } = (await (await fetch(`${monitor.origin}/api/v1/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, object>>;
    };
    expect(openapi).toBe('3.1.0');
    for (const route of monitor.monitor.routes) expect(paths[route.path]).toHaveProperty(route.method);
    const page = await fetch(`${monitor.origin}/api/v1/docs`);
    const html = await page.text();
    expect(page.url.endsWith('/docs/')).toBe(true);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/<script>/);
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)) {
      expect((await fetch(new URL(file, page.url))).status).toBe(200);
    }
  });

  it('shows metrics to who has the token, or on a listener of its own', async () => {
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, 'a-long-enough-token\n');
    monitor = await RunningMonitor.start({
      settings: { metrics: { bearerTokenFile: tokenFile, listen: { port: 0 } } },
    });
    const read = (Authorization: string) =>
      fetch(`${monitor?.origin}/metrics`, { headers: { Authorization } });
    expect((await read('Bearer wrong')).status).not.toBe(200);
    expect(await (await read('Bearer a-long-enough-token')).text()).toContain(
      'minhbach_monitor_sources_not_recording 0',
    );
    const own = await fetch(`http://127.0.0.1:${monitor.monitor.metricsPort}/metrics`);
    expect(await own.text()).toContain('minhbach_monitor_process_cpu');
  });

  it('says that it lives and is ready, to anybody and to no cache', async () => {
    monitor = await RunningMonitor.start();
    for (const [path, status] of [
      ['/healthz', 'ok'],
      ['/readyz', 'ready'],
    ] as const) {
      const answer = await fetch(monitor.origin + path);
      expect([answer.status, await answer.json()]).toEqual([200, { status }]);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it('speaks TLS with a cookie that never leaves it, for figures too that leave the machine', async () => {
    const { certFile, keyFile } = new PrivateAuthority(directory, 'ca').certify('monitor', 'DNS:localhost');
    const metrics = { listen: { host: '0.0.0.0', port: 0 } };
    monitor = await RunningMonitor.start({
      settings: { tls: { certFile, keyFile }, listen: { port: 0 }, metrics },
    });
    const figures = `127.0.0.1:${monitor.monitor.metricsPort}/metrics`;
    await expect(fetch(`http://${figures}`)).rejects.toThrow();
    const origin = `https://localhost:${monitor.monitor.port}`;
    const send = (path: string, body?: object, at = origin + path) =>
      new Promise<{ status: number | undefined; hsts: string | undefined; cookie: string | undefined }>(
        (resolve, reject) => {
          const headers = { Origin: origin, 'Content-Type': 'application/json' };
          const options = { method: body ? 'POST' : 'GET', headers, rejectUnauthorized: false };
          const call = request(at, options, (response) => {
            response.resume();
            resolve({
              status: response.statusCode,
              hsts: response.headers['strict-transport-security'],
              cookie: response.headers['set-cookie']?.[0],
            });
          });
          call.on('error', reject).end(body && JSON.stringify(body));
        },
      );
    expect((await send('', undefined, `https://${figures}`)).status).toBe(200);
    expect((await send('/healthz')).hsts).toContain('max-age=');
    const account = { username: 'admin', password: testPassword };
    const code = monitor.monitor.firstStartCode;
    const started = await send('/api/v1/first-start', { ...account, code, unitName: 'x', displayName: 'x' });
    expect(started.status).toBe(201);
    const { status, cookie } = await send('/api/v1/session', account);
    expect(status).toBe(201);
    expect(cookie).toMatch(/^__Host-minhbach=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });
});
