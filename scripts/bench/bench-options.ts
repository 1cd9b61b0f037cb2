import { parseArgs } from 'node:util';

/** `--name 12` pairs, whole numbers only, with their defaults; throws one sentence for anything else. */
export function readNumbers<Names extends string>(
  argv: readonly string[],
  defaults: Readonly<Record<Names, number>>,
): Readonly<Record<Names, number>> {
  const names = Object.keys(defaults) as Names[];
  const { values } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const numbers: Record<Names, number> = { ...defaults };
  for (const name of names) {
    const text = values[name];
    if (text === undefined) continue;
    if (typeof text !== 'string' || !/^\d+$/.test(text)) throw new RangeError(`--${name} is a whole number`);
    numbers[name] = Number(text);
  }
  return numbers;
}
