import { useEffect, useEffectEvent } from 'react';
import { commandOf, isForElsewhere, type Command } from './key-commands.ts';

/** Calls `run` for every key of the page that is a command. */
export function useCommands(run: (command: Command) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isForElsewhere(event.target, event.key)) return;
    const command = commandOf(event);
    if (command === undefined) return;
    event.preventDefault();
    run(command);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
