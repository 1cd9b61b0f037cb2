import { dayMs, startOfLocalDay } from '../timeline/index.ts';
import type { Command } from './key-commands.ts';
import type { PlaybackSession } from './playback-session.ts';

/** What a command does to the page itself, beside playing. */
export interface PageActs {
  zoom(factor: number): void;
  markIn(): void;
  markOut(): void;
  bookmark(): void;
  open(dialog: 'jump' | 'help'): void;
}

export function runCommand(command: Command, session: PlaybackSession, acts: PageActs, nowMs: number): void {
  switch (command) {
    case 'toggle':
      return session.togglePlay();
    case 'pause':
      return session.snapshot.shuttle.playing ? session.pause() : session.togglePlay();
    case 'forward':
      return session.forward();
    case 'backward':
      return session.backward();
    case 'step':
      return session.step(1);
    case 'step-back':
      return session.step(-1);
    case 'on-5':
      return session.nudge(5000);
    case 'back-5':
      return session.nudge(-5000);
    case 'day-start':
      return session.seek(startOfLocalDay(session.positionMs));
    case 'day-end':
      return session.seek(Math.min(startOfLocalDay(session.positionMs) + dayMs - 1000, nowMs - 3000));
    case 'mark-in':
      return acts.markIn();
    case 'mark-out':
      return acts.markOut();
    case 'bookmark':
      return acts.bookmark();
    case 'zoom-in':
      return acts.zoom(0.5);
    case 'zoom-out':
      return acts.zoom(2);
    case 'mute':
      return session.setMuted(!session.snapshot.muted);
    case 'jump':
    case 'help':
      return acts.open(command);
    case 'camera-1':
    case 'camera-2':
    case 'camera-3':
    case 'camera-4': {
      const cameras = session.snapshot.sources.filter(({ kind }) => kind === 'camera');
      const camera = cameras[Number(command.slice(-1)) - 1];
      if (camera !== undefined) session.setLead(camera.id);
    }
  }
}
