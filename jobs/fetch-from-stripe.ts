import type Stripe from 'stripe';
import { fetchObjects } from '../ingest/stripe/fetch.ts';
import { recordEvents } from '../ingest/stripe/inbox.ts';
import { type Job, requireStripe } from './job.ts';
import { reportAccountChanges } from './payout-accounts/report-changes.ts';

export const fetchFromStripe: Job = {
  name: 'fetch-from-stripe',
  meaning: "Records Stripe's events and reads the current state of the objects they concern from Stripe.",
  about: 'everything',
  async run(run) {
    const recorded = await recordEvents(run);
    let isWaiting = false;
    // The client is requested only if there is an event, so the job does not fail for an installation without Stripe.
    const stripe = (): Stripe => {
      isWaiting = true;
      return requireStripe(run);
    };
    let account_changes = 0;
    const fetched = await fetchObjects({ ...run, stripe, onProgress: run.progress }).finally(async () => {
      // One object that cannot be read does not delay what the others have changed.
      if (isWaiting) account_changes = await reportAccountChanges(run);
    });
    return { recorded, ...fetched, ...(account_changes > 0 && { account_changes }) };
  },
};
