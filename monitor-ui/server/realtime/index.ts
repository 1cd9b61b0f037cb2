export { RealtimeServer, type RealtimeParts } from './realtime-server.ts';
