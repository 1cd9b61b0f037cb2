import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@minhbach/shared/clock';
import {
  complaintIdSchema,
  counterIdSchema,
  newId,
  personIdSchema,
  siteIdSchema,
  unitIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { accessSchema, Sight, type Actor } from '@minhbach/monitor-ui/server/access';
import { approvalSchemaSteps } from '@minhbach/monitor-ui/server/approvals';
import { AuditLog, auditSchema } from '@minhbach/monitor-ui/server/audit';
import {
  ComplaintIndex,
  Complaints,
  complaintSchemaSteps,
  lookUpDigest,
  sealContent,
} from '@minhbach/monitor-ui/server/complaints';
import { MonitorDatabase } from '@minhbach/monitor-ui/server/database';
import { FleetPlaces, fleetSchema } from '@minhbach/monitor-ui/server/fleet';
import { retentionSchema } from '@minhbach/monitor-ui/server/retention';
import { Shield } from '@minhbach/monitor-ui/server/shield';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { quantile, rounded } from './statistics.ts';

const words =
  'cán bộ quầy đòi tiền bồi dưỡng hồ sơ đất đai chậm trả kết quả thái độ quát mắng phong bì vòi vĩnh hẹn lại nhiều lần không biên nhận người dân chờ lâu nhận hối lộ làm khó giấy tờ'.split(
    ' ',
  );

const schema = [
  ...[
    accessSchema,
    auditSchema,
    fleetSchema,
    approvalSchemaSteps,
    retentionSchema,
    complaintSchemaSteps,
  ].flat(),
];

/**
 * Finding complaints by words, with and without accents, and by codes, among `--complaints` whose words lie sealed on
 * disk. The floor is the same full-text question without rights, opening of seals and rows. Building the index again,
 * as at every start, is stated too.
 */
export async function complaintsSearch(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { complaints: 200_000, questions: 200 });
  const directory = await mkdtemp(join(tmpdir(), 'complaints-search-'));
  const database = await MonitorDatabase.open(join(directory, 'monitor.db'), schema);
  try {
    const shield = Shield.ofKey(new Uint8Array(32));
    const { actor, counterId } = fillPlaces(database);
    const texts = fillComplaints(database, shield, counterId, options.complaints);
    const index = new ComplaintIndex();
    const complaints = new Complaints({
      ...{ database, shield, index, clock: systemClock, sight: new Sight(new FleetPlaces(database)) },
      audit: new AuditLog(database, systemClock, shield),
      holds: {
        placeForComplaint: () => {
          throw new Error('nothing is taken here');
        },
      },
      cases: () => ({ isMember: () => false }),
      served: () => [],
      calendar: { holidays: [], workdays: [] },
    });
    const building = performance.now();
    await complaints.buildIndex(new AbortController().signal);
    const indexBuiltS = (performance.now() - building) / 1000;
    const costs: Record<string, number[]> = {
      accents: [],
      plain: [],
      code: [],
      phone: [],
      nothing: [],
      floor: [],
    };
    for (let question = 0; question < options.questions; question += 1) {
      const text = texts[(question * 7919) % texts.length] ?? '';
      const three = text.split(' ').slice(3, 6).join(' ');
      const ask = (kind: string, q: string) => {
        const start = performance.now();
        complaints.search(actor, q, 50);
        costs[kind]?.push(performance.now() - start);
      };
      ask('accents', three);
      ask('plain', three.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd'));
      ask('code', `T-${(question * 7919) % options.complaints}`);
      ask('phone', `09${String((question * 7919) % options.complaints).padStart(8, '0')}`);
      ask('nothing', `${words[question % words.length] ?? ''} khongcotunay`);
      const start = performance.now();
      for (const batch of index.batches(three)) if (batch.length > 0) break;
      costs['floor']?.push(performance.now() - start);
    }
    index.close();
    const figure = (kind: string) => ({
      p50: rounded(quantile(costs[kind] ?? [], 0.5), 2),
      p95: rounded(quantile(costs[kind] ?? [], 0.95), 2),
    });
    return {
      name: 'complaints-search',
      ratio: rounded(figure('plain').p50 / Math.max(0.01, figure('floor').p50), 1),
      figures: {
        complaints: options.complaints,
        indexBuiltS: rounded(indexBuiltS, 1),
        memoryMegabytes: Math.round(process.memoryUsage().rss / 1e6),
        withAccentsMs: figure('accents'),
        withoutAccentsMs: figure('plain'),
        byTicketMs: figure('code'),
        byPhoneMs: figure('phone'),
        foundNothingMs: figure('nothing'),
        floor: 'the first 200 numbers out of the full-text index alone',
        floorMs: figure('floor'),
      },
      machine: describeMachine(),
    };
  } finally {
    database.close();
    await rm(directory, { recursive: true });
  }
}

function fillPlaces({ sqlite }: MonitorDatabase) {
  const [unitId, oversightId] = [newId(unitIdSchema), newId(unitIdSchema)];
  const [siteId, counterId, personId] = [newId(siteIdSchema), newId(counterIdSchema), newId(personIdSchema)];
  const insert = (table: string, row: Record<string, string | number>) =>
    sqlite
      .prepare(
        `INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join()})`,
      )
      .run(...Object.values(row));
  insert('unit', { id: unitId, name: 'office', oversight: 0 });
  insert('unit', { id: oversightId, name: 'oversight', oversight: 1 });
  insert('site', { id: siteId, name: 'site', unit_id: unitId });
  insert('counter', { id: counterId, name: 'counter', site_id: siteId, created_at: 0 });
  const account = { username: 'bench', display_name: 'bench', role: 'investigator', unit_id: oversightId };
  insert('person', { id: personId, ...account, active: 1, password_hash: '-', created_at: 0 });
  const actor: Actor = {
    person: {
      ...{ id: personId, username: 'bench', displayName: 'bench', role: 'investigator' },
      ...{ unitId: oversightId, active: true },
    },
    unit: { id: oversightId, name: 'oversight', oversight: true },
  };
  return { actor, counterId };
}

/** Sentences of 20 words each, and what people name besides. Answers some of them. */
function fillComplaints(
  database: MonitorDatabase,
  shield: Shield,
  counterId: string,
  count: number,
): string[] {
  const { sqlite } = database;
  const insert = sqlite.prepare(
    `INSERT INTO complaint (seq, id, receipt_digest, kind, channel, state, received_at, counter_id, from_ms, accept_by,
       answer_by, ticket_digest, phone_digest, sealed)
     VALUES (?, ?, ?, 'complaint', 'hotline', 'received', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const texts: string[] = [];
  const at = utcMs(Date.now());
  for (let first = 1; first <= count; first += 10_000) {
    sqlite.transaction(() => {
      for (let seq = first; seq < Math.min(count + 1, first + 10_000); seq += 1) {
        const text = Array.from(
          { length: 20 },
          (_, word) => words[(seq * 31 + word * word * 17) % words.length],
        ).join(' ');
        if (seq % 50 === 0) texts.push(text);
        const id = newId(complaintIdSchema);
        const [ticket, phone] = [`T-${seq}`, `09${String(seq).padStart(8, '0')}`];
        const content = {
          text,
          ticket,
          reporter: { name: `Nguyễn Văn ${words[seq % words.length] ?? ''}`, phone },
        };
        insert.run(
          ...[
            seq,
            id,
            lookUpDigest(shield, 'receipt', String(seq)),
            at - seq * 60_000,
            counterId,
            at - seq * 60_000,
          ],
          ...[at, at, lookUpDigest(shield, 'ticket', ticket), lookUpDigest(shield, 'phone', phone)],
          sealContent(shield, id, content),
        );
      }
    })();
  }
  return texts;
}
