/** `npm run demo`: a month of a synthetic marketplace, from its events to payouts at a local Stripe, all on this machine. */
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { runDemo } from './demo.ts';
import { readOptions } from './options.ts';

try {
  await runDemo(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Rejected ? 2 : 1;
}
