import type { Services } from '../../jobs/job.ts';
import { Conflict, NotFound } from '../../warehouse/errors.ts';
import { revokeRoles } from './people.ts';

/** Somebody who acts for a creator. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly since_at: string;
}

/** Longest first. */
export function listMembers({ operational }: Pick<Services, 'operational'>, creatorId: string): Promise<Member[]> {
  return operational
    .selectFrom('person_roles')
    .innerJoin('people', 'people.id', 'person_roles.person_id')
    .select(({ fn }) => [
      ...(['people.id', 'people.email', 'granted_at as since_at'] as const),
      fn.coalesce('invited_as', 'people.name').as('name'),
    ])
    .where('role', '=', 'creator')
    .where('subject_id', '=', creatorId)
    .where('revoked_at', 'is', null)
    .orderBy('entry')
    .execute();
}

/** Ends what a person may do for a creator, and its sessions. Throws `NotFound`, and `Conflict` for the last member. */
export async function removeMember(
  services: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  { creatorId, personId, by }: { readonly creatorId: string; readonly personId: string; readonly by: string },
): Promise<void> {
  const member = (await listMembers(services, creatorId)).find(({ id }) => id === personId);
  if (!member) throw new NotFound(`${JSON.stringify(personId)} does not act for ${creatorId}.`);
  await revokeRoles(services, {
    ...{ idOrEmail: personId, role: 'creator', subjectId: creatorId, by },
    async assertMay(transaction) {
      // Locked, so that of two who remove each other at once one stays.
      const current = await transaction
        .selectFrom('person_roles')
        .select('person_id')
        .where('role', '=', 'creator')
        .where('subject_id', '=', creatorId)
        .where('revoked_at', 'is', null)
        .orderBy('entry')
        .forUpdate()
        .execute();
      if (current.some(({ person_id }) => person_id !== personId)) return;
      throw new Conflict(`${member.email} is the only one who acts for ${creatorId}; invite somebody else first.`);
    },
  });
}
