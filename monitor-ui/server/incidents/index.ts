export { foldedText } from './folded-text.ts';
export { incidentRoutes } from './incident-routes.ts';
export { incidentSchema } from './incident-schema.ts';
export { asSeenBy, Incidents, type IncidentFact } from './incidents.ts';
