export type RtspRequest = {
  readonly method: string;
  readonly uri: string;
  readonly headers: ReadonlyMap<string, string>;
};

const LARGEST_HEAD_BYTES = 16_384;
const LARGEST_BODY_BYTES = 65_536;

/** Cuts what a client sends into requests; its RTCP on the interleaved channels and request bodies are passed over. */
export class RtspRequestReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Throws RangeError when a client sends more than any request needs: its connection is to be closed. */
  read(chunk: Buffer): readonly RtspRequest[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const requests: RtspRequest[] = [];
    for (;;) {
      const next = this.#next();
      if (next === undefined) return requests;
      if (next !== 'passed-over') requests.push(next);
    }
  }

  #next(): RtspRequest | 'passed-over' | undefined {
    const rest = this.#rest;
    if (rest.length === 0) return undefined;
    if (rest[0] === 0x24) {
      if (rest.length < 4 || rest.length < 4 + rest.readUInt16BE(2)) return undefined;
      this.#rest = rest.subarray(4 + rest.readUInt16BE(2));
      return 'passed-over';
    }
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0 && rest.length <= LARGEST_HEAD_BYTES) return undefined;
    if (headEnd < 0 || headEnd > LARGEST_HEAD_BYTES)
      throw new RangeError('an RTSP request head of more than 16 KB');
    const request = parseHead(rest.toString('utf8', 0, headEnd));
    const bodyBytes = Number(request.headers.get('content-length') ?? 0);
    if (!(bodyBytes >= 0 && bodyBytes <= LARGEST_BODY_BYTES))
      throw new RangeError('an RTSP request body of more than 64 KB');
    if (rest.length < headEnd + 4 + bodyBytes) return undefined;
    this.#rest = rest.subarray(headEnd + 4 + bodyBytes);
    return request;
  }
}

function parseHead(head: string): RtspRequest {
  const [requestLine = '', ...lines] = head.trimStart().split('\r\n');
  const [method = '', uri = ''] = requestLine.split(' ');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, uri, headers };
}

export function rtspResponse(
  status: string,
  cseq: string | undefined,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  const all = {
    ...(cseq === undefined ? {} : { CSeq: cseq.replaceAll(/[^0-9]/g, '') }),
    Server: 'virtual-camera',
    ...headers,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `RTSP/1.0 ${status}\r\n${lines.join('')}\r\n${body}`;
}
