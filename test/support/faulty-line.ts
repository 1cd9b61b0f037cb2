import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the line does to every connection while it is set. Bytes are counted from then on, each way by itself. */
export interface LineFault {
  /** Both ends see the connection reset once so many bytes have passed towards the server. */
  readonly cutRequestAfterBytes?: number;
  readonly cutAnswerAfterBytes?: number;
  /** What the client sends arrives; the connection is reset when the server begins to answer. */
  readonly loseAnswers?: boolean;
  /** One bit of the byte at this place is changed on its way. */
  readonly damageRequestAtByte?: number;
  readonly damageAnswerAtByte?: number;
  /** Connections open, and nothing passes any more. */
  readonly silent?: boolean;
  /** Each request is answered by these bytes instead of by the server; the connection ends. */
  readonly answer?: string;
  /** Every piece waits so long. */
  readonly delayMs?: number;
}

interface Direction {
  readonly cutAfter: number | undefined;
  readonly damageAt: number | undefined;
  passed: number;
}

/** A TCP line to a server that can be made bad: for what no server and no client can be made to do. */
export class FaultyLine implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #fault: LineFault = {};
  #since = {};

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  /** `target`: `http://127.0.0.1:PORT`. */
  static async to(target: string): Promise<FaultyLine> {
    const line = new FaultyLine(new URL(target));
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  /** Where clients find the server at the other end. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on, also on connections that are open. Nothing given: a good line again. */
  behave(fault: LineFault = {}): void {
    this.#fault = fault;
    this.#since = {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const reset = (): void => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // Every error is followed by `close`, which is where the other end learns of it.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        if (this.#fault.delayMs === undefined) return reset();
        // Behind what is still on its way.
        setTimeout(() => [client, server].map((end) => end.end()), this.#fault.delayMs + 5);
      });
    }
    const request = this.#counted('cutRequestAfterBytes', 'damageRequestAtByte');
    const answer = this.#counted('cutAnswerAfterBytes', 'damageAnswerAtByte');
    // What still comes of a body is read and dropped: a reset could overtake the answer.
    const answerInstead = (text: string): void => void (client.writable && client.end(text));
    this.#pass(client, server, request, { reset, answerInstead });
    this.#pass(server, client, answer, {
      ...{ reset, answerInstead: () => undefined },
      isLost: () => this.#fault.loseAnswers === true,
    });
  }

  /** The present fault of one direction of one connection, its count begun anew whenever the fault changes. */
  #counted(
    cut: 'cutRequestAfterBytes' | 'cutAnswerAfterBytes',
    damage: 'damageRequestAtByte' | 'damageAnswerAtByte',
  ): () => Direction {
    let since: object | undefined;
    let direction: Direction | undefined;
    return () => {
      if (direction === undefined || since !== this.#since) {
        since = this.#since;
        direction = { cutAfter: this.#fault[cut], damageAt: this.#fault[damage], passed: 0 };
      }
      return direction;
    };
  }

  #pass(
    from: Socket,
    to: Socket,
    now: () => Direction,
    {
      reset,
      answerInstead,
      isLost = () => false,
    }: {
      readonly reset: () => void;
      readonly answerInstead: (text: string) => void;
      readonly isLost?: () => boolean;
    },
  ): void {
    from.on('data', (bytes: Buffer) => {
      if (this.#fault.silent === true) return;
      if (this.#fault.answer !== undefined) return answerInstead(this.#fault.answer);
      if (isLost()) return reset();
      const direction = now();
      const at = (direction.damageAt ?? -1) - direction.passed;
      if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1;
      const left = (direction.cutAfter ?? Number.POSITIVE_INFINITY) - direction.passed;
      direction.passed += bytes.length;
      const send = (): void => {
        if (left < bytes.length) {
          to.write(bytes.subarray(0, Math.max(0, left)), reset);
          return;
        }
        if (!to.write(bytes)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      };
      if (this.#fault.delayMs === undefined) send();
      else setTimeout(send, this.#fault.delayMs);
    });
  }
}
