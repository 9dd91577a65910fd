import type { Operational } from '../warehouse/operational/operational.ts';

/** Who works on which exception, by its id. */
export async function exceptionOwners(operational: Operational): Promise<ReadonlyMap<string, string>> {
  const rows = await operational
    .selectFrom('exception_owners')
    .select(['exception_id', 'owner'])
    .orderBy('entry')
    .execute();
  return new Map(rows.map(({ exception_id, owner }) => [exception_id, owner]));
}
