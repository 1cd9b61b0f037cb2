import ipaddr from 'ipaddr.js';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CameraProblem } from './camera-problem.ts';

export interface AllowedNetworks {
  readonly allowLoopback: boolean;
  readonly allowLinkLocal: boolean;
  readonly allow?: readonly string[] | undefined;
}

/** All addresses a name has now; rejects when it has none. */
export type AddressLookup = (host: string) => Promise<string[]>;

const nameDeadlineMs = 3_000;

/**
 * Which addresses cameras may have, so that nobody makes the recorder reach into itself or into networks it should
 * not touch. Names are resolved here and connected to by the address that was checked, at every connection anew:
 * a name that changes its mind in between (DNS rebinding) gains nothing.
 */
export class AddressGuard {
  readonly #networks: AllowedNetworks;
  readonly #addressesOf: AddressLookup;

  /** `addressesOf` stands in for the system's resolver in tests. */
  constructor(networks: AllowedNetworks, addressesOf: AddressLookup = systemAddressesOf) {
    this.#networks = networks;
    this.#addressesOf = addressesOf;
  }

  /** Why `address` (IPv4 or IPv6) may not be connected to, or `undefined` when it may. */
  faultOf(address: string): string | undefined {
    if (!ipaddr.isValid(address)) return 'is no IP address';
    // An IPv4 address in IPv6 clothes is judged as what it is.
    const parsed = ipaddr.process(address);
    const range = parsed.range();
    if (range === 'loopback') {
      return this.#networks.allowLoopback
        ? undefined
        : 'is the recorder itself (loopback), which is not allowed';
    }
    if (range === 'linkLocal') {
      if (!this.#networks.allowLinkLocal) return 'is link-local, which is not allowed';
    } else if (!cameraRanges.has(range)) {
      return `is no address a camera can have (${range})`;
    }
    const { allow } = this.#networks;
    if (allow !== undefined && !allow.some((cidr) => contains(cidr, parsed))) {
      return 'is outside the networks allowed for cameras';
    }
    return undefined;
  }

  /**
   * The address to connect to for `host`. Rejects with `CameraProblem`: `address-not-allowed`, or `unreachable` when
   * the name has no address.
   */
  async resolve(host: string, signal?: AbortSignal): Promise<string> {
    const addresses = isIP(host) !== 0 ? [host] : await addressesWithin(this.#addressesOf, host, signal);
    const allowed = addresses.find((address) => this.faultOf(address) === undefined);
    if (allowed !== undefined) return allowed;
    const [first = host] = addresses;
    throw new CameraProblem(
      'address-not-allowed',
      `the address ${first} ${this.faultOf(first) ?? 'is not allowed'}`,
    );
  }
}

const cameraRanges: ReadonlySet<string> = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'unicast']);

function contains(cidr: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return network.kind() === address.kind() && address.match(network, bits);
}

async function systemAddressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
}

async function addressesWithin(
  addressesOf: AddressLookup,
  host: string,
  signal?: AbortSignal,
): Promise<string[]> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CameraProblem('unreachable', `the name ${host} was not resolved within ${nameDeadlineMs} ms`),
        ),
      nameDeadlineMs,
    );
  });
  try {
    return await Promise.race([addressesOf(host), late]);
  } catch (error) {
    if (error instanceof CameraProblem) throw error;
    throw new CameraProblem('unreachable', `the name ${host} has no address`);
  } finally {
    clearTimeout(timer);
  }
}
