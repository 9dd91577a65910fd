import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPerson, invite, type Person } from '../../../api/auth/people.ts';
import type { Role } from '../../../api/auth/roles.ts';
import type { SignIn } from '../../../api/auth/sign-in.ts';
import type { Services } from '../../../jobs/job.ts';
import { instant } from '../../../warehouse/clock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';

/** Somebody invented, whom whoever sits at this machine may be. */
export interface Invented {
  readonly person: Person;
  readonly role: Role;
  /** The secret of the second factor, in base32; undefined for those who need none. */
  readonly secret: string | undefined;
}

interface Cast {
  readonly services: Services;
  readonly signIn: SignIn;
  readonly folder: string;
  /** Whose statements the creator sees. */
  readonly creatorId: string;
}

const ROLES_AND_NAMES: readonly (readonly [Role, string])[] = [
  ['creator', 'Mia'],
  ['finance', 'Ada'],
  ['approver', 'Ben'],
  ['analyst', 'Cleo'],
  ['operator', 'Dan'],
  ['admin', 'Eve'],
  ['developer', 'Finn'],
];
const WITHOUT_FACTOR: readonly Role[] = ['creator', 'developer', 'analyst'];

/** A person of every role; staff have a second factor, whose secret stands in the clear in the folder. What is there is kept. */
export async function inventPeople({ services, signIn, folder, creatorId }: Cast): Promise<Invented[]> {
  const path = join(folder, 'people.json');
  const secrets: Record<string, string> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const people: Invented[] = [];
  const developerId = await busiestDeveloper(services);
  for (const [role, name] of ROLES_AND_NAMES) {
    const email = `${name.toLowerCase()}@demo.example`;
    const subjectId = role === 'creator' ? creatorId : role === 'developer' ? developerId : undefined;
    const person =
      (await findPerson(services, email)) ?? (await invite(services, { email, name, role, subjectId, by: 'demo' }));
    if (!WITHOUT_FACTOR.includes(role) && !(await signIn.factorsOf(person.id)).hasApp) {
      secrets[person.id] = (await signIn.beginFactor(person, { sessionId: 'demo', isFresh: true })).secret;
      writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
      await confirm(services, person.id);
    }
    people.push({ person, role, secret: secrets[person.id] });
  }
  return people;
}

/** The developer with the most sales. */
async function busiestDeveloper({ warehouse }: Services): Promise<string> {
  const [busiest] = await warehouse.query<{ developer_id: string }>(
    'select developer_id from tantieme.stg_rudder__sales group by developer_id order by count(*) desc, developer_id limit 1',
  );
  return requirePresent(busiest, 'A month has sales.').developer_id;
}

async function confirm({ operational, clock }: Services, personId: string): Promise<void> {
  const confirmed = await operational
    .updateTable('second_factors')
    .set({ confirmed_at: instant(clock.now()) })
    .where('person_id', '=', personId)
    .returning('person_id')
    .executeTakeFirst();
  requirePresent(confirmed, `${personId} has begun no second factor.`);
}
