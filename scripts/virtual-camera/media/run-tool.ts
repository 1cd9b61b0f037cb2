import { spawn } from 'node:child_process';
import { VirtualCameraError } from '../virtual-camera-error.ts';

const KEPT_STDERR_CHARACTERS = 16_384;
const PACKAGE_OF: Readonly<Record<string, string>> = { ffmpeg: 'ffmpeg', 'espeak-ng': 'espeak-ng' };

/** Runs a media tool to its end and answers what it wrote on stderr. Rejects with `tool-missing` or `encode-failed`. */
export async function runTool(
  tool: 'ffmpeg' | 'espeak-ng',
  toolArguments: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, toolArguments, { stdio: ['ignore', 'ignore', 'pipe'], signal });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return reject(error);
      const hint = `install the package ${PACKAGE_OF[tool] ?? tool}`;
      reject(new VirtualCameraError('tool-missing', `${tool} was not found: ${hint}`, { cause: error }));
    });
    child.on('close', (code) => {
      if (code === 0) return resolve(stderr);
      const lines = stderr.trim().split('\n').slice(-5).join(' | ');
      reject(new VirtualCameraError('encode-failed', `${tool} ended with code ${code ?? 'none'}: ${lines}`));
    });
  });
}
