/** What a verifier asks of the platform it runs on: Node's crypto, or WebCrypto in a browser. */
export interface VerifierCrypto {
  /** Over the parts one after the other. */
  sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array>;
  /** For files too long to hold. */
  startSha256(): { update(bytes: Uint8Array): void; digest(): Promise<Uint8Array> };
  crc32(bytes: Uint8Array, before?: number): number;
  /** Raw 32-byte key, 64-byte signature; false for anything that does not fit. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
