import { fetchObjects } from '../ingest/stripe/fetch.ts';
import { recordEvents } from '../ingest/stripe/inbox.ts';
import { type Job, stripeOf } from './job.ts';

export const fetchFromStripe: Job = {
  name: 'fetch-from-stripe',
  meaning: "Records Stripe's events, and reads what they are about from Stripe as it stands by now.",
  about: 'everything',
  async run(run) {
    const recorded = await recordEvents(run);
    // Without an event there is nothing to ask, so that whoever has no Stripe has no failing job either.
    const fetched = await fetchObjects({ ...run, stripe: () => stripeOf(run), onProgress: run.progress });
    return { recorded, ...fetched };
  },
};
