import ipaddr from 'ipaddr.js';

/** Why a monitor cannot be dialled at `url`, or `undefined`. Plain `ws:` is for this machine only. */
export function monitorUrlFault(url: string): string | undefined {
  if (!URL.canParse(url)) return 'is an address such as wss://monitor.example.vn';
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  if (protocol !== 'wss:' && protocol !== 'ws:') return 'starts with wss:// (ws:// only on this machine)';
  if (protocol === 'ws:' && !isLoopbackHost(hostname))
    return 'may use plain ws:// only for this machine; use wss://';
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    return 'has no user, password, ? or # part';
  }
  return undefined;
}

function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}
