/** `npm run demo`: a month of a synthetic marketplace, from its events to payouts at a local Stripe, all on this machine. */
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { prepareFolder, readOptions } from './options.ts';

try {
  const options = readOptions(process.argv.slice(2));
  await prepareFolder(options);
  // Heavy: what is refused above is refused at once.
  const { runDemo } = await import('./demo.ts');
  await runDemo(options);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Rejected ? 2 : 1;
}
