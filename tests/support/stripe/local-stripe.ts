import { DAY_MS } from '../../../warehouse/clock.ts';
import type { LocalServer } from '../loopback.ts';
import { World, type WorldOptions } from './acts/act.ts';
import { type Acts, actsIn } from './acts.ts';
import type { FaultScript } from './faults.ts';
import type { Transfer } from './objects.ts';
import { type ServerOptions, serve } from './server.ts';
import { Store } from './store.ts';

export interface LocalServerOptions extends WorldOptions, Pick<ServerOptions, 'requestsPerSecondPerOperation'> {
  readonly apiKey: string;
  /** The file to which every mutation is written before its response; without it, the state is lost with the process. */
  readonly journalPath?: string;
  /** Default: any free port. */
  readonly port?: number;
  readonly faults?: FaultScript;
}

/** As Stripe is to a new platform: charges are pending for two days, and each operation is answered 25 times a second. */
export const STRIPE_LIMITS = { settlementDelayMs: 2 * DAY_MS, requestsPerSecondPerOperation: 25 } as const;

/** A local Stripe: HTTP for the platform's client, methods for what the world does by itself. */
export interface LocalStripe extends LocalServer, Acts {
  readonly apiKey: string;
  /** All transfers so far, oldest first. */
  transfers(): readonly Transfer[];
  /** The available balance of the platform, or of a connected account, in minor units of a currency in Stripe's form: `usd`. */
  balance(currency: string, account?: string): bigint;
}

/** Starts a local Stripe with the state of its journal. Throws `InvariantBroken` for an inconsistent journal. */
export async function startStripe(options: LocalServerOptions): Promise<LocalStripe> {
  const { apiKey, journalPath, port, faults = () => undefined, requestsPerSecondPerOperation } = options;
  const world = new World(new Store(journalPath), options);
  const server = await serve(world, { apiKey, port, faults, requestsPerSecondPerOperation });
  return {
    ...server,
    ...actsIn(world),
    apiKey,
    transfers: () => world.store.all('transfer').oldestFirst(),
    balance: (currency, account = '') => world.available({ account, currency }),
  };
}
