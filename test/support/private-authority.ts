import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];

export interface ServerCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody but a test believes, made with openssl. */
export class PrivateAuthority {
  readonly caFile: string;
  readonly #directory: string;
  readonly #name: string;
  readonly #keyFile: string;

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#name = name;
    this.caFile = join(directory, `${name}.pem`);
    this.#keyFile = join(directory, `${name}.key`);
    const files = ['-keyout', this.#keyFile, '-out', this.caFile];
    openssl(['req', '-x509', ...newKey, '-subj', `/CN=${name}`, ...files]);
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  /** For `altName`, such as `DNS:localhost,IP:127.0.0.1`. */
  certify(name: string, altName: string): ServerCertificate {
    const file = join(this.#directory, `${this.#name}-${name}`);
    const [certFile, keyFile] = [`${file}.pem`, `${file}.key`];
    openssl([
      ...['req', '-x509', ...newKey, '-CA', this.caFile, '-CAkey', this.#keyFile, '-subj', `/CN=${name}`],
      ...['-addext', `subjectAltName=${altName}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-keyout', keyFile, '-out', certFile],
    ]);
    return {
      ...{ certFile, keyFile },
      ...{ cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') },
    };
  }
}

function openssl(given: readonly string[]): void {
  execFileSync('openssl', given, { stdio: 'ignore' });
}
