/** An address that is no `rtsp://` URL. The message never repeats the address: it may hold a password. */
export class StreamAddressError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StreamAddressError';
  }
}

/** The `rtsp://` URL in the one form that may be written into an ffconcat script: parsed, percent-encoded, no quotes. */
export function parseStreamAddress(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new StreamAddressError('the stream address is no URL');
  }
  if (parsed.protocol !== 'rtsp:') {
    throw new StreamAddressError(
      `the stream address begins with ${parsed.protocol}// where only rtsp:// is allowed`,
    );
  }
  if (parsed.hostname === '') throw new StreamAddressError('the stream address names no host');
  return parsed;
}

/**
 * Frames ffmpeg looks at before it begins, after it knows all else. By itself it takes 20 to guess a frame rate nobody asks
 * for, 0.8 s at 25 pictures a second, in which nothing is written; three show whether pictures come out of order.
 */
export const looksAtFrames = 3;

export interface StreamOptions {
  /** Leaves the other kinds of track at the device. */
  readonly only?: 'video' | 'audio' | undefined;
}

/**
 * The script ffmpeg reads on stdin instead of an address in its arguments, where every user of the machine could read
 * the password. RTSP options must stand here too: those in the arguments reach the concat demuxer only.
 */
export function streamScript(url: string, options: StreamOptions = {}): string {
  const address = parseStreamAddress(url).href.replace(/[^\x21-\x7e]|['"\\]/g, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  const lines = [
    'ffconcat version 1.0',
    `file '${address}'`,
    'option rtsp_transport tcp',
    'option timeout 5000000',
    'option analyzeduration 500000',
    `option fpsprobesize ${looksAtFrames}`,
    ...(options.only === undefined ? [] : [`option allowed_media_types ${options.only}`]),
  ];
  return lines.join('\n') + '\n';
}

/** Takes a stream's secrets out of a line of text, in every form ffmpeg may print them. */
export function redactor(url: string): (text: string) => string {
  const { username, password } = parseStreamAddress(url);
  const secrets = [password, decode(password), username + ':' + password]
    .filter((secret) => secret.length > 0)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text.replace(/\/\/[^/@\s']*@/g, '//***@');
    for (const secret of secrets) clean = clean.replaceAll(secret, '***');
    return clean;
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
