import { createSecureContext } from 'node:tls';
import { z } from 'zod';

/** A private key and its certificate in one PEM text, as a camera answers with over TLS. */
export const tlsPemSchema = z.string().refine(isUsable, {
  message: 'must be PEM with a private key and the certificate that belongs to it',
});

function isUsable(pem: string): boolean {
  // A key alone would make a context too, and no connection.
  if (!/-----BEGIN CERTIFICATE-----/.test(pem) || !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return false;
  try {
    createSecureContext({ key: pem, cert: pem });
    return true;
  } catch {
    return false;
  }
}
