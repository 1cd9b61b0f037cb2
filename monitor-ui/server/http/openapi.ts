import { z } from 'zod';
import { problemSchema } from '@minhbach/shared/protocol';
import { roleMay, type Action } from '../access/index.ts';
import { roleSchema } from '@minhbach/shared/protocol';
import type { Route } from './route.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The API as OpenAPI 3.1, whose schemas are JSON Schema 2020-12: exactly what zod writes. */
export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Minh Bạch monitor',
      version: '1',
      description:
        'Times are RFC 3339 or UTC milliseconds on the way in, UTC milliseconds on the way out. Writes need the Origin header of this monitor. Refusals are RFC 9457 problems.',
    },
    servers: [{ url: '/api/v1' }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'minhbach' },
        apiKey: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
    paths,
  };
}

function operation(route: Route): Record<string, unknown> {
  const { action, answer } = route;
  return {
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    security: securityOf(route),
    ...(action === 'public' || action === 'signed-in'
      ? {}
      : { description: `Action \`${action}\`: ${rolesOf(action).join(', ') || 'nobody'}.` }),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input') } },
      },
    }),
    ...(route.reads !== undefined && {
      requestBody: { required: true, content: { [route.reads]: {} } },
    }),
    responses: {
      [answer.status]: {
        description: route.summary,
        ...(answer.schema === 'none'
          ? {}
          : answer.schema === 'stream'
            ? { content: { [answer.contentType]: {} } }
            : { content: { 'application/json': { schema: jsonSchema(answer.schema, 'output') } } }),
      },
      default: {
        description: 'A refusal.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** One of these is enough; none for what anybody may read. */
function securityOf({ action, handleWithKey }: Route): object[] {
  if (action === 'public') return [];
  return [{ session: [] }, ...(handleWithKey === undefined ? [] : [{ apiKey: [] }])];
}

function rolesOf(action: Action): readonly string[] {
  return roleSchema.options.filter((role) => roleMay(role, action));
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = schema === undefined ? {} : jsonSchema(schema, 'input');
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const written = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // The document names its dialect once.
  delete written.$schema;
  return written;
}
