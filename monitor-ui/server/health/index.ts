export { healthHandlers } from './health-routes.ts';
export { metricsHandler, metricsRegistry, type MetricSource } from './metrics.ts';
