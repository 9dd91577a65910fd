/** What the pages about single payouts and bank files say. */
export const payoutsEn = {
  override: {
    title: 'Pay without a new comparison',
    explain:
      'Payouts are planned and sent only after a complete comparison with Stripe that is new enough. With your reason the batch that is not sent yet, or the next one, can be paid without it. Holds because of breaks stay.',
    act: 'Override the comparison',
    done: 'The comparison is overridden for this batch.',
  },
  outcomes: {
    some: 'Not every payout could be changed:',
    changed: 'now:',
  },
  reverse: {
    title: 'Take a payout back',
    explain:
      'All of a payout that was sent is taken back from the account of the creator at Stripe, once. Its amount is owed again. What was paid by a bank file is recalled at the bank.',
    which: 'Payout that was sent',
    confirm: 'Take all of this payout back',
    act: 'Take it back',
    done: 'The payout is taken back. The books show it after the next load of events; its amount is owed again.',
    unconfirmed: 'The payout was not taken back: tick the box that confirms it.',
  },
  transfer: 'Transfer or bank reference',
  file: 'Bank file',
  earlier: (sequence: string): string => `Batch ${sequence} of this month`,
  bank: {
    menu: 'Bank files',
    title: 'Bank files',
    explain:
      'Creators without an account at Stripe are paid by files for the bank. Export a file, give it to the bank once, and read here what the bank answers.',
    lookAt: 'To be looked at',
    files: 'Files',
    none: 'There are no bank files yet.',
    file: 'File',
    open: 'Not settled yet',
    states: 'State of its payouts',
    resolved: { taken: 'taken, as a person said', never_taken: 'never taken, as a person said' },
    export: 'Export',
    exportExplain:
      'Locks the approved payouts of a month in a file for the bank, each once. A repeated export hands out the same files.',
    period: 'Month, such as 2026-01',
    rail: 'Kind of file',
    rails: { sepa: 'SEPA credit transfers (pain.001)', ach: 'ACH (NACHA)' },
    executionOn: 'Day of payment (optional)',
    exported: 'The file is exported; download it below.',
    nothingExported: 'Nothing was exported: the month has no approved payouts of this kind.',
    answer: 'Read an answer of the bank',
    answerExplain: 'A file pain.002, camt.053 or of ACH returns. Each answer counts once, however often it is read.',
    answerFile: 'File of the bank',
    answerAct: 'Read the file',
    answered: 'The answer is read:',
    counts: {
      applied: 'answers that changed a payout',
      unchanged: 'answers that changed nothing',
      repeated: 'answers that were read before',
      for_person: 'answers that somebody must look at',
    },
    resolve: 'When no answer comes',
    resolveExplain:
      'Say what became of a file for which the bank gives no answer. Another person than the one who exported it must do this, once for a file.',
    outcome: 'What became of it',
    outcomes: {
      taken: 'The bank has taken it: its open payouts are sent',
      never_taken: 'The bank has never taken it: its payouts are owed again',
    },
    resolveAct: 'Record it',
    resolveDone: 'It is recorded what became of the file.',
    statements: 'Statements of the bank',
    statement: 'Statement',
    opening: 'Opening',
    ours: 'Our payouts',
    others: 'Others',
    closing: 'Closing',
  },
};

export type PayoutsWords = typeof payoutsEn;
