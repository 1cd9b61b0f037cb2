export type Command =
  | 'toggle'
  | 'pause'
  | 'forward'
  | 'backward'
  | 'step'
  | 'step-back'
  | 'on-5'
  | 'back-5'
  | 'day-start'
  | 'day-end'
  | 'mark-in'
  | 'mark-out'
  | 'bookmark'
  | 'zoom-in'
  | 'zoom-out'
  | 'mute'
  | 'jump'
  | 'help'
  | 'camera-1'
  | 'camera-2'
  | 'camera-3'
  | 'camera-4';

const keys: Readonly<Record<string, Command>> = {
  ' ': 'toggle',
  k: 'pause',
  l: 'forward',
  j: 'backward',
  '.': 'step',
  ',': 'step-back',
  ArrowRight: 'on-5',
  ArrowLeft: 'back-5',
  Home: 'day-start',
  End: 'day-end',
  i: 'mark-in',
  o: 'mark-out',
  b: 'bookmark',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '−': 'zoom-out',
  m: 'mute',
  g: 'jump',
  t: 'jump',
  '?': 'help',
  '1': 'camera-1',
  '2': 'camera-2',
  '3': 'camera-3',
  '4': 'camera-4',
};

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key means on the playback page; undefined for keys that are the browser's. */
export function commandOf(press: Press): Command | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  return keys[press.key.length === 1 ? press.key.toLowerCase() : press.key];
}

/** Keys typed into a field, a menu or a dialog are not commands; Space and Enter on a button press it. */
export function isForElsewhere(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null) return true;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return true;
  return (key === ' ' || key === 'Enter') && target.closest('button, a') !== null;
}
