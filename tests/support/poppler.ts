import { spawnSync } from 'node:child_process';
import { warnSkipped } from './skipped-tests.ts';

const missing = ['pdfinfo', 'pdftotext', 'pdfdetach', 'pdffonts'].filter((tool) => spawnSync(tool, ['-v']).error);
if (missing.length > 0)
  warnSkipped(`the contents of PDFs are not tested: ${missing.join(', ')} cannot be run; install poppler-utils.`);

/** Whether poppler's tools are here, by which tests read PDFs again. */
export const hasPoppler = missing.length === 0;
