import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import { openSpool, SpoolError, type OpenSpoolOptions, type Spool } from './spool/index.ts';

const lookAgainMs = 2_000;

/**
 * Opens the spool; while its disk is so full that it cannot be opened, tries again for as long as that lasts and says so
 * once. Rejects with whatever else is wrong.
 */
export async function openWhenRoom(
  options: OpenSpoolOptions,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Spool> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await openSpool(options);
    } catch (error) {
      if (!(error instanceof SpoolError) || error.code !== 'no-room') throw error;
      if (!isTold) logger.error({ code: 'disk-full', err: error.cause }, error.message);
    }
    await clock.sleep(lookAgainMs);
  }
}
