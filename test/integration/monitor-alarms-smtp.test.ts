import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { SmallMailServer } from '../support/small-mail-server.ts';
import { summaryMessage } from '../../monitor-ui/server/alarms/outward-message.ts';
import { SmtpChannel } from '../../monitor-ui/server/alarms/smtp-channel.ts';

let tls: { key: string; cert: string };
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'smtp-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
      .concat(['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'])
      .concat(['-keyout', key, '-out', cert]),
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const message = summaryMessage([{ siteName: 'Điểm A', declared: 180, working: 3 }], utcMs(5));
const delivery = { deliveryId: '00000000-0000-7000-8000-000000000001', message };
const forever = new AbortController().signal;

async function withServer(
  server: SmallMailServer,
  options: Partial<ConstructorParameters<typeof SmtpChannel>[0]>,
): Promise<unknown> {
  const channel = new SmtpChannel({
    ...{
      name: 'smtp',
      host: 'localhost',
      port: await server.listen(),
      security: 'starttls',
      timeoutMs: 5_000,
    },
    ...{ from: 'a@example.vn', to: ['b@example.vn'], escalateTo: ['c@example.vn'] },
    ...options,
  });
  const outcome = await channel.deliver(delivery, forever).catch((error: unknown) => error);
  channel.close();
  await server.close();
  return outcome;
}

test('logs in and sends only behind TLS that a known authority vouches for', async () => {
  const login = { username: 'u', password: 'p' };
  const server = new SmallMailServer({ tls, login: 'u:p' });
  expect(await withServer(server, { login, ca: tls.cert })).toBeUndefined();
  expect(server.mails).toMatchObject([{ encrypted: true, login: 'u:p', to: ['b@example.vn'] }]);

  const unknownAuthority = new SmallMailServer({ tls, login: 'u:p' });
  expect(String(await withServer(unknownAuthority, { login }))).toMatch(/cannot be reached/);
  const withoutTls = new SmallMailServer({ login: 'u:p' });
  expect(String(await withServer(withoutTls, { login, ca: tls.cert }))).toMatch(/mail server/);
  expect([...unknownAuthority.mails, ...withoutTls.mails]).toEqual([]);
});

test('a wrong password and a refusal are told by their number, without what the server said', async () => {
  const server = new SmallMailServer({ tls, login: 'u:p' });
  const wrong = await withServer(server, { login: { username: 'u', password: 'x' }, ca: tls.cert });
  expect(String(wrong)).toMatch(/answered 535/);
  expect(String(wrong)).not.toMatch(/who are you/);
  const full = new SmallMailServer({ tls });
  full.refuseWith = '452 full of b@example.vn';
  expect(String(await withServer(full, { ca: tls.cert }))).toBe('OutwardError: the mail server answered 452');
});
