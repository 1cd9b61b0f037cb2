import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import type { Answer } from '../support/signed-in.ts';

describe('queue tickets', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let keyA: { id: string; key: string };
  const hour = 3_600_000;
  const begun = Date.now() - 20 * hour;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    const account = await organisation.admin.call('POST', '/people', {
      username: 'supervisor-b',
      displayName: 'b',
      role: 'supervisor',
      unitId: organisation.unitBId,
      password: 'mật khẩu thử nghiệm',
    });
    expect(account.status).toBe(201);
    const made = await organisation.admin.call('POST', '/api-keys', {
      name: 'Máy lấy số <b>A</b>',
      siteId: organisation.siteA,
    });
    expect(made.status).toBe(201);
    keyA = made.body;
  }, 60_000);
  afterAll(async () => monitor.stop());

  /** As a machine does: no Origin, no cookie. */
  const machine = async (
    body: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${keyA.key}` },
    path = '/transactions',
  ): Promise<{ status: number; body: Answer }> => {
    const response = await fetch(`${monitor.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const service = (ticket: string, minutes: number, more: object = {}) => ({
    counterId: organisation.counterA,
    ticket,
    startedAt: begun + minutes * 60_000,
    endedAt: begun + (minutes + 5) * 60_000,
    ...more,
  });
  const search = async (role: 'supervisor' | 'investigator' | 'auditor', query: string) =>
    organisation.people[role].call('GET', `/transactions?${query}`);
  const audited = async (kind: string): Promise<Answer[]> =>
    (await organisation.people.auditor.call('GET', `/audit?kind=${kind}`)).body.items;

  it('a key is shown once, kept as its hash, and answered nowhere', async () => {
    expect(keyA.key).toMatch(/^mbk_[\w-]{43}$/);
    const listed = await organisation.admin.call('GET', '/api-keys');
    expect(listed.body.items).toHaveLength(1);
    expect(JSON.stringify(listed.body)).not.toContain(keyA.key);
    expect((await organisation.admin.call('GET', `/api-keys/${keyA.id}`)).body.name).toBe(
      'Máy lấy số <b>A</b>',
    );
    expect(monitor.log.join('')).not.toContain(keyA.key);
    expect(await audited('api-key-made')).toHaveLength(1);
  });

  it('a machine notes with either header and no Origin; told again, it is the same one', async () => {
    const first = await machine(service('A001', 0, { endedAt: undefined }));
    expect(first.status).toBe(201);
    const again = await machine(service('a 001', 0, { officialCode: 'CB-07' }), { 'x-api-key': keyA.key });
    expect(again).toEqual(first);
    expect(await machine(service('A001', 0))).toEqual(first);
    const { body } = await search('supervisor', 'ticket=A001');
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ id: first.body.id, ticket: 'A001', officialCode: 'CB-07' });
    expect(body.items[0].endedAt).toBe(begun + 5 * 60_000);
    const noted = await audited('transactions-noted');
    expect(noted.map(({ subject }) => [subject.made, subject.changed, subject.apiKeyId])).toEqual([
      [0, 1, keyA.id],
      [1, 0, keyA.id],
    ]);
  });

  it('the exception for keys is no wider than that', async () => {
    const { siteA, counterB } = organisation;
    expect((await machine(service('A9', 1), {})).body.code).toBe('origin-refused');
    expect((await machine({ name: 'x', siteId: siteA }, undefined, '/api-keys')).body.code).toBe(
      'origin-refused',
    );
    // A session beside a wrong key is not looked at.
    const { cookie } = organisation.people.supervisor;
    expect((await machine(service('A9', 1), { cookie, 'x-api-key': 'mbk_x' })).status).toBe(401);
    expect((await machine({ ...service('A9', 1), counterId: counterB })).status).toBe(404);
    expect((await search('supervisor', 'ticket=A9')).body.items).toEqual([]);
  });

  it('a revoked key is wrong, and wrong keys are limited without keeping the right one out', async () => {
    const made = await organisation.admin.call('POST', '/api-keys', {
      name: 'cũ',
      siteId: organisation.siteA,
    });
    const old = { 'x-api-key': made.body.key as string };
    expect((await machine(service('B001', 10), old)).status).toBe(201);
    const revoked = await organisation.admin.call('POST', `/api-keys/${made.body.id}/revoke`);
    expect(revoked.body.revokedAt).toEqual(expect.any(Number));
    expect((await machine(service('B002', 11), old)).body.code).toBe('api-key-wrong');
    const answers = [];
    for (let tries = 0; tries < 25; tries += 1)
      answers.push((await machine({}, { 'x-api-key': `mbk_${tries}` })).status);
    expect(answers.at(-1)).toBe(429);
    expect((await machine(service('B003', 12))).status).toBe(201);
    expect(await audited('api-key-revoked')).toHaveLength(1);
  });

  it.each([
    [{ ticket: undefined }, 'ticket'],
    [{ startedAt: Date.now() + 10 * 60_000, endedAt: undefined }, '/startedAt'],
    [{ endedAt: begun }, '/endedAt'],
    [{ startedAt: begun, endedAt: begun + 13 * hour }, '/endedAt'],
    [{ ticket: 'x'.repeat(101) }, 'ticket'],
    [{ ticket: 'a\u0000b' }, 'ticket'],
    [{ colour: 'red' }, ''],
  ])('%j is refused with where', async (more, where) => {
    const refused = await machine(service('C001', 0, more));
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain(where);
  });

  it('a batch is noted as a whole or not at all', async () => {
    const good = [service('D001', 20), service('D002', 21)];
    const bad = await machine({ items: [...good, service('D003', 22, { endedAt: begun })] });
    expect(bad.body.errors[0].pointer).toBe('/items/2/endedAt');
    expect((await search('supervisor', 'ticket=D001')).body.items).toEqual([]);
    const noted = await machine({ items: good });
    expect(noted.body.items).toHaveLength(2);
  });

  it('a CSV file is imported as a whole or not at all', async () => {
    const { people, siteA, siteB } = organisation;
    const send = async (csv: string, site = siteA, type = 'text/csv') => {
      const response = await people.supervisor.fetch(`/api/v1/transactions/import?siteId=${site}`, {
        ...{ method: 'POST', headers: { 'Content-Type': type }, body: csv },
      });
      return { status: response.status, body: await response.json() };
    };
    const line = (ticket: string, minutes: number) =>
      `Quầy A;${ticket};${begun + minutes * 60_000};${begun + (minutes + 4) * 60_000}`;
    const header = '\uFEFFcounterId;ticket;startedAt;endedAt';
    const good = [header, line('CSV1', 100), line('CSV2', 105)];
    const faulty = await send([...good, line('CSV3', -1_000_000).replace('CSV3', '')].join('\r\n'));
    expect(faulty.body).toMatchObject({ status: 400, code: 'csv-faults' });
    expect(faulty.body.errors[0].pointer).toBe('/lines/4/ticket');
    expect((await search('supervisor', 'ticket=CSV1')).body.items).toEqual([]);
    expect((await send(good.join('\r\n'), siteB)).body.errors[0].pointer).toBe('/lines/2/counterId');
    expect((await send('{}', siteA, 'application/json')).status).toBe(415);
    const many = Array.from({ length: 20_000 }, (_, index) => line(`M${index}`, index / 100 - 600));
    const imported = await send([...good, ...many].join('\n'));
    expect(imported.body).toEqual({ rows: 20_002, made: 20_002, changed: 0, unchanged: 0 });
    expect((await send(good.join('\n'))).body).toMatchObject({ made: 0, unchanged: 2 });
    expect((await search('supervisor', 'ticket=csv2')).body.items).toHaveLength(1);
    const [entry] = await audited('transactions-imported');
    expect(entry.subject.made).toBe(20_002);
  });

  it('codes are found without case, accents and spaces, and are text whatever they look like', async () => {
    const dossierCode = `=HYPERLINK("x")'; DROP TABLE service--<script>`;
    await machine(service('Đ 12', 30, { dossierCode }));
    const byTicket = (await search('investigator', 'ticket=d12')).body.items;
    expect(byTicket).toHaveLength(1);
    expect(byTicket[0]).not.toHaveProperty('officialCode');
    const byCode = await search('auditor', `dossierCode=${encodeURIComponent(dossierCode.toUpperCase())}`);
    expect(byCode.body.items[0].dossierCode).toBe(dossierCode);
    const { id } = byTicket[0];
    expect((await organisation.people.auditor.call('GET', `/transactions/${id}`)).status).toBe(200);
    const [entry] = await audited('searched');
    expect(entry.subject).toMatchObject({ in: 'transactions' });
    expect(entry.shielded.dossierCode).toBe(dossierCode.toUpperCase());
  });

  it('a search needs a code, or a counter and at most 31 days', async () => {
    const { counterA } = organisation;
    expect((await search('supervisor', '')).status).toBe(400);
    expect((await search('supervisor', `counterId=${counterA}`)).status).toBe(400);
    const wide = await search('supervisor', `counterId=${counterA}&from=${begun - 800 * hour}&to=${begun}`);
    expect(wide.body.detail).toMatch(/at most 31 days/);
    const page = await search('supervisor', `counterId=${counterA}&from=${begun}&to=${Date.now()}&limit=2`);
    expect(page.body.items).toHaveLength(2);
    const next = await search(
      'supervisor',
      `counterId=${counterA}&from=${begun}&to=${Date.now()}&limit=2&cursor=${page.body.nextCursor}`,
    );
    expect(next.body.items[0].startedAt).toBeLessThanOrEqual(page.body.items[1].startedAt);
    expect(next.body.items[0].id).not.toBe(page.body.items[1].id);
  });

  it('nobody trawls for the attendance of an official, and who tries is recorded', async () => {
    const { counterA } = organisation;
    const span = `counterId=${counterA}&from=${begun}&to=${Date.now()}`;
    const refused = await search('investigator', `officialCode=CB-07&${span}`);
    expect(refused.body).toMatchObject({ status: 403, code: 'attendance-refused' });
    expect((await search('supervisor', `officialCode=CB-07&${span}`)).status).toBe(403);
    // A ticket beside it would answer the question, too.
    expect((await search('auditor', `officialCode=CB-07&ticket=A001&${span}`)).status).toBe(403);
    expect((await audited('official-look-up-refused')).length).toBeGreaterThanOrEqual(3);
    const reason = encodeURIComponent('luân chuyển sau khiếu nại');
    const tooLong = `officialCode=CB-07&from=${begun - 93 * 24 * hour}&to=${begun}&reason=${reason}`;
    expect((await search('supervisor', tooLong)).status).toBe(400);
    const found = await search('supervisor', `officialCode=cb-07&${span}&reason=${reason}`);
    expect(found.body.items).toHaveLength(1);
    expect(await audited('official-looked-up')).toHaveLength(1);
  });

  it('a complaint that names a ticket holds its footage, and its case opens who sat there', async () => {
    const { people, counterA } = organisation;
    const ticket = 'K 777';
    await machine(service(ticket, 60, { officialCode: 'CB-09' }));
    const complaint = await people.investigator.call('POST', '/complaints', {
      ...{ channel: 'letter', text: 'Bị đòi thêm tiền', ticket: 'k777' },
    });
    expect(complaint.body.holdId).toEqual(expect.any(String));
    const opened = await people.investigator.call('POST', '/cases', {
      ...{ complaintIds: [complaint.body.id], title: 'Đòi thêm tiền' },
    });
    const caseId = opened.body.id as string;
    const found = async (more: string) =>
      (await search('investigator', `ticket=${ticket}${more}`)).body.items;
    expect((await found(''))[0]).not.toHaveProperty('officialCode');
    expect((await found(`&caseId=${caseId}`))[0].officialCode).toBe('CB-09');
    const at = begun + 60 * 60_000;
    const within = `counterId=${counterA}&from=${at}&to=${at + 60_000}&caseId=${caseId}`;
    expect((await search('investigator', `officialCode=CB-09&${within}`)).body.items).toHaveLength(1);
    const beyond = `counterId=${counterA}&from=${begun - 100 * hour}&to=${at}&caseId=${caseId}`;
    expect((await search('investigator', `officialCode=CB-09&${beyond}`)).status).toBe(403);
    const remembered = (await people.investigator.call('GET', '/search?q=K777')).body.items;
    expect(remembered.map(({ kind }: { kind: string }) => kind)).toContain('transaction');
  });

  it('two officials do not sit on one chair, and the roster is shown as sparingly', async () => {
    const { admin, people, counterA } = organisation;
    const path = `/counters/${counterA}/roster`;
    const shift = { officialCode: 'CB-07', from: begun, to: begun + 4 * hour };
    expect((await admin.call('POST', path, shift)).status).toBe(201);
    const overlap = { officialCode: 'CB-08', from: begun + 4 * hour - 1, to: begun + 5 * hour };
    expect((await people.supervisor.call('POST', path, overlap)).body).toMatchObject({
      status: 409,
      code: 'roster-overlap',
    });
    expect((await admin.call('POST', path, { ...overlap, from: begun + 4 * hour })).status).toBe(201);
    const query = `${path}?from=${begun}&to=${begun + 8 * hour}`;
    expect((await people.supervisor.call('GET', query)).body.items).toHaveLength(2);
    expect((await people.investigator.call('GET', query)).body.code).toBe('case-needed');
    expect((await admin.call('GET', query)).status).toBe(403);
  });

  it('every service is one of the states, and without footage none is whole', async () => {
    const { people, counterA } = organisation;
    const { body } = await people.auditor.call(
      'GET',
      `/reconciliation?counterId=${counterA}&from=${begun}&to=${Date.now()}`,
    );
    expect(body.served).toBe(body.items.length);
    expect(body.served).toBeGreaterThan(4);
    expect(body.whole + body.noSound + body.noPicture + body.missing + body.running).toBe(body.served);
    expect(body).toMatchObject({ whole: 0, missing: body.served });
  });

  it('another unit sees none of it', async () => {
    const { counterA } = organisation;
    const foreign = await monitor.signIn('supervisor-b');
    expect((await foreign.call('GET', '/transactions?ticket=A001')).body.items).toEqual([]);
    const [{ id }] = (await search('supervisor', 'ticket=A001')).body.items;
    expect((await foreign.call('GET', `/transactions/${id}`)).status).toBe(404);
    expect((await foreign.call('POST', '/transactions', service('X1', 1))).status).toBe(404);
    const span = `counterId=${counterA}&from=${begun}&to=${Date.now()}`;
    expect((await foreign.call('GET', `/transactions?${span}`)).status).toBe(404);
    expect((await foreign.call('GET', `/reconciliation?${span}`)).status).toBe(404);
  });
});
