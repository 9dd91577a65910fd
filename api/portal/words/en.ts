import type { Role } from '../../auth/roles.ts';
import { accountEn } from './account-en.ts';
import { actsEn } from './acts-en.ts';
import { appsEn } from './apps-en.ts';
import { books } from './books/en.ts';
import { consentsEn } from './consents-en.ts';
import { creatorEn } from './creator-en.ts';
import { dashboards } from './dashboards/en.ts';
import { developerEn } from './developer-en.ts';
import { docs } from './docs/en.ts';
import { finance } from './finance/en.ts';
import { issueEn } from './issue-en.ts';
import { keysEn } from './keys-en.ts';
import { ledgerEn } from './ledger-en.ts';
import { meanings } from './meanings/en.ts';
import { operator } from './operator/en.ts';
import { payoutsEn } from './payouts-en.ts';
import { open } from './public/en.ts';
import { retentionEn } from './retention-en.ts';
import { taxActsEn } from './tax-acts-en.ts';
import { taxEn } from './tax-en.ts';

/** What all pages say. */
export const en = {
  roles: {
    creator: 'creator',
    developer: 'developer',
    finance: 'finance',
    approver: 'approver',
    analyst: 'analyst',
    operator: 'operator',
    admin: 'administrator',
  } satisfies Record<Role, string>,
  layout: {
    skip: 'Go to the content',
    menu: 'Menu',
    logOut: 'Log out',
  },
  errors: {
    title: 'That did not work',
    notFound: 'There is no such page.',
    nothingChosen: 'Nothing is selected; tick what you decide about.',
    refused: (_status: number): string => 'That was refused:',
    back: 'Go back, or begin at the start page.',
    start: 'Start page',
    requestId: (id: string) => `Number of this request, for those who run the server: ${id}`,
  },
  login: {
    title: 'Log in',
    explain: 'We send you a link by e-mail that logs you in. There is no password.',
    email: 'E-mail address',
    send: 'Send me a link',
    sent: 'If this address is known here, a link is on its way. It works once, for 15 minutes.',
    enterTitle: 'Log in now',
    enterExplain: 'This link works once. Log in with the button.',
    enter: 'Log in',
    invited: 'Only who was invited can log in. Ask whoever runs this marketplace.',
  },
  account: {
    title: 'Your account',
    email: 'E-mail address',
    roles: 'Roles',
    sessions: 'Where you are logged in',
    sessionsExplain: 'End each session that you do not know.',
    browser: 'Browser',
    address: 'Address',
    lastUsed: 'Last used',
    thisSession: 'this one',
    end: 'End',
    language: 'Language',
    save: 'Save',
    factor: 'Second factor',
    factorMissing: 'You have none. Whoever approves or sends money needs one.',
    factorThere: 'It is set up.',
    factorVerified: 'It was given in this session.',
    factorSetUp: 'Set it up',
    factorGive: 'Give it now',
    unknown: 'unknown',
  },
  factor: {
    title: 'Second factor',
    explain:
      'What moves money, opens tax numbers or lets others in needs a second factor, once in each session: a passkey, or a code of six digits from an authenticator app.',
    scan: 'Enter this secret in your app (time-based, six digits), or open the address on the device that has it:',
    secret: 'Secret',
    openApp: 'Open in the app',
    code: 'Code of six digits',
    confirm: 'Confirm',
    done: 'The second factor was right: you can go on.',
  },
  home: {
    title: 'Welcome',
    nothing: 'You have no role any more. Ask whoever runs this marketplace.',
  },
  creator: creatorEn,
  consents: consentsEn,
  developer: developerEn,
  tax: taxEn,
  taxActs: taxActsEn,
  keys: keysEn,
  acts: actsEn,
  apps: appsEn,
  finance,
  operator,
  open,
  docs,
  payouts: payoutsEn,
  issue: issueEn,
  retention: retentionEn,
  ledger: ledgerEn,
  books,
  dashboards,
  meanings,
  ...accountEn,
};

/** The shape that every language has. */
export type Words = typeof en;
