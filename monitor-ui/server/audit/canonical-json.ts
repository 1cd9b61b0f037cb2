type Scalar = string | number | boolean;

/** RFC 8785 for flat objects of texts, whole numbers and booleans: keys in UTF-16 order, no spaces. */
export function canonicalJson(fields: Readonly<Record<string, Scalar>>): string {
  const pairs = Object.keys(fields)
    .sort()
    .map((key) => {
      const value = fields[key];
      if (typeof value === 'number' && !Number.isSafeInteger(value)) {
        throw new RangeError(`${key} is ${value}: audit numbers are whole`);
      }
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    });
  return `{${pairs.join(',')}}`;
}
