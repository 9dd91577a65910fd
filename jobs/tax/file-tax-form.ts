import { FORMS } from '../../reports/tax/words.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { GivenOptions, Job } from '../job.ts';
import { type FilingRequest, fileForm } from './file-form.ts';

/**
 * Files a tax form. Run again after it was interrupted it begins anew, and after it was recorded it changes nothing: what was filed is equal then, and
 * a filing that was refused is no longer the last one.
 */
export const fileTaxForm: Job<FilingRequest> = {
  name: 'file-tax-form',
  meaning:
    'Files a tax form of a year: stores what is given to the tax office, and a copy for each creator of whom something has changed.',
  about: 'everything',
  readOptions,
  async run(run, _, options) {
    return { ...(await fileForm(run, requirePresent(options, 'The options of file-tax-form were read.'))) };
  },
};

function readOptions({
  year = '',
  form,
  payer,
  because,
  refused,
  payer_corrected,
  accepted,
  ...others
}: GivenOptions): FilingRequest {
  const [unknown] = Object.keys(others);
  const known = FORMS.find((each) => each === form);
  if (unknown !== undefined || year === '' || known === undefined)
    throw new Rejected(
      `file-tax-form takes the options year, form (${FORMS.join(', ')}), payer, because, refused, payer_corrected and accepted.`,
    );
  if (because !== undefined && (because.trim() === '' || because.length > 1000))
    throw new Rejected('Say in a sentence of at most 1,000 characters why something filed is changed.');
  if (refused !== undefined && !/^[1-9]\d{0,5}$/.test(refused))
    throw new Rejected(`refused is the number of the filing that was refused, not ${JSON.stringify(refused)}.`);
  if (payer_corrected !== undefined && payer_corrected !== 'true')
    throw new Rejected('payer_corrected is true, or left out.');
  if (payer_corrected !== undefined && because === undefined)
    throw new Rejected(
      'payer_corrected needs because: say when and how the IRS was informed that the payer was wrong.',
    );
  return {
    ...{ isPayerCorrected: payer_corrected !== undefined },
    ...{ year, form: known, payer, because, refused: refused === undefined ? undefined : Number(refused) },
    accepted: accepted === undefined ? undefined : parseIds(accepted),
  };
}

/** An id may have any character, so they are given as a JSON array. */
function parseIds(text: string): string[] {
  const ids: unknown = parsed(text);
  if (Array.isArray(ids) && ids.every((id): id is string => typeof id === 'string' && id !== '')) return ids;
  throw new Rejected('accepted is a JSON array with the ids of creators, such as ["cr_1"].');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
