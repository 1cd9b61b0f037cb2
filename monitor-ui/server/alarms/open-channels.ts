import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@minhbach/shared/clock';
import type { AlarmSettings } from '../settings/index.ts';
import { reasonOf, StartError } from '../state-directory.ts';
import type { OutwardChannel } from './outward-channel.ts';
import { SmtpChannel } from './smtp-channel.ts';
import { WebhookChannel } from './webhook-channel.ts';

/** The ways out that the configuration names. Throws `StartError` for a secret or certificate that cannot be used. */
export function openChannels(settings: AlarmSettings, clock: Clock): OutwardChannel[] {
  const channels: OutwardChannel[] = settings.webhooks.map((webhook, index) => {
    const at = `alarms.webhooks.${index}`;
    return new WebhookChannel({
      // By its address, so that a list put in another order sends nothing to the wrong receiver.
      name: `webhook:${createHash('sha256').update(webhook.url).digest('hex').slice(0, 16)}`,
      url: webhook.url,
      secret: secretIn(webhook.secretFile, `${at}.secretFile`, 16),
      ca: webhook.caFile === undefined ? undefined : textIn(webhook.caFile, `${at}.caFile`),
      timeoutMs: webhook.timeoutMs,
      clock,
    });
  });
  const { smtp } = settings;
  if (smtp === undefined) return channels;
  const { username, passwordFile, caFile } = smtp;
  const login =
    username === undefined || passwordFile === undefined
      ? undefined
      : { username, password: secretIn(passwordFile, 'alarms.smtp.passwordFile', 1) };
  const ca = caFile === undefined ? undefined : textIn(caFile, 'alarms.smtp.caFile');
  return [...channels, new SmtpChannel({ ...smtp, name: 'smtp', login, ca })];
}

function secretIn(file: string, setting: string, leastCharacters: number): string {
  const secret = textIn(file, setting).trim();
  if (secret.length < leastCharacters) {
    throw new StartError(`${setting}: ${file} holds fewer than ${leastCharacters} characters`);
  }
  return secret;
}

function textIn(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError(`${setting}: ${file} cannot be read (${reasonOf(cause)})`, { cause });
  }
}
