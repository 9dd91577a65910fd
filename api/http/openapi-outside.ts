import type { OpenAPIV3_1 } from 'openapi-types';
import { SINGLE_TYPES } from '../../ingest/gateway/batch.ts';

export const OUTSIDE_SCHEMAS: Record<string, OpenAPIV3_1.SchemaObject> = {
  Event: {
    type: 'object',
    description: "An event as RudderStack's SDKs write it; ingest/events/ has the ones that are kept.",
    properties: {
      type: { type: 'string', enum: [...SINGLE_TYPES] },
      event: { type: 'string', examples: ['License Purchased'] },
      messageId: { type: 'string' },
      userId: { type: 'string' },
      anonymousId: { type: 'string' },
      timestamp: { type: 'string', format: 'date-time' },
      properties: { type: 'object' },
      context: { type: 'object' },
    },
  },
  Batch: {
    type: 'object',
    properties: { batch: { type: 'array', items: { $ref: '#/components/schemas/Event' } } },
    required: ['batch'],
  },
  Health: {
    type: 'object',
    properties: {
      appType: { type: 'string', const: 'GATEWAY' },
      server: { type: 'string', const: 'UP' },
      db: { type: 'string', enum: ['UP', 'DOWN'], description: 'Whether the spool and the control store can be used.' },
      acceptingEvents: { type: 'string', enum: ['TRUE', 'FALSE'], description: 'Whether the spool takes events.' },
    },
    required: ['appType', 'server', 'db', 'acceptingEvents'],
  },
};

export const OUTSIDE_SECURITY: Record<string, OpenAPIV3_1.SecuritySchemeObject> = {
  writeKey: { type: 'http', scheme: 'basic', description: 'The write key of a source as user, without a password.' },
  writeKeyInQuery: { type: 'apiKey', in: 'query', name: 'writeKey' },
  stripeSignature: { type: 'apiKey', in: 'header', name: 'stripe-signature' },
};

interface Named {
  readonly operationId: string;
  readonly summary: string;
}

type Content = Record<string, OpenAPIV3_1.MediaTypeObject>;

function capitalized(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}

function plainText(example: string): Content {
  return { 'text/plain': { schema: { type: 'string', examples: [example] } } };
}

function bodyOf(schema: 'Event' | 'Batch'): OpenAPIV3_1.RequestBodyObject {
  return { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}

/** The answers of RudderStack's gateway, which are plain text. */
const EVENT_RESPONSES: OpenAPIV3_1.ResponsesObject = {
  200: { description: 'Every event of the request is durable.', content: plainText('ok') },
  '4XX': {
    description: 'None is: the request cannot be taken as it is.',
    content: plainText('Failed to read writeKey'),
  },
  '5XX': { description: 'None is: send the request again.', content: plainText('Service Unavailable') },
};

function events({ body, ...named }: Named & { body: 'Event' | 'Batch' }): OpenAPIV3_1.OperationObject {
  return {
    ...named,
    tags: ['events'],
    security: [{ writeKey: [] }],
    requestBody: bodyOf(body),
    responses: EVENT_RESPONSES,
  };
}

function webhook(method: 'Get' | 'Post', summary: string): OpenAPIV3_1.OperationObject {
  return {
    operationId: `forwardBy${method}`,
    summary,
    tags: ['events'],
    security: [{ writeKey: [] }, { writeKeyInQuery: [] }],
    responses: EVENT_RESPONSES,
  };
}

function pixel(type: 'track' | 'page'): OpenAPIV3_1.OperationObject {
  const image: Content = { 'image/gif': { schema: { type: 'string', format: 'binary' } } };
  return {
    operationId: `sendPixel${capitalized(type)}`,
    summary: `Takes a ${type} event from the query of an image`,
    tags: ['events'],
    security: [{ writeKeyInQuery: [] }],
    responses: { 200: { description: 'An image of one pixel, whatever became of the event.', content: image } },
  };
}

function stripe(named: Named): OpenAPIV3_1.OperationObject {
  const received: Content = {
    'application/json': {
      schema: { type: 'object', properties: { received: { type: 'boolean' } }, required: ['received'] },
    },
  };
  const problem = { $ref: '#/components/responses/Problem' };
  return {
    ...named,
    tags: ['webhooks'],
    security: [{ stripeSignature: [] }],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    responses: {
      200: { description: 'The event is kept. After any other answer Stripe sends it again.', content: received },
      '4XX': problem,
      '5XX': problem,
    },
  };
}

function probe({
  content,
  responses,
  ...named
}: Named & { content: Content; responses?: OpenAPIV3_1.ResponsesObject }): OpenAPIV3_1.OperationObject {
  return {
    ...named,
    tags: ['probes'],
    security: [],
    responses: { 200: { description: 'Yes.', content }, ...responses },
  };
}

/**
 * What is served without a key of the API: the gateway, which speaks RudderStack's protocol, Stripe's webhooks, and the
 * probes. Their routes have no schemas to make this from, because they take bodies as other systems send them.
 */
export const OUTSIDE_PATHS: Record<string, Partial<Record<'get' | 'post', OpenAPIV3_1.OperationObject>>> = {
  ...Object.fromEntries(
    SINGLE_TYPES.map((type) => [
      `/v1/${type}`,
      { post: events({ operationId: `send${capitalized(type)}`, summary: `Takes one ${type} event`, body: 'Event' }) },
    ]),
  ),
  '/v1/batch': {
    post: events({
      operationId: 'sendBatch',
      summary: 'Takes events of any type, as the SDKs send them',
      body: 'Batch',
    }),
  },
  '/v1/import': {
    post: events({ operationId: 'sendImport', summary: 'Takes events that happened long ago', body: 'Batch' }),
  },
  '/beacon/v1/batch': {
    post: {
      ...events({ operationId: 'sendBeacon', summary: 'Takes events of a page that is being left', body: 'Batch' }),
      security: [{ writeKeyInQuery: [] }],
    },
  },
  '/pixel/v1/track': { get: pixel('track') },
  '/pixel/v1/page': { get: pixel('page') },
  '/v1/webhook': {
    get: webhook('Get', 'Takes an event from a query, as RudderStack forwards it'),
    post: { ...webhook('Post', 'Takes an event as RudderStack forwards it'), requestBody: bodyOf('Event') },
  },
  '/v1/stripe/webhook': {
    post: stripe({ operationId: 'receiveStripeEvent', summary: "Takes one of Stripe's snapshot events" }),
  },
  '/v1/stripe/webhook/thin': {
    post: stripe({ operationId: 'receiveStripeThinEvent', summary: "Takes one of Stripe's thin events" }),
  },
  '/health': {
    get: probe({
      operationId: 'getHealth',
      summary: 'Liveness: 200 while the process answers, whatever is down around it',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Health' } } },
    }),
  },
  '/ready': {
    get: probe({
      operationId: 'getReadiness',
      summary: 'Readiness: 200 while the spool and the control store can be used, else 503 with the reason',
      content: plainText('ready'),
      responses: { 503: { description: 'Why it cannot.', content: plainText('The control store does not answer.') } },
    }),
  },
  '/version': {
    get: probe({
      operationId: 'getVersion',
      summary: 'The version of this server',
      content: {
        'application/json': {
          schema: { type: 'object', properties: { Version: { type: 'string' } }, required: ['Version'] },
        },
      },
    }),
  },
};
