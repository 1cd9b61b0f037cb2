import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@minhbach/shared/clock';
import {
  complaintIdSchema,
  counterIdSchema,
  holdIdSchema,
  newId,
  personIdSchema,
  siteIdSchema,
  unitIdSchema,
  utcMs,
  type CounterId,
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
import { Catalogue, catalogueSchema } from '@minhbach/monitor-ui/server/catalogue';
import { mediaPlaylist } from '@minhbach/monitor-ui/server/playback';
import { Search } from '@minhbach/monitor-ui/server/search';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { fillCatalogue, firstDay, sourceIdOf } from './seek-catalogue.ts';
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
    catalogueSchema,
  ].flat(),
];

/**
 * Finding complaints by words, with and without accents, and by codes, among `--complaints` whose words lie sealed on
 * disk. The floor is the same full-text question without rights, opening of seals and rows. Building the index again,
 * as at every start, is stated too.
 */
export async function complaintsSearch(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { complaints: 200_000, questions: 200, counters: 40, days: 90 });
  const directory = await mkdtemp(join(tmpdir(), 'complaints-search-'));
  const database = await MonitorDatabase.open(join(directory, 'monitor.db'), schema);
  try {
    const shield = Shield.ofKey(new Uint8Array(32));
    const { actor, counterIds } = fillPlaces(database, options.counters);
    const texts = fillComplaints(database, shield, counterIds, options);
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
    const sources = Array.from({ length: options.counters * 2 }, (_, index) => sourceIdOf(index));
    fillCatalogue(database, sources, options.days);
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
    const clips = clipsFound({ database, complaints, counterIds, actor, options });
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
        segments: options.counters * 2 * options.days * 1_440,
        fromTheBoxToPlaylistsMs: clips,
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

/** From what a person types in the one box to the playlists of picture and sound of the first clip found. */
function clipsFound(of: {
  readonly database: MonitorDatabase;
  readonly complaints: Complaints;
  readonly counterIds: readonly CounterId[];
  readonly actor: Actor;
  readonly options: { readonly complaints: number; readonly questions: number; readonly days: number };
}) {
  const { database, complaints, counterIds, actor, options } = of;
  const catalogue = new Catalogue(database);
  const sourcesOf = (counterId: CounterId) => {
    const at = counterIds.indexOf(counterId);
    return [sourceIdOf(at * 2), sourceIdOf(at * 2 + 1)];
  };
  const search = new Search({
    ...{ database, complaints, clock: systemClock, sight: new Sight(new FleetPlaces(database)) },
    audit: new AuditLog(database, systemClock, Shield.ofKey(new Uint8Array(32))),
    ...{ caseOfNumber: () => undefined, worksOn: () => false, incidents: () => [], transactions: () => [] },
    footage: (counterId, from, to) =>
      sourcesOf(counterId).flatMap((source, index) =>
        catalogue.footageIn(source, from, to).map((piece) => ({
          kind: index === 0 ? ('camera' as const) : ('microphone' as const),
          ...{ from: piece.startUtcMs, to: piece.endUtcMs },
        })),
      ),
  });
  const costs: Record<'ticket' | 'words' | 'counter', number[]> = { ticket: [], words: [], counter: [] };
  const ask = (kind: keyof typeof costs, q: string) => {
    const start = performance.now();
    const clip = search.find(actor, q).flatMap((item) => item.clips)[0];
    if (clip === undefined) throw new Error(`nothing was found by ${q}`);
    for (const source of sourcesOf(clip.counterId)) {
      mediaPlaylist(catalogue.footageIn(source, clip.from, clip.to));
    }
    costs[kind].push(performance.now() - start);
  };
  for (let question = 0; question < options.questions; question += 1) {
    const nth = 1 + ((question * 7919) % options.complaints);
    const day = new Date(firstDay + ((question * 13) % (options.days - 1)) * 86_400_000 + 7 * 3_600_000);
    ask('ticket', `T-${nth}`);
    ask('words', `${words[question % words.length] ?? ''} ${words[(question + 7) % words.length] ?? ''}`);
    ask(
      'counter',
      `quay${question % counterIds.length} ${day.getUTCDate()}/${day.getUTCMonth() + 1}/2026 9h30`,
    );
  }
  const figure = (kind: keyof typeof costs) => ({
    p50: rounded(quantile(costs[kind], 0.5), 1),
    p95: rounded(quantile(costs[kind], 0.95), 1),
  });
  return { byTicket: figure('ticket'), byWords: figure('words'), byCounterAndTime: figure('counter') };
}

function fillPlaces({ sqlite }: MonitorDatabase, counters: number) {
  const [unitId, oversightId] = [newId(unitIdSchema), newId(unitIdSchema)];
  const [siteId, personId] = [newId(siteIdSchema), newId(personIdSchema)];
  const counterIds = Array.from({ length: counters }, () => newId(counterIdSchema));
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
  for (const [at, id] of counterIds.entries()) {
    insert('counter', { id, name: `quay${at}`, site_id: siteId, created_at: 0 });
  }
  const account = { username: 'bench', display_name: 'bench', role: 'investigator', unit_id: oversightId };
  insert('person', { id: personId, ...account, active: 1, password_hash: '-', created_at: 0 });
  const actor: Actor = {
    person: {
      ...{ id: personId, username: 'bench', displayName: 'bench', role: 'investigator' },
      ...{ unitId: oversightId, active: true },
    },
    unit: { id: oversightId, name: 'oversight', oversight: true },
  };
  return { actor, counterIds };
}

/** Sentences of 20 words each, and what people name besides. Answers some of them. */
function fillComplaints(
  database: MonitorDatabase,
  shield: Shield,
  counterIds: readonly CounterId[],
  { complaints: count, days }: { readonly complaints: number; readonly days: number },
): string[] {
  const { sqlite } = database;
  const insert = sqlite.prepare(
    `INSERT INTO complaint (seq, id, receipt_digest, kind, channel, state, received_at, counter_id, from_ms, accept_by,
       answer_by, ticket_digest, phone_digest, sealed)
     VALUES (?, ?, ?, 'complaint', 'hotline', 'received', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const hold = sqlite.prepare(
    "INSERT INTO hold (id, counter_id, from_ms, to_ms, reason, placed_at, origin) VALUES (?, ?, ?, ?, '', ?, 'complaint')",
  );
  const clip = sqlite.prepare(
    'INSERT INTO complaint_clip (complaint_id, counter_id, from_ms, to_ms, hold_id) VALUES (?, ?, ?, ?, ?)',
  );
  const spreadMs = ((days - 1) * 86_400_000) / count;
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
        const counterId = counterIds[seq % counterIds.length] ?? '';
        const happened = Math.round(firstDay + 3_600_000 + seq * spreadMs);
        insert.run(
          ...[seq, id, lookUpDigest(shield, 'receipt', String(seq)), at - seq * 60_000, counterId, happened],
          ...[at, at, lookUpDigest(shield, 'ticket', ticket), lookUpDigest(shield, 'phone', phone)],
          sealContent(shield, id, content),
        );
        const [from, to, holdId] = [happened - 900_000, happened + 900_000, newId(holdIdSchema)];
        hold.run(holdId, counterId, from, to, at);
        clip.run(id, counterId, from, to, holdId);
      }
    })();
  }
  return texts;
}
