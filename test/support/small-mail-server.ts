import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly data: string;
  readonly encrypted: boolean;
  readonly login: string | undefined;
}

export interface MailServerOptions {
  /** Offers STARTTLS with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** `username:password` that AUTH PLAIN must bring. */
  readonly login?: string;
}

/** A mail server (RFC 5321, as far as a test needs it) that keeps what it is given. */
export class SmallMailServer {
  readonly mails: ReceivedMail[] = [];
  /** Answers this to `DATA` instead of taking the mail. */
  refuseWith: string | undefined;
  readonly #options: MailServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: MailServerOptions = {}) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.write('220 small.invalid\r\n');
      this.#talk(socket, false);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #talk(socket: Socket, encrypted: boolean): void {
    let rest = '';
    let from = '';
    let to: string[] = [];
    let login: string | undefined;
    let data: string[] | undefined;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const command = (line: string): void => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') {
        const offers = [
          ...(this.#options.tls !== undefined && !encrypted ? ['STARTTLS'] : []),
          ...(this.#options.login === undefined ? [] : ['AUTH PLAIN']),
          'SMTPUTF8',
        ];
        say(['250-small.invalid', ...offers.map((offer) => `250-${offer}`), '250 8BITMIME'].join('\r\n'));
      } else if (verb === 'STAR' && this.#options.tls !== undefined) {
        say('220 go on');
        socket.removeAllListeners('data');
        const secureContext = createSecureContext(this.#options.tls);
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => undefined);
        this.#talk(secure, true);
      } else if (verb === 'AUTH') {
        const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        login = `${user}:${password}`;
        say(login === this.#options.login ? '235 welcome' : '535 who are you');
      } else if (verb === 'MAIL') {
        from = addressIn(line);
        to = [];
        say(this.#options.login === undefined || login === this.#options.login ? '250 ok' : '530 log in');
      } else if (verb === 'RCPT') {
        to.push(addressIn(line));
        say('250 ok');
      } else if (verb === 'DATA') {
        if (this.refuseWith !== undefined) return say(this.refuseWith);
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say('250 ok');
    };
    socket.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data === undefined) command(line);
        else if (line === '.') {
          this.mails.push({ from, to, data: data.join('\n'), encrypted, login });
          data = undefined;
          say('250 kept');
        } else data.push(line.startsWith('.') ? line.slice(1) : line);
      }
    });
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
