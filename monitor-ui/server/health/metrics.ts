import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Figures for the operator. None names a person, a counter or a complaint. */
export interface MetricSource {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

export function metricsRegistry(sources: readonly MetricSource[], prefix = 'minhbach_monitor_'): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  for (const { name, help, read } of sources) {
    new Gauge({
      name: `${prefix}${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
  return registry;
}

/** With a token, only for who shows it; others are told that there is nothing. */
export function metricsHandler(registry: Registry, bearerToken?: string): RequestHandler {
  return async (request, response, next) => {
    if (bearerToken !== undefined && !isBearer(request.headers.authorization, bearerToken)) {
      next();
      return;
    }
    response.type(registry.contentType).send(await registry.metrics());
  };
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return header !== undefined && timingSafeEqual(digest(header), digest(`Bearer ${token}`));
}
