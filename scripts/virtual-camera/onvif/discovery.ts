import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { VirtualCameraError } from '../virtual-camera-error.ts';
import { DEVICE_PATH, scopes, type DeviceModel } from './device-model.ts';
import { element } from './xml.ts';

const DISCOVERY_PORT = 3702;
const DISCOVERY_GROUP = '239.255.255.250';
const LARGEST_PROBE_BYTES = 16_384;
const NAMESPACES = {
  'xmlns:s': 'http://www.w3.org/2003/05/soap-envelope',
  'xmlns:a': 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  'xmlns:d': 'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  'xmlns:dn': 'http://www.onvif.org/ver10/network/wsdl',
} as const;

/**
 * Answers WS-Discovery probes (multicast, or unicast to the same port) for all cameras of this process. Cameras
 * on a loopback address answer only probes from this machine: nobody else could reach them.
 */
class DiscoveryResponder {
  readonly #socket: Socket;
  readonly #models = new Set<DeviceModel>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, sender) => this.#answer(message, sender));
    socket.on('error', () => undefined);
  }

  add(model: DeviceModel): void {
    this.#models.add(model);
  }

  /** Answers how many cameras are left. */
  remove(model: DeviceModel): number {
    this.#models.delete(model);
    return this.#models.size;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #answer(message: Buffer, sender: RemoteInfo): void {
    if (message.length > LARGEST_PROBE_BYTES) return;
    const probe = message.toString('utf8');
    if (!/<(?:\w+:)?Probe[\s/>]/.test(probe)) return;
    const messageId = /MessageID[^>]*>\s*([^<\s]{1,200})\s*</.exec(probe)?.[1];
    const types = /<(?:\w+:)?Types[^>]*>([^<]*)</.exec(probe)?.[1]?.trim() ?? '';
    if (messageId === undefined || !(types === '' || /NetworkVideoTransmitter|Device/.test(types))) return;
    for (const model of this.#models) {
      if (model.hostAddress.startsWith('127.') && !isThisMachine(sender.address)) continue;
      this.#socket.send(probeMatches(model, messageId), sender.port, sender.address);
    }
  }
}

function probeMatches(model: DeviceModel, relatesTo: string): string {
  const reference = element('a:EndpointReference', {}, element('a:Address', {}, `urn:uuid:${model.uuid}`));
  const match = element(
    'd:ProbeMatch',
    {},
    reference,
    element('d:Types', {}, 'dn:NetworkVideoTransmitter'),
    element('d:Scopes', {}, scopes(model).join(' ')),
    element('d:XAddrs', {}, model.httpBase + DEVICE_PATH),
    element('d:MetadataVersion', {}, 1),
  );
  const header = element(
    's:Header',
    {},
    // Stable per device and probe: a receiver that gets an answer twice can tell.
    element('a:MessageID', {}, `urn:uuid:${model.uuid}`),
    element('a:RelatesTo', {}, relatesTo),
    element('a:Action', {}, 'http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches'),
  );
  const body = element('s:Body', {}, element('d:ProbeMatches', {}, match));
  return `<?xml version="1.0" encoding="UTF-8"?>${element('s:Envelope', NAMESPACES, header, body).source}`;
}

function localAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.map(({ address }) => address).filter((address) => isIPv4(address));
}

function isThisMachine(address: string): boolean {
  return address.startsWith('127.') || localAddresses().includes(address);
}

const responders = new Map<string, Promise<DiscoveryResponder>>();

/** Makes a camera findable on one interface (its IPv4 address) or on all; call the answer to take it off again. */
export async function announce(model: DeviceModel, interfaceAddress: string): Promise<() => Promise<void>> {
  const opening = responders.get(interfaceAddress) ?? openResponder(interfaceAddress);
  responders.set(interfaceAddress, opening);
  opening.catch(() => responders.delete(interfaceAddress));
  const responder = await opening;
  responder.add(model);
  return async () => {
    if (responder.remove(model) > 0 || responders.get(interfaceAddress) !== opening) return;
    responders.delete(interfaceAddress);
    await responder.close();
  };
}

async function openResponder(interfaceAddress: string): Promise<DiscoveryResponder> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => {
      const message = `cannot answer WS-Discovery on UDP port ${DISCOVERY_PORT}: ${cause.message}`;
      reject(new VirtualCameraError('port-unavailable', message, { cause }));
    });
    socket.bind(DISCOVERY_PORT, resolve);
  });
  for (const address of interfaceAddress === 'all' ? localAddresses() : [interfaceAddress]) {
    try {
      socket.addMembership(DISCOVERY_GROUP, address);
    } catch (cause) {
      // An interface without multicast is passed over, unless it is the one that was asked for.
      if (interfaceAddress === 'all') continue;
      socket.close();
      const message = `cannot join WS-Discovery's multicast group on ${address}`;
      throw new VirtualCameraError('port-unavailable', message, { cause });
    }
  }
  return new DiscoveryResponder(socket);
}
