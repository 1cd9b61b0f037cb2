const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `3.4 GB`, with the language's decimal mark. Decimal units, as disks are sold. */
export function formatBytes(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 99.5 ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return `${number} ${units[unit] ?? ''}`;
}
