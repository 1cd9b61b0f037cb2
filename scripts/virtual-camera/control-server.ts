import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import type { FaultInput } from './faults.ts';
import { closeServer, listen } from './listen.ts';
import { issuesOf } from './options.ts';
import { readBody } from './read-body.ts';
import { VirtualCameraError } from './virtual-camera-error.ts';
import type { VirtualCamera } from './virtual-camera.ts';

const LARGEST_BODY_BYTES = 65_536;

const framesQuerySchema = z.strictObject({
  stream: z.enum(['main', 'sub']).default('main'),
  from: z.coerce.number().optional(),
  to: z.coerce.number().optional(),
});

type Answer = { readonly status: number; readonly body: unknown };

export type ControlServer = { readonly address: string; readonly close: () => Promise<void> };

/**
 * The control port, on loopback only, JSON in and out:
 * `GET /cameras`, `GET /cameras/{name}`, `GET /cameras/{name}/frames?stream&from&to` (UTC ms),
 * `POST /cameras/{name}/faults` with a fault, `DELETE /cameras/{name}/faults` to end them all.
 */
export async function startControlServer(
  cameras: readonly VirtualCamera[],
  port: number,
  signal: AbortSignal,
): Promise<ControlServer> {
  const server: Server = createServer((request, response) => {
    answer(cameras, request)
      .catch((error: unknown): Answer => {
        if (!(error instanceof VirtualCameraError)) throw error;
        return {
          status: error.code === 'fault-invalid' ? 400 : 500,
          body: { error: error.code, message: error.message },
        };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
      })
      .catch((error: unknown) => response.destroy(error as Error));
  });
  const taken = await listen(server, port, '127.0.0.1');
  const close = async () => {
    server.closeAllConnections();
    await closeServer(server);
  };
  signal.addEventListener('abort', () => void close(), { once: true });
  return { address: `http://127.0.0.1:${taken}`, close };
}

async function answer(cameras: readonly VirtualCamera[], request: IncomingMessage): Promise<Answer> {
  // A page in a browser must not reach this port by giving it another name.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return problem(403, 'wrong Host');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [collection, name, part, ...more] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  if (collection !== 'cameras' || more.length > 0) return problem(404, 'no such address');
  if (name === undefined) return { status: 200, body: { cameras: cameras.map(describe) } };
  const camera = cameras.find((other) => other.name === name);
  if (camera === undefined) return problem(404, 'no camera has this name');
  switch (`${request.method ?? ''} ${part ?? ''}`) {
    case 'GET ':
      return { status: 200, body: describe(camera) };
    case 'GET frames':
      return frames(camera, url);
    case 'POST faults': {
      const fault = await readJson(request);
      if (fault === undefined) return problem(400, 'the body must be one fault as application/json');
      await camera.inject(fault as FaultInput);
      return { status: 200, body: camera.status() };
    }
    case 'DELETE faults':
      await camera.inject({ kind: 'reset' });
      return { status: 200, body: camera.status() };
    default:
      return problem(405, 'this cannot be done here');
  }
}

function describe(camera: VirtualCamera) {
  const { name, uuid, serialNumber, onvifAddress, rtspUrls, snapshotUrl, epochUtcMs } = camera;
  return { name, uuid, serialNumber, onvifAddress, rtspUrls, snapshotUrl, epochUtcMs, ...camera.status() };
}

function frames(camera: VirtualCamera, url: URL): Answer {
  const query = framesQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) return problem(400, issuesOf(query.error));
  const { stream, from, to } = query.data;
  const wanted = { stream, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return { status: 200, body: { epochUtcMs: camera.epochUtcMs, stream, frames: camera.framesSent(wanted) } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  const body = await readBody(request, LARGEST_BODY_BYTES);
  try {
    return body === undefined ? undefined : JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function problem(status: number, message: string): Answer {
  return { status, body: { error: status === 404 ? 'not-found' : 'request-invalid', message } };
}
