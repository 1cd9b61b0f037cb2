export * from './read-settings.ts';
export type { CameraNetworks, MonitorSettings, RecorderSettings } from './recorder-settings.ts';
export { uploadHoursPattern } from './upload-hours-pattern.ts';
export { SettingsError } from '@minhbach/shared/settings';
