import { XMLParser } from 'fast-xml-parser';
import { element, type Xml } from './xml.ts';

/** Namespaces of the WSDLs served here. */
export const DEVICE_NAMESPACE = 'http://www.onvif.org/ver10/device/wsdl';
export const MEDIA_NAMESPACE = 'http://www.onvif.org/ver10/media/wsdl';
export const MEDIA2_NAMESPACE = 'http://www.onvif.org/ver20/media/wsdl';

export type UsernameToken = {
  readonly username: string;
  readonly password: string;
  readonly isDigest: boolean;
  readonly nonceBase64: string;
  readonly created: string;
};

export type SoapRequest = {
  readonly operation: string;
  /** The operation's element and all in it, read by `textOf`. */
  readonly body: unknown;
  readonly token: UsernameToken | undefined;
};

export class SoapFault extends Error {
  readonly subcode: string;
  readonly httpStatus: number;

  constructor(subcode: string, reason: string, httpStatus = 400) {
    super(reason);
    this.name = 'SoapFault';
    this.subcode = subcode;
    this.httpStatus = httpStatus;
  }
}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
});

/** Reads a SOAP 1.2 request. Throws a SoapFault for anything else, a document type definition above all. */
export function readSoap(text: string): SoapRequest {
  if (/<!DOCTYPE|<!ENTITY/i.test(text))
    throw new SoapFault('ter:WellFormed', 'a document type is not allowed');
  let document: unknown;
  try {
    document = parser.parse(text, true);
  } catch (error) {
    throw new SoapFault(
      'ter:WellFormed',
      `not well-formed XML: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const envelope = child(document, 'Envelope');
  const body = child(envelope, 'Body');
  const operation = Object.keys(asRecord(body) ?? {}).find(
    (name) => !name.startsWith('@') && name !== '#text',
  );
  if (operation === undefined) throw new SoapFault('ter:WellFormed', 'no operation in the SOAP body');
  const security = child(child(envelope, 'Header'), 'Security');
  return { operation, body: child(body, operation), token: readToken(child(security, 'UsernameToken')) };
}

function readToken(token: unknown): UsernameToken | undefined {
  if (asRecord(token) === undefined) return undefined;
  const type = child(child(token, 'Password'), '@Type');
  return {
    username: textOf(token, 'Username') ?? '',
    password: textOf(token, 'Password') ?? '',
    isDigest: typeof type === 'string' && type.endsWith('#PasswordDigest'),
    nonceBase64: textOf(token, 'Nonce') ?? '',
    created: textOf(token, 'Created') ?? '',
  };
}

/** The text of the element found by following these names; undefined when it is not there. */
export function textOf(from: unknown, ...names: readonly string[]): string | undefined {
  let found = from;
  for (const name of names) found = child(found, name);
  const text = typeof found === 'string' ? found : child(found, '#text');
  return typeof text === 'string' ? text : undefined;
}

function child(from: unknown, name: string): unknown {
  const record = asRecord(from);
  const found = record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
  return Array.isArray(found) ? (found as readonly unknown[])[0] : found;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

const ENVELOPE_NAMESPACES = {
  'xmlns:env': 'http://www.w3.org/2003/05/soap-envelope',
  'xmlns:tds': DEVICE_NAMESPACE,
  'xmlns:trt': MEDIA_NAMESPACE,
  'xmlns:tr2': MEDIA2_NAMESPACE,
  'xmlns:tt': 'http://www.onvif.org/ver10/schema',
  'xmlns:ter': 'http://www.onvif.org/ver10/error',
} as const;

export function envelope(body: Xml): string {
  const written = element('env:Envelope', ENVELOPE_NAMESPACES, element('env:Body', {}, body));
  return `<?xml version="1.0" encoding="UTF-8"?>${written.source}`;
}

export function faultEnvelope(fault: SoapFault): string {
  const code = element(
    'env:Code',
    {},
    element('env:Value', {}, 'env:Sender'),
    element('env:Subcode', {}, element('env:Value', {}, fault.subcode)),
  );
  const reason = element('env:Reason', {}, element('env:Text', { 'xml:lang': 'en' }, fault.message));
  return envelope(element('env:Fault', {}, code, reason));
}
