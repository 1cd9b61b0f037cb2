export type { AlarmSettings } from './alarm-settings.ts';
export { isLoopback, type MonitorSettings } from './monitor-settings.ts';
export { readSettings } from './read-settings.ts';
export { SettingsError } from '@minhbach/shared/settings';
