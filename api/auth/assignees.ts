import { sql } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { NotFound } from '../../warehouse/errors.ts';
import type { Caller } from './caller.ts';
import { findPerson } from './people.ts';
import type { Role } from './roles.ts';

/** Who works on exceptions and breaks. */
const ROLES: readonly Role[] = ['finance', 'approver', 'operator'];

/** Somebody to whom an exception or a break can be given. */
export interface Assignee {
  readonly id: string;
  readonly name: string;
}

/** All of them, by name. */
export function assignees({ operational }: Pick<Services, 'operational'>): Promise<Assignee[]> {
  return operational
    .selectFrom('people')
    .select(['id', 'name'])
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('person_roles').select('person_id').where('role', 'in', ROLES).where('revoked_at', 'is', null),
    )
    .orderBy(sql`name collate "C"`)
    .orderBy('email')
    .execute();
}

/**
 * The name under which somebody owns something, by id or address. The command line may also name somebody who does not log in. Throws `NotFound`.
 */
export async function requireAssignee(
  services: Pick<Services, 'operational'>,
  { caller, given }: { readonly caller: Caller; readonly given: string },
): Promise<string> {
  const wanted = given.trim();
  const person = await findPerson(services, wanted);
  if (person?.roles.some(({ role }) => ROLES.includes(role))) return `${person.name} (${person.id})`;
  if (caller.kind === 'command line' && wanted !== '') return wanted;
  throw new NotFound(
    `Nothing can be assigned to ${JSON.stringify(wanted)}: nobody with the role ${ROLES.join(' or ')} has this id or address.`,
  );
}
