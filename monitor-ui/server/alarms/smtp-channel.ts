import { createTransport } from 'nodemailer';
import { OutwardError, type Delivery, type OutwardChannel } from './outward-channel.ts';
import { languages } from './i18n/index.ts';

export interface SmtpOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte; `starttls`: required, never given up; `none`: for a relay on a closed network. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly login?: { readonly username: string; readonly password: string } | undefined;
  readonly ca?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Told besides once nobody has owned an alarm in time. */
  readonly escalateTo: readonly string[];
  readonly timeoutMs: number;
}

/** Mails each message, Vietnamese first and English below, as plain text. */
export class SmtpChannel implements OutwardChannel {
  readonly name: string;
  readonly #options: SmtpOptions;
  readonly #transport: ReturnType<typeof createTransport>;

  constructor(options: SmtpOptions) {
    this.name = options.name;
    this.#options = options;
    const { host, port, security, login, ca, timeoutMs } = options;
    this.#transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(login === undefined ? {} : { auth: { user: login.username, pass: login.password } }),
      tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async deliver({ deliveryId, message }: Delivery, signal: AbortSignal): Promise<void> {
    const { from, to, escalateTo } = this.#options;
    const passedUp = (message.alarm?.escalation ?? 0) > 0;
    const sending = this.#transport.sendMail({
      from,
      to: [...to, ...(passedUp ? escalateTo : [])],
      subject: message.words.vi.title,
      text: languages
        .map((language) => `${message.words[language].title}\n${message.words[language].text}\n`)
        .join('\n'),
      messageId: `<${deliveryId}@minh-bach.invalid>`,
      headers: { 'auto-submitted': 'auto-generated', 'x-minh-bach-event': message.event },
    });
    const stopped = new Promise<never>((_resolve, reject) => {
      const stop = (): void => reject(new OutwardError('the monitor stops'));
      signal.addEventListener('abort', stop, { once: true });
      void sending
        .catch(() => undefined)
        .then(() => {
          signal.removeEventListener('abort', stop);
        });
    });
    try {
      await Promise.race([sending, stopped]);
    } catch (cause) {
      throw new OutwardError(reasonOf(cause), { cause });
    }
  }

  close(): void {
    this.#transport.close();
  }
}

/** Without what the server said: it may repeat addresses. */
function reasonOf(error: unknown): string {
  const of = (name: string): unknown =>
    typeof error === 'object' && error !== null && name in error
      ? (error as Record<string, unknown>)[name]
      : undefined;
  const status = of('responseCode');
  if (typeof status === 'number') return `the mail server answered ${status}`;
  return `the mail server cannot be reached (${typeof of('code') === 'string' ? String(of('code')) : 'unknown'})`;
}
