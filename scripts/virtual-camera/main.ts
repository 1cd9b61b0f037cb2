import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import {
  startControlServer,
  startVirtualCamera,
  VirtualCameraError,
  type EncodeReport,
  type VirtualCameraOptions,
} from './index.ts';
import { SOUND_KINDS } from './media/sound-recipe.ts';

type CommandLine = {
  readonly cameras: string;
  readonly kind: NonNullable<VirtualCameraOptions['picture']>;
  readonly audio: NonNullable<VirtualCameraOptions['sound']> | 'click';
  readonly soundOnly: boolean;
  readonly sub: boolean;
  readonly media2: boolean;
  readonly host: string;
  readonly portBase: string;
  readonly controlPort: string;
  readonly username: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly tls?: string;
  readonly soapLogin: NonNullable<VirtualCameraOptions['soapLogin']>;
  readonly discoveryInterface: string;
  readonly start: NonNullable<VirtualCameraOptions['start']>;
  readonly name: string;
  readonly cache: string;
  readonly footage?: string;
};

const program = new Command('virtual-camera')
  .description(
    'Serves ONVIF cameras and microphones that are not there: discovery, SOAP, RTSP, and faults on demand.',
  )
  .option('--cameras <n>', 'how many to serve', '1')
  .addOption(
    new Option('--kind <kind>', 'picture of the main stream')
      .choices(['h264', 'h264-720p', 'h265'])
      .default('h264'),
  )
  .addOption(
    new Option('--audio <kind>', 'sound; click is G.711 A-law with a click at the start of every second')
      .choices([...SOUND_KINDS, 'click', 'none'])
      .default('g711a'),
  )
  .option('--sound-only', 'no picture: a microphone', false)
  .option('--no-sub', 'no sub-stream')
  .option('--no-media2', 'without the second media service (H.265 is then not offered)')
  .option('--name <name>', 'name of the device; numbered when there are several', 'camera')
  .option('--host <address>', 'IPv4 address to listen on', '127.0.0.1')
  .option(
    '--port-base <port>',
    'camera n takes ONVIF port base+2n and RTSP port base+2n+1; 0 takes free ones',
    '0',
  )
  .option('--control-port <port>', 'port of the control server on 127.0.0.1; 0 takes a free one', '0')
  .option('--username <name>', 'login of all cameras', 'admin')
  .option('--password <text>', 'better given in the environment as VIRTUAL_CAMERA_PASSWORD, or as a file')
  .option('--password-file <file>', 'file with the password in its first line')
  .addOption(
    new Option('--soap-login <way>').choices(['username-token', 'http-digest']).default('username-token'),
  )
  .option('--tls <file>', 'speak ONVIF over TLS, with the private key and certificate in this PEM file')
  .option('--discovery-interface <address>', 'be found on this interface only, on all, or off', 'all')
  .addOption(
    new Option('--start <where>', 'where a stream begins')
      .choices(['keyframe', 'mid-gop'])
      .default('keyframe'),
  )
  .option('--cache <directory>', 'where encoded media are kept', '.cache/virtual-camera')
  .option('--footage <file>', "the footage to show; Debian's opencv-doc has the default")
  .allowExcessArguments(false)
  .exitOverride();

function say(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(line));
}

function wholeNumber(option: string, text: string, smallest: number, largest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= smallest && value <= largest) return value;
  const message = `${option} must be a whole number from ${smallest} to ${largest}, not "${text}"`;
  throw new VirtualCameraError('options-invalid', message);
}

async function readGiven(option: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new VirtualCameraError('options-invalid', `${option}: ${file} cannot be read`, { cause });
  });
}

async function passwordFrom(given: CommandLine): Promise<string> {
  const { passwordFile } = given;
  if (passwordFile !== undefined) {
    return (await readGiven('--password-file', passwordFile)).split('\n')[0] ?? '';
  }
  const known = given.password ?? process.env['VIRTUAL_CAMERA_PASSWORD'];
  if (known !== undefined) return known;
  const generatedPassword = randomBytes(9).toString('base64url');
  say({ event: 'password', generatedPassword });
  return generatedPassword;
}

async function serve(given: CommandLine, signal: AbortSignal): Promise<void> {
  const count = wholeNumber('--cameras', given.cameras, 1, 256);
  const portBase = wholeNumber('--port-base', given.portBase, 0, 65_535 - 2 * count);
  const controlPort = wholeNumber('--control-port', given.controlPort, 0, 65_535);
  const tls = given.tls === undefined ? undefined : await readGiven('--tls', given.tls);
  const password = await passwordFrom(given);
  const onEncoded = (report: EncodeReport) => say({ event: 'encoded', ...report });
  const { audio, discoveryInterface } = given;
  const starting = Array.from({ length: count }, async (_, index) =>
    startVirtualCamera(
      {
        name: count === 1 ? given.name : `${given.name}-${index + 1}`,
        host: given.host,
        onvifPort: portBase === 0 ? 0 : portBase + 2 * index,
        rtspPort: portBase === 0 ? 0 : portBase + 2 * index + 1,
        picture: given.soundOnly ? 'none' : given.kind,
        sound: audio === 'click' ? 'g711a' : audio,
        soundContent: audio === 'click' ? 'click' : 'speech',
        hasSubStream: given.sub,
        hasMedia2: given.media2,
        username: given.username,
        password,
        soapLogin: given.soapLogin,
        tls,
        discovery: discoveryInterface,
        start: given.start,
        phaseMs: (40_000 / count) * index,
        cacheDirectory: given.cache,
        footageFile: given.footage,
      },
      signal,
      onEncoded,
    ),
  );
  const cameras = await Promise.all(starting);
  for (const { name, uuid, onvifAddress, rtspUrls, epochUtcMs } of cameras) {
    say({ event: 'serving', name, uuid, onvifAddress, rtspUrls, username: given.username, epochUtcMs });
  }
  const control = await startControlServer(cameras, controlPort, signal);
  say({ event: 'ready', cameras: cameras.length, control: control.address });
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
try {
  await serve(program.parse().opts<CommandLine>(), stop.signal);
} catch (error) {
  const wasStopped = stop.signal.aborted;
  stop.abort();
  if (!wasStopped) process.exitCode = exitCodeAfter(error);
}

/** Says what was wrong, unless commander has done so. Asking for help is not wrong. */
function exitCodeAfter(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  console.error(error instanceof VirtualCameraError ? error.message : error);
  return 2;
}
