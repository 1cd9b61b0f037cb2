export { api, type CallOptions } from './api.ts';
export { ApiProblem, problemOf } from './api-problem.ts';
export {
  countersQuery,
  recordersQuery,
  sitesQuery,
  unitsQuery,
  useCounters,
  useFleetAnnouncements,
  useRecorders,
  useSites,
  useUnits,
} from './fleet-queries.ts';
export { LanguageSwitch } from './language-switch.tsx';
export { realtime, useRealtimeConnected, useRealtimeEvent, type Realtime } from './realtime.ts';
export { ServerClock, serverClock } from './server-clock.ts';
export { leaveTo } from './leave-to.ts';
export { useCounterNames, type CounterPlace } from './use-counter-names.ts';
export { useServerSeconds } from './use-server-seconds.ts';
export { meQuery, useMay, useMe, useSignOut } from './session.ts';
