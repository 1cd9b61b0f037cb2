/** What the installer puts under `monitors:` in the recorder's YAML: where the monitor is, and the one-time code. */
export function recorderConfigurationLines(
  address: { readonly protocol: string; readonly host: string },
  code: string,
): string {
  const scheme = address.protocol === 'https:' ? 'wss' : 'ws';
  return `  - url: ${scheme}://${address.host}\n    enrolmentCode: ${code}`;
}
