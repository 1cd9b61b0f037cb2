import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { RunningMonitor, testPassword } from '../support/running-monitor.ts';
import { signedIn, type Caller } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

describe('first start, sign-in and sessions', () => {
  let monitor: RunningMonitor;
  let admin: Caller;

  beforeEach(async () => {
    monitor = await RunningMonitor.start({ settings: { signIn: { perAccount: 4, perAddress: 12 } } });
  });
  afterEach(async () => monitor.stop());

  const signIn = (username: string, password: string, headers: Record<string, string> = {}) =>
    fetch(`${monitor.origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: monitor.origin, ...headers },
      body: JSON.stringify({ username, password }),
    });

  it('the first administrator needs the printed code, once', async () => {
    const body = { unitName: 'x', username: 'admin', displayName: 'x', password: testPassword };
    expect((await monitor.anonymous.call('GET', '/first-start')).body).toEqual({ needed: true });
    const wrong = await monitor.anonymous.call('POST', '/first-start', {
      ...body,
      code: 'AAAAA-AAAAA-AAAAA-AAAAA',
    });
    expect(wrong.body).toMatchObject({ status: 403, code: 'code-wrong' });
    const code = monitor.monitor.firstStartCode?.toLowerCase();
    expect((await monitor.anonymous.call('POST', '/first-start', { ...body, code })).status).toBe(201);
    const again = await monitor.anonymous.call('POST', '/first-start', { ...body, username: 'second', code });
    expect(again.body).toMatchObject({ status: 409, code: 'already-started' });
    expect((await monitor.anonymous.call('GET', '/first-start')).body).toEqual({ needed: false });
  });

  it('wrong passwords are limited per account, with a time to wait; right ones are not counted', async () => {
    await monitor.begin();
    for (let i = 0; i < 6; i += 1) expect((await signIn('admin', testPassword)).status).toBe(201);
    for (let i = 0; i < 4; i += 1) expect((await signIn('admin', 'wrong')).status).toBe(401);
    const limited = await signIn('admin', testPassword);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  it('and per address, whatever the names; unknown names look like wrong passwords', async () => {
    await monitor.begin();
    const answers: string[] = [];
    for (let i = 0; i < 11; i += 1) answers.push(await (await signIn(`nobody${i}`, 'wrong')).text());
    expect(new Set(answers).size).toBe(1);
    await signIn('nobody', 'wrong');
    expect((await signIn('other', 'wrong')).status).toBe(429);
  });

  it('every sign-in has a new session id, in a cookie scripts cannot read', async () => {
    await monitor.begin();
    const first = await signIn('admin', testPassword);
    const [cookie = ''] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^minhbach=.*; Path=\/; HttpOnly; SameSite=Strict$/);
    const second = await signIn('admin', testPassword, { Cookie: cookie.split(';')[0] ?? '' });
    expect(second.headers.getSetCookie()[0]?.split(';')[0]).not.toBe(cookie.split(';')[0]);
  });

  it.each([
    ['no Origin', {}],
    ['a foreign Origin', { Origin: 'https://evil.example' }],
    ['a null Origin', { Origin: 'null' }],
    ['a sibling port', { Origin: 'http://127.0.0.1:1' }],
    ['a foreign page that lies', { 'Sec-Fetch-Site': 'cross-site', own: 'yes' }],
  ])('a write with %s is refused', async (_name, { own, ...headers }: Record<string, string | undefined>) => {
    admin = await monitor.begin();
    const answer = await fetch(`${monitor.origin}/api/v1/units`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Cookie: admin.cookie,
        ...(own ? { Origin: monitor.origin } : {}),
        ...(headers as Record<string, string>),
      },
      body: JSON.stringify({ name: 'x', oversight: false }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'origin-refused' });
    expect((await admin.call('GET', '/units')).body.items).toHaveLength(1);
  });

  it('sessions end by sign-out, by time and by deactivation; the id is not in the database', async () => {
    admin = await monitor.begin();
    const id = /minhbach=s%3A([^.]+)\./.exec(admin.cookie)?.[1] ?? 'none';
    const database = await readFile(join(monitor.directory, 'data/monitor.db'));
    const log = await readFile(join(monitor.directory, 'data/monitor.db-wal'));
    expect(Buffer.concat([database, log]).includes(id)).toBe(false);

    const other = await signedIn(monitor.origin, 'admin', testPassword);
    expect((await other.call('DELETE', '/session')).status).toBe(204);
    expect((await other.call('GET', '/me')).status).toBe(401);
    expect((await admin.call('GET', '/me')).status).toBe(200);
    monitor.clock.forwardMs = 59 * 60_000;
    expect((await admin.call('GET', '/me')).status).toBe(200);
    monitor.clock.forwardMs = 3 * 3_600_000;
    expect((await admin.call('GET', '/me')).status).toBe(401);
  });

  it('a password is kept as its Argon2id hash only', async () => {
    await monitor.begin();
    const database = await readFile(join(monitor.directory, 'data/monitor.db'));
    const kept = Buffer.concat([database, await readFile(join(monitor.directory, 'data/monitor.db-wal'))]);
    // 19 MiB, 2 passes, 1 lane: no less than OWASP asks for.
    expect(kept.includes('$argon2id$v=19$m=19456,t=2,p=1$')).toBe(true);
    expect(kept.includes(testPassword.normalize('NFC'))).toBe(false);
    expect(monitor.log.join('\n')).not.toContain(testPassword);
  });

  it('a session in constant use ends at its absolute age', async () => {
    admin = await monitor.begin();
    for (let hours = 0; hours < 12; hours += 0.5) {
      monitor.clock.forwardMs = hours * 3_600_000;
      expect((await admin.call('GET', '/me')).status).toBe(200);
    }
    monitor.clock.forwardMs = 12 * 3_600_000 + 1_000;
    expect((await admin.call('GET', '/me')).status).toBe(401);
  });

  it('sessions outlive a restart', async () => {
    admin = await monitor.begin();
    await monitor.monitor.stop();
    const { port } = new URL(monitor.origin);
    monitor = await RunningMonitor.start({
      directory: monitor.directory,
      settings: { listen: { port: Number(port) } },
    });
    expect(monitor.monitor.firstStartCode).toBeUndefined();
    expect((await admin.call('GET', '/me')).status).toBe(200);
  });

  describe('Socket.IO', () => {
    let socket: Socket | undefined;
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const opened of sockets.splice(0)) opened.disconnect();
    });
    const connect = (headers: Record<string, string>, transports = ['websocket']) => {
      socket = io(monitor.origin, { transports, extraHeaders: headers, reconnection: false, forceNew: true });
      sockets.push(socket);
      return new Promise<'connected' | 'refused'>((resolve) => {
        socket?.on('connect', () => resolve('connected'));
        socket?.on('connect_error', () => resolve('refused'));
      });
    };

    it.each([['websocket'], ['polling']])('connects a signed-in page only, by %s', async (transport) => {
      admin = await monitor.begin();
      const own = { Origin: monitor.origin, Cookie: admin.cookie };
      expect(await connect(own, [transport])).toBe('connected');
      expect(await connect({ Origin: monitor.origin }, [transport])).toBe('refused');
      expect(await connect({ ...own, Origin: 'https://evil.example' }, [transport])).toBe('refused');
    });

    it('is told and cut off within 5 s of the end of its session', async () => {
      admin = await monitor.begin();
      expect(await connect({ Origin: monitor.origin, Cookie: admin.cookie })).toBe('connected');
      let told = false;
      socket?.on('sessionChanged', () => (told = true));
      await admin.call('DELETE', '/session');
      await until(() => socket?.connected === false, 5_000);
      expect(told).toBe(true);
    });

    it('is cut off when the session runs out by itself', async () => {
      admin = await monitor.begin();
      expect(await connect({ Origin: monitor.origin, Cookie: admin.cookie })).toBe('connected');
      monitor.clock.forwardMs = 13 * 3_600_000;
      await until(() => socket?.connected === false, 5_000);
    });

    it('lives through rubbish', async () => {
      admin = await monitor.begin();
      expect(await connect({ Origin: monitor.origin, Cookie: admin.cookie })).toBe('connected');
      socket?.emit('bookmark');
      socket?.emit('bookmark', { a: 1 }, 'no function');
      const answer = await socket?.emitWithAck('bookmark', { counterId: '<script>' });
      expect(answer).toMatchObject({ ok: false, problem: { status: 403 } });
      const raw = new WebSocket(
        `${monitor.origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
        {
          headers: { Origin: monitor.origin, Cookie: admin.cookie },
        },
      );
      await once(raw, 'open');
      raw.send('42["__proto__",{"a":');
      raw.send(Buffer.alloc(100_000));
      await once(raw, 'close');
      expect((await admin.call('GET', '/me')).status).toBe(200);
    });
  });
});
