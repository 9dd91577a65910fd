import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvents } from '../../../ingest/stripe/inbox.ts';
import { Prng } from '../../support/marketplace/prng.ts';
import { eventAbout } from '../../support/stripe/webhooks.ts';
import { type InboxWorld, openInboxWorld } from './inbox-world.ts';
