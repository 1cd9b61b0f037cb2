import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, unlink } from 'node:fs/promises';
import * as http from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The least that could do the same for one file: sends it with its digest and hashes what comes back. */
export interface UploadFloor {
  readonly name: string;
  carry(path: string): Promise<void>;
  close(): void;
}

/** Plain HTTP PUT and GET to a process that only keeps the body; no signature, no journal, no row. */
export async function plainHttp(): Promise<UploadFloor> {
  const host = spawn(process.execPath, [fileURLToPath(new URL('plain-http-host.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const ask = async (method: string, body?: Buffer): Promise<http.IncomingMessage> => {
    const request = http.request({ port: Number(String(line)), host: '127.0.0.1', agent, method });
    if (body !== undefined) request.setHeader('content-length', body.length);
    const answered = once(request, 'response');
    request.end(body);
    const [response] = (await answered) as [http.IncomingMessage];
    return response;
  };
  return {
    name: 'plain HTTP PUT and GET, each with SHA-256',
    carry: async (path) => {
      const body = await readFile(path);
      const sent = createHash('sha256').update(body).digest('hex');
      (await ask('PUT', body)).resume();
      const back = createHash('sha256');
      for await (const chunk of await ask('GET')) back.update(chunk as Buffer);
      if (back.digest('hex') !== sent) throw new Error('the floor lost bytes');
    },
    close: () => {
      agent.destroy();
      host.kill();
    },
  };
}

/** Write, fsync, read, each with SHA-256. */
export function plainFile(directory: string): UploadFloor {
  const copy = join(directory, 'floor');
  return {
    name: 'write, fsync and read a file, each with SHA-256',
    carry: async (path) => {
      const body = await readFile(path);
      const sent = createHash('sha256').update(body).digest('hex');
      const file = await open(copy, 'w');
      await file.writeFile(body);
      await file.sync();
      await file.close();
      const back = createHash('sha256');
      const reading = await open(copy, 'r');
      for await (const chunk of reading.createReadStream()) back.update(chunk as Buffer);
      if (back.digest('hex') !== sent) throw new Error('the floor lost bytes');
      await unlink(copy);
    },
    close: () => undefined,
  };
}
