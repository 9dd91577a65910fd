import { FORMATS_OF } from '../../reports/statement/format.ts';
import { countOf } from '../../warehouse/count-of.ts';
import type { NoticeFacts, NoticeKind } from './kinds.ts';

/** What a kind of notice says. */
interface NoticeWords<K extends NoticeKind> {
  /** In the list of notices. */
  readonly label: string;
  readonly subject: (facts: NoticeFacts[K]) => string;
  readonly text: (facts: NoticeFacts[K]) => string;
}

export interface MailWords {
  readonly notices: { readonly [K in NoticeKind]: NoticeWords<K> };
  readonly see: (address: string) => string;
  readonly security: string;
  readonly switchOff: (address: string) => string;
  readonly logIn: {
    readonly invited: { readonly subject: string; readonly text: string };
    readonly asked: { readonly subject: string; readonly text: string };
    readonly link: (minutes: number) => string;
    readonly after: (address: string) => string;
    readonly elsewhere: (address: string) => string;
    readonly unexpected: string;
  };
}

const { month, day, money } = FORMATS_OF.en;
const withSubject = (role: string, subject: string): string => (subject === '' ? role : `${role} for ${subject}`);

/** What mails say in English; German has the same shape. */
export const wordsEn: MailWords = {
  notices: {
    'logged-in': {
      label: 'Somebody logged in to your account with a new browser',
      subject: () => 'A log-in with a new browser',
      text: ({ browser, address }) =>
        `Somebody logged in to your account with a browser that had not been used for it before: ${browser || 'unknown'}, from the address ${address}. If it was not you, end that session on the page of your account.`,
    },
    'passkey-added': {
      label: 'A passkey was added to your account',
      subject: () => 'A passkey was added to your account',
      text: ({ name }) => `The passkey "${name}" can now log in to your account and is a second factor.`,
    },
    'passkey-removed': {
      label: 'A passkey was removed from your account',
      subject: () => 'A passkey was removed from your account',
      text: ({ name }) => `The passkey "${name}" can no longer log in to your account.`,
    },
    'authenticator-added': {
      label: 'An authenticator app was added to your account',
      subject: () => 'An authenticator app was added to your account',
      text: () => 'Codes of an authenticator app are now a second factor of your account.',
    },
    'factors-removed': {
      label: 'Your second factors were removed',
      subject: () => 'Your second factors were removed',
      text: () => 'An administrator has removed your authenticator app and your passkeys. Your sessions have ended.',
    },
    'role-given': {
      label: 'You were given a role',
      subject: ({ role }) => `You were given the role ${role}`,
      text: ({ role, subject, by }) => `You now have the role ${withSubject(role, subject)}. It was given by ${by}.`,
    },
    'role-ended': {
      label: 'A role of yours was ended',
      subject: ({ role }) => `Your role ${role} was ended`,
      text: ({ role, subject, by }) =>
        `You no longer have the role ${withSubject(role, subject)}. It was ended by ${by}.`,
    },
    'member-changed': {
      label: 'Who acts for your creator account has changed',
      subject: ({ creator }) => `Who acts for ${creator} has changed`,
      text: ({ creator, name, isEnded, by }) =>
        isEnded
          ? `${name} no longer acts for ${creator}. This was done by ${by}.`
          : `${name} may now act for ${creator}. This was done by ${by}.`,
    },
    'api-key-made': {
      label: 'An API key was created or given another secret',
      subject: ({ isRotated }) => (isRotated ? 'An API key was given another secret' : 'An API key was created'),
      text: ({ name, role, subject, isRotated }) =>
        `The API key "${name}" has the role ${withSubject(role, subject)}.${isRotated ? ' It was given another secret.' : ''}`,
    },
    'payout-account-changed': {
      label: 'Your payout account was changed',
      subject: ({ creator }) => `The payout account of ${creator} was changed`,
      text: ({ creator, account, by }) =>
        `Payouts of ${creator} now go to the account ${account}. This was done by ${by}. A changed account waits some days before it is paid to.`,
    },
    'tax-profile-changed': {
      label: 'Your tax profile was changed',
      subject: ({ creator }) => `The tax profile of ${creator} was changed`,
      text: ({ creator, form, by }) => `A new version of the form ${form} was recorded for ${creator} by ${by}.`,
    },
    'statement-issued': {
      label: 'A statement was issued',
      subject: ({ period }) => `Your statement for ${month(period)}`,
      text: ({ creator, period, currency }) =>
        `The statement of ${creator} for ${month(period)} in ${currency} was issued.`,
    },
    'payout-sent': {
      label: 'A payout was sent',
      subject: ({ amount, currency }) => `A payout of ${money(amount, currency)} was sent`,
      text: ({ creator, period, amount, currency }) =>
        `The payout of ${money(amount, currency)} to ${creator} for ${month(period)} was sent.`,
    },
    'payout-held': {
      label: 'A payout was held, and what to do',
      subject: ({ period }) => `Your payout for ${month(period)} waits`,
      text: ({ creator, period, amount, currency, isTheirs }) =>
        isTheirs
          ? `The balance of ${creator} in ${currency} for ${month(period)} cannot be paid until you complete your payout account. The page says what is missing.`
          : `The payout of ${money(amount, currency)} to ${creator} for ${month(period)} is on hold. It stays owed to you, and you need do nothing unless the page says so.`,
    },
    'tax-form-expires': {
      label: 'A tax form expires',
      subject: ({ on }) => `A tax form expires on ${day(on)}`,
      text: ({ creator, form, on }) =>
        `The form ${form} of ${creator} counts until ${day(on)}. Without a new one, tax may be withheld at a higher rate. Give it again in time.`,
    },
    'closing-refused': {
      label: 'A scheduled closing was refused',
      subject: ({ period }) => `${month(period)} was not closed`,
      text: ({ error }) => error,
    },
    'batch-waits': {
      label: 'A payout batch waits for approval',
      subject: ({ period }) => `Payouts for ${month(period)} wait for approval`,
      text: ({ batch, count }) =>
        `The batch ${batch} has ${countOf(count, 'payout')}. Another person than the one who planned it must approve it.`,
    },
    'breaks-found': {
      label: 'The comparison with Stripe found breaks',
      subject: ({ period, count }) => `${countOf(count, 'new break')} in ${month(period)}`,
      text: ({ period, count }) =>
        `The comparison of ${month(period)} with Stripe found ${countOf(count, 'break')} not seen before. Breaks may hold payouts.`,
    },
  },
  see: (address) => `See ${address}`,
  security:
    'If you did not expect this, log in and end the sessions that you do not know, and tell whoever runs this marketplace.',
  switchOff: (address) => `Choose which of these mails you get: ${address}`,
  logIn: {
    invited: { subject: 'You are invited to Tantieme', text: 'You were given access to Tantieme.' },
    asked: { subject: 'Log in to Tantieme', text: 'Somebody, probably you, wants to log in to Tantieme.' },
    link: (minutes) => `Open this address within ${minutes} minutes to log in; it works once:`,
    after: (address) => `After that, ask for a new one at ${address}.`,
    elsewhere: (address) => `Log in with the account of your company at ${address}.`,
    unexpected: 'If you did not expect this, ignore it: without the address nobody can log in.',
  },
};
