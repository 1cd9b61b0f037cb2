import type { LiveMessage } from '@minhbach/shared/protocol';

/** A text message of `/live`; undefined for one this page does not know (a newer server may say more). */
export function parseLiveMessage(text: string): LiveMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const message = value as LiveMessage;
  switch (message.type) {
    case 'init':
      return typeof message.mime === 'string' ? message : undefined;
    case 'mark':
      return Number.isFinite(message.capturedAt) && Number.isFinite(message.serverNow) ? message : undefined;
    case 'state':
      return typeof message.state === 'string' ? message : undefined;
    case 'skip':
      return message;
    default:
      return undefined;
  }
}
