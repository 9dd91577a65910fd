import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { storeEvent } from '../../ingest/stripe/inbox.ts';
import { type ReceivedEvent, snapshotEvent, thinEvent } from '../../ingest/stripe/received-event.ts';
import {
  type Delivery,
  requireSignedEvent,
  requireSignedNotification,
  type Verification,
} from '../../ingest/stripe/signature.ts';
import type { Services } from '../../jobs/job.ts';
import { problem } from './problems.ts';

export interface StripeWebhookOptions {
  readonly services: Services;
  readonly secrets: readonly string[];
}

/** The longest event; Stripe names no bound, and its events have some kilobytes. */
const MAX_EVENT_BYTES = 1024 * 1024;

/**
 * Stripe's webhooks: snapshot events, and thin ones at an address of their own, for their bodies differ. 200 means that
 * the event is kept, whether now or before. Whatever else is answered, it is not, and Stripe delivers it again for three days.
 * Register it without fastify-plugin: its parser, which leaves the signed bytes as they came, is its own.
 */
export const stripeWebhooks: FastifyPluginAsync<StripeWebhookOptions> = async (app, { services, secrets }) => {
  const { operational, clock } = services;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_EVENT_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('onRequest', async (_request, reply) => {
    // Not logged as an error: anybody can send requests here.
    if (secrets.length === 0) return problem(reply, 503, NOT_SET_UP);
  });

  const taker =
    (read: (delivery: Delivery, verification: Verification) => ReceivedEvent) => async (request: FastifyRequest) => {
      const delivery = deliveryOf(request);
      const event = read(delivery, { secrets, clock });
      await storeEvent(operational, { event, body: Buffer.from(delivery.body).toString(), clock });
      return { received: true };
    };
  app.post(
    '/v1/stripe/webhook',
    taker((delivery, verification) => snapshotEvent(requireSignedEvent(delivery, verification))),
  );
  app.post(
    '/v1/stripe/webhook/thin',
    taker((delivery, verification) => thinEvent(requireSignedNotification(delivery, verification))),
  );
};

const NOT_SET_UP = "Stripe's events are not taken here: set STRIPE_WEBHOOK_SECRET.";

function deliveryOf({ body, headers }: FastifyRequest): Delivery {
  const signature = headers['stripe-signature'];
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    signature: Array.isArray(signature) ? signature.join() : signature,
  };
}
