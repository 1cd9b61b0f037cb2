/** `malformed`: bytes that are no such thing. `untrusted`: no signature of a key that counts. */
export type LedgerErrorCode = 'malformed' | 'untrusted' | 'bad-signature';

/** What was given as part of a ledger cannot be taken as one; the message says what and where. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string) {
    super(message);
    this.name = 'LedgerError';
    this.code = code;
  }
}
