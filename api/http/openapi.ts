import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import project from '../../package.json' with { type: 'json' };
import { needsSecondFactor, PERMISSIONS, type Permission } from '../auth/permissions.ts';
import { OUTSIDE_PATHS, OUTSIDE_SCHEMAS, OUTSIDE_SECURITY } from './openapi-outside.ts';
import { PROBLEM_TYPE, Problem } from './problems.ts';

const TAGS = {
  statements: 'Issued statements and their documents.',
  documents: 'Everything that is issued, of every kind.',
  creators: 'The earnings, balances and payouts of creators.',
  developers: 'What developers used, paid and bought, and the events that name them.',
  periods: 'Calendar months, their closings and totals.',
  exceptions: 'What cannot be booked yet, and its acknowledgement by finance.',
  corrections: 'Corrections of what was reported, proposed by one person and approved by another.',
  payouts: 'The payouts of a period and their status.',
  'payout-accounts': "The creators' connected accounts at Stripe, and what Stripe requires of them.",
  invoices: 'Self-billing invoices and credit notes for creators, and invoices to developers for metered use.',
  tax: 'Tax profiles of creators: the forms that they have given. TINs, dates of birth and account numbers are masked.',
  reconciliations: "The comparison of our ledger with Stripe's records.",
  marts: 'Tables for analysis.',
  dashboards: 'Figures of the marketplace, for charts.',
  jobs: 'Jobs and their runs.',
  operations: 'For operators: the stores, what waits to be loaded, and the quarantine.',
  keys: 'API keys: people manage their own, administrators and the command line of the machine all.',
  apps: 'Apps of partners (OAuth 2.1), and what people have allowed them.',
  me: 'The account of the person who has logged in: language, mails, passkeys.',
  people: 'Who may log in, with which roles; and the log of what was done.',
  public: 'What anybody may ask without a key.',
  events: "The event gateway, with RudderStack's protocol.",
  webhooks: "Stripe's webhooks.",
  probes: 'Liveness and readiness.',
} as const;

/** Serves OpenAPI 3.1 at /openapi.json, generated from the schemas that validate requests; call it before adding routes. */
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
    transform: ({ schema, url, route }) => ({ schema: { ...schema, ...rolesFor(route.config?.permission) }, url }),
    transformObject: (document) =>
      'openapiObject' in document ? completed(document.openapiObject as OpenAPIV3_1.Document) : document.swaggerObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

function completed(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const { components = {}, paths = {} } = document;
  for (const path of Object.values(paths)) {
    for (const operation of [path?.get, path?.post, path?.put, path?.delete]) if (operation) complete(operation);
  }
  const description = 'The reason why the request failed.';
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

/** The permission of a route, the roles that have it, and whether people need a second factor for it. */
function rolesFor(permission: Permission | undefined): object {
  if (permission === undefined) return {};
  const second = needsSecondFactor({ permission }) && { 'x-second-factor': true };
  return { 'x-permission': permission, 'x-roles': PERMISSIONS[permission], ...second };
}

/** Adds the problem responses, and makes parameters and properties with a default optional. */
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
