import { isIPv6 } from 'node:net';
import { CameraProblem } from './camera-problem.ts';

/** Where an ONVIF device service answers. `host` is a name, an IPv4 address or an IPv6 address without brackets. */
export interface ServiceAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** A stream, taken apart so that it can only be put together again as what it was checked to be. */
export interface StreamAddress {
  readonly scheme: 'rtsp';
  readonly host: string;
  readonly port: number;
  /** Path and query, percent-encoded, starts with a slash. */
  readonly path: string;
  readonly login: StreamLogin | undefined;
}

export interface StreamLogin {
  readonly username: string;
  readonly password: string;
}

/** Reads `host`, `host:port` or `http(s)://host:port/path`. Throws `CameraProblem` (`scheme-not-allowed`, `address-invalid`). */
export function parseServiceAddress(text: string): ServiceAddress {
  const url = parseUrl(hasScheme(text) ? text : `http://${text}`, ['http', 'https']);
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  if (url.username !== '' || url.password !== '') {
    throw new CameraProblem(
      'address-invalid',
      'user and password go into their own fields, not into the address',
    );
  }
  return {
    scheme,
    host: hostOf(url),
    port: portOf(url, scheme === 'https' ? 443 : 80),
    path: url.pathname === '/' ? '/onvif/device_service' : url.pathname + url.search,
  };
}

/** Reads `rtsp://[user:password@]host[:port]/path`. Throws `CameraProblem` (`scheme-not-allowed`, `address-invalid`). */
export function parseStreamAddress(text: string): StreamAddress {
  const url = parseUrl(text, ['rtsp']);
  const path = `${url.pathname.startsWith('/') ? '' : '/'}${url.pathname}${url.search}`;
  return {
    scheme: 'rtsp',
    host: hostOf(url),
    port: portOf(url, 554),
    path: path.replace(/["'\\|<>`{}^[\]]/g, percentEncode),
    login:
      url.username === ''
        ? undefined
        : { username: decodePart(url.username), password: decodePart(url.password) },
  };
}

/** The address with its password, for the one process that pulls the stream. Never log it. */
export function secretStreamUrl(address: StreamAddress, login: StreamLogin | undefined): string {
  const credentials =
    login === undefined ? '' : `${strictEncode(login.username)}:${strictEncode(login.password)}@`;
  return `${address.scheme}://${credentials}${urlHost(address.host)}:${address.port}${address.path}`;
}

/** The address as it may be shown: no user, no password, no query (some cameras take the password there). */
export function shownStreamUrl(address: StreamAddress): string {
  const [path = '/'] = address.path.split('?');
  return `${address.scheme}://${urlHost(address.host)}:${address.port}${path}`;
}

export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function parseUrl(text: string, schemes: readonly string[]): URL {
  // `new URL` would drop tabs and newlines silently and so accept what nobody typed.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/.test(text)) {
    throw new CameraProblem('address-invalid', 'the address has spaces or control characters in it');
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !schemes.includes(scheme)) {
    throw new CameraProblem(
      'scheme-not-allowed',
      `the address must start with ${schemes.join(':// or ')}://`,
    );
  }
  if (!/^[a-z]+:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    throw new CameraProblem(
      'address-invalid',
      `the address must look like ${schemes[0] ?? ''}://host:port/path`,
    );
  }
  return new URL(text);
}

/** `file:/x` and `concat:a|b` have a scheme; `camera-1:8080` has a port. */
function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?!\d{1,5}(\/|$))/i.test(text);
}

function hostOf(url: URL): string {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(host) || /^[a-z0-9]([a-z0-9._-]{0,252}[a-z0-9])?$/i.test(host)) return host.toLowerCase();
  throw new CameraProblem(
    'address-invalid',
    'the address must name a host, an IPv4 address or an [IPv6 address]',
  );
}

function portOf(url: URL, otherwise: number): number {
  const port = url.port === '' ? otherwise : Number(url.port);
  if (port < 1) throw new CameraProblem('address-invalid', 'the port of an address is 1 to 65535');
  return port;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CameraProblem(
      'address-invalid',
      'user or password in the address are not percent-encoded properly',
    );
  }
}

function strictEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, percentEncode);
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
