import type { RetentionGroup } from '../../../jobs/retention/retention-rules.ts';

/** What the page about keeping and deleting records says. */
export const retentionEn = {
  title: 'Retention and holds',
  explain:
    'Records are deleted once their term is over, unless a hold keeps them. The terms are a setting of the server; the laws below are those that it knows, and are no advice.',
  unset: 'Nothing is deleted: TANTIEME_DOCUMENT_RETENTION is not set.',
  filesLeft: (count: string, since: string): string =>
    `Files that are recorded as deleted but still there: ${count}, the first since ${since}. They could not be deleted; each run of the job tries them again. The last runs say why.`,
  runs: 'Runs of the job',
  terms: 'How long records are kept',
  group: 'Records',
  groups: {
    statements: 'Statements',
    invoices: 'Invoices',
    tax_forms: 'Tax forms',
    bank_files: 'Bank files',
  } satisfies Record<RetentionGroup, string>,
  keptFor: 'Kept for',
  ever: 'ever',
  years: (years: number): string => (years === 1 ? '1 year' : `${years} years`),
  deleted: 'Deleted so far',
  laws: 'Laws',
  unread: 'to be compared with the law',
  due: 'What is deleted when',
  dueNone: 'There are no records yet.',
  year: 'Of the year',
  held: 'Held',
  from: 'Deleted from',
  never: 'never',
  holds: 'Holds in force',
  holdsNone: 'Nothing is held.',
  what: 'What is kept',
  everything: 'everything',
  placed: 'Set by',
  release: 'Lift the hold',
  released: 'Lifted by',
  because: 'Why it was lifted',
  past: 'Holds that were lifted',
  place: 'Set a hold',
  placeExplain:
    'Give at least one. What is about all creators, such as a bank file, is kept by each hold on one of them.',
  anyKind: 'all kinds',
  bankMessage: 'Message of a bank',
  placeAct: 'Set the hold',
  placedDone: 'The hold is set.',
  releasedDone: 'The hold is lifted. What it kept is deleted by the next run, if its term is over.',
  link: 'Hold these documents',
};

export type RetentionWords = typeof retentionEn;
