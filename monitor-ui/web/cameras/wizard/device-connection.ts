import type { DeviceConnection } from '@minhbach/shared/protocol';
import type { Draft } from './draft.ts';

export type AddressFault = 'address' | 'address-login' | 'scheme';

const isRtsp = (address: string) => /^rtsp:\/\//i.test(address);

/** What can be said of an address before the recorder tries it. The recorder decides what it may reach. */
export function addressFault(typed: string): AddressFault | undefined {
  const address = typed.trim();
  if (address === '' || /\s/.test(address) || address.length > 300) return 'address';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && !['http', 'https', 'rtsp'].includes(scheme)) return 'scheme';
  if (scheme === undefined && /^(file|concat|data|javascript|pipe|subfile):/i.test(address)) return 'scheme';
  return /^([a-z]+:\/\/)?[^/?#]*@/i.test(address) ? 'address-login' : undefined;
}

export function connectionOf(
  draft: Pick<Draft, 'address' | 'username' | 'profile'>,
  password: string,
): DeviceConnection {
  const address = draft.address.trim();
  if (isRtsp(address)) {
    return {
      type: 'rtsp',
      url: address,
      ...(draft.username === '' ? {} : { username: draft.username, password }),
    };
  }
  return {
    type: 'onvif',
    address,
    username: draft.username,
    password,
    ...(draft.profile === '' ? {} : { profile: draft.profile }),
  };
}
