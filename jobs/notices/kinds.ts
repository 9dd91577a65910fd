import type { PersonRolesTable } from '../../warehouse/operational/people-tables.ts';

type Role = PersonRolesTable['role'];

/** What the text of each kind of notice is made from. */
export interface NoticeFacts {
  /** With a browser that is new to the person; what it calls itself, and its address. */
  'logged-in': { readonly browser: string; readonly address: string };
  'passkey-added': { readonly name: string };
  'passkey-removed': { readonly name: string };
  'authenticator-added': object;
  /** By an administrator, with the passkeys. */
  'factors-removed': object;
  'role-given': { readonly role: Role; readonly subject: string; readonly by: string };
  'role-ended': { readonly role: Role; readonly subject: string; readonly by: string };
  'member-changed': { readonly creator: string; readonly name: string; readonly isEnded: boolean; readonly by: string };
  'api-key-made': {
    readonly name: string;
    readonly role: string;
    readonly subject: string;
    /** Whether it has another secret, and not only now exists. */
    readonly isRotated: boolean;
  };
  'payout-account-changed': { readonly creator: string; readonly account: string; readonly by: string };
  'tax-profile-changed': { readonly creator: string; readonly form: string; readonly by: string };
  'statement-issued': { readonly creator: string; readonly period: string; readonly currency: string };
  'payout-sent': Payout;
  'payout-held': Payout & { readonly isTheirs: boolean };
  'tax-form-expires': { readonly creator: string; readonly form: string; readonly on: string };
  'closing-refused': { readonly period: string; readonly error: string };
  'batch-waits': { readonly period: string; readonly batch: string; readonly count: number };
  'breaks-found': { readonly period: string; readonly count: number };
}

interface Payout {
  readonly creator: string;
  readonly period: string;
  readonly currency: string;
  /** A decimal. */
  readonly amount: string;
}

export type NoticeKind = keyof NoticeFacts;

interface Kind<K extends NoticeKind> {
  /** Who may get it: people with one of these roles. */
  readonly roles: readonly Role[];
  /** About access or where money goes: nobody can switch it off. The others are on until they are switched off. */
  readonly isSecurity: boolean;
  /** The page that shows it. */
  readonly path: (facts: NoticeFacts[K]) => string;
}

const ALL: readonly Role[] = ['creator', 'developer', 'finance', 'approver', 'analyst', 'operator', 'admin'];

const account = (): string => '/account';
const ofCreator =
  (page: string) =>
  ({ creator }: { readonly creator: string }): string =>
    `/c/${creator}${page}`;
const monthPage =
  (page = '') =>
  ({ period }: { readonly period: string }): string =>
    `/months/${period}${page}`;

/** Every kind of notice; its words are in `words-en.ts` and `words-de.ts`. */
export const NOTICES: { readonly [K in NoticeKind]: Kind<K> } = {
  'logged-in': { roles: ALL, isSecurity: true, path: account },
  'passkey-added': { roles: ALL, isSecurity: true, path: account },
  'passkey-removed': { roles: ALL, isSecurity: true, path: account },
  'authenticator-added': { roles: ALL, isSecurity: true, path: account },
  'factors-removed': { roles: ALL, isSecurity: true, path: account },
  'role-given': { roles: ALL, isSecurity: true, path: account },
  'role-ended': { roles: ALL, isSecurity: true, path: account },
  'member-changed': { roles: ['creator'], isSecurity: true, path: ofCreator('/members') },
  'api-key-made': { roles: ALL, isSecurity: true, path: () => '/keys' },
  'payout-account-changed': { roles: ['creator'], isSecurity: true, path: ofCreator('/payout-account') },
  'tax-profile-changed': { roles: ['creator'], isSecurity: true, path: ofCreator('/tax') },
  'statement-issued': { roles: ['creator'], isSecurity: false, path: ofCreator('/statements') },
  'payout-sent': { roles: ['creator'], isSecurity: false, path: ofCreator('/payouts') },
  'payout-held': { roles: ['creator'], isSecurity: false, path: ofCreator('/payouts') },
  'tax-form-expires': { roles: ['creator'], isSecurity: false, path: ofCreator('/tax') },
  'closing-refused': { roles: ['finance', 'operator'], isSecurity: false, path: monthPage('/exceptions') },
  'batch-waits': { roles: ['finance', 'approver'], isSecurity: false, path: monthPage('/payouts') },
  'breaks-found': { roles: ['finance'], isSecurity: false, path: monthPage('/breaks') },
};

export const NOTICE_KINDS = Object.keys(NOTICES) as readonly NoticeKind[];
