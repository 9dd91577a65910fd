import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import project from '../../package.json' with { type: 'json' };
import { PERMISSIONS, type Permission } from '../auth/permissions.ts';
import { OUTSIDE_PATHS, OUTSIDE_SCHEMAS, OUTSIDE_SECURITY } from './openapi-outside.ts';
import { PROBLEM_TYPE, Problem } from './problems.ts';

const TAGS = {
  statements: 'Statements that were issued, and their documents.',
  creators: 'What a creator is owed and was paid.',
  periods: 'Months, and how they were closed.',
  payouts: 'Payouts of a period, on their way to Stripe.',
  reconciliations: "Our ledger against Stripe's records.",
  marts: 'Tables for analysts.',
  jobs: 'Scheduled work and its runs.',
  keys: 'Keys of this API, for the command line of the machine alone.',
  events: "The event gateway, in RudderStack's protocol.",
  webhooks: "Stripe's webhooks.",
  probes: 'Liveness and readiness.',
} as const;

/** Serves OpenAPI 3.1 at /openapi.json, made from the very schemas that check requests; to be called before the routes are. */
export function describe(app: FastifyInstance): void {
  app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Tantieme',
        version: project.version,
        description: project.description,
        license: { name: project.license, identifier: project.license },
      },
      servers: [{ url: '/' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'rk_{id}_{secret}' } } },
      security: [{ key: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: { ...schema, ...forWhom(route.config?.permission) }, url }),
    transformObject: (document) =>
      'openapiObject' in document ? completed(document.openapiObject as OpenAPIV3_1.Document) : document.swaggerObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

function completed(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const { components = {}, paths = {} } = document;
  for (const path of Object.values(paths)) {
    for (const operation of [path?.get, path?.post, path?.delete]) if (operation) complete(operation);
  }
  const description = 'Why it could not be done.';
  return {
    ...document,
    components: {
      ...components,
      schemas: { ...components.schemas, ...OUTSIDE_SCHEMAS },
      securitySchemes: { ...components.securitySchemes, ...OUTSIDE_SECURITY },
      responses: {
        Problem: { description, content: { [PROBLEM_TYPE]: { schema: Problem as OpenAPIV3_1.SchemaObject } } },
      },
    },
    paths: { ...paths, ...(OUTSIDE_PATHS as OpenAPIV3_1.PathsObject) },
  };
}

/** Who has the permission of a route, as the table of permissions says. */
function forWhom(permission: Permission | undefined): object {
  return permission === undefined ? {} : { 'x-roles': PERMISSIONS[permission] };
}

/** Whatever is no success is a problem, and what has a default need not be given. */
function complete(operation: OpenAPIV3_1.OperationObject): void {
  const problem = { $ref: '#/components/responses/Problem' };
  operation.responses = { ...operation.responses, '4XX': problem, default: problem };
  for (const parameter of operation.parameters ?? []) {
    if ('schema' in parameter && hasDefault(parameter.schema)) parameter.required = false;
  }
  const body = operation.requestBody;
  if (!body || '$ref' in body) return;
  for (const content of Object.values(body.content)) {
    const { schema } = content;
    if (!schema || !('properties' in schema)) continue;
    const required = (schema.required ?? []).filter((name) => !hasDefault(schema.properties?.[name]));
    const { required: _, ...others } = schema;
    content.schema = required.length > 0 ? { ...others, required } : others;
  }
}

function hasDefault(schema: object | undefined): boolean {
  return schema !== undefined && 'default' in schema;
}
