import type { OpenAPIV3_1 } from 'openapi-types';
import { SINGLE_TYPES } from '../../ingest/gateway/batch.ts';

export const OUTSIDE_SCHEMAS: Record<string, OpenAPIV3_1.SchemaObject> = {
  Event: {
    type: 'object',
    description: "An event as RudderStack's SDKs send it; the events that are loaded are declared in ingest/events/.",
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
      db: { type: 'string', enum: ['UP', 'DOWN'], description: 'Whether the spool and the control store are usable.' },
      acceptingEvents: { type: 'string', enum: ['TRUE', 'FALSE'], description: 'Whether the spool accepts events.' },
    },
    required: ['appType', 'server', 'db', 'acceptingEvents'],
  },
  Readiness: {
    type: 'object',
    properties: {
      ready: { type: 'boolean' },
      reason: { type: ['string', 'null'], description: 'Why it is not ready.' },
      backlog: {
        type: 'object',
        description: 'The accepted events that are not loaded yet.',
        properties: {
          byte_count: { type: 'integer' },
          sealed_count: { type: 'integer', description: 'How many sealed segments wait.' },
          oldest_age_ms: { type: ['integer', 'null'], description: 'How long the oldest event has waited.' },
        },
        required: ['byte_count', 'sealed_count', 'oldest_age_ms'],
      },
    },
    required: ['ready', 'reason', 'backlog'],
  },
};

const RECENT_EVENT: OpenAPIV3_1.SchemaObject = {
  type: 'object',
  properties: {
    message_id: { type: 'string' },
    event: { type: ['string', 'null'] },
    received_at: { type: 'string', format: 'date-time' },
    outcome: {
      type: 'string',
      enum: ['waiting', 'landed', 'duplicate', 'quarantined'],
      description: '`waiting`: it is stored and not loaded yet.',
    },
    reason: { type: ['string', 'null'], description: 'Why it is quarantined.' },
    has_landed: {
      type: 'boolean',
      description:
        'Whether an event with this id has landed, with this content or another; on BigQuery, in the last seven days.',
    },
  },
  required: ['message_id', 'event', 'received_at', 'outcome', 'reason', 'has_landed'],
  additionalProperties: false,
};

export const OUTSIDE_SECURITY: Record<string, OpenAPIV3_1.SecuritySchemeObject> = {
  writeKey: {
    type: 'http',
    scheme: 'basic',
    description: 'The write key of a source as the user name, with an empty password.',
  },
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

function jsonOf(schema: OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject): Content {
  return { 'application/json': { schema } };
}

function bodyOf(schema: 'Event' | 'Batch'): OpenAPIV3_1.RequestBodyObject {
  return { required: true, content: jsonOf({ $ref: `#/components/schemas/${schema}` }) };
}

/** The responses of RudderStack's gateway, which are plain text. */
const EVENT_RESPONSES: OpenAPIV3_1.ResponsesObject = {
  200: { description: 'Every event of the request is stored durably.', content: plainText('ok') },
  '4XX': {
    description: 'No event of the request is stored: the request is invalid.',
    content: plainText('Failed to read writeKey'),
  },
  '5XX': {
    description: 'No event of the request is stored: send the request again.',
    content: plainText('Service Unavailable'),
  },
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
    summary: `Accepts a ${type} event from the query of an image`,
    tags: ['events'],
    security: [{ writeKeyInQuery: [] }],
    responses: {
      200: { description: 'An image of one pixel, whether or not the event was accepted.', content: image },
    },
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
    requestBody: { required: true, content: jsonOf({ type: 'object' }) },
    responses: {
      200: { description: 'The event is stored. After any other response Stripe sends it again.', content: received },
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
    responses: { 200: { description: 'The probe succeeds.', content }, ...responses },
  };
}

/**
 * The routes that need no API key: the gateway with RudderStack's protocol, Stripe's webhooks and the probes. They are
 * described here because their bodies are defined by other systems and the routes have no schemas.
 */
export const OUTSIDE_PATHS: Record<string, Partial<Record<'get' | 'post', OpenAPIV3_1.OperationObject>>> = {
  ...Object.fromEntries(
    SINGLE_TYPES.map((type) => [
      `/v1/${type}`,
      {
        post: events({ operationId: `send${capitalized(type)}`, summary: `Accepts one ${type} event`, body: 'Event' }),
      },
    ]),
  ),
  '/v1/batch': {
    post: events({
      operationId: 'sendBatch',
      summary: 'Accepts events of any type, as the SDKs send them',
      body: 'Batch',
    }),
  },
  '/v1/import': {
    post: events({ operationId: 'sendImport', summary: 'Accepts historical events', body: 'Batch' }),
  },
  '/v1/events/recent': {
    get: {
      operationId: 'listRecentEvents',
      summary: 'What became of the last events of the source whose write key is sent, the newest first',
      description:
        'The last thousand that were accepted since the server started, and those that were quarantined in the last seven days. The key of a browser is refused.',
      tags: ['events'],
      security: [{ writeKey: [] }],
      parameters: [
        {
          name: 'limit',
          in: 'query',
          required: false,
          description: 'The maximum number of events.',
          schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
        },
      ],
      responses: {
        200: {
          description: 'The events.',
          content: jsonOf({
            type: 'object',
            properties: { data: { type: 'array', items: RECENT_EVENT } },
            required: ['data'],
          }),
        },
        '4XX': { description: 'Why the request is refused.', content: plainText('invalid write key') },
        '5XX': { description: 'The warehouse cannot be read now.', content: plainText('Service Unavailable') },
      },
    },
  },
  '/beacon/v1/batch': {
    post: {
      ...events({
        operationId: 'sendBeacon',
        summary: 'Accepts events that a page sends while it is being closed',
        body: 'Batch',
      }),
      security: [{ writeKeyInQuery: [] }],
    },
  },
  '/pixel/v1/track': { get: pixel('track') },
  '/pixel/v1/page': { get: pixel('page') },
  '/v1/webhook': {
    get: webhook('Get', 'Accepts an event that RudderStack forwards in the query'),
    post: { ...webhook('Post', 'Accepts an event that RudderStack forwards'), requestBody: bodyOf('Event') },
  },
  '/v1/stripe/webhook': {
    post: stripe({ operationId: 'receiveStripeEvent', summary: "Receives one of Stripe's snapshot events" }),
  },
  '/v1/stripe/webhook/thin': {
    post: stripe({ operationId: 'receiveStripeThinEvent', summary: "Receives one of Stripe's thin events" }),
  },
  '/health': {
    get: probe({
      operationId: 'getHealth',
      summary: 'Liveness: 200 while the process responds, even if a store is down',
      content: jsonOf({ $ref: '#/components/schemas/Health' }),
    }),
  },
  '/ready': {
    get: probe({
      operationId: 'getReadiness',
      summary: 'Readiness: 200 while the spool and the control store are usable, otherwise 503 with the reason',
      content: jsonOf({ $ref: '#/components/schemas/Readiness' }),
      responses: {
        503: {
          description: 'Why it is not ready.',
          content: jsonOf({ $ref: '#/components/schemas/Readiness' }),
        },
      },
    }),
  },
  '/metrics': {
    get: probe({
      operationId: 'getMetrics',
      summary: 'Metrics of this process in the text format of Prometheus',
      content: { 'text/plain': { schema: { type: 'string' } } },
    }),
  },
  '/version': {
    get: probe({
      operationId: 'getVersion',
      summary: 'The version of this server',
      content: jsonOf({ type: 'object', properties: { Version: { type: 'string' } }, required: ['Version'] }),
    }),
  },
};
