import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { wallAnswers } from '@minhbach/shared/wall-start';
import type { RequestHandler, Response } from 'express';

/** In the order of preference. */
const codings = ['br', 'gzip'] as const;
type Coding = (typeof codings)[number];
const endings = { br: '.br', gzip: '.gz' } as const satisfies Record<Coding, string>;

interface WebFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  /** By content coding; only those that are smaller than the file itself. */
  readonly coded: Readonly<Partial<Record<Coding, Buffer>>>;
  /** The name carries a hash of the content. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};
const compressed = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt', '.map', '.webmanifest']);

/** Where the wall is shown, and what asks for its answers beside the page (RFC 8288; `fetch` sends the same requests). */
const wallPages = new Set(['/', '/wall']);
const wallPreloads = wallAnswers
  .map((path) => `</api/v1${path}>; rel=preload; as=fetch; crossorigin`)
  .join(', ');

/**
 * The built pages, from memory: only files that were there when they were first asked for can be named at all.
 * Addresses of pages answer `index.html`.
 */
export function webFiles(directory: string): RequestHandler {
  let builtAt: number | undefined;
  let files = new Map<string, () => WebFile>();
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const changedAt = statSync(join(directory, 'index.html'), { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt !== builtAt) {
      builtAt = changedAt;
      files = changedAt === undefined ? new Map<string, () => WebFile>() : filesOf(directory);
    }
    const path = request.path === '/' ? '/index.html' : request.path;
    // A name with an ending is a file, one without is a page.
    const read = files.get(path) ?? (extname(path) === '' ? files.get('/index.html') : undefined);
    if (wallPages.has(request.path)) response.setHeader('Link', wallPreloads);
    if (read) send(read(), request.headers, response);
    else if (builtAt === undefined && extname(path) === '') {
      response.status(503).type('text/plain').send('The pages have not been built: npm run build\n');
    } else next();
  };
}

function filesOf(directory: string): Map<string, () => WebFile> {
  const files = new Map<string, () => WebFile>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(directory, file).split(sep).join('/')}`;
    if (Object.values(endings).some((ending) => path.endsWith(ending))) continue;
    let loaded: WebFile | undefined;
    files.set(path, () => (loaded ??= load(file, path)));
  }
  return files;
}

function load(file: string, path: string): WebFile {
  const plain = readFileSync(file);
  const ending = extname(file);
  return {
    type: types[ending] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    coded: compressed.has(ending) ? codedOf(file, plain) : {},
    immutable: path.startsWith('/assets/'),
  };
}

/** What the build left beside the file; what it did not compress is small. */
function codedOf(file: string, plain: Buffer): WebFile['coded'] {
  const coded: Partial<Record<Coding, Buffer>> = {};
  for (const coding of codings) {
    const built = `${file}${endings[coding]}`;
    if (existsSync(built)) coded[coding] = readFileSync(built);
  }
  coded.gzip ??= gzipSync(plain, { level: 9 });
  return Object.fromEntries(Object.entries(coded).filter(([, bytes]) => bytes.length < plain.length));
}

function send(
  file: WebFile,
  headers: { 'if-none-match'?: string | undefined; 'accept-encoding'?: string | string[] | undefined },
  response: Response,
): void {
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (headers['if-none-match']?.includes(file.etag)) {
    response.status(304).end();
    return;
  }
  const accepted = String(headers['accept-encoding'] ?? '');
  const coding = codings.find((name) => file.coded[name] && new RegExp(`\\b${name}\\b`).test(accepted));
  if (coding) response.setHeader('Content-Encoding', coding);
  response.setHeader('Content-Type', file.type);
  response.end(coding ? file.coded[coding] : file.plain);
}
