import { sourceStateSchema } from '@minhbach/shared/protocol';
import { sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';

/** From this level on a line tells of something wrong. */
const errorLevel = 50;

const at = z.iso.datetime().transform((text) => Date.parse(text));
const lineSchema = z.looseObject({ level: z.int(), time: at, msg: z.string() });
const stateSchema = z.looseObject({ sourceId: sourceIdSchema, state: sourceStateSchema });
const sealedSchema = z.looseObject({ segmentId: z.string(), sha256: z.string() });
const faultSchema = z.looseObject({ code: z.string().optional() });

/** A line of a recorder's log (level `debug`) that a soak has to know of; `at` in UTC milliseconds. */
export type Heard = { readonly at: number } & (
  | { readonly event: 'opened' | 'begun' }
  | ({ readonly event: 'state' } & Pick<z.infer<typeof stateSchema>, 'sourceId' | 'state'>)
  | ({ readonly event: 'sealed' } & Pick<z.infer<typeof sealedSchema>, 'segmentId' | 'sha256'>)
  | { readonly event: 'fault'; readonly what: string }
);

export function heardIn(text: string): Heard | undefined {
  const json: unknown = JSON.parse(text);
  const { level, time, msg } = lineSchema.parse(json);
  switch (msg) {
    case 'spool opened':
      return { at: time, event: 'opened' };
    case 'recorder started':
      return { at: time, event: 'begun' };
    case 'source changed its state': {
      const { sourceId, state } = stateSchema.parse(json);
      return { at: time, event: 'state', sourceId, state };
    }
    case 'segment sealed': {
      const { segmentId, sha256 } = sealedSchema.parse(json);
      return { at: time, event: 'sealed', segmentId, sha256 };
    }
    default:
      return level < errorLevel
        ? undefined
        : { at: time, event: 'fault', what: faultSchema.parse(json).code ?? msg };
  }
}
