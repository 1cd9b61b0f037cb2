import { MerkleRoot } from './merkle-root.ts';

/** `fragmentsRoot` of a segment: the RFC 6962 root over its init segment and each fragment, in order, as hex. */
export function fragmentsRoot(init: Uint8Array, fragments: Iterable<Uint8Array>): string {
  const root = new MerkleRoot();
  root.append(init);
  for (const fragment of fragments) root.append(fragment);
  return Buffer.from(root.root()).toString('hex');
}
