import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import {
  AddressGuard,
  DeviceClocks,
  DeviceIdentities,
  DeviceFleet,
  DeviceRegistry,
  OnvifDriver,
} from './cameras/index.ts';
import { createRecording, thumbnailOf } from './capture/index.ts';
import { machineTimeSync, TimeTrust } from './clock/index.ts';
import { ContentWatch, ffmpegDecoder } from './content/index.ts';
import { FaultBoard, watchFaults } from './faults/index.ts';
import { diskFaultCodes, diskSpace, RecorderFaults, recorderMetrics, serveHealth } from './health/index.ts';
import { KnownMonitors, openIdentity, openSealingKey, takeDataDirectory } from './identity/index.ts';
import { DeviceInquiry, JobRunner } from './jobs/index.ts';
import { keepSpool } from './keep-spool.ts';
import { LedgerHeads } from './ledger/index.ts';
import { openWhenRoom } from './open-when-room.ts';
import { roomMigrations, roomTables } from './room-memory/index.ts';
import type { RecorderSettings } from './settings/index.ts';
import { isDamage, isDiskFault, type Spool } from './spool/index.ts';
import {
  ArchiveUploads,
  openArchive,
  ToldCounterDays,
  WantedFootage,
  wantsThumbnails,
  type ThumbnailOutcome,
} from './upload/index.ts';
import { Uplink, type UplinkPorts } from './uplink/index.ts';

export interface Recorder {
  readonly recorderId: RecorderId;
  readonly healthPort: number | undefined;
  /** Rejects when something failed that the recorder cannot work without. */
  readonly failed: Promise<never>;
  /** Seals what is open, states `recorder-stopped`, lets everything go. Within 5 s. */
  stop(reason: string): Promise<void>;
}

/** What the last facts may take to reach the monitors at a stop. */
const farewellMs = 300;
/** After the disk took nothing, before uploads try again. */
const diskRestMs = 5_000;
const faultsEveryMs = 2_500;
/** Of one small picture: a minute of its footage has a thousand times that. */
const thumbnailBytes = 12 * 1024;

/** Builds the parts, wires them and starts them. When it rejects the process is to end: some may be running. */
export async function startRecorder(of: {
  readonly settings: RecorderSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
}): Promise<Recorder> {
  const { settings, logger, clock, version } = of;
  const directory = await takeDataDirectory(settings.dataDirectory);
  const identity = await openIdentity(directory.path);
  const sealingKey = await openSealingKey(directory.path);
  const monitors = await KnownMonitors.open(directory.path);
  const spool = await openWhenRoom(
    {
      directory: join(directory.path, 'spool'),
      clock,
      recorderId: identity.recorderId,
      migrations: roomMigrations,
      kept: roomTables,
      bindingPath: join(directory.path, 'spool-binding.json'),
      version,
    },
    { clock, logger },
  );
  logger.info({ spoolId: spool.spoolId, boot: spool.boot }, 'spool opened');
  const faults = new RecorderFaults({ clock, logger });
  for (const { finding, message } of spool.notices) faults.set(finding, message);
  // For people to know; none of it keeps the recorder from its work.
  const foundAtStart = new Set<string>(spool.notices.map(({ finding }) => finding));
  const keeping = keepSpool({ spool, clock, faults, ...settings.spool });
  const stopping = new AbortController();
  const guard = new AddressGuard(settings.cameraNetworks);
  const driver = new OnvifDriver(settings.cameraNetworks);
  const uplinks: Uplink[] = [];
  const board = new FaultBoard(clock);
  const startedMs = clock.monotonicNowMs();
  const timeTrust = new TimeTrust(clock);
  const wanted = new WantedFootage(clock);
  const counterDays = new ToldCounterDays(spool);
  let uploads: ArchiveUploads | undefined;

  const metrics = recorderMetrics({
    spoolBytes: () => spool.spoolBytes(),
    notYetProven: () => spool.notYetProven(),
    ledgerSize: () => spool.ledgerSize(),
    diskFreeBytes: async () => (await diskSpace(spool.directory)).freeBytes,
    diskHoursLeft: () => keeping.disk.outlook?.hoursLeft,
    scrub: () => keeping.scrub.progress(),
    spoolSegments: () => spool.totals().segments,
    faults: () => faults.list().map(({ code }) => code),
    sourceStates: () => fleet.list().map(({ state }) => state),
    monitorsConnected: () => uplinks.filter(({ connected }) => connected).length,
    timeSynchronised: () => timeTrust.sync.state === 'synchronised',
    timeErrorMs: () => timeTrust.errorMs,
    archiveWorking: () => uploads?.archive.state === 'working',
    archiveProbe: () => uploads?.probe,
  });
  const readiness = (): string[] => [
    ...fleet
      .list()
      .flatMap(({ sourceId, state }) =>
        state === 'recording' || state === 'disabled' ? [] : [`source ${sourceId} is ${state}`],
      ),
    ...archiveFaults(uploads),
    ...uplinks.flatMap(({ connected, url }) => (connected ? [] : [`not connected to ${url}`])),
    ...faults.list().flatMap(({ code, message }) => (foundAtStart.has(code) ? [] : [message])),
  ];
  // Before anything is recorded: a port that is taken is for the operator to mend.
  const health =
    settings.metricsListen === undefined
      ? undefined
      : await serveHealth({ ...settings.metricsListen, readiness, registry: metrics.registry });

  spool.appendEntry({
    kind: 'recorder-started',
    version,
    boot: spool.boot,
    ...(spool.notices.length === 0 ? {} : { found: spool.notices.map(({ finding }) => finding) }),
  });
  const heads = new LedgerHeads({
    ...{
      recorderId: identity.recorderId,
      publicKey: identity.publicKey,
      sign: (bytes) => identity.sign(bytes),
    },
    ...{ clock, ledger: spool },
  });
  const content = new ContentWatch({
    ...{ board, clock, logger },
    settings: settings.content,
    decoder: ffmpegDecoder('ffmpeg'),
  });
  const recording = await createRecording({
    spool,
    clock,
    logger,
    timeTrust,
    observeFootage: (sourceId) => content.observe(sourceId),
    settings: { segmentDurationMs: settings.segment.maxDurationMs, segmentBytes: settings.segment.maxBytes },
  });
  recording.on('stateChanged', ({ sourceId, state, cause }) =>
    logger.info({ sourceId, state, cause }, 'source changed its state'),
  );
  recording.on('segmentSealed', (segment) => {
    const { sourceId, segmentId, sha256, bytes } = segment;
    metrics.segmentSealed(bytes);
    uploads?.sealed(segment);
    logger.debug({ sourceId, segmentId, sha256 }, 'segment sealed');
  });
  recording.on('gapRecorded', ({ cause }) => metrics.gapRecorded(cause));
  recording.on('fault', ({ code, sourceId, message }) => {
    logger.error({ code, sourceId }, message);
    if (code === 'disk-full') {
      board.happened({ kind: 'disk', evidence: 'the disk of the spool is full' });
      keeping.disk.wake();
    }
    if (code === 'disk-failed') board.happened({ kind: 'fsync', evidence: 'a write or sync failed' });
  });
  const registry = new DeviceRegistry(spool, sealingKey);
  const fleet = new DeviceFleet({
    registry,
    ...{ recording, driver, guard, clock },
  });
  const jobs = new JobRunner({
    inquiry: new DeviceInquiry(driver, guard),
    ...{ driver, fleet, recording, logger },
  });
  const identities = new DeviceIdentities({
    sources: () => fleet.list(),
    connection: (deviceId) => registry.connection(deviceId),
    standing: (deviceId) => registry.standing(deviceId),
    stand: (deviceId, standing) => registry.stand(deviceId, standing),
    onFault: (sourceId, evidence) =>
      board.judge(evidence !== undefined, { kind: 'identity', sourceId, evidence: evidence ?? '' }),
    onDiskFault: (why) =>
      faults.set('device-identities-rest', why && `who devices are is not stated: ${why}`),
    ...{ driver, clock, logger },
  });
  identities.tellStanding();
  fleet.start();
  keeping.start();
  const watches = Promise.all([
    timeTrust.watch({
      ask: machineTimeSync,
      onNews: (sync) => {
        if (sync.state === 'synchronised') logger.info(sync, 'the clock is synchronised');
        else logger.warn(sync, 'nobody vouches for the clock: times are not to be trusted');
        spool.appendEntry({ kind: 'clock', about: 'sync', ...sync });
      },
      ...{ clock, signal: stopping.signal },
    }),
    new DeviceClocks({
      devices: () => [
        ...new Set(fleet.list().flatMap((source) => (source.state === 'disabled' ? [] : [source.deviceId]))),
      ],
      connection: (deviceId) => registry.connection(deviceId),
      state: (deviceId, reading) =>
        spool.appendEntry({ kind: 'clock', about: 'device', deviceId, ...reading }),
      onDiskFault: (why) =>
        faults.set('device-clocks-rest', why && `clocks of devices are not stated: ${why}`),
      ...{ driver, clock, logger },
    }).watch(stopping.signal),
    identities.watch(stopping.signal),
  ]);

  const ports: UplinkPorts = {
    ledger: spool,
    heads,
    sources: fleet,
    faults: board,
    media: recording,
    jobs,
    footageWanted: (span) => {
      wanted.add(span);
      uploads?.wake();
    },
    counterDaysTold: (counters) => {
      if (counterDays.told(counters))
        logger.info({ counters: counters.length }, 'the monitor told for how long counters are kept');
    },
    status: async () => ({
      generation: spool.generations().at(-1)?.generation ?? 0,
      ledgerSize: spool.ledgerSize(),
      spoolBytes: spool.spoolBytes(),
      diskFreeBytes: (await diskSpace(spool.directory)).freeBytes,
      notYetProven: spool.notYetProven(),
      version,
    }),
  };
  for (const monitor of settings.monitors) {
    uplinks.push(
      new Uplink({ identity, monitors, monitor, recorderName: settings.name, ...{ ports, clock, logger } }),
    );
  }
  const uplinking = new AbortController();
  const uplinked = Promise.all(uplinks.map(async (uplink) => uplink.run(uplinking.signal)));
  const uploading = (async () => {
    const store = await openArchive(settings.archive, { clock, logger, signal: stopping.signal });
    if (store === undefined) return;
    const { archive, upload } = settings;
    const thumbnails = wantsThumbnails(upload)
      ? {
          make: async (footage: readonly Uint8Array[], signal: AbortSignal) =>
            thumbnailOf(footage, thumbnailBytes, 'ffmpeg', signal),
          onOutcome: (outcome: ThumbnailOutcome) => metrics.thumbnail(outcome),
        }
      : undefined;
    while (!stopping.signal.aborted) {
      uploads = new ArchiveUploads({
        cacheBytes: settings.spool.cacheBytes,
        onNotProven: (message) => board.happened({ kind: 'proof-failed', evidence: message }),
        onFileDamaged: async (segmentId) => keeping.examine(segmentId),
        isSpoolShort: () => keeping.disk.isShort,
        counterDays: (sourceId) => {
          const counterId = registry.counterOf(sourceId);
          return counterId && counterDays.of(counterId);
        },
        monitor: () => uplinks.find(({ proving }) => proving !== undefined)?.proving,
        ...{ spool, store, archive, upload, thumbnails, wanted, clock, logger },
      });
      try {
        await uploads.run(stopping.signal);
      } catch (error) {
        // A recorder whose disk has gone stays, to tell of it; it could not even be started again.
        if (!isDiskFault(error)) throw error;
        logger.error({ err: error }, 'the index takes nothing: uploads rest');
        board.happened({ kind: 'fsync', evidence: 'the disk of the spool takes nothing' });
        await clock.sleep(diskRestMs, stopping.signal).catch(() => undefined);
      }
    }
    await store.close();
  })();

  const signHead = async (): Promise<void> => {
    try {
      await heads.sign();
      faults.set('head-not-signed', undefined);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      faults.set('head-not-signed', `no head of the ledger could be signed: ${why}`);
    }
  };
  void signHead();
  const signing = setInterval(() => void signHead(), settings.ledger.headEveryMs);
  const watching = setInterval(() => {
    try {
      watchFaults({
        ...{ board, clock, rules: settings.faults },
        diskFault: () => faults.list().find(({ code }) => diskFaultCodes.has(code))?.message,
        oldestUnproven: () => spool.oldestUnproven(),
        archiveFailingSinceMs: () => {
          if (uploads === undefined) return startedMs;
          return uploads.archive.state === 'failing' ? uploads.archive.sinceMs : undefined;
        },
      });
    } catch (error) {
      logger.error({ err: error }, 'faults could not be looked for');
    }
  }, faultsEveryMs);

  return {
    recorderId: identity.recorderId,
    healthPort: health?.port,
    failed: Promise.race([
      rejectionOf(uploading, spool),
      rejectionOf(watches, spool),
      damageOf(spool, faults),
    ]),
    stop: async (reason) => {
      clearInterval(watching);
      clearInterval(signing);
      stopping.abort();
      const kept = keeping.stop();
      await Promise.all([recording.close(), watches.catch(() => undefined), content.close()]);
      spool.appendEntry({ kind: 'recorder-stopped', reason: reason.slice(0, 200) });
      await signHead();
      if (uplinks.some(({ connected }) => connected)) await clock.sleep(farewellMs);
      uplinking.abort();
      await Promise.all([uplinked, uploading.catch(() => undefined), health?.close(), kept]);
      spool.close({ clean: true });
      directory.release();
    },
  };
}

function archiveFaults(uploads: ArchiveUploads | undefined): string[] {
  if (uploads === undefined) return ['the archive cannot be opened at the moment'];
  const { archive } = uploads;
  return archive.state === 'working' ? [] : [`the archive cannot be used at the moment: ${archive.message}`];
}

async function rejectionOf(work: Promise<unknown>, spool: Spool): Promise<never> {
  try {
    await work;
  } catch (error) {
    if (isDamage(error)) spool.noteDamage(error instanceof Error ? error.message : 'damaged');
    throw error;
  }
  return new Promise<never>(() => undefined);
}

/** Rejects when the index turns out to be damaged: the next start makes it again. */
async function damageOf(spool: Spool, faults: RecorderFaults): Promise<never> {
  return new Promise((_resolve, reject) => {
    spool.onFault(({ code, message }) => {
      faults.set(code, message);
      if (code === 'index-damaged') reject(new Error(`${message}; starting again`));
    });
  });
}
