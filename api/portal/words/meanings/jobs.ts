import { JOBS_BY_NAME, type JobName } from '../../../../jobs/jobs.ts';
import type { Locale } from '../../words.ts';
import type { Meaning } from './en.ts';
import { jobs } from './jobs-de.ts';

/** What each job does. Apart from the other words, because it loads all jobs. */
export const JOB_MEANINGS: Readonly<Record<Locale, Readonly<Record<JobName, Meaning>>>> = {
  en: JOBS_BY_NAME,
  de: jobs,
};
