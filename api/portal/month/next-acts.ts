import type { Period } from '../../../warehouse/period.ts';
import { hasPermission } from '../../auth/permissions.ts';
import type { PageRequest } from '../page.ts';
import type { Step, StepName } from './steps.ts';

/** What a person does next in a step, and where. */
export interface NextAct {
  readonly label: string;
  readonly href: string;
  /** Whether the step waits for it. */
  readonly isMain: boolean;
}

type Acts = PageRequest['words']['finance']['acts'];
interface Place {
  readonly act: keyof Acts;
  readonly path: string;
}

/** Where the acts of a step are done, by its state; the buttons that start a job stand beside them. */
const PLACES: Readonly<Record<StepName, (step: Step) => readonly Place[]>> = {
  events: () => [],
  exceptions: ({ state, block }) => {
    if (block === 'not_built') return [];
    return [{ act: state === 'attention' ? 'decideExceptions' : 'seeExceptions', path: 'exceptions' }];
  },
  checks: () => [],
  close: ({ state, block }) => {
    if (block === 'exceptions_open') return [{ act: 'decideExceptions', path: 'exceptions' }];
    return state === 'done'
      ? [
          { act: 'issueJournal', path: 'journal' },
          { act: 'issueInvoices', path: 'invoices' },
        ]
      : [];
  },
  statements: ({ state }) => (state === 'done' ? [{ act: 'seeDocuments', path: 'documents' }] : []),
  compare: compared,
  plan: ({ state }) => {
    if (state === 'failed' || state === 'ready') return [{ act: 'overrideComparison', path: 'payouts#override' }];
    return state === 'done' ? [{ act: 'seePayouts', path: 'payouts' }] : [];
  },
  approve: ({ state }) => {
    if (state === 'attention') return [{ act: 'approve', path: 'payouts' }];
    return state === 'done' ? [{ act: 'seePayouts', path: 'payouts' }] : [];
  },
  send: ({ state }) =>
    state === 'blocked'
      ? []
      : [
          { act: state === 'done' ? 'seeOutcomes' : 'decidePayouts', path: 'payouts' },
          { act: 'bankFiles', path: '' },
        ],
  reconcile: compared,
};

function compared({ state }: Step): readonly Place[] {
  if (state === 'blocked') return [];
  return [{ act: state === 'attention' ? 'decideBreaks' : 'seeBreaks', path: 'breaks' }];
}

/** Those of a step for a caller, in the order in which they are done. */
export function nextActs(
  { words, caller }: Pick<PageRequest, 'words' | 'caller'>,
  { step, period }: { readonly step: Step; readonly period: Period },
): readonly NextAct[] {
  const { acts } = words.finance;
  const mayNot: readonly (keyof Acts)[] = [
    ...(hasPermission(caller, 'journals:read') ? [] : (['issueJournal'] as const)),
    ...(hasPermission(caller, 'invoices:read') ? [] : (['issueInvoices'] as const)),
  ];
  return PLACES[step.name](step)
    .filter(({ act }) => !mayNot.includes(act))
    .map(({ act, path }) => ({
      label: acts[act],
      href: act === 'bankFiles' ? `/bank-files?period=${period}` : `/months/${period}/${path}`,
      isMain: step.state === 'attention',
    }));
}
