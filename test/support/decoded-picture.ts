import { spawnSync } from 'node:child_process';

/** What a decoder makes of a file that holds one picture track: its size and how many frames come out. */
export function decodedPicture(mp4: Buffer): { widthPx: number; heightPx: number; frames: number } {
  const shown = ['-show_entries', 'stream=width,height,nb_read_frames', '-of', 'csv=p=0'];
  const run = spawnSync('ffprobe', ['-v', 'error', '-count_frames', ...shown, '-i', 'pipe:0'], {
    input: mp4,
  });
  const [widthPx = 0, heightPx = 0, frames = 0] = run.stdout.toString().trim().split(',').map(Number);
  return { widthPx, heightPx, frames };
}
