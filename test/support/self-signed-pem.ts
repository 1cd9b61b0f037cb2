import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key with a certificate that it signed itself, as cameras come with, in one PEM text; `key`: of one made before. */
export function selfSignedPem(of: { readonly name?: string; readonly key?: string } = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'self-signed-'));
  try {
    const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const key =
      of.key && /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(of.key);
    if (key) writeFileSync(keyFile, `${key[0]}\n`);
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
    const subject = ['-subj', `/CN=${of.name ?? 'camera'}`, '-days', '1', '-out', certFile];
    execFileSync('openssl', ['req', '-x509', ...(key ? ['-key', keyFile] : made), ...subject], {
      stdio: 'ignore',
    });
    return readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** SHA-256 of the public key in a PEM text's certificate (RFC 7469 §2.4, in hex). */
export function publicKeySha256(pem: string): string {
  const { publicKey } = new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
