/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
}

/** Something that mostly fits a JSON schema, as somebody would send who tries what happens. `anyId` for every id. */
export function sampleOf(of: unknown, random: () => number, anyId: () => string): unknown {
  const schema = of as Schema;
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return sampleOf(pick(choices), random, anyId);
  switch (Array.isArray(schema.type) ? pick(schema.type as readonly string[]) : schema.type) {
    case 'object': {
      const made: Record<string, unknown> = {};
      for (const [name, part] of Object.entries(schema.properties ?? {})) {
        if (schema.required?.includes(name) === true || random() < 0.6)
          made[name] = sampleOf(part, random, anyId);
      }
      return made;
    }
    case 'array': {
      const length = Math.max(schema.minItems ?? 0, Math.floor(random() * 3));
      return Array.from({ length }, () => sampleOf(schema.items ?? {}, random, anyId));
    }
    case 'integer':
    case 'number':
      return numberWithin(schema, random);
    case 'boolean':
      return random() < 0.5;
    case 'string':
      if (schema.format === 'uuid') return anyId();
      return 'không cần giữ nữa'.padEnd(schema.minLength ?? 0, 'x');
    case 'null':
      return null;
    default:
      return pick<unknown>([Date.now() - 86_400_000, Date.now() - 1_000, 'một lý do', anyId(), 1, true]);
  }
}

function numberWithin({ minimum = 0, maximum }: Schema, random: () => number): number {
  const low = Math.max(minimum, -1e9);
  return random() < 0.5 ? low : Math.floor(low + random() * (Math.min(maximum ?? 1e12, 1e12) - low));
}
