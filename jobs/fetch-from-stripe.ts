import { fetchObjects } from '../ingest/stripe/fetch.ts';
import { recordEvents } from '../ingest/stripe/inbox.ts';
import { type Job, requireStripe } from './job.ts';

export const fetchFromStripe: Job = {
  name: 'fetch-from-stripe',
  meaning: "Records Stripe's events and reads the current state of the objects they concern from Stripe.",
  about: 'everything',
  async run(run) {
    const recorded = await recordEvents(run);
    // The client is requested only if there is an event, so the job does not fail for an installation without Stripe.
    const fetched = await fetchObjects({ ...run, stripe: () => requireStripe(run), onProgress: run.progress });
    return { recorded, ...fetched };
  },
};
