import type { PersonRolesTable } from '../../warehouse/operational/people-tables.ts';

/** What a caller may be granted; keys have some of them only. */
export type Role = PersonRolesTable['role'];

export const ROLES: readonly Role[] = ['creator', 'developer', 'finance', 'approver', 'analyst', 'operator', 'admin'];

/** The roles of people outside the company, who see only what is their own. Nobody has both such a role and another one. */
export const OUTSIDE_ROLES: readonly Role[] = ['creator', 'developer'];
