export { DutyCalendars, dutySchema } from './duty-calendars.ts';
export { dutyRoutes, type DutyParts } from './duty-routes.ts';
