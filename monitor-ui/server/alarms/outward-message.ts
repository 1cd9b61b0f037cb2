import { z } from 'zod';
import { alarmKindSchema, alarmSeveritySchema } from '@minhbach/shared/protocol';
import { utcMsSchema, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { AlarmFact } from './alarm-fact.ts';
import type { OutwardEvent } from './alarms.ts';
import type { SiteFigures } from './daily-summary.ts';
import { languages, textIn, type Language } from './i18n/index.ts';

const wordsSchema = z.strictObject({ title: z.string(), text: z.string() });
const figuresSchema = z.strictObject({ declared: z.int(), working: z.int() });

/**
 * What leaves the building. No person is named, nothing anybody wrote is in it, and nothing a machine said word for word
 * either: only kinds, places, times and figures.
 */
export const outwardMessageSchema = z.strictObject({
  event: z.enum(['raised', 'reopened', 'worsened', 'escalated', 'closed', 'summary']),
  at: utcMsSchema,
  alarm: z
    .strictObject({
      id: z.string(),
      kind: alarmKindSchema,
      severity: alarmSeveritySchema,
      condition: z.string(),
      escalation: z.int(),
      count: z.int(),
      from: utcMsSchema,
      to: utcMsSchema.optional(),
      siteId: z.string().optional(),
      siteName: z.string().optional(),
      counterId: z.string().optional(),
      counterName: z.string().optional(),
      cameras: figuresSchema.optional(),
    })
    .optional(),
  sites: z.array(figuresSchema.extend({ siteName: z.string() })).optional(),
  words: z.strictObject({ vi: wordsSchema, en: wordsSchema }),
});
export type OutwardMessage = z.infer<typeof outwardMessageSchema>;

export function alarmMessage(event: OutwardEvent, alarm: AlarmFact, at: UtcMs): OutwardMessage {
  const { place, siteName, counterName, cameras, to } = alarm;
  const where = 'siteId' in place ? place : undefined;
  return {
    event,
    at,
    alarm: {
      id: alarm.id,
      kind: alarm.kind,
      severity: alarm.severity,
      condition: alarm.condition,
      escalation: alarm.escalation,
      count: alarm.count,
      from: alarm.from,
      ...(to === undefined ? {} : { to }),
      ...(where === undefined ? {} : { siteId: where.siteId }),
      ...(siteName === undefined ? {} : { siteName }),
      ...(where?.counterId === undefined ? {} : { counterId: where.counterId }),
      ...(counterName === undefined ? {} : { counterName }),
      ...(cameras === undefined ? {} : { cameras: { ...cameras } }),
    },
    words: inEach((language) => wordsOfAlarm(language, event, alarm)),
  };
}

export function summaryMessage(sites: readonly SiteFigures[], at: UtcMs): OutwardMessage {
  const declared = sites.reduce((sum, site) => sum + site.declared, 0);
  const working = sites.reduce((sum, site) => sum + site.working, 0);
  const worstFirst = sites.toSorted((a, b) => b.declared - b.working - (a.declared - a.working));
  return {
    event: 'summary',
    at,
    sites: worstFirst.map((site) => ({ ...site })),
    words: inEach((language) => ({
      title: textIn(language, 'summary.title', { declared, working }),
      text: worstFirst
        .map((site) => textIn(language, 'summary.site', { ...site, site: site.siteName }))
        .join('\n'),
    })),
  };
}

function wordsOfAlarm(language: Language, event: OutwardEvent, alarm: AlarmFact) {
  const place = [alarm.siteName, alarm.counterName].filter((name) => name !== undefined).join(' › ');
  const kind = textIn(language, `kind.${alarm.kind}`);
  const severity = textIn(language, `severity.${alarm.severity}`);
  const { cameras } = alarm;
  return {
    title: `${textIn(language, `event.${event}`)}: ${kind}${place === '' ? '' : ` · ${place}`}`,
    text: [
      textIn(language, 'since', { time: localTime(alarm.lastSeen), severity, count: alarm.count }),
      ...(cameras === undefined ? [] : [textIn(language, 'summary.title', { ...cameras })]),
    ].join('\n'),
  };
}

function inEach<Words>(make: (language: Language) => Words): Record<Language, Words> {
  const [vi, en] = languages;
  return { [vi]: make(vi), [en]: make(en) };
}

/** `22/11/2026 10:06:03`, in Vietnam's time. */
function localTime(at: UtcMs): string {
  const [date = '', time = ''] = new Date(at + 7 * 3_600_000).toISOString().split('T');
  return `${date.split('-').reverse().join('/')} ${time.slice(0, 8)}`;
}
