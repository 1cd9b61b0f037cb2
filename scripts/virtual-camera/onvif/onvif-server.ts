import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { closeServer, listen } from '../listen.ts';
import { DigestLogin, type Credentials } from '../login/http-digest.ts';
import { UsernameTokenLogin } from '../login/username-token.ts';
import { readBody } from '../read-body.ts';
import { DEVICE_ANSWERS, OPERATIONS_WITHOUT_LOGIN } from './device-answers.ts';
import { DEVICE_PATH, MEDIA2_PATH, MEDIA_PATH, SNAPSHOT_PATH, type DeviceModel } from './device-model.ts';
import { MEDIA_ANSWERS } from './media-answers.ts';
import { MEDIA2_ANSWERS } from './media2-answers.ts';
import { envelope, faultEnvelope, readSoap, SoapFault } from './soap.ts';

const LARGEST_SOAP_BYTES = 1_048_576;

export type OnvifServerOptions = {
  readonly model: DeviceModel;
  readonly credentials: () => Credentials;
  /** How SOAP requests must log in; the snapshot always wants HTTP Digest. */
  readonly soapLogin: 'username-token' | 'http-digest';
  readonly snapshot: () => Promise<Buffer>;
  /** No ONVIF is spoken here at the moment. */
  readonly isMissing: () => boolean;
  /** PEM of key and certificate, where TLS is spoken. */
  readonly tls: string | undefined;
};

/** A camera's HTTP port: the ONVIF device and media services, and the snapshot. */
export class OnvifServer {
  readonly #options: OnvifServerOptions;
  readonly #server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;
  readonly #tokenLogin: UsernameTokenLogin;
  readonly #digestLogin: DigestLogin;

  constructor(options: OnvifServerOptions) {
    this.#options = options;
    const { credentials, model } = options;
    this.#tokenLogin = new UsernameTokenLogin(credentials, model.deviceNowMs);
    const lifetime = { qop: true, nonceLifetimeMs: 5 * 60_000 };
    this.#digestLogin = new DigestLogin({ realm: 'virtual-camera', ...lifetime, credentials });
    const answer: RequestListener = (request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    };
    const { tls } = options;
    this.#server =
      tls === undefined ? createServer(answer) : createTlsServer({ key: tls, cert: tls }, answer);
    this.#server.requestTimeout = 30_000;
  }

  async open(port: number, host: string): Promise<number> {
    return listen(this.#server, port, host);
  }

  /** From the next connection on; only where TLS is spoken. */
  answerWith(pem: string): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ key: pem, cert: pem });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await closeServer(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    if (path === SNAPSHOT_PATH && request.method === 'GET') return this.#answerSnapshot(request, response);
    const isService =
      path === DEVICE_PATH || path === MEDIA_PATH || (path === MEDIA2_PATH && this.#options.model.hasMedia2);
    if (!isService || this.#options.isMissing()) return void response.writeHead(404).end();
    if (request.method !== 'POST') return void response.writeHead(405, { Allow: 'POST' }).end();
    const body = await readBody(request, LARGEST_SOAP_BYTES);
    if (body === undefined) return void response.writeHead(413, { Connection: 'close' }).end();
    const soap = { 'Content-Type': 'application/soap+xml; charset=utf-8' };
    try {
      const answer = this.#soapAnswer(path, body.toString('utf8'), request, response);
      response.writeHead(200, soap).end(answer);
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
      response.writeHead(error.httpStatus, soap).end(faultEnvelope(error));
    }
  }

  #soapAnswer(path: string, text: string, request: IncomingMessage, response: ServerResponse): string {
    const soap = readSoap(text);
    const { model } = this.#options;
    if (!OPERATIONS_WITHOUT_LOGIN.has(soap.operation)) {
      if (this.#options.soapLogin === 'http-digest') this.#requireDigest(request, response);
      else {
        const refusal = this.#tokenLogin.refusal(soap.token);
        if (refusal !== undefined) throw new SoapFault('ter:NotAuthorized', refusal);
      }
    }
    const answers =
      path === DEVICE_PATH ? DEVICE_ANSWERS : path === MEDIA_PATH ? MEDIA_ANSWERS : MEDIA2_ANSWERS;
    const answer = answers.get(soap.operation);
    if (answer === undefined)
      throw new SoapFault('ter:ActionNotSupported', `${soap.operation} is not supported`);
    return envelope(answer(model, soap.body));
  }

  #requireDigest(request: IncomingMessage, response: ServerResponse): void {
    const result = this.#digestLogin.check(
      request.headers.authorization,
      request.method ?? '',
      request.url ?? '',
    );
    if (result === 'granted') return;
    response.setHeader('WWW-Authenticate', this.#digestLogin.challenge(result === 'stale'));
    throw new SoapFault('ter:NotAuthorized', 'HTTP Digest login is required', 401);
  }

  async #answerSnapshot(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = this.#digestLogin.check(request.headers.authorization, 'GET', request.url ?? '');
    if (result !== 'granted' && !this.#isBasic(request.headers.authorization)) {
      const challenges = [this.#digestLogin.challenge(result === 'stale'), 'Basic realm="virtual-camera"'];
      return void response.writeHead(401, { 'WWW-Authenticate': challenges }).end();
    }
    if (!this.#options.model.profiles().some(({ picture }) => picture !== undefined)) {
      return void response.writeHead(404).end();
    }
    const jpeg = await this.#options.snapshot();
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }).end(jpeg);
  }

  #isBasic(authorization: string | undefined): boolean {
    const { username, password } = this.#options.credentials();
    return authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}
