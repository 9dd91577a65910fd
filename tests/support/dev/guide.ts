import { relative } from 'node:path';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { STAFF, WRITE_KEY } from './seed.ts';
import type { DevState } from './state.ts';

interface Guided {
  readonly url: string;
  /** The page that logs in as anyone. */
  readonly deskUrl: string;
  readonly folder: string;
  readonly state: DevState;
}

/** What a developer pastes into a terminal: a line for each key, in the order in which a month needs them. */
export function guide({ url, deskUrl, folder, state }: Guided): string {
  const { period, creatorId } = state;
  const key = (person: string): string => requirePresent(state.keys[person], `There is no key of ${person}.`);
  const get = (person: string, path: string): string =>
    `curl -sS -H 'authorization: Bearer ${key(person)}' '${url}${path}'`;
  const run = (person: string, job: string): string =>
    `curl -sS -H 'authorization: Bearer ${key(person)}' --json '{"period":"${period}","wait":true}' '${url}/v1/jobs/${job}/runs'`;
  const event = JSON.stringify({
    event: 'Creator Signed Up',
    userId: 'cr_new',
    properties: { event_version: 1, creator_id: 'cr_new', creator_name: 'New', country: 'DE' },
  });
  const lines: readonly [string, string][] = [
    [`a creator (${creatorId}): statements`, get('creator', '/v1/statements')],
    [`finance (${STAFF.ada.name}, who planned the payouts): how they stand`, get('ada', `/v1/payouts/${period}`)],
    [`finance (${STAFF.ben.name}): approves them`, run('ben', 'approve-payouts')],
    [`finance (${STAFF.ada.name}): sends them to the local Stripe`, run('ada', 'send-payouts')],
    [`an analyst (${STAFF.cleo.name}): a mart`, get('cleo', `/v1/marts/royalties?period=${period}&format=csv`)],
    [`an operator (${STAFF.dan.name}): builds the month`, run('dan', 'build-period')],
    ['a service of the marketplace: sends an event', `curl -sS -u ${WRITE_KEY}: --json '${event}' '${url}/v1/track'`],
  ];
  const words = lines.map(([who, line]) => `# ${who}\n${line}\n`).join('\n');
  const data = relative(process.cwd(), folder) || '.';
  return `\n${words}
Tantieme listens on ${url}; its data is in ${data}, with ${period} closed. The keys stay the same.
Pages: open ${deskUrl} to log in as anyone; it also shows the codes of their second factors.
The command line on it: npx node --env-file=${data}/dev.env api/cli.ts help
Ctrl-C ends everything; rm -r ${data} begins anew.\n`;
}
