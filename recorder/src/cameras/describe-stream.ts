import net from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { CameraProblem } from './camera-problem.ts';
import { urlHost, type StreamAddress, type StreamLogin } from './device-address.ts';
import { authorizationFor } from './rtsp-login.ts';
import { tracksOf, type StreamTracks } from './session-description.ts';

const deadlineMs = 5_000;
const maxAnswerBytes = 64 * 1024;

/**
 * Asks a stream what it carries (RTSP 1.0 DESCRIBE, RFC 2326 §10.2) without pulling it, at the address the guard
 * allowed. Rejects with `CameraProblem`: `address-not-allowed`, `unreachable`, `login-refused`, `no-usable-stream`.
 */
export async function describeStream(
  address: StreamAddress,
  login: StreamLogin | undefined,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<StreamTracks> {
  const ip = await guard.resolve(address.host, signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const uri = `${address.scheme}://${urlHost(address.host)}:${address.port}${address.path}`;
  const socket = net.connect({ host: ip, port: address.port });
  const end = (): void => void socket.destroy(new Error('timeout'));
  limit.addEventListener('abort', end, { once: true });
  try {
    const answers = answersOn(socket);
    let answer = await ask(socket, answers, uri, 1, undefined);
    if (answer.status === 401 && login !== undefined) {
      const authorization = authorizationFor(answer.challenges, { method: 'DESCRIBE', uri }, login);
      if (authorization === undefined) {
        throw new CameraProblem(
          'login-refused',
          'the device asks for a way of signing in that is not known here',
        );
      }
      answer = await ask(socket, answers, uri, 2, authorization);
    }
    return usable(answer);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CameraProblem) throw error;
    throw new CameraProblem('unreachable', connectionFault(error));
  } finally {
    limit.removeEventListener('abort', end);
    socket.destroy();
  }
}

interface RtspAnswer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly body: string;
}

async function ask(
  socket: net.Socket,
  answers: AsyncIterator<RtspAnswer>,
  uri: string,
  sequence: number,
  authorization: string | undefined,
): Promise<RtspAnswer> {
  const lines = [
    `DESCRIBE ${uri} RTSP/1.0`,
    `CSeq: ${sequence}`,
    'Accept: application/sdp',
    'User-Agent: minh-bach',
  ];
  if (authorization !== undefined) lines.push(`Authorization: ${authorization}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const next = await answers.next();
  if (next.done === true) throw new Error('the device closed the connection');
  return next.value;
}

async function* answersOn(socket: net.Socket): AsyncGenerator<RtspAnswer> {
  let received = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    received += chunk.toString('latin1');
    if (received.length > maxAnswerBytes) {
      throw new CameraProblem('no-usable-stream', 'the device describes its stream with more than 64 KB');
    }
    if (!/^R(T(S(P|$)|$)|$)/.test(received)) {
      throw new CameraProblem('no-usable-stream', 'what answers at that address does not speak RTSP');
    }
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) continue;
    const head = received.slice(0, headEnd);
    const bodyBytes = Number(/^content-length:\s*(\d{1,9})\s*$/im.exec(head)?.[1] ?? 0);
    const answerEnd = headEnd + 4 + bodyBytes;
    if (received.length < answerEnd) continue;
    yield {
      status: Number(/^RTSP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0),
      challenges: [...head.matchAll(/^www-authenticate:\s*(.{1,1000}?)\s*$/gim)].map(([, text = '']) => text),
      body: received.slice(headEnd + 4, answerEnd),
    };
    received = received.slice(answerEnd);
  }
}

function usable({ status, body }: RtspAnswer): StreamTracks {
  if (status === 401 || status === 403) {
    throw new CameraProblem('login-refused', 'the device refused this user name and password');
  }
  if (status === 404) throw new CameraProblem('no-usable-stream', 'the device has no stream of that name');
  // Redirects are refused like everything else that is not the stream itself.
  if (status !== 200)
    throw new CameraProblem('no-usable-stream', `the device answered ${status} instead of a stream`);
  const tracks = tracksOf(body);
  if (tracks.picture === undefined && tracks.sound === undefined) {
    throw new CameraProblem('no-usable-stream', 'the stream has neither picture nor sound');
  }
  return tracks;
}

function connectionFault(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
  if (code === 'ECONNREFUSED') return 'nothing answers at that address and port';
  return `the device did not answer${code === undefined ? ' in time' : ` (${code})`}`;
}
