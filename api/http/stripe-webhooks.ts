import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { storeEvent } from '../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent, parseThinEvent, type ReceivedEvent } from '../../ingest/stripe/received-event.ts';
import {
  type Delivery,
  requireSignedEvent,
  requireSignedNotification,
  type Verification,
} from '../../ingest/stripe/signature.ts';
import type { Services } from '../../jobs/job.ts';
import { problem } from './problems.ts';

interface StripeWebhookOptions {
  readonly services: Services;
  readonly secrets: readonly string[];
}

/** The maximum size of an event. Stripe documents no limit; its events are a few kilobytes long. */
const MAX_EVENT_BYTES = 1024 * 1024;

/**
 * Stripe's webhooks: snapshot events, and thin events on a separate route, because their bodies differ. 200 means that the
 * event is stored, now or earlier. After any other status it is not, and Stripe delivers it again for three days.
 * Register it without fastify-plugin, so that its parser, which keeps the signed bytes unchanged, applies only here.
 */
export const stripeWebhooks: FastifyPluginAsync<StripeWebhookOptions> = async (app, { services, secrets }) => {
  const { operational, clock } = services;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_EVENT_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('onRequest', async (_request, reply) => {
    // Not logged as an error, because anyone can send requests here.
    if (secrets.length === 0) return problem(reply, 503, NOT_SET_UP);
  });

  const handlerFor =
    (read: (delivery: Delivery, verification: Verification) => ReceivedEvent) => async (request: FastifyRequest) => {
      const delivery = deliveryOf(request);
      const event = read(delivery, { secrets, clock });
      await storeEvent(operational, { event, body: Buffer.from(delivery.body).toString(), clock });
      return { received: true };
    };
  app.post(
    '/v1/stripe/webhook',
    handlerFor((delivery, verification) => parseSnapshotEvent(requireSignedEvent(delivery, verification))),
  );
  app.post(
    '/v1/stripe/webhook/thin',
    handlerFor((delivery, verification) => parseThinEvent(requireSignedNotification(delivery, verification))),
  );
};

const NOT_SET_UP = "Stripe's events cannot be accepted: no signing secret is set; set STRIPE_WEBHOOK_SECRET.";

function deliveryOf({ body, headers }: FastifyRequest): Delivery {
  const signature = headers['stripe-signature'];
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    signature: Array.isArray(signature) ? signature.join() : signature,
  };
}
