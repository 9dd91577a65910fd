import type { OpenServices } from '../../../api/boot/services.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { Period } from '../../../warehouse/period.ts';
import { type Desk, openDesk } from '../people/desk.ts';
import { inventPeople } from '../people/people.ts';

interface Served extends Pick<OpenServices, 'services' | 'signIn'> {
  readonly folder: string;
  readonly url: string;
  readonly period: Period;
  /** The port of the page that logs in as anyone. */
  readonly deskPort: number;
}

/** Leaves the month running, with a person of every role, until Ctrl-C. */
export async function serve({ services, signIn, folder, url, period, deskPort }: Served): Promise<void> {
  const creatorId = await busiestCreator(services, period);
  const people = await inventPeople({ services, signIn, folder, creatorId });
  const desk = await openDesk({ signIn, people }, deskPort);
  console.log(guideTo(desk, { url, period }));
  await interrupted();
  await desk.stop();
}

/** Of those with a statement of the period, the one with the most months, and then the most lines: there is most to see. */
async function busiestCreator({ warehouse }: OpenServices['services'], period: Period): Promise<string> {
  const [busiest] = await warehouse.query<{ creator_id: string }>(
    `select creator_id
    from tantieme.statement_lines as line
    join (select creator_id, count(distinct period) as month_count from tantieme.balances group by creator_id) as months using (creator_id)
    where line.period = $1
    group by creator_id, month_count
    order by month_count desc, count(*) desc, creator_id
    limit 1`,
    [period],
  );
  return requirePresent(busiest, 'A month has statements.').creator_id;
}

const guideTo = (desk: Desk, { url, period }: { url: string; period: Period }): string => `
Tantieme listens on ${url}, with ${period} closed and paid.
Open ${desk.url} to log in as anyone: a creator, finance, an approver, an analyst, an operator, an administrator or a developer.
It also shows the codes of their second factors. All of them, and their money, are invented.
Ctrl-C ends it; "npm run demo -- --again --serve" comes back to it.`;

/** Resolves with the first Ctrl-C; the next one ends the process at once. */
async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
