/** The name of the format, as the manifest has it and the monitor signs it. */
export const evidenceFormat = 'minh-bach-evidence/1';
